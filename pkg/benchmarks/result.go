package benchmarks

import (
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Result is the score of one layer of a model on one benchmark.
type Result struct {
	Benchmark string
	Version   int
	Region    string
	Parent    string
	Layer     string
	Metric    string
	Kernel    string // that computed the figures; empty if it is unknown
	metrics.Score
	Counts     Counts
	NeuroidIDs []string // names of Score.Neuroids, in order
	// Clusters are what neuroids are of that are not independent of each other,
	// in the same order; nil where each stands alone. They are not kept with a
	// result: a run names those that it asks for.
	Clusters []string
	// NeuroidCeilings are the neuroids' own ceilings, in the same order.
	NeuroidCeilings []float64
	// TimeBins are the figures by time bin, of a benchmark scored by bin.
	TimeBins []TimeBinResult
	// Subjects are the figures of each subject, of a benchmark that compares each on its own.
	Subjects []SubjectResult
	// CeilingBounds are the lower and the upper bound of a ceiling that leaves
	// one subject out, the lower one being Ceiling; nil for other ceilings.
	CeilingBounds []float64
}

// SubjectResult is a benchmark's figures on the neuroids of one subject.
type SubjectResult struct {
	Subject              string
	Raw, Ceiling, Ceiled metrics.Estimate
	Neuroids             int
	Alphas               []float64 // as in metrics.Score
}

// Counts are the sizes of what was compared; zero where there is none.
type Counts struct {
	Stimuli  int
	Features int
	Neuroids int // those that are predicted: of a mapping from recordings, features
	Trials   int
	Subjects int
	// Of properties: features of the layer as neurons, those whose receptive field is at
	// the stimuli, those of them that respond, and the recorded neurons.
	Neurons, InField, Counted, Data int
}

// Property returns what a score on a property says, of its counts and figures.
func (c Counts) Property(affine, values []float64) metrics.PropertyFigures {
	return metrics.PropertyFigures{Neurons: c.Neurons, InField: c.InField, Counted: c.Counted, Data: c.Data, Affine: affine, Values: values}
}

// TimeBinResult is a benchmark's figures in one time bin.
type TimeBinResult struct {
	Start, End           float64
	Raw, Ceiling, Ceiled metrics.Estimate
}

// Failure is a benchmark that could not be scored on a layer.
type Failure struct {
	Benchmark string // "" if all benchmarks on the layer failed by it
	Layer     string
	Err       error
	// Scores is the number of scores that failed by it; 0 stands for one.
	Scores int
}

// ModelResult is everything scored of one model, in the order of benchmarks
// and layers.
type ModelResult struct {
	Model string
	// Metadata are facts of the model, as imagenet_top1: numbers, texts, and true
	// or false.
	Metadata map[string]any
	// Layers lists the layers by depth, as far as the model's dump does.
	Layers []string
	// Reduction is set where the scores are of principal components.
	Reduction *stimuli.Reduction
	Scores    []Result
	Composite *CompositeResult // nil where none was formed
	Failures  []Failure
	// Notes say what was left undone and why, such as a composite refused.
	Notes []string
}

// CompositeResult is the composite of one model.
type CompositeResult struct {
	Name       string
	Definition string // in words, as "mean(V4, IT, behavior), raw"
	Value      float64
	Of         string // OfRaw | OfCeiled
	Grouped    bool   // a tree with groups
	// Parts are the values of the parts that have one, by name.
	Parts map[string]float64
	// Groups are the means of the named groups of parts, such as "neural".
	Groups map[string]float64
	// Missing are the leaves without a figure, in the order of the definition.
	Missing []string
	// Failed are the leaves that could not be scored, and the groups that have no
	// figure for that reason; others without a figure have no score at all.
	Failed []string
	// Coverage is how much of the tree has figures.
	Coverage Coverage
	// Tree are the nodes of a composite with groups, each group before its members.
	Tree []TreeNode
	// Upper are the nodes of the tree that an overview shows.
	Upper []string
	// Assumed are the parts that have no score and count as the definition
	// says; they are in Parts, not in Missing.
	Assumed []string
	// StandIns are the groups whose figures are those of benchmarks that the tree does not
	// have. The leaves of these groups are among Missing.
	StandIns []StandIn
	// Partial is true if a mean that refuses missing members was formed without some.
	Partial bool
	// Notes say why parts are missing or assumed.
	Notes []string
}

// TreeNode is a group or leaf of a composite with its value, NaN if it has none.
type TreeNode struct {
	Name   string
	Depth  int // below the composite, from 1
	Value  float64
	Failed bool // has no value because benchmarks failed
}

// Coverage is how much of a composite's tree has figures.
type Coverage struct {
	Scored, Leaves int
	Weight         float64 // of the scored leaves in the composite, 1 if all are
}

// Report is the outcome of one run over models.
type Report struct {
	Models []ModelResult
	Inputs []Input
	// Bases are what the benchmarks were that models were scored on, in the order
	// of identifiers.
	Bases []Basis
	// Unkept is the error of the results that could not be kept; nil if there are none.
	Unkept error
}

// Kernels lists the kernels that computed the scores, sorted.
func (r Report) Kernels() []string {
	var kernels []string
	for _, m := range r.Models {
		for _, s := range m.Scores {
			if s.Kernel != "" && !slices.Contains(kernels, s.Kernel) {
				kernels = append(kernels, s.Kernel)
			}
		}
	}
	slices.Sort(kernels)
	return kernels
}

// Basis is what a benchmark was when models were scored on it. Scores on
// benchmarks of one identifier are comparable where it is the same.
type Basis struct {
	Benchmark string
	// Definition is the SHA-256 of what the definition says of figures.
	Definition string
	// Inputs are the paths, among those of the report, of its recordings and
	// stimuli.
	Inputs []string
}

// Input is a file that figures depend on, with the SHA-256 of its content.
type Input struct {
	Path   string
	SHA256 string
}
