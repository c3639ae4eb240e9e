package scoring

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// factorsKind is stimuli that differ in their shape and texture, of which a layer encodes
// the one or the other. There are no recordings.
type factorsKind struct{}

func init() { registerKind(factorsKind{}) }

// factorColumns are the columns of the stimulus set that name what each stimulus shows.
var factorColumns = []string{metrics.ShapeColumn, metrics.TextureColumn, metrics.OriginalColumn}

func (factorsKind) data() Data {
	return Data{Name: "shape and texture of the stimuli", Dump: "layers"}
}

func (factorsKind) rules() []benchmarks.Rules {
	return []benchmarks.Rules{{Metrics: metrics.KindFactors, Benchmark: benchmarks.KindProperty, SetAlone: true, Score: metrics.Ratio}}
}

func (factorsKind) layers(dump *stimuli.Dump, d *benchmarks.Definition) ([]string, error) {
	c, err := dump.Contents(d.StimulusSet.Name())
	if err != nil {
		return nil, err
	}
	return c.Layers, nil
}

func (factorsKind) committed() bool { return true }

func (factorsKind) whatToDump(d *benchmarks.Definition) string {
	return fmt.Sprintf("dump activations into %s/<layer>.npy", d.StimulusSet)
}

func (factorsKind) reads(*benchmarks.Definition, string) reading { return readsLayer }

func (factorsKind) bins(*loader, *benchmarks.Definition, string, *stimuli.Dump) (stimuli.TimeBins, error) {
	return nil, nil
}

// files are those of the stimulus set alone.
func (factorsKind) files(l *loader, d *benchmarks.Definition) ([]string, error) {
	return answerFiles(l, d, ""), nil
}

// memory counts the codes of the stimuli, and what the metrics hold as the layer is read.
func (factorsKind) memory(l *loader, evaluations []*binEvaluation, size ReadSize) holding {
	var h holding
	const codes = 4 * float
	for _, e := range evaluations {
		m := metricMemory(e.definition, metrics.Shape{Stimuli: size.Rows, Features: size.Features, Splits: 1, Workers: max(1, l.options.Workers)})
		h.working += m.Streaming
		h.keep(fmt.Sprintf("factors of %s", e.definition.StimulusSet), codes*int64(size.Rows)+idMemory(size.Rows))
	}
	h.working += blockMemory(size) + idMemory(size.Rows)
	return h
}

// factors are the stimuli of one benchmark.
type factors struct {
	readAtOnce
	set    *stimuli.StimulusSet
	ids    []string // ascending
	in     metrics.FactorInput
	metric metrics.Factors
}

func (factorsKind) open(_ context.Context, l *loader, e *binEvaluation) (target, error) {
	return l.factors(e.definition)
}

// factors returns the stimuli of a benchmark in codes.
func (l *loader) factors(d *benchmarks.Definition) (*factors, error) {
	if !d.Assembly.None() {
		return nil, d.WrapAt("assembly", errors.New("the metric "+d.Metric.Name+" compares with no assembly: remove the key"))
	}
	metric, err := d.NewMetric()
	if err != nil {
		return nil, err
	}
	set, err := l.stimulusSet(d.StimulusSet.Name())
	if err != nil {
		return nil, err
	}
	f := &factors{set: set, metric: metric.(metrics.Factors)}
	_, f.ids = stimuli.Codes(set.IDs)
	codes := make([][]int, len(factorColumns))
	for i, column := range factorColumns {
		names, err := set.Table.Names(column)
		if err != nil {
			return nil, err
		}
		if row := slices.Index(names, ""); row >= 0 {
			return nil, &stimuli.FileError{Path: set.Table.Path, Line: set.Table.Line(row), What: fmt.Sprintf("has no %s for the stimulus %q", column, set.IDs[row]), Remedy: "fill in the column"}
		}
		codes[i], _ = stimuli.Codes(names)
	}
	f.in.Shape, f.in.Texture, f.in.Original = codes[0], codes[1], codes[2]
	return f, nil
}

func (f *factors) stimuli() [][]string { return ofOneSet(f.ids) }
func (f *factors) table(int) string    { return f.set.Table.Path }

// stream returns the sink of a reading, with the stimuli in these rows of it.
func (f *factors) stream(rows []int, features, workers int) (metrics.FactorStream, error) {
	in := f.in
	in.Rows, in.Features, in.Workers = rows, features, workers
	s, err := f.metric.NewFactors(in)
	var trial *metrics.TrialError
	if !errors.As(err, &trial) {
		return s, err
	}
	out := &stimuli.FileError{Path: f.set.Table.Path, What: "cannot be paired: " + trial.Problem, Remedy: "list each original image once in each texture, all textures of each shape", Err: err}
	if trial.Trial >= 0 {
		out.Line = f.set.Table.Line(trial.Trial)
		out.What = fmt.Sprintf("has the stimulus %q that cannot be paired: %s", f.set.IDs[trial.Trial], trial.Problem)
	}
	return nil, out
}

// join has the pairs of stimuli compared as the layer is read.
func (f *factors) join(p *layerPlan, e *binEvaluation) error {
	rows := make([]int, len(f.set.IDs))
	for i, id := range f.set.IDs {
		rows[i] = p.position[0][id]
	}
	s, err := f.stream(rows, p.features, p.scorer.options.Workers)
	if err != nil {
		return err
	}
	if err := p.addSinks(s); err != nil {
		return err
	}
	p.scorers[e] = func(ctx context.Context) (metrics.Score, error) {
		score, err := s.Score(ctx)
		score.Ceiling = ceilingOrOne(e.definition)
		return score, err
	}
	return nil
}

// result adds counts and the ceiled score.
func (f *factors) result(e *binEvaluation, score metrics.Score, features int) (*benchmarks.Result, error) {
	return resultOnSet(e, f.metric.Info(), score, len(f.ids), features), nil
}

func (factorsKind) ceil(_ context.Context, l *loader, d *benchmarks.Definition) (*benchmarks.Result, error) {
	f, err := l.factors(d)
	if err != nil {
		return nil, err
	}
	return ceilingOnSet(d, len(f.ids)), nil
}

// validate checks a benchmark on factors.
func (k factorsKind) validate(ctx context.Context, c *validator, set *stimuli.StimulusSet) {
	if set == nil {
		c.skip("needs the stimulus set", "stimuli", "ceiling")
		return
	}
	f, err := c.runner.loader.factors(c.d)
	if err == nil {
		_, err = f.stream(make([]int, len(f.set.IDs)), 1, 1)
	}
	if err != nil {
		c.fail("stimuli", err)
		c.skip("needs the stimuli", "ceiling")
		return
	}
	c.v.Counts = benchmarks.Counts{Stimuli: len(f.ids)}
	c.ok("stimuli", "%d, each with a partner", len(f.ids))
	c.ceiling(ctx)
	c.memory(k)
}

// usualMetric returns the metric that is asked for, if it is of the kind.
func (factorsKind) usualMetric(d *drafter) (metric, lacks string, err error) {
	if info, err := metrics.Lookup(d.metric); err == nil && info.Kind == metrics.KindFactors && d.info.Kind == benchmarks.KindProperty {
		return d.metric, "", nil
	}
	return "", "", nil
}

// draft drafts a benchmark on the stimulus set of an assembly of properties.
func (factorsKind) draft(d *drafter, _ metrics.Kind) error {
	if d.region == "" {
		d.region = "IT"
	}
	d.identifier = d.request.Assembly + "-" + d.metric
	d.line("region: "+scalar(d.region), "the key of a model's layer commitment")
	d.line("stimulus_set: "+scalar(d.info.StimulusSet), "%d stimuli, with the columns shape, texture and original_image_id", len(d.set.IDs))
	d.line("metric: {name: "+scalar(d.metric)+", factor: shape}", "or texture; see brainscore metrics show %s", d.metric)
	d.line("ceiling: {value: 1}", "a layer may encode a factor alone")
	d.line("score: ratio", "raw / ceiling")
	return nil
}
