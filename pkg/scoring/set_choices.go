package scoring

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// setChoicesKind is the right answers for a whole stimulus set, which a model's choices are
// compared with, and what people answered or at which threshold, if a metric compares with
// that.
type setChoicesKind struct {
	answersKind
	metrics metrics.Kind
	file    string // of the assembly, "" if there is none
}

func init() {
	registerKind(setChoicesKind{metrics: metrics.KindAnswers})
	registerKind(setChoicesKind{metrics: metrics.KindChoices, file: "trials.csv"})
	registerKind(setChoicesKind{metrics: metrics.KindThresholds, file: "thresholds.csv"})
}

func (k setChoicesKind) data() Data {
	switch k.file {
	case "trials.csv":
		return Data{
			Name:  "choices and right answers",
			Files: []DataFile{{Name: k.file, Columns: []string{"subject", "stimulus_id", "truth", "choice"}, Others: []string{"correct"}}},
			Dump:  answersDump,
		}
	case "thresholds.csv":
		return Data{
			Name:  "thresholds",
			Files: []DataFile{{Name: k.file, Columns: []string{"subject", "threshold"}, Others: []string{"condition"}, Stimuli: []string{}}},
			Dump:  answersDump,
		}
	}
	return Data{Name: "right answers", Dump: answersDump}
}

func (k setChoicesKind) rules() []benchmarks.Rules {
	return []benchmarks.Rules{{Metrics: k.metrics, Benchmark: benchmarks.KindBehavioral, SetAlone: k.file == "", Exclude: true, UnknownChoices: true,
		Truth: true, TruthRequired: true, Choices: true, Score: metrics.Ratio}}
}

func (k setChoicesKind) files(l *loader, d *benchmarks.Definition) ([]string, error) {
	return answerFiles(l, d, cmp.Or(k.file, "trials.csv")), nil
}

// setChoices are the stimuli of one benchmark with their right answers, and people's rows.
type setChoices struct {
	readAtOnce
	definition *benchmarks.Definition
	metric     metrics.Choices
	set        *stimuli.Table // without excluded rows
	people     *stimuli.Table // nil without an assembly
	trials     *stimuli.SubjectTrials
	ids        []string // ascending
	truth      []string // of each stimulus
	in         metrics.ChoicesInput
	labels     []string // that a read-out is fitted to; nil if there is none
	doubts     []string
	question   *question
}

// trialsMemory counts trials in codes, and their names in those of the raw score and of the
// ceiling.
func (k setChoicesKind) trialsMemory() trialsMemory {
	return trialsMemory{table: k.file, prepared: 25, column: float, metric: 64}
}

func (k setChoicesKind) memory(l *loader, evaluations []*binEvaluation, size ReadSize) holding {
	return l.answersHolding(k.trialsMemory(), evaluations, size)
}

func (k setChoicesKind) open(_ context.Context, l *loader, e *binEvaluation) (target, error) {
	prepared, err := prepareOnce(l, e.definition, func() (*setChoices, error) { return k.load(l, e.definition) })
	if err != nil {
		return nil, err
	}
	c := *prepared
	c.doubts = slices.Clip(c.doubts)
	return &c, c.question.check(l, e, &c.doubts)
}

// load reads a benchmark's right answers and people's rows.
func (k setChoicesKind) load(l *loader, d *benchmarks.Definition) (*setChoices, error) {
	metric, err := d.NewMetric()
	if err != nil {
		return nil, err
	}
	c := &setChoices{definition: d, metric: metric.(metrics.Choices)}
	if err := c.loadSet(l, d); err != nil {
		return nil, err
	}
	offered := c.truth
	if !d.Assembly.None() {
		if err := c.loadPeople(l, d, k.file); err != nil {
			return nil, err
		}
		if c.trials != nil {
			offered = c.trials.Truth
		}
	}
	if c.question, err = newQuestion(d, c.ids, c.set.Path, offered); err != nil {
		return nil, err
	}
	_, c.question.asked = stimuli.Codes(c.truth)
	names := c.question.names()
	others := slices.DeleteFunc(slices.Clone(c.question.asked), func(truth string) bool { return slices.Contains(names, truth) })
	if len(others) > 0 && d.FittingStimulusSet == "" {
		c.doubts = append(c.doubts, fmt.Sprintf("the trials do not show %d truths of the stimulus set (%s), which are not offered to the model", len(others), stimuli.Few(others)))
	}
	if d.FittingStimulusSet != "" {
		_, labels, err := l.fittingLabels(d)
		if err != nil {
			return nil, err
		}
		_, c.labels = stimuli.Codes(labels)
	}
	if err := c.columns(); err != nil {
		return nil, err
	}
	return c, l.inputs.addTables(answerFiles(l, d, cmp.Or(k.file, "trials.csv"))...)
}

func (c *setChoices) stimuli() [][]string { return ofOneSet(c.ids) }
func (c *setChoices) table(int) string    { return c.set.Path }

// input returns the metric's input with the model's choices; nil stands for none.
func (c *setChoices) input(given *answers) metrics.ChoicesInput {
	in := c.in
	var chosen []string
	offered := c.question.names()
	if given != nil {
		chosen, offered = given.choices, given.offered
	}
	if c.labels != nil {
		offered = c.labels // for the ceiling as for each layer, read-out or not
	}
	truths, choices := c.peoplesNames()
	codes, all := stimuli.CodesOf(nil, c.truth, chosen, offered, truths, choices)
	in.Names, in.Offered = all, make([]bool, len(all))
	for _, code := range codes[2] {
		in.Offered[code] = true
	}
	in.Truth = codes[0]
	if given != nil {
		in.Choice = codes[1]
	}
	if truths != nil {
		in.People.Truth = codes[3]
	}
	if choices != nil {
		in.People.Choice = codes[4]
	}
	return in
}

// peoplesNames returns the truth and the choice of each of people's trials, nil without.
func (c *setChoices) peoplesNames() (truths, choices []string) {
	if c.trials == nil {
		return nil, nil
	}
	return c.trials.Truth, c.trials.Choice
}

// join compares the model's choices with the right answers and with people's.
func (c *setChoices) join(p *layerPlan, e *binEvaluation) error {
	if e.reading == readsFitting {
		if err := p.addReadout(); err != nil {
			return err
		}
	}
	p.scorers[e] = func(ctx context.Context) (metrics.Score, error) {
		given, err := c.question.ask(ctx, p, e)
		if err != nil {
			return metrics.Score{}, err
		}
		if given.path != "" {
			truths, choices := c.peoplesNames()
			_, known := stimuli.CodesOf(nil, c.truth, c.question.names(), c.question.listed(), truths, choices)
			doubts, err := findUnknown(fmt.Sprintf("choices of the model are none of the %d that are known", len(known)), given.choices, known).check(given.path, e.definition)
			if err != nil {
				return metrics.Score{}, err
			}
			given.warnings = append(given.warnings, doubts...)
		}
		in := c.input(given)
		in.Intervals = p.scorer.options.Intervals
		score, err := c.metric.ScoreChoices(ctx, in)
		if err != nil {
			return score, c.blame(err)
		}
		ceiling, warnings, err := c.ceiling(ctx)
		score.Ceiling, score.Warnings = ceiling, slices.Concat(score.Warnings, warnings, given.warnings)
		return score, err
	}
	return nil
}

// ceiling returns the given ceiling, or the metric's own.
func (c *setChoices) ceiling(ctx context.Context) (metrics.Estimate, []string, error) {
	if given, ok := c.definition.GivenCeiling(); ok {
		return given, nil, nil
	}
	ceiling, warnings, err := c.metric.ChoicesCeiling(ctx, c.input(nil))
	return ceiling, warnings, c.blame(err)
}

// blame names the table of a column, and the row of people's table, that a metric cannot
// use.
func (c *setChoices) blame(err error) error {
	var trial *metrics.TrialError
	if errors.As(err, &trial) && c.people != nil {
		line := 0
		if trial.Trial >= 0 {
			line = c.people.Line(trial.Trial)
		}
		return &stimuli.FileError{Path: c.people.Path, Line: line, What: trial.Problem, Err: err}
	}
	var column *metrics.ColumnError
	if !errors.As(err, &column) {
		return err
	}
	path := c.set.Path
	if column.People {
		path = c.people.Path
	}
	return &stimuli.FileError{Path: path, What: fmt.Sprintf("has a column %s that %s", column.Column, column.Problem), Remedy: column.Remedy, Err: err}
}

// result adds counts, warnings and the ceiled score.
func (c *setChoices) result(e *binEvaluation, score metrics.Score, features int) (*benchmarks.Result, error) {
	out := e.newResult()
	out.Score = score
	out.Counts = c.counts()
	out.Counts.Features = features
	ceiled, warnings := c.metric.Info().Ceil(out.Raw, out.Ceiling, metrics.Form(c.definition.Score))
	out.Ceiled, out.Warnings = ceiled, slices.Concat(out.Warnings, c.doubts, warnings)
	return out, nil
}

func (c *setChoices) counts() benchmarks.Counts {
	return benchmarks.Counts{Stimuli: len(c.ids), Trials: len(c.in.People.Subject), Subjects: c.in.People.Subjects}
}

func (k setChoicesKind) ceil(ctx context.Context, l *loader, d *benchmarks.Definition) (*benchmarks.Result, error) {
	c, err := k.load(l, d)
	if err != nil {
		return nil, err
	}
	out := (&evaluation{definition: d}).newCeiling()
	out.Counts = c.counts()
	out.Ceiling, out.Warnings, err = c.ceiling(ctx)
	out.Warnings = append(out.Warnings, c.doubts...)
	return out, err
}
