package benchmarks

import (
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	_ "github.com/brainscore-go/brainscore/pkg/metrics/all" // the metrics that definitions name
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// The kinds of benchmarks.
const (
	KindNeural     = "neural"
	KindBehavioral = "behavioral"
)

// PerBin is the value of Definition.Time for recordings in time bins.
const PerBin = "per_bin"

// InternalConsistency is the ceiling from the halves of the repetitions.
const InternalConsistency = "internal_consistency"

// LeaveOneSubjectOut is the ceiling of metric rdm from the subjects' own
// dissimilarity matrices. The raw score is then the mean over subjects of their own.
const LeaveOneSubjectOut = metrics.LeaveOneSubjectOut

// Definition is one benchmark as its YAML file states it, with the defaults
// filled in by ParseDefinition. Marshalled by go.yaml.in/yaml/v3, it gives a
// file that parses to the same definition.
type Definition struct {
	Identifier string `yaml:"identifier"`
	Version    int    `yaml:"version"` // 1 where not given
	Kind       string `yaml:"kind"`    // neural | behavioral
	// Region is the key of the model's layer commitment; where not given,
	// the region that Select keeps, or "behavior" for a behavioral benchmark.
	Region string `yaml:"region,omitempty"`
	// Parent is the part of the composite that the benchmark counts in.
	Parent string `yaml:"parent,omitempty"`
	// Assembly may lack if the metric compares with the stimulus set alone.
	Assembly string            `yaml:"assembly,omitempty"`
	Select   map[string]string `yaml:"select,omitempty"` // neuroid column to value
	// Exclude leaves out the trials, and the stimuli that choices are scored on, whose
	// columns have one of these values; numbers compare as numbers.
	Exclude map[string][]string `yaml:"exclude,omitempty"`
	// AllowUnknownChoices scores choices by names that no object or label has,
	// however many there are; they are wrong.
	AllowUnknownChoices bool   `yaml:"allow_unknown_choices,omitempty"`
	StimulusSet         string `yaml:"stimulus_set"`
	FittingStimulusSet  string `yaml:"fitting_stimulus_set,omitempty"`
	FittingLabel        string `yaml:"fitting_label,omitempty"`
	// MeanOver makes the benchmark the mean of parts: {NAME} in the values of other keys
	// stands for one of the values after another. It has one name.
	MeanOver map[string][]string `yaml:"mean_over,omitempty"`
	// Truth is the column of the right answers: of the stimulus set, if metrics compare
	// over the whole set, else of the trials.
	Truth string `yaml:"truth,omitempty"`
	// Choices names the list of what ImageNet's classes are choices of: an embedded list,
	// or a CSV file beside the definition.
	Choices string `yaml:"choices,omitempty"`
	Time    string `yaml:"time,omitempty"` // "" | per_bin
	// TimeBins are the bins, [start, end] in ms, that recordings are averaged
	// into, each by its share of overlap, with time: per_bin; without them the
	// recordings' own bins are scored.
	TimeBins [][]float64 `yaml:"time_bins,omitempty,flow"`
	// TimeWindow is the one span, [start, end] in ms, that recordings in time
	// are averaged over.
	TimeWindow []float64 `yaml:"time_window,omitempty,flow"`
	// VisualDegrees is the size, in degrees of visual angle, at which the stimuli were
	// shown, 0 if it is not given. It changes no figure of a dump: who makes the dump shows
	// the stimuli so.
	VisualDegrees float64          `yaml:"visual_degrees,omitempty"`
	Metric        MetricDefinition `yaml:"metric"`
	// CrossValidation is nil where the metric draws no splits of its own.
	CrossValidation *CrossValidation `yaml:"cross_validation,omitempty"`
	// Ceiling is nil for a behavioral benchmark with the metric's own ceiling.
	Ceiling *CeilingDef `yaml:"ceiling,omitempty"`
	// Score is a metrics.Form, or "" for the metric's own ceiled score
	// (raw / √ceiling per halving).
	Score     string     `yaml:"score,omitempty"`
	Reference *Reference `yaml:"reference,omitempty"`
	// Expected are published figures to check the data by.
	Expected []Expectation `yaml:"expected,omitempty"`

	// Source is the file that the definition came from, or Embedded.
	Source string `yaml:"-"`
	// Shadows is set where the data home's definition replaces an embedded one of
	// the same identifier.
	Shadows bool `yaml:"-"`
	// Warnings are about what is doubtful in the file.
	Warnings []string `yaml:"-"`

	parts []*Definition // of MeanOver, in the order of its values
}

// NewMetric makes the benchmark's metric with its options.
func (d *Definition) NewMetric() (metrics.Metric, error) {
	return metrics.New(d.Metric.Name, d.Metric.Options)
}

// ExcludedText returns the values that are left out, in words.
func (d *Definition) ExcludedText() string {
	var parts []string
	for _, column := range slices.Sorted(maps.Keys(d.Exclude)) {
		parts = append(parts, column+" "+strings.Join(d.Exclude[column], ", "))
	}
	return strings.Join(parts, "; ")
}

// Bins returns TimeBins as spans.
func (d *Definition) Bins() stimuli.TimeBins {
	var bins stimuli.TimeBins
	for _, b := range d.TimeBins {
		bins = append(bins, stimuli.TimeBin{Start: b[0], End: b[1]})
	}
	return bins
}

// Window returns TimeWindow as a span, nil where there is none.
func (d *Definition) Window() *stimuli.TimeBin {
	if len(d.TimeWindow) == 0 {
		return nil
	}
	return &stimuli.TimeBin{Start: d.TimeWindow[0], End: d.TimeWindow[1]}
}

// PerSubject reports whether the noise ceiling is of single subjects, so that the raw
// score must be so too: the mean over subjects of their own scores. All subjects'
// neuroids together are less noisy than one subject's, and a score on them may be
// above any bound for single ones.
func (d *Definition) PerSubject() bool {
	return d.Ceiling != nil && d.Ceiling.Value == nil && d.Ceiling.Name == LeaveOneSubjectOut
}

// MetricDefinition names a metric and sets its options.
type MetricDefinition struct {
	Name    string         `yaml:"name"`
	Options map[string]any `yaml:",inline"`
}

// CrossValidation states how stimuli are split: at random, or by the values of a
// column of the stimulus set (Train and Test).
type CrossValidation struct {
	Splits    int     `yaml:"splits"`
	TrainSize float64 `yaml:"train_size,omitempty"` // 0: the complement of TestSize
	TestSize  float64 `yaml:"test_size,omitempty"`  // 0: the complement of TrainSize
	// Stratify is the column of the stimulus set whose shares each split
	// keeps, or "" for plain shuffling.
	Stratify string `yaml:"stratify,omitempty"`
	Seed     uint32 `yaml:"seed"`
	// Train and Test keep the stimuli whose columns equal these; both are
	// given or neither.
	Train map[string]string `yaml:"train,omitempty"`
	Test  map[string]string `yaml:"test,omitempty"`
}

// Plan returns what the splits are drawn by.
func (c CrossValidation) Plan() metrics.SplitPlan {
	return metrics.SplitPlan{Splits: c.Splits, TrainSize: c.TrainSize, TestSize: c.TestSize, Seed: c.Seed}
}

// CeilingDef states where the noise ceiling comes from: a name
// (internal_consistency with splits and seed, leave_one_subject_out with a
// column) or a value.
type CeilingDef struct {
	Name   string   `yaml:"name"`
	Splits int      `yaml:"splits"`
	Seed   uint32   `yaml:"seed"`
	Value  *float64 `yaml:"value"`
	// Column of the neuroids names their subject.
	Column string `yaml:"column"`
}

// MarshalYAML writes the value, or what the ceiling is drawn by.
func (c CeilingDef) MarshalYAML() (any, error) {
	if c.Value != nil {
		return map[string]float64{"value": *c.Value}, nil
	}
	if c.Name == LeaveOneSubjectOut {
		return map[string]string{"name": c.Name, "column": c.Column}, nil
	}
	return struct {
		Name   string `yaml:"name"`
		Splits int    `yaml:"splits"`
		Seed   uint32 `yaml:"seed"`
	}{c.Name, c.Splits, c.Seed}, nil
}

// The quantities of an Expectation that Validate compares: the noise ceiling,
// and the raw score of the recordings as their own model.
const (
	ExpectedCeiling = "ceiling"
	ExpectedSelf    = "self raw"
)

// Expectation is a figure that has been published of a benchmark.
type Expectation struct {
	Quantity  string  `yaml:"quantity"`
	Value     float64 `yaml:"value"`
	Tolerance float64 `yaml:"tolerance"`
	Note      string  `yaml:"note,omitempty"`
}

// Meets reports whether a figure is the expected one within the tolerance.
func (e Expectation) Meets(figure float64) bool {
	const rounding = 1e-12
	return math.Abs(figure-e.Value) <= e.Tolerance+rounding
}

// Reference is the publication of a benchmark or composite.
type Reference struct {
	Title string `yaml:"title,omitempty"`
	DOI   string `yaml:"doi,omitempty"`
	Year  int    `yaml:"year,omitempty"`
	URL   string `yaml:"url,omitempty"`
}

// FileError is one mistake in a YAML file: where, what, and what to do.
type FileError = fileerr.Error
