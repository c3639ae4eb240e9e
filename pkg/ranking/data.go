package ranking

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// Error reports inputs that contradict each other, or a name that they lack.
type Error struct{ msg string }

func (e *Error) Error() string { return e.msg }

// DataError says that the cause is invalid data.
func (e *Error) DataError() bool { return true }

func errorf(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// anatomy are the parts that tables may give whatever the composite, in the
// order in which parts are listed.
var anatomy = []string{"V1", "V2", "V4", "IT", "OST", "behavior"}

// Data are the scores and metadata of models.
type Data struct {
	Composite *benchmarks.Composite
	// Warnings say what is doubtful about the inputs.
	Warnings []string

	models  map[string]*Model
	parents map[string]string // of benchmarks
	columns []string          // of metadata, in the order they came
	sources []Source

	contradictions []*contradiction
	likenessTold   bool
}

// Model is what is known of one model.
type Model struct {
	Name string
	// Composite is its composite, NaN where there is none.
	Composite float64
	// Why says what keeps the model from having a composite.
	Why string
	// Parts are the values of parts, by name, and Benchmarks those of
	// benchmarks, as the composite takes them: raw or ceiled.
	Parts, Benchmarks map[string]float64
	Metadata          map[string]Value

	source   string // of the results
	facts    map[string]fact
	table    string // that gave parts
	listed   bool   // in a table that has parts
	results  []benchmarks.Result
	failures []benchmarks.Failure
	scored   map[scoreKey]string // source by score
	given    *benchmarks.CompositeResult

	intervals map[string]Interval // by score
}

type scoreKey struct{ benchmark, layer string }

// New is data without models, for a composite.
func New(c *benchmarks.Composite) *Data {
	return &Data{Composite: c, models: map[string]*Model{}, parents: map[string]string{}}
}

func (d *Data) model(name string) *Model {
	m, ok := d.models[name]
	if !ok {
		m = &Model{Name: name, Parts: map[string]float64{}, Benchmarks: map[string]float64{}, Metadata: map[string]Value{}, scored: map[scoreKey]string{}, facts: map[string]fact{}}
		d.models[name] = m
	}
	return m
}

// AddResults adds scores of models; source is for messages. A model may come
// in several files, each score in one.
func (d *Data) AddResults(source string, results []benchmarks.ModelResult) error {
	results, warnings := withoutFar(source, results)
	d.Warnings = append(d.Warnings, warnings...)
	for _, r := range results {
		if r.Model == "" {
			return errorf("%s: a model has no name", source)
		}
		m := d.model(r.Model)
		if m.table != "" && len(m.Parts) > 0 {
			return errorf("scores of model %q are both in %s and in %s: give one of them", r.Model, m.table, source)
		}
		if m.source != "" && (len(r.Scores) == 0 || len(m.results) == 0) {
			return errorf("model %q is both in %s and in %s: give one of them", r.Model, m.source, source)
		}
		m.source = source
		if err := d.addFacts(m, source, r.Metadata); err != nil {
			return err
		}
		for _, s := range r.Scores {
			key := scoreKey{s.Benchmark, s.Layer}
			if first, ok := m.scored[key]; ok {
				return errorf("the score of model %q on %s (layer %s) is both in %s and in %s: give one of them", r.Model, s.Benchmark, s.Layer, first, source)
			}
			m.scored[key] = source
			s.Parent = d.Composite.PartOf(s)
			m.results = append(m.results, s)
			if first, ok := d.parents[s.Benchmark]; ok && first != s.Parent {
				return errorf("%s: benchmark %s counts in %q, but elsewhere in %q: score all models by one definition", source, s.Benchmark, s.Parent, first)
			}
			d.parents[s.Benchmark] = s.Parent
		}
		m.failures = append(m.failures, r.Failures...)
		if len(r.Scores) == 0 {
			m.given = r.Composite
		}
	}
	return nil
}

// Form computes the parts and composites of all models, which come in the
// order of their names. Models that only metadata are known of are left out.
func (d *Data) Form() []*Model {
	maps.DeleteFunc(d.models, func(_ string, m *Model) bool { return m.source == "" && !m.listed })
	d.warnOfContradictions()
	if !d.likenessTold {
		d.likenessTold = true
		d.warnOfUnlike()
		d.warnOfGiven()
		d.warnOfParts()
	}
	list := d.sorted()
	parts := d.knownParts()
	for _, m := range list {
		d.form(m, parts)
		d.formIntervals(m)
	}
	return list
}

// sorted lists the models in the order of their names.
func (d *Data) sorted() []*Model {
	return slices.SortedFunc(maps.Values(d.models), func(a, b *Model) int { return cmp.Compare(a.Name, b.Name) })
}

// form fills in the values of one model, of the parts that a model can have.
func (d *Data) form(m *Model, parts []string) {
	results := m.results
	for _, f := range m.failures {
		nothing := benchmarks.Result{Benchmark: f.Benchmark, Layer: f.Layer, Parent: d.parents[f.Benchmark]}
		nothing.Raw.Value, nothing.Ceiled.Value = math.NaN(), math.NaN()
		results = append(slices.Clip(results), nothing)
	}
	// A part that is scored on several layers has no one value.
	several := map[string]bool{}
	for _, part := range parts {
		one := benchmarks.Composite{Identifier: part, Of: d.Composite.Of, Mean: []benchmarks.CompositeNode{{Name: part}}}
		formed, err := one.Form(results, false)
		if err == nil {
			m.Parts[part] = formed.Parts[part]
		} else if e, ok := err.(*benchmarks.CompositeError); ok && len(e.Ambiguous) > 0 {
			several[part] = true
		}
	}
	if c := m.given; c != nil && c.Of == d.Composite.Of {
		for part, v := range c.Parts {
			m.Parts[part] = v
		}
	}
	layers := map[string]int{}
	for _, r := range m.results {
		layers[r.Benchmark]++
	}
	for _, r := range m.results {
		v := r.Raw.Value
		if d.Composite.Of == benchmarks.OfCeiled {
			v = r.Ceiled.Value
		}
		if layers[r.Benchmark] == 1 && finite(v) {
			m.Benchmarks[r.Benchmark] = v
		}
	}
	var why []string
	for _, part := range d.Composite.PartNames() {
		_, has := m.Parts[part]
		_, assumed := d.Composite.Missing[part]
		switch {
		case several[part]:
			why = append(why, part+" (several layers)")
		case !has && !assumed:
			why = append(why, part)
		}
	}
	m.Composite, m.Why = math.NaN(), strings.Join(why, ", ")
	if len(why) > 0 {
		return
	}
	if formed, err := d.Composite.FormParts(m.Parts, false); err == nil {
		m.Composite = formed.Value
	} else {
		m.Why = strings.Join(d.Composite.PartNames(), ", ")
	}
}

// knownParts are the parts that a model can have, in the order of listing.
func (d *Data) knownParts() []string {
	known := map[string]bool{}
	for _, part := range d.Composite.PartNames() {
		known[part] = true
	}
	for _, parent := range d.parents {
		if parent != "" {
			known[parent] = true
		}
	}
	for _, m := range d.models {
		for part := range m.Parts {
			known[part] = true
		}
	}
	return inOrder(known)
}

// inOrder lists parts in anatomical order, then by name.
func inOrder(parts map[string]bool) []string {
	var list []string
	for _, name := range anatomy {
		if parts[name] {
			list = append(list, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if !slices.Contains(anatomy, name) {
			list = append(list, name)
		}
	}
	return list
}

// Parts are the parts that some model has a value of, in anatomical order,
// then by name.
func Parts(models []*Model) []string {
	have := map[string]bool{}
	for _, m := range models {
		for part := range m.Parts {
			have[part] = true
		}
	}
	return inOrder(have)
}

// Benchmarks are the benchmarks that some model has a value of, by name.
func Benchmarks(models []*Model) []string {
	have := map[string]bool{}
	for _, m := range models {
		for b := range m.Benchmarks {
			have[b] = true
		}
	}
	return slices.Sorted(maps.Keys(have))
}

// Metadata are the columns of metadata that some model has a value of, in the
// order they came.
func (d *Data) Metadata() []string {
	var names []string
	for _, c := range d.columns {
		for _, m := range d.models {
			if _, ok := m.Metadata[c]; ok {
				names = append(names, c)
				break
			}
		}
	}
	return names
}

// Numeric says whether all values of a column of metadata are numbers.
func (d *Data) Numeric(column string) bool {
	some := false
	for _, m := range d.models {
		if v, ok := m.Metadata[column]; ok {
			if math.IsNaN(v.Number) {
				return false
			}
			some = true
		}
	}
	return some
}

// CompositeScore is the name of the composite among scores.
const CompositeScore = "composite"

// Scores are the names of all scores: the composite, parts and benchmarks.
func Scores(models []*Model) []string {
	return slices.Concat([]string{CompositeScore}, Parts(models), Benchmarks(models))
}

// Score gives a score of a model, NaN where it has none.
func (m *Model) Score(name string) float64 {
	if name == CompositeScore {
		return m.Composite
	}
	for _, in := range []map[string]float64{m.Parts, m.Benchmarks} {
		if v, ok := in[name]; ok {
			return v
		}
	}
	return math.NaN()
}

// Results are the scores that were added of the model, none where it comes from a
// table.
func (m *Model) Results() []benchmarks.Result { return m.results }

// FindScore gives the score that was meant by a name in any case.
func FindScore(models []*Model, name string) (string, error) {
	return find("score", name, Scores(models))
}

// FindNumeric gives the numeric column of metadata that was meant.
func (d *Data) FindNumeric(name string) (string, error) {
	var numeric []string
	for _, c := range d.Metadata() {
		if d.Numeric(c) {
			numeric = append(numeric, c)
		}
	}
	found, err := find("numeric metadata", name, numeric)
	if err == nil {
		return found, nil
	}
	if column, unknown := find("metadata", name, d.Metadata()); unknown == nil {
		for _, m := range d.sorted() {
			if v, ok := m.Metadata[column]; ok && math.IsNaN(v.Number) {
				return "", errorf("unknown numeric metadata %q: that of model %q is %q", column, m.Name, v.Text)
			}
		}
	}
	return "", err
}

// Find gives the one of known names that was meant, in any case; what says what
// they are.
func Find(what, name string, known []string) (string, error) { return find(what, name, known) }

// find gives the one of known names that was meant, which may be spelt in
// another case.
func find(what, name string, known []string) (string, error) {
	for _, k := range known {
		if k == name {
			return k, nil
		}
	}
	for _, k := range known {
		if strings.EqualFold(k, name) {
			return k, nil
		}
	}
	msg := fmt.Sprintf("unknown %s %q", what, name)
	if question := nearest.Suggest(name, known); question != "" {
		msg += ": " + question
	}
	if len(known) == 0 {
		return "", errorf("%s (the inputs have none)", msg)
	}
	return "", errorf("%s (known: %s)", msg, strings.Join(known, ", "))
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// FindModel gives the model that was meant by a name in any case.
func FindModel(models []*Model, name string) (*Model, error) {
	known := make([]string, len(models))
	for i, m := range models {
		known[i] = m.Name
	}
	found, err := find("model", name, known)
	if err != nil {
		return nil, err
	}
	return models[slices.Index(known, found)], nil
}
