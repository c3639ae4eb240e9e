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
	KindProperty   = "property" // of recorded neurons, in a table
)

// The values of Definition.Time, for recordings in time bins.
const (
	PerBin  = "per_bin" // each bin is scored on its own, in layers in time
	Flat    = "flat"    // each bin of a neuroid is a neuroid
	Spanned = "spanned" // one mapping for all bins
)

// Drop is the value of Definition.Missing that leaves stimuli and trials out.
const Drop = "drop"

// StimulusSetOrder is the value of CrossValidation.Order that draws splits over the rows
// of stimuli.csv.
const StimulusSetOrder = "stimulus_set"

// Definition is one benchmark as its YAML file states it, with the defaults
// filled in by ParseDefinition. Marshalled by go.yaml.in/yaml/v3, it gives a
// file that parses to the same definition.
type Definition struct {
	Identifier string `yaml:"identifier"`
	Version    int    `yaml:"version"` // 1 where not given
	Kind       string `yaml:"kind"`    // neural | behavioral | property
	// Region is the key of the model's layer commitment; where not given,
	// the region that Select keeps, or "behavior" for a behavioral benchmark.
	Region string `yaml:"region,omitempty"`
	// Parent is the part of the composite that the benchmark counts in.
	Parent string `yaml:"parent,omitempty"`
	// Assembly may lack if the metric compares with the stimulus set alone. Only recordings
	// may be of several assemblies.
	Assembly Sources `yaml:"assembly,omitempty"`
	// Select keeps the neuroids whose columns meet these conditions.
	Select map[string]stimuli.Condition `yaml:"select,omitempty"`
	// SelectCeiling keeps, of these, the neuroids whose own noise ceiling, as it is
	// computed, meets the condition.
	SelectCeiling *stimuli.Condition `yaml:"select_ceiling,omitempty"`
	// Missing is "" if a neuroid without a response to a stimulus is an error, or Drop to
	// leave out such stimuli, and trials in which a neuroid has no response from the
	// ceiling.
	Missing string `yaml:"missing,omitempty"`
	// Per is the column of the neuroids, as subject, for each of whose values a mapping is
	// fitted, and a ceiling and a score computed; the benchmark's are their means.
	Per string `yaml:"per,omitempty"`
	// Center subtracts each neuroid's mean over the stimuli, of metrics of similarity.
	Center bool `yaml:"center,omitempty"`
	// Exclude leaves out the trials, and the stimuli that choices are scored on, whose
	// columns have one of these values; numbers compare as numbers.
	Exclude map[string][]string `yaml:"exclude,omitempty"`
	// AllowUnknownChoices scores choices by names that no object or label has,
	// however many there are; they are wrong.
	AllowUnknownChoices bool `yaml:"allow_unknown_choices,omitempty"`
	// StimulusSet names one set for each assembly.
	StimulusSet        Sources `yaml:"stimulus_set"`
	FittingStimulusSet string  `yaml:"fitting_stimulus_set,omitempty"`
	FittingLabel       string  `yaml:"fitting_label,omitempty"`
	// MeanOver makes the benchmark the mean of parts: {NAME} in the values of other keys
	// stands for one of the values after another. It has one name.
	MeanOver map[string][]string `yaml:"mean_over,omitempty"`
	// Truth is the column of the right answers: of the stimulus set, if metrics compare
	// over the whole set, else of the trials.
	Truth string `yaml:"truth,omitempty"`
	// Choices names the list of what ImageNet's classes are choices of: an embedded list,
	// or a CSV file beside the definition.
	Choices string `yaml:"choices,omitempty"`
	Time    string `yaml:"time,omitempty"` // "" | per_bin | flat | spanned
	// TimeBins are the bins, [start, end] in ms, that recordings are averaged
	// into, each by its share of overlap, with time: per_bin; without them the
	// recordings' own bins are scored.
	TimeBins [][]float64 `yaml:"time_bins,omitempty,flow"`
	// TimeWindow is the one span, [start, end] in ms, that recordings in time
	// are averaged over.
	TimeWindow []float64 `yaml:"time_window,omitempty,flow"`
	// TimeRange is the span, [start, end] in ms, whose bins are neuroids with time: flat:
	// those that are wholly inside.
	TimeRange []float64 `yaml:"time_range,omitempty,flow"`
	// VisualDegrees is the size, in degrees of visual angle, at which the stimuli were
	// shown, 0 if it is not given. It changes no figure of a dump, but a score warns if the
	// dump says that the model was shown another size.
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

// Range returns TimeRange as a span, nil where there is none.
func (d *Definition) Range() *stimuli.TimeBin {
	if len(d.TimeRange) == 0 {
		return nil
	}
	return &stimuli.TimeBin{Start: d.TimeRange[0], End: d.TimeRange[1]}
}

// Window returns TimeWindow as a span, nil where there is none.
func (d *Definition) Window() *stimuli.TimeBin {
	if len(d.TimeWindow) == 0 {
		return nil
	}
	return &stimuli.TimeBin{Start: d.TimeWindow[0], End: d.TimeWindow[1]}
}

// SubjectColumn returns the column of the neuroids by which each subject is compared on
// its own, "" if all neuroids are compared together. A ceiling of single subjects asks
// for that too: all subjects' neuroids together are less noisy than one subject's, and a
// score on them may be above any bound for single ones.
func (d *Definition) SubjectColumn() string {
	if d.Per == "" && d.Ceiling != nil && d.Ceiling.OfSubjects() {
		return d.Ceiling.Column
	}
	return d.Per
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
	// Order is "" to draw splits over the recordings' order, or StimulusSetOrder.
	Order string `yaml:"order,omitempty"`
	// Apart is the column of the stimuli whose values the train stimuli of a split must not
	// share with its test stimuli, but for the values in Except: those that do are left out.
	Apart  string             `yaml:"apart,omitempty"`
	Except *stimuli.Condition `yaml:"except,omitempty"`
}

// Plan returns what the splits are drawn by.
func (c CrossValidation) Plan() metrics.SplitPlan {
	return metrics.SplitPlan{Splits: c.Splits, TrainSize: c.TrainSize, TestSize: c.TestSize, Seed: c.Seed}
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
