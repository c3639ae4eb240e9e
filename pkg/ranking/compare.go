package ranking

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// Side is what is compared with another side: the models of some results.
type Side struct {
	Name   string // the input
	Models []benchmarks.ModelResult

	// Warnings say what of the input is left out.
	Warnings []string

	sources map[sideKey]*Source
}

// sideKey is a score of a side.
type sideKey struct{ model, benchmark, layer string }

// Merge adds the results of another file to the side.
func (s *Side) Merge(source Source, results []benchmarks.ModelResult) error {
	results, warnings := withoutFar(source.Path, results)
	s.Warnings = append(s.Warnings, warnings...)
	if s.sources == nil {
		s.sources = map[sideKey]*Source{}
	}
	for _, r := range results {
		i := slices.IndexFunc(s.Models, func(m benchmarks.ModelResult) bool { return m.Model == r.Model })
		if i < 0 {
			s.Models = append(s.Models, benchmarks.ModelResult{Model: r.Model, Composite: r.Composite})
			i = len(s.Models) - 1
		}
		m := &s.Models[i]
		for _, score := range r.Scores {
			if slices.ContainsFunc(m.Scores, func(o benchmarks.Result) bool { return o.Benchmark == score.Benchmark && o.Layer == score.Layer }) {
				return errorf("%s: model %q has a second score on %s (layer %s): give one of them", source.Path, r.Model, score.Benchmark, score.Layer)
			}
			m.Scores = append(m.Scores, score)
			s.sources[sideKey{r.Model, score.Benchmark, score.Layer}] = &source
		}
	}
	return nil
}

// source is the file that a score came from, nil where that is not known.
func (s *Side) source(m benchmarks.ModelResult, r benchmarks.Result) *Source {
	return s.sources[sideKey{m.Model, r.Benchmark, r.Layer}]
}

// Only keeps one model of a side.
func (s *Side) Only(model string) error {
	var known []string
	for _, m := range s.Models {
		if m.Model == model {
			s.Models = []benchmarks.ModelResult{m}
			return nil
		}
		known = append(known, m.Model)
	}
	msg := fmt.Sprintf("%s: there is no model %q", s.Name, model)
	if question := nearest.Suggest(model, known); question != "" {
		return errorf("%s: %s", msg, question)
	}
	return errorf("%s (it has %s)", msg, strings.Join(known, ", "))
}

// Comparisons are differences of scores between a first side and others.
type Comparisons struct {
	Alpha      float64
	Seed       uint64
	Draws      int
	List       []Comparison
	Composites []CompositeComparison
	Unmatched  []Unmatched
	Warnings   []string // of figures and composites that were left out
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
	// P is of the hypothesis that the models are equal, and Adjusted that by
	// Holm's method over all comparisons; NaN where nothing is there to test
	// on.
	P, Adjusted float64
	// Neuroids and Splits are how many the models are paired over.
	Neuroids, Splits int
	Warnings         []string

	a, b             benchmarks.Result
	sourceA, sourceB *Source
}

// Significant says whether the difference is, at a level.
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

// Unmatched is a model, or a score, that one side alone has.
type Unmatched struct {
	Side, Model, Benchmark, Layer string
	First                         bool // it is the first side that has it
	Other                         string
}

func (u Unmatched) String() string {
	what := fmt.Sprintf("model %s of %s", u.Model, u.Side)
	switch {
	case u.Benchmark != "" && u.Layer == "":
		what = fmt.Sprintf("%s of model %s of %s", u.Benchmark, u.Model, u.Side)
	case u.Benchmark != "":
		what = fmt.Sprintf("%s (%s) of model %s of %s", u.Benchmark, u.Layer, u.Model, u.Side)
	}
	return what + " has no counterpart in " + u.Other
}

// CompareOptions are how to compare.
type CompareOptions struct {
	Alpha float64 // of tests, and of intervals
	Seed  uint64
	Jobs  int
	Draws int // of bootstrap and permutation; 0 for 9999
}

// defaultDraws puts the ends of a 95 % interval on order statistics.
const defaultDraws = 9999

// Compare compares the first side with each other one. Where both sides have
// one model, these are compared, whatever their names, else those of the same
// name. Of a benchmark, the one layer of each is compared; where a side has
// several, layers of the same name.
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

func (c *Comparisons) match(a, b Side) error {
	if len(a.Models) == 1 && len(b.Models) == 1 {
		c.models(a, b, a.Models[0], b.Models[0])
		return nil
	}
	named := func(s Side) map[string]benchmarks.ModelResult {
		models := map[string]benchmarks.ModelResult{}
		for _, m := range s.Models {
			models[m.Model] = m
		}
		return models
	}
	inA, inB := named(a), named(b)
	both := 0
	for _, name := range slices.Sorted(maps.Keys(inA)) {
		other, ok := inB[name]
		if !ok {
			c.Unmatched = append(c.Unmatched, Unmatched{Side: a.Name, Model: name, First: true, Other: b.Name})
			continue
		}
		both++
		c.models(a, b, inA[name], other)
	}
	for _, name := range slices.Sorted(maps.Keys(inB)) {
		if _, ok := inA[name]; !ok {
			c.Unmatched = append(c.Unmatched, Unmatched{Side: b.Name, Model: name, Other: a.Name})
		}
	}
	if both == 0 {
		return errorf("%s and %s have no model in common: name one of each, as FILE#MODEL", a.Name, b.Name)
	}
	return nil
}

func (c *Comparisons) models(sideA, sideB Side, a, b benchmarks.ModelResult) {
	ofA, ofB := byBenchmark(a), byBenchmark(b)
	all := maps.Clone(ofA)
	maps.Copy(all, ofB)
	subject := func(side Side, m benchmarks.ModelResult, r benchmarks.Result) Subject {
		return Subject{side.Name, m.Model, r.Layer, r.Raw.Value, r.Ceiled.Value}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		scoresA, scoresB := ofA[name], ofB[name]
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
		if kind := kindOf(x); kind != kindOf(y) {
			c.Warnings = append(c.Warnings, fmt.Sprintf("composites are not compared: that of %s is %s, that of %s %s", a.Model, kind, b.Model, kindOf(y)))
			return
		}
		c.Composites = append(c.Composites, CompositeComparison{x.Name,
			Subject{Side: sideA.Name, Model: a.Model, Score: x.Value}, Subject{Side: sideB.Name, Model: b.Model, Score: y.Value}, y.Value - x.Value})
	}
}

// kindOf is what two composites must have in common.
func kindOf(c *benchmarks.CompositeResult) string {
	kind := c.Name + " of " + c.Of + " scores"
	if len(c.Missing) > 0 {
		kind += " without " + strings.Join(c.Missing, ", ")
	}
	return kind
}

func byBenchmark(m benchmarks.ModelResult) map[string][]benchmarks.Result {
	of := map[string][]benchmarks.Result{}
	for _, r := range m.Scores {
		of[r.Benchmark] = append(of[r.Benchmark], r)
	}
	for _, list := range of {
		slices.SortFunc(list, func(x, y benchmarks.Result) int { return cmp.Compare(x.Layer, y.Layer) })
	}
	return of
}

func (c *Comparison) compute(o CompareOptions) {
	a, b := c.a, c.b
	c.Raw = Difference{b.Raw.Value - a.Raw.Value, NoInterval}
	c.Score = Difference{b.Ceiled.Value - a.Ceiled.Value, NoInterval}
	c.P = math.NaN()
	c.warn()
	if !finite(c.Raw.Value) {
		return
	}
	if same(a, b) {
		c.P = 1
		c.Raw.Interval = Interval{Low: 0, High: 0}
		if finite(c.Score.Value) {
			c.Score.Interval = Interval{Low: 0, High: 0}
		}
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

// same says whether two scores are identical in all that is compared.
func same(a, b benchmarks.Result) bool {
	equal := func(x, y []float64) bool {
		return slices.EqualFunc(x, y, func(u, v float64) bool { return u == v || math.IsNaN(u) && math.IsNaN(v) })
	}
	return a.Raw.Value == b.Raw.Value && equal(a.Raw.Splits, b.Raw.Splits) && equal(a.Neuroids, b.Neuroids) && slices.Equal(a.NeuroidIDs, b.NeuroidIDs) &&
		equal([]float64{a.Ceiled.Value}, []float64{b.Ceiled.Value})
}

// warn says what makes a comparison doubtful.
func (c *Comparison) warn() {
	for _, u := range unlike([]sourced{{c.A.Model, &c.a, c.sourceA}, {c.B.Model, &c.b, c.sourceB}}) {
		c.Warnings = append(c.Warnings, u.what+u.pair)
	}
	if a, b := len(c.a.Raw.Splits), len(c.b.Raw.Splits); a != b && min(a, b) == 0 {
		c.Warnings = append(c.Warnings, fmt.Sprintf("%d and %d splits cannot be paired", a, b))
	}
}

// adjust fills in p adjusted for all comparisons by Holm's method (1979): the
// k-th smallest of m is multiplied by m + 1 - k, and none is below those before.
func (c *Comparisons) adjust() {
	var order []int
	for i := range c.List {
		c.List[i].Adjusted = math.NaN()
		if !math.IsNaN(c.List[i].P) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(c.List[i].P, c.List[j].P) })
	least := 0.0
	for k, i := range order {
		least = max(least, min(1, c.List[i].P*float64(len(order)-k)))
		c.List[i].Adjusted = least
	}
}

// Drops says which scores and composites fell by more than most below those of
// the first side, and which of it are missing.
func (c *Comparisons) Drops(most float64) []string {
	var drops []string
	check := func(what string, b Subject, from, to float64) {
		switch {
		case math.IsNaN(from):
		case math.IsNaN(to):
			drops = append(drops, fmt.Sprintf("%s: %s of %s is missing, but was %.4f", b.Side, what, b.Model, from))
		case from-to > most+1e-12:
			drops = append(drops, fmt.Sprintf("%s: %s of %s fell from %.4f to %.4f, by %.4f, more than %v", b.Side, what, b.Model, from, to, from-to, most))
		}
	}
	for _, p := range c.List {
		from, to := p.A.Score, p.B.Score
		if math.IsNaN(from) {
			from, to = p.A.Raw, p.B.Raw
		}
		check(fmt.Sprintf("%s (%s)", p.Benchmark, p.B.Layer), p.B, from, to)
	}
	for _, p := range c.Composites {
		check("composite "+p.Name, p.B, p.A.Score, p.B.Score)
	}
	for _, u := range c.Unmatched {
		if u.First {
			drops = append(drops, u.String())
		}
	}
	return drops
}
