package scoring

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// tripletsKind is humans' choices of the odd one out of three stimuli, which are compared
// with the similarities of a layer's activations to them.
type tripletsKind struct{ trialsKind }

func init() { registerKind(tripletsKind{}) }

// tripletStimuli are the columns of what a subject saw; choice holds one of them.
var tripletStimuli = []string{"first", "second", "third"}

func (tripletsKind) data() Data {
	columns := slices.Concat(tripletStimuli, []string{"choice"})
	return Data{
		Name:  "triplets (odd one out)",
		Files: []DataFile{{Name: "trials.csv", Columns: columns, Others: []string{"subject"}, Stimuli: tripletStimuli}},
		Dump:  "layers",
	}
}

func (tripletsKind) rules() []benchmarks.Rules {
	return []benchmarks.Rules{{Metrics: metrics.KindTriplets, Benchmark: benchmarks.KindBehavioral, Exclude: true, Score: metrics.Ratio}}
}

func (tripletsKind) layers(dump *stimuli.Dump, d *benchmarks.Definition) ([]string, error) {
	c, err := dump.Contents(d.StimulusSet.Name())
	if err != nil {
		return nil, err
	}
	return c.Layers, nil
}

func (tripletsKind) committed() bool { return true }

func (tripletsKind) whatToDump(d *benchmarks.Definition) string {
	return fmt.Sprintf("dump activations into %s/<layer>.npy", d.StimulusSet)
}

func (tripletsKind) reads(*benchmarks.Definition, string) reading { return readsLayer }

// tripletsMemory counts codes in the order of the table, and what is made of them.
var tripletsMemory = trialsMemory{working: 40, metric: 72}

// memory counts the trials, the Gram matrix, and the largest of what the metrics hold.
func (tripletsKind) memory(l *loader, evaluations []*binEvaluation, size ReadSize) holding {
	h := tripletsMemory.holding(l, evaluations)
	blocks := blockMemory(size)
	var working, kept int64
	for _, e := range evaluations {
		m := metricMemory(e.definition, metrics.Shape{Stimuli: size.Rows, Features: size.Features, Splits: 1, Workers: max(1, l.options.Workers), Reading: blocks})
		h.rare = max(h.rare, m.Rare)
		working, kept = max(working, m.Working-m.Kept), kept+m.Kept
	}
	n := int64(size.Rows)
	h.working += float*n*n + max(blocks, working+kept) + kernelMemory(size, true) + idMemory(size.Rows)
	return h
}

// triplets are the trials of one benchmark.
type triplets struct {
	readAtOnce
	path   string   // of trials.csv
	ids    []string // ascending
	in     metrics.TripletInput
	metric metrics.Triplets
}

func (tripletsKind) open(_ context.Context, l *loader, e *binEvaluation) (target, error) {
	return l.triplets(e.definition)
}

// triplets returns a benchmark's trials.
func (l *loader) triplets(d *benchmarks.Definition) (*triplets, error) {
	a, err := l.behavioral(d)
	if err != nil {
		return nil, err
	}
	t, err := newTriplets(a)
	if err != nil {
		return nil, err
	}
	metric, err := d.NewMetric()
	if err != nil {
		return nil, err
	}
	t.in.Workers, t.metric = l.options.Workers, metric.(metrics.Triplets)
	return t, nil
}

// newTriplets reads the trials as choices of the odd one out.
func newTriplets(a *stimuli.BehavioralAssembly) (*triplets, error) {
	table := a.Trials
	var columns [][]string
	for _, name := range (tripletsKind{}).data().Files[0].Columns {
		values, err := table.Names(name)
		if err != nil {
			return nil, err
		}
		columns = append(columns, values)
	}
	shown, choices := columns[:3], columns[3]
	n := table.Len()
	subjects := make([]string, n) // of one, if they are not named
	if table.Has("subject") {
		var err error
		if subjects, err = table.Names("subject"); err != nil {
			return nil, err
		}
	}
	codes, ids := stimuli.CodesOf(nil, shown...)
	subject, names := stimuli.Codes(subjects)
	t := &triplets{path: table.Path, ids: ids, in: metrics.TripletInput{Subjects: len(names), Stimuli: len(ids), Trials: make([]metrics.TripletTrial, n)}}
	for row := range n {
		set := [3]string{shown[0][row], shown[1][row], shown[2][row]}
		odd := slices.Index(set[:], choices[row])
		what, remedy := "", ""
		switch {
		case slices.Contains(set[:], ""):
			what = "has an empty " + tripletStimuli[slices.Index(set[:], "")]
		case set[0] == set[1] || set[0] == set[2] || set[1] == set[2]:
			what = fmt.Sprintf("shows a stimulus twice (%q)", set)
		case odd < 0:
			what, remedy = fmt.Sprintf("has the choice %q, which is none of its stimuli", choices[row]), "choice holds the stimulus that is the odd one out of the three"
		}
		if what != "" {
			return nil, &stimuli.FileError{Path: table.Path, Line: table.Line(row), What: what, Remedy: remedy}
		}
		t.in.Trials[row] = metrics.TripletTrial{Subject: subject[row], Stimuli: [3]int{codes[0][row], codes[1][row], codes[2][row]}, Odd: odd}
	}
	return t, nil
}

func (t *triplets) stimuli() [][]string { return ofOneSet(t.ids) }
func (t *triplets) table(int) string    { return t.path }

// join has the choices compared with the layer's Gram matrix.
func (t *triplets) join(p *layerPlan, e *binEvaluation) error {
	gram, err := p.gram(t.stimuli())
	if err != nil {
		return err
	}
	p.scorers[e] = func(ctx context.Context) (metrics.Score, error) {
		in := t.in
		in.Gram, in.Intervals = gram, p.scorer.options.Intervals
		score, err := t.metric.ScoreTriplets(ctx, in)
		var similarity *metrics.SimilarityError
		if errors.As(err, &similarity) {
			path := filepath.Join(p.scorer.dump.Dir, e.definition.StimulusSet.Name(), e.layer+".npy")
			return score, &stimuli.FileError{Path: path, What: fmt.Sprintf("has activations to stimulus %q that have no similarity (%s) to others", t.ids[similarity.Stimulus], similarity.Similarity), Remedy: "dump the layer again, or take similarity: dot", Err: err}
		}
		if err != nil {
			return score, err
		}
		ceiling, warnings, err := t.ceiling(ctx, e.definition)
		score.Ceiling, score.Warnings = ceiling, append(score.Warnings, warnings...)
		return score, err
	}
	return nil
}

// ceiling returns the given ceiling, or that among the subjects.
func (t *triplets) ceiling(ctx context.Context, d *benchmarks.Definition) (metrics.Estimate, []string, error) {
	if given, ok := d.GivenCeiling(); ok {
		return given, nil, nil
	}
	return t.metric.TripletCeiling(ctx, t.in)
}

// result adds counts and the ceiled score.
func (t *triplets) result(e *binEvaluation, score metrics.Score, features int) (*benchmarks.Result, error) {
	out := e.newResult()
	out.Score = score
	out.Counts = t.counts()
	out.Counts.Features = features
	ceiled, warnings := t.metric.Info().Ceil(out.Raw, out.Ceiling, metrics.Form(e.definition.Score))
	out.Ceiled, out.Warnings = ceiled, append(out.Warnings, warnings...)
	return out, nil
}

func (t *triplets) counts() benchmarks.Counts {
	return benchmarks.Counts{Stimuli: t.in.Stimuli, Trials: len(t.in.Trials), Subjects: t.in.Subjects}
}

func (tripletsKind) ceil(ctx context.Context, l *loader, d *benchmarks.Definition) (*benchmarks.Result, error) {
	t, err := l.triplets(d)
	if err != nil {
		return nil, err
	}
	out := (&evaluation{definition: d}).newCeiling()
	out.Counts = t.counts()
	out.Ceiling, out.Warnings, err = t.ceiling(ctx, d)
	return out, err
}

// validate checks a benchmark on triplets.
func (k tripletsKind) validate(ctx context.Context, c *validator, set *stimuli.StimulusSet) {
	a := c.trials("trials", "stimuli", "ceiling")
	if a == nil {
		return
	}
	t, err := newTriplets(a)
	if err != nil {
		c.fail("trials", err)
		c.skip("needs the trials", "stimuli", "ceiling")
		return
	}
	c.v.Counts = t.counts()
	shown, made := make([]int, t.in.Stimuli), make([]int, t.in.Subjects)
	for _, trial := range t.in.Trials {
		made[trial.Subject]++
		for _, s := range trial.Stimuli {
			shown[s]++
		}
	}
	c.v.Repetitions = stimuli.SpreadOf(shown)
	c.ok("trials", "%d by %d subjects, %s each; %s a stimulus", len(t.in.Trials), t.in.Subjects, spreadText(stimuli.SpreadOf(made)), spreadText(c.v.Repetitions))
	c.cover(set, t.path, t.ids)
	c.ceiling(ctx)
	c.memory(k)
}

// usualMetric returns odd_one_out for trials of three stimuli.
func (k tripletsKind) usualMetric(d *drafter) (metric, lacks string, err error) {
	return usualForTrials(d, k.data(), "odd_one_out")
}

// draft drafts a benchmark on triplets.
func (tripletsKind) draft(d *drafter, _ metrics.Kind) error {
	a, err := stimuli.OpenBehavioral(d.info.Dir())
	if err != nil {
		return err
	}
	t, err := newTriplets(a)
	if err != nil {
		return err
	}
	d.start("behavior")
	d.line("assembly: "+scalar(d.request.Assembly), "%d trials of %d subjects", len(t.in.Trials), t.in.Subjects)
	d.line("stimulus_set: "+scalar(d.info.StimulusSet), "%d stimuli", len(d.set.IDs))
	d.line("metric: {name: "+scalar(d.metric)+"}", "see brainscore metrics show %s", d.metric)
	d.line("score: ratio", "raw / ceiling, which is that among the subjects")
	return nil
}
