package scoring

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// recordingsKind is responses of neuroids to stimuli, which mappings predict from a
// layer and similarity metrics compare with it.
type recordingsKind struct{}

func init() { registerKind(recordingsKind{}) }

func (recordingsKind) data() Data {
	return Data{
		Name: "recordings",
		Files: []DataFile{
			{Name: "values.npy", Columns: []string{"presentation", "neuroid"}, Others: []string{"time bin"}},
			{Name: "presentation.csv", Columns: []string{"stimulus_id"}, Others: []string{"repetition"}},
			{Name: "neuroid.csv", Columns: []string{"neuroid_id"}, Others: []string{"region"}},
			{Name: "time_bin.csv", Columns: []string{"time_bin_start", "time_bin_end"}, Optional: true},
		},
		Dump: "layers, in time bins if the benchmark asks for them",
	}
}

func (recordingsKind) rules() []benchmarks.Rules {
	// A cross-validated similarity metric has nothing to train.
	const similarityTest = 0.9
	r := benchmarks.Rules{
		Benchmark: benchmarks.KindNeural,
		Splits:    true,
		Score:     metrics.ExplainedVariance,
	}
	mapping, similarity := r, r
	mapping.Metrics, similarity.Metrics = metrics.KindMapping, metrics.KindSimilarity
	mapping.DefaultSplits = &benchmarks.CrossValidation{Splits: benchmarks.DefaultSplits,
		TrainSize: benchmarks.DefaultTrainSize, Stratify: benchmarks.DefaultStratify, Seed: benchmarks.DefaultSeed}
	similarity.TestSize = similarityTest
	return []benchmarks.Rules{mapping, similarity}
}

func (recordingsKind) layers(dump *stimuli.Dump, d *benchmarks.Definition) ([]string, error) {
	c, err := dump.Contents(d.StimulusSet)
	if err != nil {
		return nil, err
	}
	if d.Time == benchmarks.PerBin {
		return c.TimeLayers, nil
	}
	return c.Layers, nil
}

func (recordingsKind) committed() bool { return true }

func (recordingsKind) whatToDump(d *benchmarks.Definition) string {
	if d.Time == benchmarks.PerBin {
		return whatToDumpInTime(d)
	}
	return fmt.Sprintf("dump activations into %s/<layer>.npy", d.StimulusSet)
}

// whatToDumpInTime returns the remedy where a dump has no layer in time.
func whatToDumpInTime(d *benchmarks.Definition) string {
	return fmt.Sprintf("dump activations in time into %s/<layer>/<start>-<end>.npy", d.StimulusSet)
}

func (recordingsKind) reads(*benchmarks.Definition, string) reading { return readsLayer }

func (recordingsKind) bins(l *loader, d *benchmarks.Definition, layer string, dump *stimuli.Dump) (stimuli.TimeBins, error) {
	if d.Time != benchmarks.PerBin {
		return nil, nil
	}
	bins, err := l.timeBins(d)
	if err != nil {
		return nil, err
	}
	return bins, l.checkBins(d, layer, dump, bins)
}

func (recordingsKind) files(l *loader, d *benchmarks.Definition) ([]string, error) {
	dir := l.home.AssemblyPath(d.Assembly)
	l.mu.Lock()
	files, ok := l.assemblies[dir]
	l.mu.Unlock()
	if ok {
		return files, nil
	}
	for _, name := range []string{"assembly.yaml", "presentation.csv", "neuroid.csv", "values.npy"} {
		files = append(files, filepath.Join(dir, name))
	}
	values, err := npy.Open(filepath.Join(dir, "values.npy"))
	if err != nil {
		return nil, err
	}
	defer values.Close()
	if len(values.Shape()) == 3 {
		files = append(files, filepath.Join(dir, "time_bin.csv"))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.assemblies[dir] = files
	return files, nil
}

func (recordingsKind) open(ctx context.Context, l *loader, e *binEvaluation) (target, error) {
	rec, err := l.openRecordings(ctx, e.definition, e.bin)
	if err != nil {
		return nil, err
	}
	return rec, nil
}

// stimuli returns those of the recordings.
func (rec *recordings) stimuli() []string { return rec.design.Stimuli }

// table returns presentation.csv.
func (rec *recordings) table() string { return rec.presentations }

// wait returns once the responses are read.
func (rec *recordings) wait() error {
	<-rec.read
	return rec.err
}

// inputs returns the assembly's files and the stimulus set's.
func (rec *recordings) inputs() []string { return rec.files }

// join adds a metric on recordings to the reading of a layer.
func (rec *recordings) join(p *layerPlan, e *binEvaluation) error {
	metric, err := e.definition.NewMetric()
	if err != nil {
		return err
	}
	if neural, ok := metric.(metrics.Neural); ok && e.definition.PerSubject() {
		metric = subjectMean{neural, rec}
	}
	return p.addNeural(e, metric, rec.design.Stimuli, func() (metrics.NeuralInput, error) {
		splits, err := rec.splits(e.definition)
		if err != nil {
			return metrics.NeuralInput{}, err
		}
		if err := rec.wait(); err != nil {
			return metrics.NeuralInput{}, err
		}
		return rec.input(splits, p.scorer.options.Workers), nil
	})
}

// input returns what a metric on recordings takes beside the Gram matrix.
func (rec *recordings) input(splits []metrics.Split, workers int) metrics.NeuralInput {
	return metrics.NeuralInput{Stimuli: len(rec.design.Stimuli), Responses: rec.responses, Neuroids: len(rec.neuroidIDs), Splits: splits, Workers: workers, ResponsePrecision: rec.precision}
}

// result adds the ceiling to a raw score on recordings.
func (rec *recordings) result(e *binEvaluation, score metrics.Score, features int) (*benchmarks.Result, error) {
	out := e.newResult()
	out.Score = score
	out.Counts = benchmarks.Counts{Stimuli: len(rec.design.Stimuli), Features: features, Neuroids: len(rec.neuroidIDs), Subjects: len(rec.subjects)}
	rec.addCeiling(out, e.definition)
	if e.metricKind == metrics.KindMapping {
		out.Warnings = append(out.Warnings, rec.constantWarning()...)
	}
	return out, nil
}

// addCeiling sets a result's ceiling and ceiled score.
func (rec *recordings) addCeiling(out *benchmarks.Result, d *benchmarks.Definition) {
	out.NeuroidIDs = rec.neuroidIDs
	out.Ceiling = rec.ceiling
	out.NeuroidCeilings = rec.neuroidCeilings
	out.CeilingBounds = rec.ceilingBounds
	if d.Ceiling != nil && d.Ceiling.Value != nil {
		out.Ceiling = metrics.Exact(*d.Ceiling.Value)
	}
	ceiled, warnings := metrics.Ceil(out.Raw, out.Ceiling, metrics.Form(d.Score))
	out.Ceiled = ceiled
	out.Warnings = slices.Concat(out.Warnings, rec.warnings, warnings)
}

// constantWarning counts the neuroids left out of a mapping.
func (rec *recordings) constantWarning() []string {
	if len(rec.constant) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d of %d neuroids respond to all stimuli alike and are left out (%s)", len(rec.constant), len(rec.neuroidIDs), fewNames(rec.constant))}
}

// fewNames lists the first of many names.
func fewNames(names []string) string {
	const most = 5
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// ceil returns the noise ceiling of recordings: over time bins, as a score has it,
// the mean of the bins' ceilings.
func (k recordingsKind) ceil(ctx context.Context, l *loader, d *benchmarks.Definition) (*benchmarks.Result, error) {
	spans := []*stimuli.TimeBin{nil}
	if d.Time == benchmarks.PerBin {
		bins, err := l.timeBins(d)
		if err != nil {
			return nil, err
		}
		spans = nil
		for _, bin := range bins {
			spans = append(spans, &bin)
		}
	}
	e := &evaluation{definition: d, data: k}
	for _, bin := range spans {
		rec, err := l.loadRecordings(ctx, d, bin)
		if err != nil {
			return nil, err
		}
		if _, err := rec.splits(d); err != nil {
			return nil, err
		}
		if err := l.inputs.add(ctx, rec.files...); err != nil {
			return nil, err
		}
		out := e.newCeiling()
		rec.addCeiling(out, d)
		out.Counts = benchmarks.Counts{Stimuli: len(rec.design.Stimuli), Neuroids: len(rec.neuroidIDs), Subjects: len(rec.subjects)}
		out.Warnings = append(out.Warnings, rec.constantWarning()...)
		e.bins = append(e.bins, &binEvaluation{evaluation: e, definition: d, bin: bin, result: out})
	}
	return e.outcome()
}

// scoreThemselves returns the raw score of recordings as their own model.
func (l *loader) scoreThemselves(ctx context.Context, d *benchmarks.Definition) (float64, error) {
	data, kind, err := kindOf(d)
	if err != nil {
		return 0, err
	}
	rec, err := l.loadRecordings(ctx, d, nil)
	if err != nil {
		return 0, err
	}
	info, err := metrics.Lookup(d.Metric.Name)
	if err != nil {
		return 0, err
	}
	e := &binEvaluation{evaluation: &evaluation{definition: d, data: data, metricKind: kind}, definition: d}
	stimuli, neuroids := len(rec.design.Stimuli), len(rec.neuroidIDs)
	plan := newLayerPlan(&layerScorer{options: l.options, loader: l}, rec.design.Stimuli)
	plan.features, plan.needs = neuroids, info.Needs
	read := func(ctx context.Context, sinks ...stream.Sink) error {
		return stream.RunPass(ctx, stream.InMemory(rec.responses, stimuli, neuroids), sinks, stream.PassOptions{})
	}
	plan.again = func(ctx context.Context, sink stream.Sink) error { return read(ctx, sink) }
	if err := rec.join(plan, e); err != nil {
		return 0, err
	}
	if plan.load(); e.err != nil {
		return 0, e.err
	}
	if err := read(ctx, plan.sinks...); err != nil {
		return 0, err
	}
	score, err := plan.scorers[e](ctx)
	return score.Raw.Value, err
}
