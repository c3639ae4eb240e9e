package report

import (
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// The kinds of columns.
const (
	ofComposite = "composite"
	ofPart      = "part"
	ofBenchmark = "benchmark"
	ofMetadata  = "metadata"
)

// addColumns adds the columns that models can be ranked by: the composite, its
// parts, benchmarks and metadata that are numbers.
func (b *builder) addColumns() {
	composite := column{Name: b.data.Composite.Identifier, Kind: ofComposite}
	b.addColumn(composite, ranking.CompositeScore)
	for _, name := range ranking.Parts(b.models) {
		b.addColumn(column{Name: name, Kind: ofPart}, name)
	}
	for _, name := range ranking.Benchmarks(b.models) {
		b.addColumn(column{Name: name, Kind: ofBenchmark}, name)
	}
	for _, name := range b.data.Metadata() {
		if b.data.Numeric(name) {
			b.addColumn(column{Name: name, Kind: ofMetadata}, name)
		}
	}
}

func (b *builder) addColumn(c column, name string) {
	values := make([]float64, len(b.models))
	some, bounded := false, false
	for k, m := range b.models {
		e := benchmarkEstimate{math.NaN(), math.NaN()}
		switch c.Kind {
		case ofMetadata:
			values[k] = math.NaN()
			if v, ok := m.Metadata[name]; ok {
				values[k] = v.Number
			}
		case ofComposite:
			values[k] = m.Composite
		case ofPart:
			values[k] = valueOr(m.Parts, name)
			e = b.soleEstimate(m, func(r benchmarks.Result) bool { return r.Parent == name })
		case ofBenchmark:
			values[k] = valueOr(m.Benchmarks, name)
			e = b.soleEstimate(m, func(r benchmarks.Result) bool { return r.Benchmark == name })
		}
		c.Values = append(c.Values, exact(values[k]))
		c.Errors, c.Ceilings = append(c.Errors, figure(e.err)), append(c.Ceilings, figure(e.ceiling))
		some = some || finite(e.err) || finite(e.ceiling)
		i := m.Interval(name)
		c.Lows, c.Highs = append(c.Lows, figure(i.Low)), append(c.Highs, figure(i.High))
		bounded = bounded || !i.None()
	}
	if !bounded || c.Kind == ofMetadata {
		c.Lows, c.Highs = nil, nil
	}
	if !some {
		c.Errors, c.Ceilings = nil, nil
	}
	c.Ranks = ranking.Ranks(values)
	c.Name = visible(c.Name)
	b.doc.Columns = append(b.doc.Columns, c)
	b.columns = append(b.columns, name)
}

func valueOr(m map[string]float64, name string) float64 {
	if v, ok := m[name]; ok {
		return v
	}
	return math.NaN()
}

// benchmarkEstimate is the error and the ceiling of a value.
type benchmarkEstimate struct{ err, ceiling float64 }

// soleEstimate is that of the one result that meets a condition. Values of
// several have neither: a mean's error is not known from theirs.
func (b *builder) soleEstimate(m *ranking.Model, is func(benchmarks.Result) bool) benchmarkEstimate {
	none := benchmarkEstimate{math.NaN(), math.NaN()}
	results := m.Results()
	i := slices.IndexFunc(results, is)
	if i < 0 || slices.ContainsFunc(results[i+1:], is) {
		return none
	}
	if b.data.Composite.Of == benchmarks.OfCeiled {
		return benchmarkEstimate{results[i].Ceiled.Error, math.NaN()}
	}
	return benchmarkEstimate{results[i].Raw.Error, results[i].Ceiling.Value}
}
