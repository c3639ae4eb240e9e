package scoring

import (
	"context"
	"errors"
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// aloneKind is what the kinds of data have in common that need a stimulus set alone, without
// recordings or people. A model's layer is compared with columns of the set.
type aloneKind struct {
	// read reads the columns that a metric needs into s, whose stimulus set is loaded.
	read func(s *setAlone, metric metrics.Metric) error
}

func (*aloneKind) layers(dump *stimuli.Dump, d *benchmarks.Definition) ([]string, error) {
	c, err := dump.Contents(d.StimulusSet.Name())
	if err != nil {
		return nil, err
	}
	return c.Layers, nil
}

func (*aloneKind) committed() bool { return true }

func (*aloneKind) whatToDump(d *benchmarks.Definition) string {
	return fmt.Sprintf("dump activations into %s/<layer>.npy", d.StimulusSet)
}

func (*aloneKind) reads(*benchmarks.Definition, string) reading { return readsLayer }

func (*aloneKind) bins(*loader, *benchmarks.Definition, string, *stimuli.Dump) (stimuli.TimeBins, error) {
	return nil, nil
}

// files are those of the stimulus set alone.
func (*aloneKind) files(l *loader, d *benchmarks.Definition) ([]string, error) {
	return answerFiles(l, d, ""), nil
}

// setAlone is the stimuli of one benchmark.
type setAlone struct {
	readAtOnce
	set    *stimuli.StimulusSet
	metric metrics.Info
	listed []string      // ids of the stimuli that are compared, in the order of the set
	ids    []string      // these in ascending order
	found  string        // how many there are, for people
	shape  metrics.Shape // of the input of the metric, as far as the stimuli determine it
	// begin returns the sink of a reading with the listed stimuli in these rows, and what
	// scores it once it is done.
	begin func(rows []int, features, workers int) (stream.Sink, scoreAlone, error)
}

// scoreAlone returns the raw score of a layer that was read. again reads it once more.
type scoreAlone = func(ctx context.Context, again func(context.Context, stream.Sink) error) (metrics.Score, error)

// load returns the stimuli of a benchmark in codes.
func (k *aloneKind) load(l *loader, d *benchmarks.Definition) (*setAlone, error) {
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
	s := &setAlone{set: set, metric: metric.Info()}
	return s, k.read(s, metric)
}

func (k *aloneKind) open(_ context.Context, l *loader, e *binEvaluation) (target, error) {
	return k.load(l, e.definition)
}

func (s *setAlone) stimuli() [][]string { return ofOneSet(s.ids) }
func (s *setAlone) table(int) string    { return s.set.Table.Path }

// empty returns an error about a stimulus without a value in a column.
func (s *setAlone) empty(column string, row int) error {
	return &stimuli.FileError{Path: s.set.Table.Path, Line: s.set.Table.Line(row), What: fmt.Sprintf("has no %s for the stimulus %q", column, s.set.IDs[row]), Remedy: "fill in the column"}
}

// join has the stimuli compared as the layer is read.
func (s *setAlone) join(p *layerPlan, e *binEvaluation) error {
	rows := make([]int, len(s.listed))
	for i, id := range s.listed {
		rows[i] = p.position[0][id]
	}
	sink, scored, err := s.begin(rows, p.features, p.scorer.options.Workers)
	if err != nil {
		return err
	}
	if err := p.addSinks(sink); err != nil {
		return err
	}
	p.scorers[e] = func(ctx context.Context) (metrics.Score, error) {
		score, err := scored(ctx, p.again)
		score.Ceiling = ceilingOrOne(e.definition)
		return score, err
	}
	return nil
}

// result adds counts and the ceiled score.
func (s *setAlone) result(e *binEvaluation, score metrics.Score, features int) (*benchmarks.Result, error) {
	out := e.newResult()
	out.Score = score
	out.Counts = benchmarks.Counts{Stimuli: len(s.ids), Features: features}
	ceiled, warnings := s.metric.Ceil(out.Raw, out.Ceiling, metrics.Form(e.definition.Score))
	out.Ceiled, out.Warnings = ceiled, append(out.Warnings, warnings...)
	return out, nil
}

// ceilingOrOne returns the given ceiling, or 1: a layer may encode a factor alone, and a
// read-out may be right in all images.
func ceilingOrOne(d *benchmarks.Definition) metrics.Estimate {
	if given, ok := d.GivenCeiling(); ok {
		return given
	}
	return metrics.Exact(1)
}

func (k *aloneKind) ceil(_ context.Context, l *loader, d *benchmarks.Definition) (*benchmarks.Result, error) {
	s, err := k.load(l, d)
	if err != nil {
		return nil, err
	}
	out := (&evaluation{definition: d}).newCeiling()
	out.Counts.Stimuli = len(s.ids)
	out.Ceiling = ceilingOrOne(d)
	return out, nil
}

// check validates a benchmark of the kind of data that k is part of.
func (k *aloneKind) check(ctx context.Context, c *validator, set *stimuli.StimulusSet, data dataKind) {
	if set == nil {
		c.skip("needs the stimulus set", "stimuli", "ceiling")
		return
	}
	s, err := k.load(c.runner.loader, c.d)
	if err == nil {
		_, _, err = s.begin(make([]int, len(s.listed)), 1, 1)
	}
	if err != nil {
		c.fail("stimuli", err)
		c.skip("needs the stimuli", "ceiling")
		return
	}
	c.v.Counts = benchmarks.Counts{Stimuli: len(s.ids)}
	c.ok("stimuli", "%s", s.found)
	c.ceiling(ctx)
	c.memory(data)
}

// usualAlone returns the metric that is asked for, if it is of a kind of metrics and the
// assembly is of a kind of benchmarks.
func usualAlone(d *drafter, kind metrics.Kind, benchmark string) (metric, lacks string, err error) {
	if info, err := metrics.Lookup(d.metric); err == nil && info.Kind == kind && d.info.Kind == benchmark {
		return d.metric, "", nil
	}
	return "", "", nil
}

// draftAlone drafts a benchmark on the stimulus set of an assembly, which has columns that
// are named. options are those of the metric, of which about says something, and why gives
// the reason for a ceiling of 1.
func draftAlone(d *drafter, columns, options, about, why string) error {
	if d.region == "" {
		d.region = "IT"
	}
	d.identifier = d.request.Assembly + "-" + d.metric
	d.line("region: "+scalar(d.region), "the key of a model's layer commitment")
	d.line("stimulus_set: "+scalar(d.info.StimulusSet), "%d stimuli, with the columns %s", len(d.set.IDs), columns)
	d.line("metric: {name: "+scalar(d.metric)+", "+options+"}", "%s; see brainscore metrics show %s", about, d.metric)
	d.line("ceiling: {value: 1}", "%s", why)
	d.line("score: ratio", "raw / ceiling")
	return nil
}
