package ranking

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Data holds the scores and metadata of models. A Builder makes it.
type Data struct {
	Composite *benchmarks.Composite
	// Warnings describe what is doubtful about the inputs.
	Warnings []string

	models  []*Model        // by name
	columns []string        // of metadata that some model has
	numeric map[string]bool // by column, whether all its values are numbers
	sources []Source
}

// Models returns the models in the order of their names.
func (d *Data) Models() []*Model { return slices.Clone(d.models) }

// Metadata returns the columns of metadata that some model has a value of, in the
// order in which they were added.
func (d *Data) Metadata() []string { return slices.Clone(d.columns) }

// Numeric reports whether a column of metadata has values and all are numbers.
func (d *Data) Numeric(column string) bool { return d.numeric[column] }

func (d *Data) numericColumns() []string {
	return slices.DeleteFunc(d.Metadata(), func(column string) bool { return !d.Numeric(column) })
}

// Sources returns the files that scores and metadata came from, in the order in
// which they were added.
func (d *Data) Sources() []Source { return slices.Clone(d.sources) }

// Model holds the scores and metadata of one model.
type Model struct {
	Name string
	// Composite is NaN if the model has none.
	Composite float64
	// Why lists the parts that the model lacks for a composite.
	Why string
	// Parts hold the values of the composite's groups and leaves, and of other parts,
	// by name; Benchmarks those of benchmarks, raw or ceiled as they count.
	Parts, Benchmarks map[string]float64
	// OnLayers lists the benchmarks that were scored on several layers, which therefore have
	// no value, by name.
	OnLayers []string
	Metadata map[string]Value
	// Missing are the leaves of the composite that the model has no figure of, and
	// Coverage how much of the tree it has.
	Missing  []string
	Coverage benchmarks.Coverage
	// StandIns are the groups whose figures are those of benchmarks that the tree does not
	// have.
	StandIns []benchmarks.StandIn

	composite *benchmarks.Composite
	nodes     map[string]float64  // given, by name; NaN for one that failed
	failed    map[string]bool     // groups and leaves, and the composite
	standIns  map[string][]string // benchmarks that can stand in, by group
	source    string              // path of the results
	facts     map[string]fact
	table     string   // path of the table with the model's parts
	listed    bool     // in a table that has parts
	layers    []string // by depth, if known
	results   []benchmarks.Result
	failures  []benchmarks.Failure
	scored    map[scoreKey]string         // path of the source by score
	document  *benchmarks.CompositeResult // a composite given without its scores

	intervals map[string]Interval // by score
}

type scoreKey struct{ benchmark, layer string }

// CompositeScore is the name of the composite among scores.
const CompositeScore = "composite"

// AccuracyColumn is the column of metadata with ImageNet top-1 accuracies, which
// scores are correlated with by default: over all models, and over those above
// AccuracyThreshold.
const (
	AccuracyColumn    = "imagenet_top1"
	AccuracyThreshold = 0.7
	// AccuracyBenchmark is the benchmark of a tree with the same accuracies.
	AccuracyBenchmark = "ImageNet-top1"
)

// Score returns a score of the model, NaN if it has none of that name.
func (m *Model) Score(name string) float64 {
	if name == CompositeScore {
		return m.Composite
	}
	for _, values := range []map[string]float64{m.Parts, m.Benchmarks} {
		if v, ok := values[name]; ok {
			return v
		}
	}
	return math.NaN()
}

// Failed reports whether the model has no value of the composite, a group or a leaf
// because benchmarks could not be scored.
func (m *Model) Failed(name string) bool { return m.failed[name] }

// number returns the model's number in a column of metadata, NaN if it has none.
func (m *Model) number(column string) float64 {
	if v, ok := m.Metadata[column]; ok {
		return v.Number
	}
	return math.NaN()
}

// numberOrScore returns the model's number in a column of metadata or, if the models have
// no such column, its score of that name.
func (m *Model) numberOrScore(name string) float64 {
	if _, ok := m.Metadata[name]; ok {
		return m.number(name)
	}
	return m.Score(name)
}

// Uncertainty is the error of a score and the ceiling of its benchmark in the
// score's own terms. Either is NaN if there is none.
type Uncertainty struct {
	Error, Ceiling float64
	// Bounds are the lower and the upper bound of a ceiling that leaves one subject out.
	Bounds Interval
}

// Uncertainty returns that of a part or benchmark with a single result. Means of
// several results have none: their errors do not determine that of the mean.
// Ceiled scores have no ceiling.
func (m *Model) Uncertainty(score string) Uncertainty {
	u := Uncertainty{math.NaN(), math.NaN(), NoInterval}
	is := func(r benchmarks.Result) bool { return r.Benchmark == score || r.Parent == score }
	i := slices.IndexFunc(m.results, is)
	if i < 0 || slices.ContainsFunc(m.results[i+1:], is) {
		return u
	}
	u.Error = m.estimateOf(m.results[i]).Error
	if m.composite.OfPart(m.results[i].Parent) == benchmarks.OfRaw {
		u.Ceiling = m.results[i].Ceiling.Value
		if bounds := m.results[i].CeilingBounds; len(bounds) == 2 {
			u.Bounds = bounded(Interval{Low: bounds[0], High: bounds[1]})
		}
	}
	return u
}

// estimateOf returns the raw or ceiled score of a result, as it counts.
func (m *Model) estimateOf(r benchmarks.Result) metrics.Estimate {
	if m.composite.OfPart(r.Parent) == benchmarks.OfCeiled {
		return r.Ceiled
	}
	return r.Raw
}

// Interval returns the interval of a score, NoInterval unless the results were
// scored with intervals.
func (m *Model) Interval(score string) Interval {
	if i, ok := m.intervals[score]; ok {
		return i
	}
	return NoInterval
}

// Results returns the scores of the model, none if it comes from a table.
func (m *Model) Results() []benchmarks.Result { return m.results }

// Layers lists layers of the model by depth, as far as its results do.
func (m *Model) Layers() []string { return m.layers }

// Failures returns the benchmarks that the model could not be scored on.
func (m *Model) Failures() []benchmarks.Failure { return m.failures }

// Source returns the path of the file that one of the model's results came from.
func (m *Model) Source(r benchmarks.Result) string {
	return m.scored[scoreKey{r.Benchmark, r.Layer}]
}

// TablePath returns the path of the table with the model's parts, "" if there is
// none.
func (m *Model) TablePath() string { return m.table }

// Parts returns the parts that some model has a value of: the groups and leaves of a tree
// in its order, each group before its members, then others in anatomical order.
func Parts(models []*Model) []string {
	names := map[string]bool{}
	for _, m := range models {
		for part := range m.Parts {
			names[part] = true
		}
	}
	var ordered []string
	if len(models) > 0 && models[0].composite.Grouped() {
		for _, node := range models[0].composite.NodeNames() {
			if names[node] {
				ordered = append(ordered, node)
				delete(names, node)
			}
		}
	}
	return append(ordered, slices.SortedFunc(maps.Keys(names), benchmarks.CompareAnatomy)...)
}

// UpperParts returns Parts, of a tree with groups only the upper ones: its benchmarks
// would make more pairs than anyone reads.
func UpperParts(models []*Model) []string {
	parts := Parts(models)
	if len(models) == 0 || !models[0].composite.Grouped() {
		return parts
	}
	nodes, upper := models[0].composite.NodeNames(), models[0].composite.Upper()
	return slices.DeleteFunc(parts, func(part string) bool { return slices.Contains(nodes, part) && !slices.Contains(upper, part) })
}

// Benchmarks returns the benchmarks that some model has a value of, by name, without the
// leaves that are among Parts.
func Benchmarks(models []*Model) []string {
	names := map[string]bool{}
	for _, m := range models {
		for benchmark := range m.Benchmarks {
			names[benchmark] = true
		}
	}
	for _, m := range models {
		for part := range m.Parts {
			delete(names, part)
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// Scores returns the names of all scores: the composite, parts and benchmarks.
func Scores(models []*Model) []string {
	return slices.Concat([]string{CompositeScore}, Parts(models), Benchmarks(models))
}

// FamilyNames returns the models' families, those of most models first.
func FamilyNames(models []*Model) []string {
	counts := map[string]int{}
	for _, m := range models {
		if family := m.Metadata[FamilyColumn].Text; family != "" {
			counts[family]++
		}
	}
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
}
