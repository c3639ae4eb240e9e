package scoring

import (
	"context"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/observers"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// AnswersRequest names whose answers Runner.Answers reads.
type AnswersRequest struct {
	Models    []string // dump folders
	Benchmark string
	// Layers overrides commitments, as in a Request.
	Layers []string
	// By names the columns of trials, or of the stimulus set, whose combinations of values are
	// the conditions; none stands for those that the benchmark compares by, or else the
	// column condition if there is one.
	By []string
	// Texture is the column of the stimulus set with textures; "" stands for that of the
	// metric's option texture, or else texture.
	Texture string
}

// observableKind is a kind of data whose models and people give answers to stimuli.
type observableKind interface {
	dataKind
	// observe reads the trials of people, if there are any, and the question to models.
	observe(l *loader, d *benchmarks.Definition, by []string) (*observed, error)
}

// observed is what models are asked on one benchmark and what people answered.
type observed struct {
	question *question
	truths   []string // by stimulus of the question
	by       []string
	trials   *stimuli.SubjectTrials // nil without people
	// conditions are those of the question's stimuli; nil if models are asked in the
	// conditions in which people saw a stimulus.
	conditions []string
	doubts     []string
}

// notObservableError reports a benchmark without answers to compare.
type notObservableError struct{ benchmark, data string }

func (e *notObservableError) Error() string {
	return fmt.Sprintf("%s compares %s, not the answers of single observers: name a benchmark on choices by subject or on right answers", e.benchmark, e.data)
}

// DataError reports that the cause is invalid data.
func (e *notObservableError) DataError() bool { return true }

// Answers reads the choices of models and people on a benchmark. Models whose choices
// cannot be read are missing; failures lists them. Nothing is scored or kept.
func (r *Runner) Answers(ctx context.Context, request AnswersRequest) (answers *observers.Answers, failures []benchmarks.ModelResult, err error) {
	definitions, _, err := r.planner.definitions([]string{request.Benchmark})
	if err != nil {
		return nil, nil, err
	}
	d := definitions[0]
	data, _, err := kindOf(d)
	if err != nil {
		return nil, nil, err
	}
	kind, ok := data.(observableKind)
	if !ok {
		return nil, nil, &notObservableError{d.Identifier, data.data().Name}
	}
	if err := r.planner.problems()(d); err != nil {
		return nil, nil, err
	}
	of, err := kind.observe(r.loader, d, request.By)
	if err != nil {
		return nil, nil, err
	}
	plans, _, err := r.planner.plan(Request{Models: request.Models, Benchmarks: []string{d.Identifier}, Layers: request.Layers})
	if err != nil {
		return nil, nil, err
	}
	for _, p := range plans {
		for _, e := range p.evaluations {
			e.data = &askingKind{dataKind: e.data, of: of}
		}
	}
	if err := r.run(ctx, plans, nil); err != nil {
		return nil, nil, err
	}
	c := &observedCodes{observed: of, definition: d}
	for _, p := range plans {
		failed := benchmarks.ModelResult{Model: p.dump.ID, Failures: p.failures}
		for _, e := range p.evaluations {
			if _, err := e.outcome(); err != nil {
				failed.Failures = append(failed.Failures, benchmarks.Failure{Benchmark: d.Identifier, Layer: e.layer, Err: err})
				continue
			}
			c.add(p.dump.ID, e)
		}
		if len(failed.Failures) > 0 {
			failures = append(failures, failed)
		}
	}
	answers, err = c.encode(r.loader, request)
	return answers, failures, err
}

// askingKind reads a model's choices in the place of scoring them.
type askingKind struct {
	dataKind
	of    *observed
	given *answers
}

func (k *askingKind) open(_ context.Context, l *loader, e *binEvaluation) (target, error) {
	var doubts []string
	return &askedTarget{kind: k}, k.of.question.check(l, e, &doubts)
}

// askedTarget is the question to one model.
type askedTarget struct {
	readAtOnce
	kind *askingKind
}

func (t *askedTarget) stimuli() [][]string { return ofOneSet(t.kind.of.question.ids) }
func (t *askedTarget) table(int) string    { return t.kind.of.question.path }

func (t *askedTarget) join(p *layerPlan, e *binEvaluation) error {
	if e.reading == readsFitting {
		if err := p.addReadout(); err != nil {
			return err
		}
	}
	of := t.kind.of
	p.scorers[e] = func(ctx context.Context) (metrics.Score, error) {
		given, err := of.question.ask(ctx, p, e)
		if err != nil {
			return metrics.Score{}, err
		}
		if given.path != "" {
			known := slices.Concat(of.truths, of.question.names(), of.question.listed())
			if of.trials != nil {
				known = slices.Concat(known, of.trials.Truth, of.trials.Choice)
			}
			_, known = stimuli.Codes(known)
			doubts, err := findUnknown("choices of the model are "+noObject(known), given.choices, known).check(given.path, e.definition)
			if err != nil {
				return metrics.Score{}, err
			}
			given.warnings = append(given.warnings, doubts...)
		}
		t.kind.given = given
		return metrics.Score{}, nil
	}
	return nil
}

func (t *askedTarget) result(e *binEvaluation, score metrics.Score, _ int) (*benchmarks.Result, error) {
	out := e.newResult()
	out.Score = score
	return out, nil
}

// observe reads the trials by subject.
func (subjectChoicesKind) observe(l *loader, d *benchmarks.Definition, by []string) (*observed, error) {
	if len(by) == 0 {
		metric, err := d.NewMetric()
		if err != nil {
			return nil, err
		}
		if grouping, ok := metric.(metrics.Grouping); ok {
			by = grouping.Columns()
		}
	}
	truth := d.Truth
	if truth == "" {
		truth = "truth"
	}
	o := &observed{}
	path, err := o.readTrials(l, d, truth, by, nil)
	if err != nil {
		return nil, err
	}
	o.truths = o.trials.TruthOf
	o.question, err = newQuestion(d, o.trials.StimulusIDs, path, o.truths)
	return o, err
}

// observe reads the right answers and, if there are any, the trials.
func (k setChoicesKind) observe(l *loader, d *benchmarks.Definition, by []string) (*observed, error) {
	c, err := k.load(l, d)
	if err != nil {
		return nil, err
	}
	o := &observed{question: c.question, truths: c.truth, by: by}
	if len(by) == 0 && c.set.Has("condition") {
		o.by = []string{"condition"}
	}
	if c.trials != nil {
		if _, err := o.readTrials(l, d, "truth", o.by, c.set); err != nil {
			return nil, err
		}
		if len(o.by) > 0 && !c.set.Has(o.by[0]) {
			o.by, o.trials = nil, c.trials // the default, which models have no values of
		}
	}
	o.conditions, err = c.conditions(o.by)
	return o, err
}

// conditions returns the combination of values of columns of each stimulus.
func (c *setChoices) conditions(by []string) ([]string, error) {
	ids, err := c.set.Column("stimulus_id")
	if err != nil {
		return nil, err
	}
	conditions := make([]string, len(ids))
	for k, column := range by {
		codes, values, err := c.set.Groups(column)
		if err != nil {
			return nil, err
		}
		for i, row := range stimuli.Order(ids) {
			if k > 0 {
				conditions[i] += ", "
			}
			conditions[i] += values[codes[row]]
		}
	}
	return conditions, nil
}

// readTrials reads the trials by combination of values of columns; without columns by the
// column condition, if there is one. It returns the path of the table.
func (of *observed) readTrials(l *loader, d *benchmarks.Definition, truth string, by []string, set *stimuli.Table) (string, error) {
	given := len(by) > 0
	if !given {
		by = []string{"condition"}
	}
	a, err := l.joined(d, "trials.csv", append([]string{truth}, by...), set)
	if err != nil && !given {
		by = nil
		a, err = l.joined(d, "trials.csv", []string{truth}, set)
	}
	if err != nil {
		return "", err
	}
	if of.trials, err = a.SubjectTrialsBy(truth, by); err != nil {
		return "", err
	}
	if of.by = by; len(of.trials.Stimulus) == 0 {
		return "", &stimuli.FileError{Path: a.Trials.Path, What: "has no trials", Remedy: "add the trials of people, or exclude fewer"}
	}
	doubts, err := checkSubjects(of.trials, a.Trials.Path, d)
	of.doubts = append(of.doubts, doubts...)
	return a.Trials.Path, err
}
