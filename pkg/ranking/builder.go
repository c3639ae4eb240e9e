package ranking

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// Error reports inputs that contradict each other, or an unknown name.
type Error struct{ msg string }

func (e *Error) Error() string { return e.msg }

// DataError reports that the cause is invalid data.
func (e *Error) DataError() bool { return true }

func errorf(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// Builder collects scores and metadata of models from results and tables.
type Builder struct {
	composite *benchmarks.Composite
	warnings  []string
	models    map[string]*Model
	parents   map[string]string // part by benchmark
	columns   []string          // of metadata, in order of appearance
	hasColumn map[string]bool
	sources   []Source
	tables    []scoreTable

	conflicts  []*conflict
	conflictOf map[conflictKey]*conflict
}

// New returns a builder without models for a composite.
func New(c *benchmarks.Composite) *Builder {
	return &Builder{composite: c, models: map[string]*Model{}, parents: map[string]string{}, hasColumn: map[string]bool{}, conflictOf: map[conflictKey]*conflict{}}
}

// AddWarnings adds warnings about the inputs to those of the data.
func (b *Builder) AddWarnings(warnings ...string) { b.warnings = append(b.warnings, warnings...) }

func (b *Builder) warn(format string, args ...any) {
	b.warnings = append(b.warnings, fmt.Sprintf(format, args...))
}

// AddSource records a file that scores or metadata came from. The source of
// results has the path that AddResults was called with.
func (b *Builder) AddSource(s Source) { b.sources = append(b.sources, s) }

// model returns the model of a name, which it adds if it is new.
func (b *Builder) model(name string) *Model {
	m, ok := b.models[name]
	if !ok {
		m = &Model{
			Name: name, Parts: map[string]float64{}, Benchmarks: map[string]float64{}, Metadata: map[string]Value{},
			composite: b.composite, nodes: map[string]float64{}, failed: map[string]bool{},
			scored: map[scoreKey]string{}, facts: map[string]fact{},
		}
		b.models[name] = m
	}
	return m
}

// AddResults adds scores of models from the file at path. A model may be in
// several files, each of its scores in one.
func (b *Builder) AddResults(path string, results []benchmarks.ModelResult) error {
	results, warnings := withoutFar(path, results)
	b.AddWarnings(warnings...)
	for _, r := range results {
		if r.Model == "" {
			return errorf("%s: a model has no name", path)
		}
		m := b.model(r.Model)
		if m.table != "" && len(m.nodes) > 0 {
			return errorf("scores of model %q are both in %s and in %s: give one of them", r.Model, m.table, path)
		}
		if m.source != "" && (len(r.Scores) == 0 || len(m.results) == 0) {
			return errorf("model %q is both in %s and in %s: give one of them", r.Model, m.source, path)
		}
		m.source = path
		if err := b.addFacts(m, path, r.Metadata); err != nil {
			return err
		}
		for _, s := range r.Scores {
			if err := b.addScore(m, path, s); err != nil {
				return err
			}
		}
		m.failures = append(m.failures, r.Failures...)
		if len(m.layers) == 0 {
			m.layers = r.Layers
		}
		if len(r.Scores) == 0 {
			m.document = r.Composite
		}
	}
	return nil
}

func (b *Builder) addScore(m *Model, path string, s benchmarks.Result) error {
	key := scoreKey{s.Benchmark, s.Layer}
	if first, ok := m.scored[key]; ok {
		return errorf("the score of model %q on %s (layer %s) is both in %s and in %s: give one of them", m.Name, s.Benchmark, s.Layer, first, path)
	}
	m.scored[key] = path
	s.Parent = b.composite.PartOf(s)
	m.results = append(m.results, s)
	if first, ok := b.parents[s.Benchmark]; ok && first != s.Parent {
		return errorf("%s: benchmark %s counts in %q, but elsewhere in %q: score all models by one definition", path, s.Benchmark, s.Parent, first)
	}
	b.parents[s.Benchmark] = s.Parent
	return nil
}

// Build computes the parts and composites of all models and returns them. It
// drops models of which only metadata are known. The builder must not be used
// afterwards.
func (b *Builder) Build() *Data {
	maps.DeleteFunc(b.models, func(_ string, m *Model) bool { return m.source == "" && !m.listed })
	models := slices.SortedFunc(maps.Values(b.models), func(x, y *Model) int { return cmp.Compare(x.Name, y.Name) })
	b.warnOfConflicts()
	b.warnOfUnlikeScores(models)
	b.warnOfDroppedComposites(models)
	b.warnOfUnevenParts(models)
	parts := b.partNames()
	for _, m := range models {
		b.form(m, parts)
		b.formIntervals(m)
	}
	b.warnOfStandIns(models)
	b.checkTables()
	d := &Data{Composite: b.composite, Warnings: b.warnings, models: models, sources: b.sources, numeric: map[string]bool{}}
	for _, m := range models {
		for column, v := range m.Metadata {
			numeric, known := d.numeric[column]
			d.numeric[column] = (numeric || !known) && !math.IsNaN(v.Number)
		}
	}
	d.columns = slices.DeleteFunc(b.columns, func(column string) bool { _, known := d.numeric[column]; return !known })
	return d
}
