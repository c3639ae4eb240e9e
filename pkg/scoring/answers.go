package scoring

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// answersKind is the model's part of the kinds of data that compare its choices: given
// ones, or those made of probabilities, of logits or by a read-out that is fitted on a
// layer.
type answersKind struct{ trialsKind }

// answersDump documents what of a dump makes choices.
const answersDump = "choices (responses.csv), probabilities, logits, or layers on which a read-out is fitted"

func (k answersKind) layers(dump *stimuli.Dump, d *benchmarks.Definition) ([]string, error) {
	c, err := dump.Contents(d.StimulusSet.Name())
	if err != nil {
		return nil, err
	}
	var found []string
	if c.Responses {
		found = append(found, stimuli.ResponsesLayer)
	}
	if c.Probabilities {
		found = append(found, stimuli.ProbabilitiesLayer)
	}
	if logits := slices.Contains(c.Layers, stimuli.LogitsLayer); logits && k.reads(d, stimuli.LogitsLayer) == readsTable &&
		(d.Choices != "" || dump.HasClasses(d.StimulusSet.Name())) {
		found = append(found, stimuli.LogitsLayer)
	}
	if d.FittingStimulusSet == "" {
		return found, nil
	}
	fit, err := dump.Contents(d.FittingStimulusSet)
	if err != nil {
		return nil, err
	}
	for _, layer := range intersect(c.Layers, fit.Layers) {
		if !slices.Contains(found, layer) {
			found = append(found, layer)
		}
	}
	return found, nil
}

// direct returns the most direct table of a dump among the layers found, "" if there is
// none.
func (k answersKind) direct(d *benchmarks.Definition, found []string) string {
	for _, layer := range stimuli.ChoiceTables {
		if slices.Contains(found, layer) && k.reads(d, layer) == readsTable {
			return layer
		}
	}
	return ""
}

func (answersKind) committed() bool { return true }

func (answersKind) whatToDump(d *benchmarks.Definition) string {
	ways := []string{fmt.Sprintf("write the model's choices into %s/responses.csv", d.StimulusSet), "probabilities.npy with choices.csv"}
	if d.Choices != "" {
		ways = append(ways, "its outputs into logits.npy")
	} else if d.FittingStimulusSet == "" {
		ways = append(ways, "logits.npy with classes.csv (or name a list by choices: in the definition)")
	}
	if d.FittingStimulusSet != "" {
		ways = append(ways, fmt.Sprintf("one layer into both %s and %s", d.StimulusSet, d.FittingStimulusSet))
	}
	return strings.Join(ways[:len(ways)-1], ", ") + " or " + ways[len(ways)-1]
}

// reads returns whether a layer is a table of choices. Logits are one unless a read-out is
// fitted on them.
func (answersKind) reads(d *benchmarks.Definition, layer string) reading {
	if layer == stimuli.LogitsLayer && d.Choices == "" && d.FittingStimulusSet != "" || !slices.Contains(stimuli.ChoiceTables, layer) {
		return readsFitting
	}
	return readsTable
}

func (answersKind) files(l *loader, d *benchmarks.Definition) ([]string, error) {
	return answerFiles(l, d, "trials.csv"), nil
}

// answerFiles lists the files that the right answers, people's answers and the list of
// choices are read from.
func answerFiles(l *loader, d *benchmarks.Definition, table string) []string {
	var paths []string
	sets := []string{d.StimulusSet.Name()}
	if !d.Assembly.None() {
		paths = assemblyFiles(l, d, table)
		if info, err := stimuli.ReadAssemblyInfo(l.home.AssemblyPath(d.Assembly.Name())); err == nil && info.StimulusSet != d.StimulusSet.Name() {
			sets = append(sets, info.StimulusSet) // trials take columns from it
		}
	}
	if d.FittingStimulusSet != "" && !slices.Contains(sets, d.FittingStimulusSet) {
		sets = append(sets, d.FittingStimulusSet) // whose labels are offered
	}
	for _, set := range sets {
		path := filepath.Join(l.home.StimulusSetPath(set), "stimuli.csv")
		if _, err := os.Stat(path); err == nil {
			paths = append(paths, path)
		}
	}
	if list := d.ChoiceListPath(); list != "" {
		paths = append(paths, list)
	}
	paths = append(paths, d.OptionFiles()...)
	return paths
}

// choosing is what a model's choices take while they are read, a block of its outputs at
// a time.
const choosing = 12 << 20

// classesAssumed are the classes of a read-out in an estimate of memory.
const classesAssumed = 32

// answersHolding counts the trials, the stimuli with the model's choices, and the read-out
// if one is fitted.
func (l *loader) answersHolding(m trialsMemory, evaluations []*binEvaluation, size ReadSize) holding {
	const stimulus = 256 // bytes
	h := m.holding(l, evaluations)
	for _, e := range evaluations {
		if set, err := l.stimulusSet(e.definition.StimulusSet.Name()); err == nil {
			n := int64(len(set.IDs))
			h.keep("stimulus set "+set.ID, set.Table.Size().Bytes+stimulus*n)
			h.keep(fmt.Sprintf("right answers for %s %p", e.definition.Identifier, e.definition), (m.prepared+m.column*int64(len(metricColumns(e.definition))))*n)
			if len(e.definition.Exclude) > 0 {
				h.keep(fmt.Sprintf("without excluded stimuli %s %p", e.definition.Identifier, e.definition), set.Table.Size().Bytes)
			}
		}
	}
	h.working += choosing
	if evaluations[0].reading != readsTable {
		h.working += readoutMemory(size, classesAssumed) + kernelMemory(size, true) + idMemory(size.Rows)
	}
	return h
}

// question is what a model is asked: which of the offered names each stimulus shows.
type question struct {
	ids    []string // of the stimuli, ascending
	path   string   // of the table that names them
	truths []string // of all of them or, if people's trials are compared with, of these
	asked  []string // the truths of the stimuli
	list   *benchmarks.ChoiceList
}

// newQuestion prepares the choice among the truths of a benchmark.
func newQuestion(d *benchmarks.Definition, ids []string, path string, truths []string) (*question, error) {
	list, err := d.ChoiceList()
	if err != nil {
		return nil, err
	}
	_, names := stimuli.Codes(truths)
	slices.Sort(names) // by code point, whatever they look like
	q := &question{ids: ids, path: path, truths: names, asked: names, list: list}
	if list != nil {
		for _, name := range names {
			if list.Indices(name) == nil {
				return nil, list.UnknownTruth(path, name)
			}
		}
	}
	return q, nil
}

// check checks, before a layer is read, that what a read-out is fitted to has all truths.
func (q *question) check(l *loader, e *binEvaluation, doubts *[]string) error {
	if e.reading != readsFitting {
		return nil
	}
	found, err := l.checkFittingLabels(e.definition, q.asked)
	*doubts = append(*doubts, found...)
	return err
}

// listed returns the choices of the list, if there is one.
func (q *question) listed() []string {
	if q.list == nil {
		return nil
	}
	return q.list.Choices
}

// answers are a model's choices.
type answers struct {
	choices  []string // by stimulus of the question
	offered  []string // what the model could choose; nil if that is not known
	path     string   // of the file of the choices, "" if they were made
	warnings []string
}

// names are the names that are offered to a model without a read-out.
func (q *question) names() []string {
	if q.list != nil && q.list.All() {
		return q.list.Choices
	}
	return q.truths
}

// ask returns a model's choices by the layer of the evaluation.
func (q *question) ask(ctx context.Context, p *layerPlan, e *binEvaluation) (*answers, error) {
	s, d := p.scorer, e.definition
	if e.reading == readsFitting {
		return q.askReadout(ctx, p, e)
	}
	var a *answers
	var err error
	if e.layer == stimuli.ResponsesLayer {
		a = &answers{offered: q.names()}
		a.choices, a.path, err = s.dump.Responses(d.StimulusSet.Name(), q.ids)
		a.warnings = unansweredText(a.choices)
	} else {
		a, err = q.choose(ctx, p, e)
	}
	if err != nil {
		return nil, s.loader.blameTrials(err, d.StimulusSet.Name(), q.path)
	}
	e.content = s.loader.inputs.recordStrings(e.tableName(s.dump.ID), a.choices)
	return a, nil
}

// unansweredText warns of stimuli that a model did not answer.
func unansweredText(choices []string) []string {
	n := 0
	for _, choice := range choices {
		if unanswered(choice) {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d of %d stimuli are unanswered by the model, which counts as wrong", n, len(choices))}
}

// tableName is the name of a table of choices among the inputs of a report.
func (e *evaluation) tableName(model string) string {
	name := model + "/" + e.definition.StimulusSet.Name() + "/" + e.layer
	if e.layer == stimuli.LogitsLayer {
		name += " (choices)" // the layer itself may be an input too
	}
	return name
}

// choose makes choices of probabilities or logits.
func (q *question) choose(ctx context.Context, p *layerPlan, e *binEvaluation) (*answers, error) {
	set, err := p.scorer.loader.stimulusSet(e.definition.StimulusSet.Name())
	if err != nil {
		return nil, err
	}
	hashes := newRowHashes(len(q.ids))
	observe := func(i int, values []float64) { hashes.addRow(i, values) }
	names := q.names()
	var chosen []int
	if e.layer == stimuli.ProbabilitiesLayer {
		var others int
		if chosen, others, err = p.scorer.dump.ChooseProbabilities(set, q.ids, names, observe); others > 0 {
			p.scorer.options.log("%s on %s: %d columns of its probabilities are not offered", p.scorer.dump.ID, e.definition.Identifier, others)
		}
	} else {
		chosen, err = q.chooseLogits(p.scorer.dump, set, names, observe)
	}
	if err != nil {
		return nil, err
	}
	a := &answers{offered: names, choices: make([]string, len(chosen))}
	for i, k := range chosen {
		a.choices[i] = names[k]
	}
	e.noteRows(hashes)
	return a, ctx.Err()
}

// noteRows notes stimuli that a table has the same numbers for.
func (e *binEvaluation) noteRows(h *rowHashes) {
	n := len(h.rows)
	e.noteAlike(&readRows{hashes: h.rows, zero: h.zero, files: make([]string, n), at: make([]int, n)}, "", nil)
}
