package results

import (
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Schema is the version of Document that this build writes and reads.
const Schema = 1

// Document is the JSON of a benchmarks.Report. Its fields and their order are fixed,
// because other programs read them.
type Document struct {
	Schema     int        `json:"schema"`
	Models     []Model    `json:"models"`
	Provenance Provenance `json:"provenance"`
}

// Model holds all scores of one model.
type Model struct {
	Model     string     `json:"model"`
	Metadata  metadata   `json:"metadata,omitempty"`
	Layers    []string   `json:"layers,omitempty"` // by depth, if known
	Reduction *Reduction `json:"reduction,omitempty"`
	Scores    []Score    `json:"scores"`
	Composite *Composite `json:"composite"` // null if there is none
	Errors    []Failure  `json:"errors"`
}

// Reduction states that the scores are on principal components.
type Reduction struct {
	PCA            int    `json:"pca"`
	FitStimulusSet string `json:"fit_stimulus_set"`
}

// Score is the score of one layer on one benchmark.
type Score struct {
	Benchmark string    `json:"benchmark"`
	Version   int       `json:"version"`
	Region    string    `json:"region"`
	Parent    string    `json:"parent"` // empty if it counts in no composite
	Layer     string    `json:"layer"`
	Metric    string    `json:"metric"`
	Kernel    string    `json:"kernel,omitempty"` // that computed it, if known
	Side      string    `json:"side,omitempty"`   // that it was computed on, of a metric that has two
	Raw       Estimate  `json:"raw"`
	Distance  *Number   `json:"distance,omitempty"` // in radians, of shape metrics
	Ceiling   Estimate  `json:"ceiling"`
	Score     Figure    `json:"score"`
	Counts    Counts    `json:"counts"`
	Neuroids  []Neuroid `json:"neuroids,omitempty"` // of mappings
	Alphas    []Number  `json:"alphas,omitempty"`   // of ridgecv
	TimeBins  []TimeBin `json:"time_bins,omitempty"`
	Subjects  []Subject `json:"subjects,omitempty"` // of a benchmark that compares each on its own
	// Affine are the slope and offset that make spikes/s of activations, Values the
	// property of the counted neurons; of properties.
	Affine []Number `json:"affine,omitempty"`
	Values []Number `json:"values,omitempty"`
	// Resampled are the raw values of bootstrap samples, by which compare pairs models; of
	// rdm and cka, if requested.
	Resampled *Resampled `json:"resampled,omitempty"`
	Warnings  []string   `json:"warnings"`
}

// Resampled holds the raw values on bootstrap samples of the stimuli, on those of both stimuli
// and subjects, and, subject by subject, without each group of the stimuli and without two.
type Resampled struct {
	Stimuli []Number   `json:"stimuli"`
	Both    []Number   `json:"both,omitempty"`
	Without [][]Number `json:"without"`
	Pairs   [][]Number `json:"pairs,omitempty"`
}

// TimeBin is the score in one time bin, in milliseconds.
type TimeBin struct {
	Start   Number `json:"start"`
	End     Number `json:"end"`
	Raw     Number `json:"raw"`
	Ceiling Number `json:"ceiling"`
	Score   Number `json:"score"`
}

// Subject is the score on the neuroids of one subject.
type Subject struct {
	Subject  string `json:"subject"`
	Raw      Number `json:"raw"`
	RawError Number `json:"raw_error"`
	Ceiling  Number `json:"ceiling"`
	Score    Number `json:"score"`
	Neuroids int    `json:"neuroids"`
	// Alpha is the penalty of ridgecv if it is one, Alphas those of each split or neuroid.
	Alpha  *Number  `json:"alpha,omitempty"`
	Alphas []Number `json:"alphas,omitempty"`
}

func newSubject(s benchmarks.SubjectResult) Subject {
	out := Subject{Subject: s.Subject, Raw: Number(s.Raw.Value), RawError: Number(s.Raw.Error), Ceiling: Number(s.Ceiling.Value), Score: Number(s.Ceiled.Value),
		Neuroids: s.Neuroids, Alphas: numbers(s.Alphas)}
	if len(s.Alphas) == 1 {
		out.Alpha = &out.Alphas[0]
	}
	return out
}

func (s Subject) result() benchmarks.SubjectResult {
	return benchmarks.SubjectResult{Subject: s.Subject, Raw: metrics.Estimate{Value: float64(s.Raw), Error: float64(s.RawError)},
		Ceiling: metrics.Exact(float64(s.Ceiling)), Ceiled: metrics.Exact(float64(s.Score)), Neuroids: s.Neuroids, Alphas: floats(s.Alphas)}
}

// Estimate is a figure with its error and the values that it averages.
type Estimate struct {
	Value    Number    `json:"value"`
	Error    Number    `json:"error"`
	Interval *Interval `json:"interval,omitempty"` // of 95 %, if requested
	Splits   []Number  `json:"splits"`
	// Bounds are the lower and upper bound of a ceiling that has them.
	Bounds []Number `json:"bounds,omitempty"`
}

// Figure is a figure with its error.
type Figure struct {
	Value    Number    `json:"value"`
	Error    Number    `json:"error"`
	Interval *Interval `json:"interval,omitempty"`
}

// Counts holds the sizes of the compared data; those that do not apply are zero.
type Counts struct {
	Stimuli  int `json:"stimuli,omitempty"`
	Features int `json:"features,omitempty"`
	Neuroids int `json:"neuroids,omitempty"`
	Trials   int `json:"trials,omitempty"`
	Subjects int `json:"subjects,omitempty"`
	// Of properties: features as neurons, those in the field, those that count, and
	// recorded neurons.
	Neurons int `json:"neurons,omitempty"`
	InField int `json:"in_field,omitempty"`
	Counted int `json:"counted,omitempty"`
	Data    int `json:"data,omitempty"`
}

// Neuroid is the score of one neuroid.
type Neuroid struct {
	NeuroidID string `json:"neuroid_id"`
	Raw       Number `json:"raw"`
	Ceiling   Number `json:"ceiling"`
}

// Composite is the composite of one model.
type Composite struct {
	Name    string            `json:"name"`
	Value   Number            `json:"value"`
	Of      string            `json:"of"`
	Parts   map[string]Number `json:"parts"`
	Missing []string          `json:"missing"`
	// Groups, Failed, Coverage and Partial are those of a composite with groups.
	Groups   map[string]Number `json:"groups,omitempty"`
	Failed   []string          `json:"failed,omitempty"`
	Coverage *Coverage         `json:"coverage,omitempty"`
	Partial  bool              `json:"partial,omitempty"`
	// StandIns are groups whose figures are those of benchmarks that the tree does not have.
	StandIns []benchmarks.StandIn `json:"stand_ins,omitempty"`
}

// Coverage is how much of a composite's tree has figures: the number of leaves with
// one, of all that count, and their weight in the composite.
type Coverage struct {
	Scored int     `json:"scored"`
	Leaves int     `json:"leaves"`
	Weight float64 `json:"weight"`
}

// Failure is a benchmark that could not be scored, with the error.
type Failure struct {
	Benchmark string `json:"benchmark"`
	Layer     string `json:"layer"`
	Error     string `json:"error"`
}

// Provenance records the program and the files that the figures were computed with.
type Provenance struct {
	Version string            `json:"version"`
	Go      string            `json:"go"`
	Kernel  string            `json:"kernel,omitempty"` // of the scores; several are joined by ", "
	Inputs  map[string]string `json:"inputs"`           // sha256:… by path
	// Benchmarks describes the benchmarks by identifier, as of the time of scoring.
	Benchmarks map[string]Basis `json:"benchmarks,omitempty"`
}

// Basis describes a benchmark at the time when models were scored on it.
type Basis struct {
	Definition string   `json:"definition"` // sha256:… of its text
	Inputs     []string `json:"inputs"`     // paths of its recordings and stimuli
}

// NewDocument returns the document of a report by the program of the given versions.
func NewDocument(report benchmarks.Report, version, goVersion string) Document {
	doc := Document{
		Schema:     Schema,
		Models:     []Model{},
		Provenance: Provenance{Version: version, Go: goVersion, Kernel: strings.Join(report.Kernels(), ", "), Inputs: map[string]string{}},
	}
	for _, m := range report.Models {
		doc.Models = append(doc.Models, newModel(m))
	}
	for _, b := range report.Bases {
		if doc.Provenance.Benchmarks == nil {
			doc.Provenance.Benchmarks = map[string]Basis{}
		}
		doc.Provenance.Benchmarks[b.Benchmark] = Basis{b.Definition, append([]string{}, b.Inputs...)}
	}
	for _, in := range report.Inputs {
		doc.Provenance.Inputs[in.Path] = "sha256:" + strings.TrimPrefix(in.SHA256, "sha256:")
	}
	return doc
}

func newModel(m benchmarks.ModelResult) Model {
	out := Model{Model: m.Model, Metadata: newMetadata(m.Metadata), Layers: m.Layers, Scores: []Score{}, Errors: []Failure{}}
	if r := m.Reduction; r != nil {
		out.Reduction = &Reduction{r.PCA, r.FitStimulusSet}
	}
	for _, r := range m.Scores {
		out.Scores = append(out.Scores, NewScore(r))
	}
	if c := m.Composite; c != nil {
		out.Composite = &Composite{
			Name: c.Name, Value: Number(c.Value), Of: c.Of,
			Parts: map[string]Number{}, Missing: append([]string{}, c.Missing...),
		}
		for name, part := range c.Parts {
			out.Composite.Parts[name] = Number(part)
		}
		if c.Grouped {
			coverage := Coverage(c.Coverage)
			out.Composite.Coverage, out.Composite.Failed, out.Composite.Partial = &coverage, c.Failed, c.Partial
			out.Composite.StandIns = c.StandIns
			out.Composite.Groups = map[string]Number{}
			for name, group := range c.Groups {
				out.Composite.Groups[name] = Number(group)
			}
		}
	}
	for _, f := range m.Failures {
		out.Errors = append(out.Errors, Failure{f.Benchmark, f.Layer, f.Err.Error()})
	}
	return out
}

// NewScore returns a result as documents have it.
func NewScore(r benchmarks.Result) Score {
	s := Score{
		Benchmark: r.Benchmark, Version: r.Version, Region: r.Region, Parent: r.Parent,
		Layer: r.Layer, Metric: r.Metric, Kernel: r.Kernel, Side: string(r.Side),
		Raw:      NewEstimate(r.Raw),
		Ceiling:  NewEstimate(r.Ceiling),
		Score:    Figure{Number(r.Ceiled.Value), Number(r.Ceiled.Error), (*Interval)(r.Ceiled.Interval)},
		Counts:   Counts(r.Counts),
		Alphas:   numbers(r.Alphas),
		Warnings: append([]string{}, r.Warnings...),
	}
	s.Ceiling.Bounds = numbers(r.CeilingBounds)
	if d, ok := r.Distance(); ok {
		s.Distance = (*Number)(&d)
	}
	if p := r.Property; p.Affine != nil {
		s.Affine, s.Values = numbers(p.Affine), numbers(p.Values)
	}
	if of := r.Resampled; of != nil {
		s.Resampled = &Resampled{Stimuli: numbers(of.Stimuli), Both: numbers(of.Both)}
		for _, values := range of.Without {
			s.Resampled.Without = append(s.Resampled.Without, numbers(values))
		}
		for _, values := range of.Pairs {
			s.Resampled.Pairs = append(s.Resampled.Pairs, numbers(values))
		}
	}
	for _, b := range r.TimeBins {
		s.TimeBins = append(s.TimeBins, TimeBin{Number(b.Start), Number(b.End), Number(b.Raw.Value), Number(b.Ceiling.Value), Number(b.Ceiled.Value)})
	}
	for _, one := range r.Subjects {
		s.Subjects = append(s.Subjects, newSubject(one))
	}
	for i, raw := range r.Neuroids {
		n := Neuroid{Raw: Number(raw), Ceiling: missing}
		if i < len(r.NeuroidIDs) {
			n.NeuroidID = r.NeuroidIDs[i]
		}
		if i < len(r.NeuroidCeilings) {
			n.Ceiling = Number(r.NeuroidCeilings[i])
		}
		s.Neuroids = append(s.Neuroids, n)
	}
	return s
}

// NewEstimate returns the JSON form of an estimate, without bounds.
func NewEstimate(e metrics.Estimate) Estimate {
	return Estimate{Value: Number(e.Value), Error: Number(e.Error), Interval: (*Interval)(e.Interval), Splits: numbers(e.Splits)}
}
