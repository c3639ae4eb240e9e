package scoring

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// subjectChoicesKind is the choices of single subjects, trial by trial, which are
// compared with a model's choices.
type subjectChoicesKind struct{ answersKind }

func init() { registerKind(subjectChoicesKind{}) }

func (subjectChoicesKind) data() Data {
	return Data{
		Name:  "choices by subject",
		Files: []DataFile{{Name: "trials.csv", Columns: []string{"subject", "stimulus_id", "truth", "choice"}, Others: []string{"condition", "correct"}}},
		Dump:  answersDump,
	}
}

func (subjectChoicesKind) rules() []benchmarks.Rules {
	return []benchmarks.Rules{{Metrics: metrics.KindConsistency, Benchmark: benchmarks.KindBehavioral, Exclude: true, UnknownChoices: true, Truth: true, Choices: true, Score: metrics.Ratio}}
}

// subjectChoicesMemory counts trials in codes, once by columns and once by trial as metrics
// take them, and these by subject and condition, for intervals once more.
var subjectChoicesMemory = trialsMemory{prepared: 57, metric: 88}

func (subjectChoicesKind) memory(l *loader, evaluations []*binEvaluation, size ReadSize) holding {
	return l.answersHolding(subjectChoicesMemory, evaluations, size)
}

func (subjectChoicesKind) open(_ context.Context, l *loader, e *binEvaluation) (target, error) {
	d := e.definition
	prepared, err := prepareOnce(l, d, func() (*subjectChoices, error) {
		c, err := l.subjectChoices(d)
		if err == nil {
			c.question, err = newQuestion(d, c.trials.StimulusIDs, c.path, c.trials.TruthOf)
		}
		return c, err
	})
	if err != nil {
		return nil, err
	}
	c := *prepared
	c.doubts = slices.Clip(c.doubts)
	return &c, c.question.check(l, e, &c.doubts)
}

// subjectChoices are the trials of one benchmark by subject and condition.
type subjectChoices struct {
	readAtOnce
	path     string // of trials.csv
	trials   *stimuli.SubjectTrials
	in       metrics.ConsistencyInput
	doubts   []string // what is doubtful about names of choices
	question *question
}

// subjectChoices returns a benchmark's trials by subject and condition.
func (l *loader) subjectChoices(d *benchmarks.Definition) (*subjectChoices, error) {
	trials, path, err := l.subjectTrials(d)
	if err != nil {
		return nil, err
	}
	if err := l.inputs.addTables(answerFiles(l, d, filepath.Base(path))...); err != nil {
		return nil, err
	}
	doubts, err := checkSubjects(trials, path, d)
	if err != nil {
		return nil, err
	}
	_, given := d.GivenCeiling()
	c := &subjectChoices{path: path, trials: trials, doubts: doubts, in: metrics.ConsistencyInput{Subjects: len(trials.Subjects), Conditions: len(trials.Conditions),
		Stimuli: len(trials.StimulusIDs), GivenCeiling: given}}
	c.in.Trials = make([]metrics.ConsistencyTrial, 0, len(trials.Stimulus))
	for i := range trials.Stimulus {
		c.in.Trials = append(c.in.Trials, metrics.ConsistencyTrial{
			Subject: trials.Subject[i], Condition: trials.Condition[i], Stimulus: trials.Stimulus[i], Correct: trials.Correct[i],
		})
	}
	return c, nil
}

// subjectTrials returns a benchmark's trials by subject and condition: by the columns that
// its metric compares by, else by the column condition, if there is one.
func (l *loader) subjectTrials(d *benchmarks.Definition) (*stimuli.SubjectTrials, string, error) {
	metric, err := d.NewMetric()
	if err != nil {
		return nil, "", err
	}
	truth := cmp.Or(d.Truth, "truth")
	var conditions []string
	if grouping, ok := metric.(metrics.Grouping); ok {
		conditions = grouping.Columns()
	} else if l.hasCondition(d) {
		conditions = []string{"condition"}
	}
	a, err := l.joined(d, "trials.csv", append([]string{truth}, conditions...), nil)
	if err != nil {
		return nil, "", err
	}
	trials, err := a.SubjectTrialsBy(truth, conditions)
	return trials, a.Trials.Path, err
}

// hasCondition reports whether the trials, or their stimulus set, have a column condition.
func (l *loader) hasCondition(d *benchmarks.Definition) bool {
	a, err := l.trialsOf(d, "trials.csv")
	if err != nil {
		return false // so does reading the trials
	}
	set, err := l.stimulusSet(a.StimulusSet)
	return a.Trials.Has("condition") || err == nil && set.Table.Has("condition")
}

// noObject states that names are outside the objects of the trials.
func noObject(objects []string) string {
	return fmt.Sprintf("none of the %d objects of the trials", len(objects))
}

// checkSubjects returns an error if a subject made many choices by names that no object
// has and no other subject chose; and warnings about single ones and objects that look
// misspelt.
func checkSubjects(t *stimuli.SubjectTrials, path string, d *benchmarks.Definition) ([]string, error) {
	objects := t.Objects()
	if t.Choice == nil {
		return nil, nil
	}
	list, err := d.ChoiceList()
	if err != nil {
		return nil, err
	}
	if list != nil {
		return checkListed(t, list, path, d)
	}
	known := slices.Concat(objects, otherChoices(t, objects, min(2, len(t.Subjects))))
	bySubject := make([][]string, len(t.Subjects))
	for i, subject := range t.Subject {
		bySubject[subject] = append(bySubject[subject], t.Choice[i])
	}
	for subject, made := range bySubject {
		what := fmt.Sprintf("choices of subject %q are %s", t.Subjects[subject], noObject(objects))
		if _, err := findUnknown(what, made, known).check(path, d); err != nil {
			return nil, err
		}
	}
	doubts, err := findUnknown("choices are "+noObject(objects), t.Choice, known).check(path, d)
	if err != nil {
		return nil, err
	}
	// Objects of single stimuli that nobody recognises are usual, so these are no error.
	if truths := findLoners("truths of stimuli look misspelt", t.TruthOf, t.Choice); truths.count > 0 {
		doubts = append(doubts, truths.String())
	}
	return doubts, nil
}

// checkListed returns an error if people chose what a list of choices does not have.
func checkListed(t *stimuli.SubjectTrials, list *benchmarks.ChoiceList, path string, d *benchmarks.Definition) ([]string, error) {
	known := slices.Concat(t.Objects(), list.Choices)
	for _, g := range stimuli.Groups(t.Choice) {
		if list.Indices(g.Name) != nil {
			known = append(known, g.Name) // by another spelling
		}
	}
	return findUnknown(fmt.Sprintf("choices are not in the list %s", list.Name), t.Choice, known).refuse(path, d)
}

func (c *subjectChoices) stimuli() [][]string { return ofOneSet(c.trials.StimulusIDs) }
func (c *subjectChoices) table(int) string    { return c.path }

// join compares the model's choices with each subject's.
func (c *subjectChoices) join(p *layerPlan, e *binEvaluation) error {
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
			objects := c.trials.Objects()
			known := slices.Concat(objects, otherChoices(c.trials, objects, 1), c.question.listed())
			doubts, err := findUnknown("choices of the model are "+noObject(objects), given.choices, known).check(given.path, e.definition)
			if err != nil {
				return metrics.Score{}, err
			}
			c.doubts = append(c.doubts, doubts...)
		}
		in := c.in
		in.Intervals = p.scorer.options.Intervals
		in.ModelCorrect = make([]bool, len(given.choices))
		for i, choice := range given.choices {
			in.ModelCorrect[i] = choice == c.trials.TruthOf[i]
		}
		metric, err := e.definition.NewMetric()
		if err != nil {
			return metrics.Score{}, err
		}
		score, err := metric.(metrics.Consistency).ScoreConsistency(ctx, in)
		score.Warnings = append(score.Warnings, given.warnings...)
		return score, err
	}
	return nil
}

// result adds counts, warnings and the ceiled score.
func (c *subjectChoices) result(e *binEvaluation, score metrics.Score, _ int) (*benchmarks.Result, error) {
	out := e.newResult()
	out.Score = score
	out.Counts = c.counts()
	out.Warnings = append(out.Warnings, c.doubts...)
	overrideCeiling(out, e.definition)
	return out, nil
}

func (c *subjectChoices) counts() benchmarks.Counts {
	return benchmarks.Counts{Stimuli: c.in.Stimuli, Trials: len(c.in.Trials), Subjects: c.in.Subjects}
}

func (subjectChoicesKind) ceil(ctx context.Context, l *loader, d *benchmarks.Definition) (*benchmarks.Result, error) {
	c, err := l.subjectChoices(d)
	if err != nil {
		return nil, err
	}
	metric, err := d.NewMetric()
	if err != nil {
		return nil, err
	}
	out := (&evaluation{definition: d}).newCeiling()
	if out.Ceiling, err = metric.(metrics.Consistency).ConsistencyCeiling(ctx, c.in); err != nil {
		return nil, err
	}
	out.Counts = c.counts()
	return out, nil
}

// validate checks a benchmark on the choices of subjects.
func (k subjectChoicesKind) validate(ctx context.Context, c *validator, set *stimuli.StimulusSet) {
	a := c.trials("trials", "stimuli", "ceiling")
	if a == nil {
		return
	}
	trials, path, err := c.runner.loader.subjectTrials(c.d)
	if err != nil {
		c.fail("trials", err)
		c.skip("needs the trials", "stimuli", "ceiling")
		return
	}
	c.v.Counts = benchmarks.Counts{Stimuli: len(trials.StimulusIDs), Trials: len(trials.Stimulus), Subjects: len(trials.Subjects)}
	counts := make([]int, len(trials.StimulusIDs))
	cells := make([]int, len(trials.Subjects)*len(trials.Conditions))
	for i, s := range trials.Stimulus {
		counts[s]++
		cells[trials.Subject[i]*len(trials.Conditions)+trials.Condition[i]]++
	}
	c.v.Repetitions = stimuli.SpreadOf(counts)
	finding := fmt.Sprintf("%d by %d subjects in %d conditions, %s each", len(trials.Stimulus), len(trials.Subjects), len(trials.Conditions), spreadText(stimuli.SpreadOf(cells)))
	empty := 0
	for _, n := range cells {
		if n == 0 {
			empty++
		}
	}
	if empty > 0 {
		c.warn("trials", fmt.Sprintf("%s; %d of %d have none", finding, empty, len(cells)))
	} else {
		c.ok("trials", "%s", finding)
	}
	if doubts, err := checkSubjects(trials, a.Trials.Path, c.d); err != nil {
		c.fail("trials", err)
	} else if len(doubts) > 0 {
		c.warn("trials", strings.Join(doubts, "; "))
	}
	c.cover(set, a.Trials.Path, trials.StimulusIDs)
	c.v.Classes = &Classes{"truth", stimuli.Groups(trials.TruthOf)}
	c.balance("objects", c.v.Classes.Groups, "stimuli")
	if c.d.FittingStimulusSet != "" {
		c.readout(trials.Objects(), len(trials.StimulusIDs))
	}
	if _, err := newQuestion(c.d, nil, path, trials.TruthOf); err != nil {
		c.fail("choices", err)
	}
	c.ceiling(ctx)
	c.memory(k)
}

// usualMetric returns error_consistency for trials by subject.
func (k subjectChoicesKind) usualMetric(d *drafter) (metric, lacks string, err error) {
	data := k.data()
	if a, err := stimuli.OpenBehavioral(d.info.Dir()); err == nil && a.Trials.Has("correct") {
		data.Files[0].Columns = []string{"subject", "stimulus_id", "truth", "correct"}
	}
	return usualForTrials(d, data, "error_consistency")
}

// draft drafts a benchmark on the choices of subjects.
func (subjectChoicesKind) draft(d *drafter, _ metrics.Kind) error {
	a, err := stimuli.OpenBehavioral(d.info.Dir())
	if err != nil {
		return err
	}
	d.start("behavior")
	d.line("assembly: "+scalar(d.request.Assembly), "%d trials", a.Trials.Len())
	conditions := "all trials of one condition"
	if a.Trials.Has("condition") {
		values, err := a.Trials.Column("condition")
		if err != nil {
			return err
		}
		conditions = "conditions " + groupsText(stimuli.Groups(values))
	}
	d.option("exclude: {condition: [VALUE]}", "leaves out trials; %s", conditions)
	d.line("stimulus_set: "+scalar(d.info.StimulusSet), "%d stimuli", len(d.set.IDs))
	d.option("choices: geirhos16", "what a model's logits are choices of: a list of the program, or a CSV file beside this one (choice,index)")
	options, _ := d.columnOptions(a.Trials)
	d.line("metric: {name: "+scalar(d.metric)+options+"}", "see brainscore metrics show %s; the ceiling is that among the subjects", d.metric)
	d.scoreLine()
	return nil
}
