package ranking

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// Comparisons holds the differences of scores between the first side and each other
// side.
type Comparisons struct {
	Alpha      float64
	Seed       uint64
	Draws      int
	List       []Comparison
	Composites []CompositeComparison
	Unmatched  []Unmatched
	Warnings   []string // about figures and composites that were left out
}

// Subject is one of the two models of a comparison.
type Subject struct {
	Side, Model, Layer string
	Raw, Score         float64
}

// Comparison is the difference of two models on a benchmark, B less A.
type Comparison struct {
	Benchmark, Region, Metric string
	A, B                      Subject
	Raw, Score                Difference
	// P is the p-value of the hypothesis that the models are equal, and Adjusted is
	// P adjusted for all comparisons by Holm's method. Both are NaN if there are
	// neither neuroids nor splits to test on.
	P, Adjusted float64
	// Neuroids and Splits are the numbers of pairs. Stimuli is the number of stimuli that both
	// were resampled on, Splits then that of subjects.
	Neuroids, Splits, Stimuli int
	Warnings                  []string

	a, b             benchmarks.Result
	sourceA, sourceB *Source
}

// Significant reports whether the difference is significant at level alpha.
func (c Comparison) Significant(alpha float64) bool { return c.Adjusted < alpha }

// Difference is a difference with its confidence interval.
type Difference struct {
	Value    float64
	Interval Interval
}

// CompositeComparison is the difference of two composites, B less A.
type CompositeComparison struct {
	Name       string
	A, B       Subject // with the composite as Score
	Difference float64
}

// CompareOptions are the settings of Compare.
type CompareOptions struct {
	Alpha float64 // level of tests; intervals have confidence 1 - Alpha
	Seed  uint64
	Jobs  int
	Draws int // samples of bootstrap and permutation; 0 is 9999
}

// defaultDraws is chosen so that the ends of a 95 % interval are order statistics.
const defaultDraws = 9999

// Compare compares the first side with each other side. If both have a single model,
// it compares these; otherwise it compares models of the same name. On a benchmark, it
// compares the layers of the same name, or the two layers if each side has one.
func Compare(ctx context.Context, sides []Side, o CompareOptions) (*Comparisons, error) {
	if o.Draws == 0 {
		o.Draws = defaultDraws
	}
	c := &Comparisons{Alpha: o.Alpha, Seed: o.Seed, Draws: o.Draws}
	for _, side := range sides {
		c.Warnings = append(c.Warnings, side.Warnings...)
	}
	for _, side := range sides[1:] {
		if err := c.match(sides[0], side); err != nil {
			return nil, err
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, o.Jobs))
	for i := range c.List {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			c.List[i].compute(o)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	c.adjust()
	return c, nil
}

// match pairs the models of two sides.
func (c *Comparisons) match(a, b Side) error {
	if len(a.Models) == 1 && len(b.Models) == 1 {
		c.matchScores(a, b, a.Models[0], b.Models[0])
		return nil
	}
	byName := func(s Side) map[string]benchmarks.ModelResult {
		models := map[string]benchmarks.ModelResult{}
		for _, m := range s.Models {
			models[m.Model] = m
		}
		return models
	}
	inA, inB := byName(a), byName(b)
	common := 0
	for _, name := range slices.Sorted(maps.Keys(inA)) {
		other, ok := inB[name]
		if !ok {
			c.Unmatched = append(c.Unmatched, Unmatched{Side: a.Name, Model: name, First: true, Other: b.Name})
			continue
		}
		common++
		c.matchScores(a, b, inA[name], other)
	}
	for _, name := range slices.Sorted(maps.Keys(inB)) {
		if _, ok := inA[name]; !ok {
			c.Unmatched = append(c.Unmatched, Unmatched{Side: b.Name, Model: name, Other: a.Name})
		}
	}
	if common == 0 {
		return errorf("%s and %s have no model in common: name one of each, as FILE#MODEL", a.Name, b.Name)
	}
	return nil
}

// matchScores pairs the scores and the composites of two models.
func (c *Comparisons) matchScores(sideA, sideB Side, a, b benchmarks.ModelResult) {
	listsA, listsB := byBenchmark(a), byBenchmark(b)
	all := maps.Clone(listsA)
	maps.Copy(all, listsB)
	subject := func(side Side, m benchmarks.ModelResult, r benchmarks.Result) Subject {
		return Subject{side.Name, m.Model, r.Layer, r.Raw.Value, r.Ceiled.Value}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		scoresA, scoresB := listsA[name], listsB[name]
		for _, x := range scoresA {
			i := slices.IndexFunc(scoresB, func(y benchmarks.Result) bool {
				return x.Layer == y.Layer || len(scoresA) == 1 && len(scoresB) == 1
			})
			if i < 0 {
				c.Unmatched = append(c.Unmatched, Unmatched{sideA.Name, a.Model, name, x.Layer, true, sideB.Name})
				continue
			}
			y := scoresB[i]
			c.List = append(c.List, Comparison{Benchmark: name, Region: x.Region, Metric: x.Metric, A: subject(sideA, a, x), B: subject(sideB, b, y), a: x, b: y,
				sourceA: sideA.source(a, x), sourceB: sideB.source(b, y)})
		}
		for _, y := range scoresB {
			if len(scoresA) == 1 && len(scoresB) == 1 || slices.ContainsFunc(scoresA, func(x benchmarks.Result) bool { return x.Layer == y.Layer }) {
				continue
			}
			c.Unmatched = append(c.Unmatched, Unmatched{sideB.Name, b.Model, name, y.Layer, false, sideA.Name})
		}
	}
	if x := a.Composite; x != nil && b.Composite == nil {
		c.Unmatched = append(c.Unmatched, Unmatched{sideA.Name, a.Model, "composite " + x.Name, "", true, sideB.Name})
	}
	if x, y := a.Composite, b.Composite; x != nil && y != nil {
		if x.Name != y.Name || x.Of != y.Of || !slices.Equal(x.Missing, y.Missing) {
			c.Warnings = append(c.Warnings, fmt.Sprintf("composites are not compared: that of %s is %s, that of %s %s", a.Model, kindOf(x), b.Model, kindOf(y)))
			return
		}
		c.Composites = append(c.Composites, CompositeComparison{x.Name,
			Subject{Side: sideA.Name, Model: a.Model, Score: x.Value}, Subject{Side: sideB.Name, Model: b.Model, Score: y.Value}, y.Value - x.Value})
	}
}

// kindOf describes what two composites must have in common to be compared.
func kindOf(c *benchmarks.CompositeResult) string {
	kind := c.Name + " of " + c.Of + " scores"
	if len(c.Missing) > 0 {
		kind += " without " + joinFirst(c.Missing, ", ")
	}
	return kind
}

// byBenchmark returns a model's scores on each benchmark, by layer.
func byBenchmark(m benchmarks.ModelResult) map[string][]benchmarks.Result {
	lists := map[string][]benchmarks.Result{}
	for _, r := range m.Scores {
		lists[r.Benchmark] = append(lists[r.Benchmark], r)
	}
	for _, list := range lists {
		slices.SortFunc(list, func(x, y benchmarks.Result) int { return cmp.Compare(x.Layer, y.Layer) })
	}
	return lists
}

// compute computes the differences, their intervals and the p-value.
func (c *Comparison) compute(o CompareOptions) {
	a, b := c.a, c.b
	c.Raw = Difference{b.Raw.Value - a.Raw.Value, NoInterval}
	c.Score = Difference{b.Ceiled.Value - a.Ceiled.Value, NoInterval}
	c.P = math.NaN()
	c.warn()
	if !stats.Finite(c.Raw.Value) {
		return
	}
	if same(a, b) {
		c.P = 1
		c.Raw.Interval = Interval{Low: 0, High: 0}
		if stats.Finite(c.Score.Value) {
			c.Score.Interval = Interval{Low: 0, High: 0}
		}
	}
	if c.P != 1 && c.compareResampled(o.Alpha) {
		return
	}
	p := newPairing(a, b)
	c.Neuroids, c.Splits = len(p.neuroidA), len(p.splitA)
	if c.P == 1 || !p.testable() {
		return
	}
	layers := []string{a.Layer, b.Layer}
	slices.Sort(layers)
	words := append([]string{"compare", c.Benchmark}, layers...)
	c.Raw.Interval, c.Score.Interval = p.intervals(generator(o.Seed, append(words, "bootstrap")...), o.Draws, o.Alpha)
	c.P = p.p(generator(o.Seed, append(words, "permutation")...), o.Draws)
}

// same reports whether two scores are identical in everything that is compared.
func same(a, b benchmarks.Result) bool {
	equal := func(x, y []float64) bool {
		return slices.EqualFunc(x, y, func(u, v float64) bool { return u == v || math.IsNaN(u) && math.IsNaN(v) })
	}
	return a.Raw.Value == b.Raw.Value && equal(a.Raw.Splits, b.Raw.Splits) && equal(a.Neuroids, b.Neuroids) && slices.Equal(a.NeuroidIDs, b.NeuroidIDs) &&
		equal([]float64{a.Ceiled.Value}, []float64{b.Ceiled.Value})
}

// warn records what makes the comparison doubtful.
func (c *Comparison) warn() {
	for _, u := range findUnlike([]sourced{{c.A.Model, &c.a, c.sourceA}, {c.B.Model, &c.b, c.sourceB}}) {
		c.Warnings = append(c.Warnings, u.what+u.pair)
	}
	if a, b := len(c.a.Raw.Splits), len(c.b.Raw.Splits); a != b && min(a, b) == 0 {
		c.Warnings = append(c.Warnings, fmt.Sprintf("%d and %d splits cannot be paired", a, b))
	}
}

// adjust computes the p-values adjusted for all comparisons by Holm's method (1979):
// the k-th smallest of m is multiplied by m + 1 - k, and none is below the one before.
func (c *Comparisons) adjust() {
	var order []int
	for i := range c.List {
		c.List[i].Adjusted = math.NaN()
		if !math.IsNaN(c.List[i].P) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(c.List[i].P, c.List[j].P) })
	previous := 0.0
	for k, i := range order {
		previous = max(previous, min(1, c.List[i].P*float64(len(order)-k)))
		c.List[i].Adjusted = previous
	}
}
