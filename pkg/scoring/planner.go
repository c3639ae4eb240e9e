package scoring

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// planner decides which layers of models are read for which benchmarks.
type planner struct {
	home   benchmarks.Home
	loader *loader
}

// modelPlan is what a request comes to on one model.
type modelPlan struct {
	dump        *stimuli.Dump
	evaluations []*evaluation // in the order of benchmarks, then layers
	sequences   []binSequence
	failures    []benchmarks.Failure
	notes       []string
	direct      map[string]string // the most direct table of choices, by benchmark

	pending  atomic.Int32            // sequences that are not scored yet
	finished bool                    // true once its results are passed on
	result   *benchmarks.ModelResult // nil until they are put together
}

// plan opens the dumps of a request and plans what to read of each. unusable lists
// definitions that cannot be used.
func (p *planner) plan(request Request) (plans []*modelPlan, unusable []benchmarks.Failure, err error) {
	definitions, unusable, err := p.definitions(request.Benchmarks)
	if err != nil {
		return nil, nil, err
	}
	dumps, err := openDumps(request.Models)
	if err != nil {
		return nil, nil, err
	}
	if request.Selecting {
		if err := reduceForSelection(dumps); err != nil {
			return nil, nil, err
		}
	}
	problem := p.problems()
	regions := p.regions(definitions)
	var mistakes []error // all of them, so that they are mended in one go
	for _, dump := range dumps {
		if err := checkRegions(dump, regions); err != nil {
			mistakes = append(mistakes, err)
			continue
		}
		m, err := p.planModel(dump, definitions, request, problem)
		if err != nil {
			return nil, nil, err
		}
		if len(m.evaluations) == 0 && len(m.failures) == 0 && len(unusable) == 0 {
			mistakes = append(mistakes, p.noBenchmark(dump, definitions))
		}
		plans = append(plans, m)
	}
	if len(mistakes) > 0 {
		return nil, nil, errors.Join(mistakes...)
	}
	return plans, unusable, nil
}

// reduceForSelection makes dumps be scored on what model.yaml asks for where layers are
// chosen.
func reduceForSelection(dumps []*stimuli.Dump) error {
	for _, dump := range dumps {
		if dump.Selection == nil {
			path := dump.Settings()
			if path == "" {
				path = dump.Dir
			}
			return &stimuli.FileError{Path: path, What: "does not say on which principal components layers are chosen", Remedy: "write selection: {pca: 1000, fit_stimulus_set: SET} into model.yaml, SET being 1,000 images of ImageNet whose activations are dumped too"}
		}
		dump.Reduction = dump.Selection
	}
	return nil
}

// problems returns a function that returns why a benchmark cannot be scored on any model,
// nil if it can. It reads the data home once for each benchmark.
func (p *planner) problems() func(*benchmarks.Definition) error {
	found := make(map[*benchmarks.Definition]error)
	return func(d *benchmarks.Definition) error {
		err, ok := found[d]
		if !ok {
			if err = p.home.CheckData(d); err == nil {
				err = p.home.CheckAssembly(d)
			}
			found[d] = err
		}
		return err
	}
}

// definitions returns the named benchmarks, or all of the home and those embedded
// ones whose data are there; a file of the home that cannot be used is a failure
// that does not stop the others.
func (p *planner) definitions(names []string) (chosen []*benchmarks.Definition, unusable []benchmarks.Failure, err error) {
	if len(names) == 0 {
		all, errs := p.home.Definitions()
		for _, err := range errs {
			unusable = append(unusable, benchmarks.Failure{Err: err})
		}
		for _, d := range all {
			if d.Source != benchmarks.Embedded || !p.home.LacksFolders(d) && len(p.home.MissingColumns(d)) == 0 {
				chosen = append(chosen, d)
			}
		}
		return chosen, unusable, nil
	}
	all := p.home.Catalogue()
	for _, name := range names {
		d, err := all.Lookup(name)
		if err != nil {
			return nil, nil, err
		}
		if !slices.ContainsFunc(chosen, func(c *benchmarks.Definition) bool { return c.Identifier == d.Identifier }) {
			chosen = append(chosen, d)
		}
	}
	return chosen, nil, nil
}

// planModel chooses the layers for each benchmark and groups the evaluations so that
// each layer is read once. problem returns what makes a benchmark unusable for all models.
func (p *planner) planModel(dump *stimuli.Dump, definitions []*benchmarks.Definition, request Request, problem func(*benchmarks.Definition) error) (*modelPlan, error) {
	m := &modelPlan{dump: dump, direct: make(map[string]string)}
	used := make(map[string]bool)
	var unserved unserved
	for _, d := range definitions {
		if (len(request.Benchmarks) == 0 || request.Present) && !m.hasAll(d) {
			continue
		}
		data, kind, err := kindOf(d)
		if err != nil {
			return nil, err
		}
		layers, err := []string(nil), problem(d)
		if err == nil {
			layers, err = p.chooseLayers(m, d, data, request)
		}
		if err != nil {
			m.fail(d, "", err)
			continue
		}
		if len(layers) == 0 && len(request.Layers) == 0 {
			unserved.add(d, data.whatToDump(d))
		}
		for _, layer := range layers {
			used[layer] = true
			e := &evaluation{definition: d, data: data, metricKind: kind, layer: layer, reading: data.reads(d, layer)}
			if err := p.divide(e, dump); err != nil {
				m.fail(d, layer, err)
				continue
			}
			m.add(e)
		}
	}
	m.notes = append(m.notes, unserved.notes()...)
	for _, layer := range request.Layers {
		if used[layer] {
			continue
		}
		err := missingLayer(dump, layer, definitions)
		if len(m.evaluations) == 0 && len(m.failures) == 0 {
			return nil, err
		}
		if len(m.evaluations) > 0 { // else the benchmarks' failures name it
			m.failures = append(m.failures, benchmarks.Failure{Layer: layer, Err: err})
		}
	}
	return m, nil
}

// hasAll reports whether the dump has a folder for each stimulus set of the benchmark, and
// notes which is missing if it has some.
func (m *modelPlan) hasAll(d *benchmarks.Definition) bool {
	var missing []string
	for _, set := range d.StimulusSet.Names {
		if !m.dump.Has(set) {
			missing = append(missing, set)
		}
	}
	if n := len(missing); n > 0 && n < len(d.StimulusSet.Names) {
		m.notes = append(m.notes, fmt.Sprintf("%s is not scored: the dump has no folder for the stimulus set %s", d.Identifier, strings.Join(missing, ", ")))
	}
	return len(missing) == 0
}

// divide divides an evaluation by time bins, or by the parts of its definition.
func (p *planner) divide(e *evaluation, dump *stimuli.Dump) error {
	bins, err := e.data.bins(p.loader, e.definition, e.layer, dump)
	if err != nil {
		return err
	}
	if bins == nil {
		for _, part := range e.definition.Parts() {
			e.bins = append(e.bins, &binEvaluation{evaluation: e, definition: part})
		}
		if k, ok := e.data.(interface {
			spans(l *loader, d *benchmarks.Definition, layer string, dump *stimuli.Dump) (stimuli.TimeBins, error)
		}); ok {
			e.spans, err = k.spans(p.loader, e.definition, e.layer, dump)
		}
		return err
	}
	if len(e.definition.Parts()) > 1 {
		return e.definition.ErrorAt("mean_over", "write a benchmark for each part", "mean_over cannot be joined with the metric %s, which compares in time", e.definition.Metric.Name)
	}
	for _, bin := range bins {
		e.bins = append(e.bins, &binEvaluation{evaluation: e, definition: e.definition, bin: &bin})
	}
	return nil
}

// fail records that a benchmark cannot be scored on a layer.
func (m *modelPlan) fail(d *benchmarks.Definition, layer string, err error) {
	m.failures = append(m.failures, benchmarks.Failure{Benchmark: d.Identifier, Layer: layer, Err: err})
}

// add adds each bin or part of an evaluation to the reading that serves it.
func (m *modelPlan) add(e *evaluation) {
	m.evaluations = append(m.evaluations, e)
	for _, b := range e.bins {
		key := readKey{layer: e.layer, set: e.definition.StimulusSet.String(), table: e.reading == readsTable}
		if e.reading == readsFitting {
			key.fitSet = b.definition.FittingStimulusSet
			if len(e.definition.Parts()) > 1 {
				key.whole = e.definition.Identifier
			}
		}
		s := m.sequence(key.sequence())
		if b.bin != nil {
			key.bin = b.bin.String()
		} else if e.spans != nil {
			key.bin = e.spans.String()
		}
		at := slices.IndexFunc(*s, func(read *layerRead) bool { return read.key == key })
		if at < 0 {
			*s = append(*s, &layerRead{key: key, bin: b.bin, spans: e.spans})
			at = len(*s) - 1
		}
		(*s)[at].evaluations = append((*s)[at].evaluations, b)
	}
}

// sequence returns the sequence of a key.
func (m *modelPlan) sequence(key readKey) *binSequence {
	for i, s := range m.sequences {
		if s[0].key.sequence() == key {
			return &m.sequences[i]
		}
	}
	m.sequences = append(m.sequences, nil)
	return &m.sequences[len(m.sequences)-1]
}

// chooseLayers lists the layers that a benchmark is scored on: those asked for,
// else the committed one of its region, else every one found. A benchmark that the
// request names has one at least, or an error.
func (p *planner) chooseLayers(m *modelPlan, d *benchmarks.Definition, data dataKind, request Request) ([]string, error) {
	dump := m.dump
	for _, set := range d.StimulusSet.Names {
		if !dump.Has(set) {
			return nil, p.withCause(dump, d, fmt.Sprintf("has no folder for the stimulus set %q", set), "dump the model's activations to these stimuli there")
		}
	}
	found, err := layersOf(data, dump, d)
	if err != nil {
		return nil, err
	}
	layers, direct := found, directLayer(data, d, found)
	m.direct[d.Identifier] = direct
	for _, layer := range request.Layers {
		if parts := stimuli.NamedParts(layer, found); parts != nil && !slices.Contains(found, layer) {
			dump.Join(parts)
		}
	}
	if len(request.Layers) > 0 {
		layers = intersect(append(slices.Clip(found), joinedOf(dump, found)...), request.Layers)
	} else if direct != "" && !request.AllLayers {
		layers = []string{direct}
		m.noteUnused(d, direct, found)
	} else if committed, ok := dump.Commitments[d.Region]; ok && !request.AllLayers && data.committed() && len(found) > 0 {
		if absent := slices.DeleteFunc(slices.Clone(dump.LayerParts(committed)), func(part string) bool { return slices.Contains(found, part) }); len(absent) > 0 {
			committed = absent[0]
			return nil, &stimuli.FileError{Path: dump.Settings(), What: fmt.Sprintf("commits %s to the layer %q, which is not among those that %s can be scored on (%s)", d.Region, committed, d.Identifier, strings.Join(found, ", ")), Remedy: cmp.Or(otherTime(dump, d, committed), nearest.Suggest(committed, found))}
		}
		layers = []string{committed}
	}
	if len(layers) == 0 && len(request.Benchmarks) > 0 {
		return nil, p.noLayer(dump, d, data, found, request)
	}
	return layers, nil
}

// joinedOf lists the joined layers of a dump all of whose parts were found.
func joinedOf(dump *stimuli.Dump, found []string) []string {
	var joined []string
	for _, layer := range dump.Joined() {
		if parts := dump.LayerParts(layer); len(intersect(parts, found)) == len(parts) {
			joined = append(joined, layer)
		}
	}
	return joined
}

// directLayer returns the layer that a benchmark is scored on if the request names none,
// since no other is as near to what it compares; "" if the kind of data has none.
func directLayer(data dataKind, d *benchmarks.Definition, found []string) string {
	if k, ok := data.(interface {
		direct(d *benchmarks.Definition, found []string) string
	}); ok {
		return k.direct(d, found)
	}
	return ""
}

// noteUnused notes the tables of choices that a more direct one was taken before.
func (m *modelPlan) noteUnused(d *benchmarks.Definition, direct string, found []string) {
	others := slices.DeleteFunc(intersect(stimuli.ChoiceTables, found), func(layer string) bool { return layer == direct })
	if len(others) == 0 {
		return
	}
	note := fmt.Sprintf("choices on %s are those of %s, not of %s; --layer or --all-layers scores the others", d.StimulusSet, direct, strings.Join(others, " and "))
	if !slices.Contains(m.notes, note) {
		m.notes = append(m.notes, note)
	}
}

// intersect lists the values of a that b has too.
func intersect(a, b []string) []string {
	var out []string
	for _, v := range a {
		if slices.Contains(b, v) {
			out = append(out, v)
		}
	}
	return out
}

// missingLayer returns the error of a layer asked for that no benchmark can be
// scored on.
func missingLayer(dump *stimuli.Dump, layer string, definitions []*benchmarks.Definition) error {
	var known []string
	for _, d := range definitions {
		data, _, err := kindOf(d)
		if err != nil {
			continue
		}
		found, err := layersOf(data, dump, d)
		if err != nil {
			return err
		}
		for _, l := range found {
			if !slices.Contains(known, l) {
				known = append(known, l)
			}
		}
	}
	slices.Sort(known)
	return &stimuli.FileError{Path: dump.Dir, What: fmt.Sprintf("has no layer %q for any of the benchmarks", layer), Remedy: "it has " + strings.Join(known, ", ")}
}
