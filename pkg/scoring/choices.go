package scoring

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/choice"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// choicesKind is humans' choices between two objects, which are compared with
// probabilities: those that a model gives, or those of a read-out that is fitted on
// a layer.
type choicesKind struct{ trialsKind }

func init() { registerKind(choicesKind{}) }

func (choicesKind) data() Data {
	return Data{
		Name:  "choices between two objects",
		Files: []DataFile{{Name: "trials.csv", Columns: []string{"stimulus_id", "truth", "sample_obj", "dist_obj", "choice"}}},
		Dump:  "probabilities, or layers on which a read-out is fitted",
	}
}

func (choicesKind) rules() []benchmarks.Rules {
	return []benchmarks.Rules{{Metrics: metrics.KindBehavior, Benchmark: benchmarks.KindBehavioral, Exclude: true, UnknownChoices: true}}
}

func (choicesKind) layers(dump *stimuli.Dump, d *benchmarks.Definition) ([]string, error) {
	c, err := dump.Contents(d.StimulusSet.Name())
	if err != nil {
		return nil, err
	}
	var found []string
	if d.FittingStimulusSet != "" {
		fit, err := dump.Contents(d.FittingStimulusSet)
		if err != nil {
			return nil, err
		}
		found = intersect(c.Layers, fit.Layers)
	}
	if c.Probabilities {
		found = append(found, stimuli.ProbabilitiesLayer)
	}
	return found, nil
}

func (choicesKind) committed() bool { return true }

func (choicesKind) whatToDump(d *benchmarks.Definition) string {
	if d.FittingStimulusSet != "" {
		return fmt.Sprintf("dump one layer into both %s and %s, or probabilities into %s/probabilities.npy", d.StimulusSet, d.FittingStimulusSet, d.StimulusSet)
	}
	return fmt.Sprintf("write class probabilities into %s/probabilities.npy with choices.csv", d.StimulusSet)
}

func (choicesKind) reads(_ *benchmarks.Definition, layer string) reading {
	if layer == stimuli.ProbabilitiesLayer {
		return readsTable
	}
	return readsFitting
}

// resampling is what samples for intervals leave before it is collected.
const resampling = 8 << 20

// choicesMemory counts codes, which all benchmarks share, and orders of the trials, for intervals once more.
var choicesMemory = trialsMemory{kept: 40, metric: 104}

// memory counts the trials, the patterns of choices, and the read-out if one is fitted.
func (choicesKind) memory(l *loader, evaluations []*binEvaluation, size ReadSize) holding {
	const matrices = 24 // stimuli × objects, with those that are resampled for intervals
	h := choicesMemory.holding(l, evaluations)
	var patterns, objects int64
	for _, e := range evaluations {
		trials := l.sizeOfTrials(e.definition, "")
		of := int64(max(trials.Distinct["truth"], trials.Distinct["sample_obj"], trials.Distinct["dist_obj"]))
		objects = max(objects, of)
		patterns = max(patterns, matrices*float*of*int64(trials.Distinct["stimulus_id"]))
	}
	if l.options.Intervals.Samples > 0 {
		h.working += resampling
	}
	h.working += patterns
	if evaluations[0].reading != readsTable {
		h.working += readoutMemory(size, int(objects)) + kernelMemory(size, true) + idMemory(size.Rows)
	}
	return h
}

func (choicesKind) open(_ context.Context, l *loader, e *binEvaluation) (target, error) {
	c, err := l.choices(e.definition)
	if err != nil {
		return nil, err
	}
	if e.reading == readsFitting {
		doubts, err := l.checkFittingLabels(e.definition, c.Objects)
		if err != nil {
			return nil, err
		}
		c.doubts = append(c.doubts, doubts...)
	}
	return c, nil
}

// choices are the two-way choices of one benchmark.
type choices struct {
	readAtOnce
	*stimuli.ChoiceTrials
	human  metrics.ChoiceTrials
	path   string
	doubts []string // what is doubtful about names of choices and labels
}

// choices returns the two-way choices of a benchmark.
func (l *loader) choices(d *benchmarks.Definition) (*choices, error) {
	a, err := l.behavioral(d)
	if err != nil {
		return nil, err
	}
	trials, err := a.ChoiceTrials()
	if err != nil {
		return nil, err
	}
	doubts, err := unknownDropped(trials).check(a.Trials.Path, d)
	if err != nil {
		return nil, err
	}
	return &choices{ChoiceTrials: trials, path: a.Trials.Path, doubts: doubts, human: metrics.ChoiceTrials{
		Stimulus: trials.Stimulus, Truth: trials.Truth, Sample: trials.Sample,
		Distractor: trials.Distractor, Choice: trials.Choice,
		Stimuli: len(trials.StimulusIDs), Objects: len(trials.Objects),
	}}, nil
}

func (c *choices) stimuli() [][]string { return ofOneSet(c.StimulusIDs) }
func (c *choices) table(int) string    { return c.path }

// join compares the choices with the model's probabilities, or with those of a
// read-out that is fitted on the layer.
func (c *choices) join(p *layerPlan, e *binEvaluation) error {
	probabilities := c.given
	if e.reading == readsFitting {
		probabilities = c.fitted
		if err := p.addReadout(); err != nil {
			return err
		}
	}
	p.scorers[e] = func(ctx context.Context) (metrics.Score, error) {
		metric, err := e.definition.NewMetric()
		if err != nil {
			return metrics.Score{}, err
		}
		values, warnings, err := probabilities(ctx, p, e)
		if err != nil {
			return metrics.Score{}, err
		}
		score, err := metric.(metrics.Behavioral).ScoreBehavior(ctx, metrics.BehavioralInput{Human: c.human, Truth: c.ObjectOf,
			Probabilities: values, Intervals: p.scorer.options.Intervals})
		if err != nil {
			return metrics.Score{}, c.nameCells(err)
		}
		score.Warnings = append(score.Warnings, warnings...)
		return score, nil
	}
	return nil
}

// given returns the probabilities that the model gives, stimuli × objects.
func (c *choices) given(ctx context.Context, p *layerPlan, e *binEvaluation) ([]float64, []string, error) {
	s := p.scorer
	set, err := s.loader.stimulusSet(e.definition.StimulusSet.Name())
	if err != nil {
		return nil, nil, err
	}
	probabilities, err := s.dump.Probabilities(set, c.StimulusIDs, c.Objects)
	if err != nil {
		return nil, nil, s.loader.blameTrials(err, set.ID, c.path)
	}
	e.content = s.loader.inputs.recordNumbers(s.dump.ID+"/"+set.ID+"/"+e.layer, probabilities)
	return probabilities, nil, e.noteTable(ctx, probabilities, len(c.StimulusIDs))
}

// fitted returns the probabilities of a read-out, stimuli × objects.
func (c *choices) fitted(ctx context.Context, p *layerPlan, e *binEvaluation) ([]float64, []string, error) {
	readout, err := p.readouts.fit(ctx, p, e.definition)
	if err != nil {
		return nil, nil, err
	}
	return readout.probabilitiesOf(c, p.position[0]), readout.warnings, nil
}

// result adds counts, warnings and the ceiled score.
func (c *choices) result(e *binEvaluation, score metrics.Score, features int) (*benchmarks.Result, error) {
	out := e.newResult()
	out.Score = score
	out.Counts = benchmarks.Counts{Stimuli: len(c.StimulusIDs), Features: features, Trials: c.human.Len()}
	out.Warnings = append(out.Warnings, c.warnings()...)
	overrideCeiling(out, e.definition)
	return out, nil
}

// warnings counts trials that cannot be used and doubtful names.
func (c *choices) warnings() []string {
	if len(c.Dropped) == 0 {
		return c.doubts
	}
	return append([]string{droppedText(c.ChoiceTrials)}, c.doubts...)
}

func droppedText(t *stimuli.ChoiceTrials) string {
	n := len(t.Dropped)
	return fmt.Sprintf("%d of %d trials chose neither of their two objects and are left out", n, n+len(t.Choice))
}

// unknownDropped returns the choices that are the name of no object of any trial.
func unknownDropped(t *stimuli.ChoiceTrials) *unknownNames {
	u := findUnknown(fmt.Sprintf("choices are none of the %d objects of the trials", len(t.Objects)), t.Dropped, t.Objects)
	u.total += len(t.Choice)
	return u
}

// nameCells puts names for the codes in an error about a cell.
func (c *choices) nameCells(err error) error {
	var cell *choice.UndefinedError
	if !errors.As(err, &cell) {
		return err
	}
	var where []string
	name := func(what string, code int, names []string) {
		if code >= 0 {
			where = append(where, fmt.Sprintf("%s %q", what, names[code]))
		}
	}
	name("stimulus", cell.Stimulus, c.StimulusIDs)
	name("object", cell.Object, c.Objects)
	name("choice", cell.Choice, c.Objects)
	return &stimuli.FileError{Path: c.path, What: fmt.Sprintf("leaves %d cell(s) of d′ undefined, first %s", cell.Cells, strings.Join(where, ", ")), Remedy: cell.Reason(), Err: err}
}

// overrideCeiling replaces a behavioural metric's own ceiling and ceiled form
// where the definition asks for that.
func overrideCeiling(out *benchmarks.Result, d *benchmarks.Definition) {
	given, ok := d.GivenCeiling()
	if ok {
		out.Ceiling = given
	}
	info, err := metrics.Lookup(d.Metric.Name)
	if d.Score == "" || err == nil && info.Ceiled == metrics.Form(d.Score) && !ok {
		return
	}
	ceiled, warnings := info.Ceil(out.Raw, out.Ceiling, metrics.Form(d.Score))
	out.Ceiled = ceiled
	out.Warnings = append(out.Warnings, warnings...)
}

func (choicesKind) ceil(ctx context.Context, l *loader, d *benchmarks.Definition) (*benchmarks.Result, error) {
	c, err := l.choices(d)
	if err != nil {
		return nil, err
	}
	metric, err := d.NewMetric()
	if err != nil {
		return nil, err
	}
	out := (&evaluation{definition: d}).newCeiling()
	if out.Ceiling, err = metric.(metrics.Behavioral).BehavioralCeiling(ctx, c.human); err != nil {
		return nil, c.nameCells(err)
	}
	out.Counts = benchmarks.Counts{Stimuli: len(c.StimulusIDs), Trials: c.human.Len()}
	out.Warnings = append(out.Warnings, c.warnings()...)
	return out, nil
}

// validate checks a benchmark on two-way choices.
func (k choicesKind) validate(ctx context.Context, c *validator, set *stimuli.StimulusSet) {
	a := c.trials("trials", "stimuli")
	if a == nil {
		c.labels(nil)
		c.skip("needs the assembly", "ceiling")
		return
	}
	trials, err := a.ChoiceTrials()
	if err != nil {
		c.fail("trials", err)
		c.skip("needs the trials", "stimuli")
		c.labels(nil)
		c.skip("needs the trials", "ceiling")
		return
	}
	n := len(trials.Stimulus)
	c.v.Counts = benchmarks.Counts{Stimuli: len(trials.StimulusIDs), Trials: n}
	counts := make([]int, len(trials.StimulusIDs))
	for _, s := range trials.Stimulus {
		counts[s]++
	}
	c.v.Repetitions = stimuli.SpreadOf(counts)
	c.ok("trials", "%d choices between two of %d objects, %s a stimulus", n, len(trials.Objects), spreadText(c.v.Repetitions))
	if len(trials.Dropped) > 0 {
		c.warn("trials", droppedText(trials))
	}
	c.unknown("trials", unknownDropped(trials), a.Trials.Path)
	c.cover(set, a.Trials.Path, trials.StimulusIDs)
	c.labels(trials)
	c.ceiling(ctx)
	c.memory(k)
}

// usualMetric returns i2n for trials between two objects.
func (k choicesKind) usualMetric(d *drafter) (metric, lacks string, err error) {
	return usualForTrials(d, k.data(), "i2n")
}

// draft drafts a benchmark on two-way choices.
func (choicesKind) draft(d *drafter, _ metrics.Kind) error {
	a, err := stimuli.OpenBehavioral(d.info.Dir())
	if err != nil {
		return err
	}
	d.start("behavior")
	d.line("assembly: "+scalar(d.request.Assembly), "%d trials", a.Trials.Len())
	d.line("stimulus_set: "+scalar(d.info.StimulusSet), "%d stimuli", len(d.set.IDs))
	d.option("fitting_stimulus_set: NAME", "stimuli to fit a read-out on; without it models give probabilities.npy")
	d.option("fitting_label: COLUMN", "their labels, named as the objects of the trials")
	metric := scalar(d.metric)
	if d.hasEmptyCells() {
		metric += ", skip_missing: true"
	}
	d.line("metric: {name: "+metric+"}", "see brainscore metrics show %s; ceiling from halves of the trials", d.metric)
	return nil
}

// hasEmptyCells reports whether the ceiling needs skip_missing.
func (d *drafter) hasEmptyCells() bool {
	def := &benchmarks.Definition{Identifier: d.identifier, Kind: benchmarks.KindBehavioral, Assembly: benchmarks.Source(d.request.Assembly), StimulusSet: benchmarks.Source(d.info.StimulusSet), Metric: benchmarks.MetricDefinition{Name: d.metric}}
	c, err := NewRunner(d.home, Options{}).loader.choices(def)
	if err != nil {
		return false
	}
	metric, err := def.NewMetric()
	if err != nil {
		return false
	}
	m, ok := metric.(metrics.Behavioral)
	if !ok {
		return false
	}
	_, err = m.BehavioralCeiling(d.ctx, c.human)
	var undefined *choice.UndefinedError
	return errors.As(err, &undefined)
}
