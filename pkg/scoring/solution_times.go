package scoring

import (
	"context"
	"errors"
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// solutionTimesKind is the times at which images are solved, which are compared with
// those at which read-outs of a layer in time solve them.
type solutionTimesKind struct{}

func init() { registerKind(solutionTimesKind{}) }

func (solutionTimesKind) data() Data {
	return Data{
		Name:  "solution times",
		Files: []DataFile{{Name: "osts.csv", Columns: []string{"stimulus_id", "truth", "i1", "ost"}}},
		Dump:  "layers in time bins",
	}
}

func (solutionTimesKind) rules() []benchmarks.Rules {
	return []benchmarks.Rules{{Metrics: metrics.KindSolutionTime, Benchmark: benchmarks.KindBehavioral, Splits: true, Score: metrics.Ratio}}
}

func (solutionTimesKind) layers(dump *stimuli.Dump, d *benchmarks.Definition) ([]string, error) {
	c, err := dump.Contents(d.StimulusSet.Name())
	if err != nil {
		return nil, err
	}
	return c.TimeLayers, nil
}

func (solutionTimesKind) committed() bool { return true }

func (solutionTimesKind) whatToDump(d *benchmarks.Definition) string { return whatToDumpInTime(d) }

// takesTime marks the kind as one that is compared with layers in time alone.
func (solutionTimesKind) takesTime() {}

func (solutionTimesKind) reads(*benchmarks.Definition, string) reading { return readsLayer }

func (solutionTimesKind) bins(l *loader, d *benchmarks.Definition, layer string, dump *stimuli.Dump) (stimuli.TimeBins, error) {
	bins, _, err := dump.TimeBins(d.StimulusSet.Name(), layer)
	if err != nil {
		return nil, err
	}
	return bins, l.checkShape(d, layer, dump, bins)
}

func (solutionTimesKind) files(l *loader, d *benchmarks.Definition) ([]string, error) {
	return assemblyFiles(l, d, "osts.csv"), nil
}

// memory counts, for each split, the inner products that its read-out is fitted on.
func (solutionTimesKind) memory(l *loader, evaluations []*binEvaluation, size ReadSize) holding {
	const solver = 4 << 20 // what its iterations leave before it is collected
	working := blockMemory(size) + kernelMemory(size, true) + idMemory(size.Rows)
	for _, e := range evaluations {
		plan := metrics.SplitPlan{Splits: benchmarks.DefaultSplits, TestSize: 0.1}
		if e.definition.CrossValidation != nil {
			plan = e.definition.CrossValidation.Plan()
		}
		test := int(plan.TestSize * float64(size.Rows))
		train, fit := int64(size.Rows-test), size
		fit.Fit = size.Rows - test
		solving := readoutMemory(fit, classesAssumed) - blockMemory(fit)
		atOnce := int64(max(1, min(l.options.Workers, plan.Splits)))
		working += float*int64(plan.Splits)*train*int64(size.Rows) + atOnce*(solving+solver)
	}
	return holding{working: working}
}

// solutionTimes is a comparison with solution times as it goes through the time bins
// of a layer.
type solutionTimes struct {
	readAtOnce
	data   *stimuli.SolutionTimes
	series metrics.Series
	scored int // bins
}

// open returns the comparison that the bins of an evaluation share, begun at the
// first of them.
func (solutionTimesKind) open(_ context.Context, l *loader, e *binEvaluation) (target, error) {
	if s, ok := e.shared.(*solutionTimes); ok {
		return s, nil
	}
	s, err := l.solutionTimes(e.definition)
	if err != nil {
		return nil, err
	}
	e.shared = s
	return s, nil
}

// solutionTimes begins a comparison with the solution times of a benchmark.
func (l *loader) solutionTimes(d *benchmarks.Definition) (*solutionTimes, error) {
	data, err := stimuli.OpenSolutionTimes(l.home.AssemblyPath(d.Assembly.Name()))
	if err != nil {
		return nil, err
	}
	metric, err := d.NewMetric()
	if err != nil {
		return nil, err
	}
	plan := metrics.SplitPlan{Splits: benchmarks.DefaultSplits, TestSize: 0.1, Seed: benchmarks.DefaultSeed}
	if d.CrossValidation != nil {
		plan = d.CrossValidation.Plan()
	}
	splits, err := metrics.ShuffleSplits(len(data.StimulusIDs), plan)
	if err != nil {
		return nil, err
	}
	series, err := metric.(metrics.SolutionTimes).NewSeries(metrics.SolutionInput{
		Truth: data.Truth, Classes: len(data.Objects), I1: data.I1, Times: data.Times,
		Splits: splits, Workers: l.options.Workers,
	})
	var unseen *metrics.UnseenClassError
	if errors.As(err, &unseen) {
		return nil, &stimuli.FileError{Path: data.Dir(), What: fmt.Sprintf("has no image of %q to train on in split %d", data.Objects[unseen.Class], unseen.Split+1), Remedy: "every object needs more images", Err: err}
	}
	if err != nil {
		return nil, err
	}
	if err := l.inputs.addTables(data.Files()...); err != nil {
		return nil, err
	}
	return &solutionTimes{data: data, series: series}, nil
}

func (s *solutionTimes) stimuli() [][]string { return ofOneSet(s.data.StimulusIDs) }
func (s *solutionTimes) table(int) string    { return s.data.Table() }

// join adds a bin's sinks to its reading; the score follows the last bin.
func (s *solutionTimes) join(p *layerPlan, e *binEvaluation) error {
	sinks, err := s.series.Bin(e.bin.Start, p.rows(s.stimuli()), p.features)
	if err != nil {
		return err
	}
	if err := p.addSinks(sinks...); err != nil {
		return err
	}
	p.scorers[e] = func(ctx context.Context) (metrics.Score, error) {
		if err := s.series.EndBin(ctx); err != nil {
			return metrics.Score{}, err
		}
		if s.scored++; s.scored < len(e.bins) {
			return metrics.Score{}, nil
		}
		return s.series.Score(ctx)
	}
	return nil
}

// result adds counts and the ceiled score.
func (s *solutionTimes) result(e *binEvaluation, score metrics.Score, features int) (*benchmarks.Result, error) {
	out := e.newResult()
	out.Score = score
	out.Counts = benchmarks.Counts{Stimuli: len(s.data.StimulusIDs), Features: features}
	overrideCeiling(out, e.definition)
	return out, nil
}

func (solutionTimesKind) ceil(_ context.Context, l *loader, d *benchmarks.Definition) (*benchmarks.Result, error) {
	times, err := stimuli.OpenSolutionTimes(l.home.AssemblyPath(d.Assembly.Name()))
	if err != nil {
		return nil, err
	}
	if err := l.inputs.addTables(times.Files()...); err != nil {
		return nil, err
	}
	out := (&evaluation{definition: d}).newCeiling()
	out.Counts = benchmarks.Counts{Stimuli: len(times.StimulusIDs)}
	return out, nil
}

// validate checks a benchmark on the times at which images are solved.
func (k solutionTimesKind) validate(ctx context.Context, c *validator, set *stimuli.StimulusSet) {
	err := c.assembly()
	var times *stimuli.SolutionTimes
	if err == nil {
		times, err = stimuli.OpenSolutionTimes(c.runner.Home.AssemblyPath(c.d.Assembly.Name()))
	}
	if err != nil {
		c.fail("assembly", err)
		c.skip("needs the assembly", "stimuli", "splits", "ceiling")
		return
	}
	solved := 0
	for _, at := range times.Times {
		if at == at {
			solved++
		}
	}
	n := len(times.StimulusIDs)
	c.v.Counts = benchmarks.Counts{Stimuli: n}
	c.ok("assembly", "%s: %d of %d images are solved, of %d objects", times.ID, solved, n, len(times.Objects))
	c.sameSet(times.AssemblyInfo)
	c.cover(set, c.runner.Home.AssemblyPath(c.d.Assembly.Name()), times.StimulusIDs)
	if cv := c.d.CrossValidation; cv != nil {
		splits, err := metrics.ShuffleSplits(n, cv.Plan())
		if err != nil {
			c.fail("splits", c.d.WrapAt("cross_validation", err))
		} else {
			c.v.Splits = &SplitSizes{len(splits), len(splits[0].Train), len(splits[0].Test)}
			c.ok("splits", "%d of %d train and %d test images", len(splits), len(splits[0].Train), len(splits[0].Test))
		}
	}
	if c.d.Ceiling == nil && c.d.Score != string(metrics.RawForm) {
		c.fail("ceiling", c.d.ErrorAt("score", "give a known one as ceiling: {value: …}, or write score: raw", "there is no ceiling, and solution times have no repetitions to estimate it by"))
	} else if c.ceiling(ctx) != nil {
		c.doubtOne()
	}
	if c.v.Splits != nil {
		c.memory(k)
	}
}

func (solutionTimesKind) usualMetric(d *drafter) (metric, lacks string, err error) {
	if d.info.Kind == benchmarks.KindBehavioral && d.has("osts.csv") && !d.has("trials.csv") {
		return "ost", "", nil
	}
	return "", "", nil
}

// draft drafts a benchmark on solution times.
func (solutionTimesKind) draft(d *drafter, _ metrics.Kind) error {
	times, err := stimuli.OpenSolutionTimes(d.info.Dir())
	if err != nil {
		return err
	}
	if d.region == "" {
		d.region = "IT"
	}
	d.start("OST")
	d.line("assembly: "+scalar(d.request.Assembly), "%d images", len(times.StimulusIDs))
	d.line("stimulus_set: "+scalar(d.info.StimulusSet), "%d stimuli", len(d.set.IDs))
	d.line("metric: {name: "+scalar(d.metric)+"}", "on layers in time")
	d.line("cross_validation: {splits: 10, test_size: 0.1, seed: 1}", "")
	d.option("ceiling: {value: ...}", "MISSING: without repetitions it cannot be estimated: give one that is known from elsewhere; 1 counts the noise of the recordings as a fault of the model")
	d.line("score: ratio", "raw / ceiling")
	return nil
}
