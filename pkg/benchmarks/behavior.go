package benchmarks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// readoutC is the inverse penalty of the fitted read-out (REFERENCE: the
// original's LogisticRegression(C=1e-3)).
const readoutC = 1e-3

// choices are the humans' two-way choices of a behavioural benchmark.
type choices struct {
	*stimuli.ChoiceTrials
	human metrics.ChoiceTrials
	path  string
}

func (r *Runner) choices(d *Definition) (*choices, error) {
	a, err := r.behavioral(d)
	if err != nil {
		return nil, err
	}
	trials, err := a.ChoiceTrials()
	if err != nil {
		return nil, err
	}
	return &choices{ChoiceTrials: trials, path: a.Trials.Path, human: metrics.ChoiceTrials{
		Stimulus: trials.Stimulus, Truth: trials.Truth, Sample: trials.Sample,
		Distractor: trials.Distractor, Choice: trials.Choice,
		Stimuli: len(trials.StimulusIDs), Objects: len(trials.Objects),
	}}, nil
}

func (c *choices) warnings() []string {
	if c.Dropped == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d of %d trials chose neither of their two objects and are left out", c.Dropped, c.Dropped+c.human.Len())}
}

// named puts names for the codes in an error about a cell.
func (c *choices) named(err error) error {
	var cell *metrics.UndefinedError
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

// scoreGiven scores given probabilities.
func (r *Runner) scoreGiven(ctx context.Context, dump *stimuli.Dump, t *part) (*Result, error) {
	set, err := r.stimulusSet(t.definition.StimulusSet)
	if err != nil {
		return nil, err
	}
	c, err := r.choices(t.definition)
	if err != nil {
		return nil, err
	}
	probabilities, err := dump.Probabilities(set, c.StimulusIDs, c.Objects)
	if err != nil {
		return nil, err
	}
	t.content = r.noteNumbers(dump.ID+"/"+set.ID+"/"+t.layer, probabilities)
	return r.scoreChoices(ctx, t, c, probabilities, 0)
}

// scoreChoices compares probabilities (stimuli × objects) with the choices.
func (r *Runner) scoreChoices(ctx context.Context, t *part, c *choices, probabilities []float64, features int) (*Result, error) {
	d := t.definition
	metric, err := metrics.New(d.Metric.Name, d.Metric.Options)
	if err != nil {
		return nil, err
	}
	score, err := metric.(metrics.Behavioral).ScoreBehavior(ctx, metrics.BehavioralInput{Human: c.human, Truth: c.ObjectOf, Probabilities: probabilities, Intervals: r.Intervals})
	if err != nil {
		return nil, c.named(err)
	}
	out := t.newResult()
	out.Score = score
	out.Counts = Counts{Stimuli: len(c.StimulusIDs), Features: features, Trials: c.human.Len()}
	out.Warnings = append(out.Warnings, c.warnings()...)
	overrideCeiling(out, d)
	return out, r.addDefinition(d)
}

// overrideCeiling replaces a behavioural metric's own ceiling and ceiled form
// where the definition says so.
func overrideCeiling(out *Result, d *Definition) {
	given := d.Ceiling != nil && d.Ceiling.Value != nil
	if given {
		out.Ceiling = metrics.Exact(*d.Ceiling.Value)
	}
	if d.Score == "" || d.Metric.Name == "error_consistency" && d.Score == string(metrics.Ratio) && !given {
		return
	}
	ceiled, warnings := metrics.Ceil(out.Raw, out.Ceiling, metrics.Form(d.Score))
	out.Ceiled = ceiled
	out.Warnings = append(out.Warnings, warnings...)
}

// fittedPass reads one layer's activations to the fitting and the test stimuli
// once, fits the read-out on the former and scores each task on the latter.
func (r *Runner) fittedPass(ctx context.Context, dump *stimuli.Dump, p *pass) error {
	data := make(map[*part]*choices)
	var ids []string
	for _, t := range p.parts {
		c, err := r.choices(t.definition)
		if err == nil {
			err = r.labelled(t.definition, c)
		}
		if err != nil {
			t.err = err
			continue
		}
		data[t] = c
		ids = append(ids, c.StimulusIDs...)
	}
	if len(data) == 0 || r.nothingLeft(p, keysOf(data)) {
		return nil
	}
	_, ids = stimuli.Codes(ids)
	gram, fitIDs, name, err := r.fitGram(ctx, dump, p, ids)
	if err != nil {
		return failAll(p.parts, err)
	}
	if err := r.keepContent(p, keysOf(data), name); err != nil {
		return err
	}
	row := make(map[string]int, len(ids))
	for i, id := range ids {
		row[id] = i
	}
	readouts := make(map[string]*fittedReadout) // by label column
	return r.each(ctx, p.parts, func(t *part) (*Result, error) {
		label := t.definition.FittingLabel
		if readouts[label] == nil {
			readout, err := r.fit(ctx, t.definition, gram, fitIDs)
			if err != nil {
				return nil, err
			}
			readouts[label] = readout
		}
		c := data[t]
		result, err := r.scoreChoices(ctx, t, c, readouts[label].choose(c, row), gram.Features)
		if err != nil {
			return nil, err
		}
		result.Warnings = append(result.Warnings, readouts[label].warnings...)
		return result, nil
	})
}

// labelled checks, before a layer is read, that a read-out can be fitted to the
// labels and knows every object that the trials offer.
func (r *Runner) labelled(d *Definition, c *choices) error {
	set, err := r.stimulusSet(d.FittingStimulusSet)
	if err != nil {
		return err
	}
	values, err := set.Table.Column(d.FittingLabel)
	if err != nil {
		return d.blame("fitting_label", err)
	}
	_, classes := stimuli.Codes(values)
	if len(classes) < 2 {
		err = &stimuli.FileError{Path: set.Table.Path, What: fmt.Sprintf("has one value alone in %q (%q)", d.FittingLabel, classes[0]), Remedy: "a read-out needs two classes at least"}
	} else {
		err = unlabelled(set.Table.Path, c.Objects, classes)
	}
	if err != nil {
		return d.blame("fitting_label", err)
	}
	return nil
}

// fitGram reads a layer on the fitting stimuli and the test stimuli ids.
func (r *Runner) fitGram(ctx context.Context, dump *stimuli.Dump, p *pass, ids []string) (gram *metrics.FitGram, fitIDs []string, name string, err error) {
	fitSet, err := r.stimulusSet(p.key.fitSet)
	if err != nil {
		return nil, nil, "", err
	}
	testSet, err := r.stimulusSet(p.key.set)
	if err != nil {
		return nil, nil, "", err
	}
	_, fitIDs = stimuli.Codes(fitSet.IDs)
	a, err := r.open(ctx, dump, p, stimuliOf{fitSet, fitIDs}, stimuliOf{testSet, ids})
	if err != nil {
		return nil, nil, "", err
	}
	defer a.Close()
	sink := metrics.NewReadoutSink(len(fitIDs), len(ids), a.Cols(), r.Workers)
	if err := r.read(ctx, a, []metrics.Sink{sink}); err != nil {
		return nil, nil, "", err
	}
	return sink.Gram(), fitIDs, a.name, nil
}

// fittedReadout is a read-out with the probabilities of the test stimuli.
type fittedReadout struct {
	classes       []string
	probabilities []float64 // test stimuli × classes
	warnings      []string
}

func (r *Runner) fit(ctx context.Context, d *Definition, gram *metrics.FitGram, fitIDs []string) (*fittedReadout, error) {
	set, err := r.stimulusSet(d.FittingStimulusSet)
	if err != nil {
		return nil, err
	}
	values, err := set.Values(d.FittingLabel, fitIDs)
	if err != nil {
		return nil, err
	}
	labels, classes := stimuli.Codes(values)
	probabilities, warnings, err := gram.FitReadout(ctx, labels, len(classes), readoutC, r.Workers)
	if err != nil {
		return nil, err
	}
	return &fittedReadout{classes, probabilities, warnings}, nil
}

// choose takes the probabilities of the trials' stimuli and objects.
func (f *fittedReadout) choose(c *choices, row map[string]int) []float64 {
	column := make([]int, len(c.Objects))
	for i, object := range c.Objects {
		column[i] = slices.Index(f.classes, object)
	}
	out := make([]float64, 0, len(c.StimulusIDs)*len(c.Objects))
	for _, id := range c.StimulusIDs {
		for _, k := range column {
			out = append(out, f.probabilities[row[id]*len(f.classes)+k])
		}
	}
	return out
}

// scoreConsistency compares the model's choices with each subject's.
func (r *Runner) scoreConsistency(ctx context.Context, dump *stimuli.Dump, t *part) (*Result, error) {
	d := t.definition
	trials, in, err := r.consistency(d)
	if err != nil {
		return nil, err
	}
	responses, _, err := dump.Responses(d.StimulusSet, trials.StimulusIDs)
	if err != nil {
		return nil, err
	}
	known := slices.Concat(trials.Truth, trials.Choice)
	in.Intervals = r.Intervals
	in.ModelCorrect = make([]bool, len(responses))
	for i, choice := range responses {
		in.ModelCorrect[i] = choice == trials.TruthOf[i]
	}
	metric, err := metrics.New(d.Metric.Name, d.Metric.Options)
	if err != nil {
		return nil, err
	}
	score, err := metric.(metrics.Consistency).ScoreConsistency(ctx, *in)
	if err != nil {
		return nil, err
	}
	out := t.newResult()
	out.Score = score
	out.Counts = Counts{Stimuli: in.Stimuli, Trials: len(in.Trials), Subjects: in.Subjects}
	if !slices.ContainsFunc(responses, func(c string) bool { return slices.Contains(known, c) }) {
		out.Warnings = append(out.Warnings, fmt.Sprintf("%s/responses.csv: no choice is one that subjects made or a truth: are the names the same?", d.StimulusSet))
	}
	overrideCeiling(out, d)
	t.content = r.noteStrings(dump.ID+"/"+d.StimulusSet+"/"+t.layer, responses)
	return out, r.addDefinition(d)
}

// consistency is a benchmark's trials by subject and condition.
func (r *Runner) consistency(d *Definition) (*stimuli.SubjectTrials, *metrics.ConsistencyInput, error) {
	a, err := r.behavioral(d)
	if err != nil {
		return nil, nil, err
	}
	trials, err := a.SubjectTrials()
	if err != nil {
		return nil, nil, err
	}
	in := &metrics.ConsistencyInput{Subjects: len(trials.Subjects), Conditions: len(trials.Conditions), Stimuli: len(trials.StimulusIDs)}
	for i := range trials.Stimulus {
		in.Trials = append(in.Trials, metrics.ConsistencyTrial{
			Subject: trials.Subject[i], Condition: trials.Condition[i], Stimulus: trials.Stimulus[i],
			Correct: trials.Choice[i] == trials.Truth[i],
		})
	}
	return trials, in, nil
}
