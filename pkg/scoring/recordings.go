package scoring

import (
	"context"
	"errors"
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
		Dump: "layers, in time bins if the benchmark asks for them; for rdm also as dissimilarities (.rdm.npy)",
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
	mapping.Trains = true
	mapping.DefaultSplits = &benchmarks.CrossValidation{Splits: benchmarks.DefaultSplits,
		TrainSize: benchmarks.DefaultTrainSize, Stratify: benchmarks.DefaultStratify, Seed: benchmarks.DefaultSeed}
	similarity.TestSize, similarity.Centers = similarityTest, true
	return []benchmarks.Rules{mapping, similarity}
}

func (recordingsKind) layers(dump *stimuli.Dump, d *benchmarks.Definition) ([]string, error) {
	var all []string
	for i, set := range d.StimulusSet.Names {
		c, err := dump.Contents(set)
		if err != nil {
			return nil, err
		}
		layers := c.Layers
		switch d.Time {
		case benchmarks.PerBin:
			layers = c.TimeLayers
		case benchmarks.Spanned:
			layers = slices.Compact(slices.Sorted(slices.Values(slices.Concat(layers, c.TimeLayers))))
		default:
			layers = layersWith(c, comparesDissimilarities(d) && len(d.StimulusSet.Names) == 1)
		}
		if i == 0 {
			all = layers
		} else {
			all = intersect(all, layers)
		}
	}
	return all, nil
}

func (recordingsKind) committed() bool { return true }

func (recordingsKind) whatToDump(d *benchmarks.Definition) string {
	if d.Time == benchmarks.PerBin {
		return whatToDumpInTime(d)
	}
	return fmt.Sprintf("dump activations into %s/<layer>.npy", strings.Join(d.StimulusSet.Names, "/<layer>.npy and "))
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

// spans returns the time bins of a layer in time that one mapping spans; nil for a layer
// without time, which counts in every bin.
func (recordingsKind) spans(l *loader, d *benchmarks.Definition, layer string, dump *stimuli.Dump) (stimuli.TimeBins, error) {
	if d.Time != benchmarks.Spanned {
		return nil, nil
	}
	c, err := dump.Contents(d.StimulusSet.Name())
	if err != nil || !slices.Contains(c.TimeLayers, layer) {
		return nil, err
	}
	bins, err := l.timeBins(d)
	if err != nil {
		return nil, err
	}
	return bins, l.checkBins(d, layer, dump, bins)
}

func (recordingsKind) files(l *loader, d *benchmarks.Definition) ([]string, error) {
	var all []string
	for _, assembly := range d.Assembly.Names {
		files, err := l.recordingFiles(l.home.AssemblyPath(assembly))
		if err != nil {
			return nil, err
		}
		all = append(all, files...)
	}
	return all, nil
}

// recordingFiles lists the files of the recordings in a folder.
func (l *loader) recordingFiles(dir string) ([]string, error) {
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
	rec, err := l.openRecordings(ctx, e.definition, e.bin, l.inBlocks(e.definition, e.bin))
	if err != nil {
		return nil, err
	}
	return rec, nil
}

// stimuli returns those of the recordings, by assembly.
func (rec *recordings) stimuli() [][]string {
	var all [][]string
	for _, p := range rec.parts {
		all = append(all, p.design.Stimuli)
	}
	return all
}

// table returns the presentation.csv of an assembly.
func (rec *recordings) table(part int) string { return rec.parts[part].Presentation.Path }

// wait returns once the responses are read.
func (rec *recordings) wait() error {
	<-rec.read
	return rec.err
}

// inputs returns the assemblies' files and the stimulus sets'.
func (rec *recordings) inputs() []string { return rec.files }

// join adds a metric on recordings to the reading of a layer.
func (rec *recordings) join(p *layerPlan, e *binEvaluation) error {
	d := e.definition
	metric, err := d.NewMetric()
	if err != nil {
		return err
	}
	if d.Time == benchmarks.Spanned {
		return rec.joinSpanned(p, e, metric)
	}
	if d.SubjectColumn() != "" || d.Missing != "" || d.SelectCeiling != nil {
		// Which stimuli and neuroids are compared depends on the responses.
		if err := rec.wait(); err != nil {
			return err
		}
	}
	var each []*comparison
	for _, g := range rec.groups {
		of, err := p.addNeural(e, metric, rec.stimuliOf(g), func() (metrics.NeuralInput, error) {
			splits, err := rec.splitsOf(d, g)
			if err != nil {
				return metrics.NeuralInput{}, err
			}
			if err := rec.wait(); err != nil {
				return metrics.NeuralInput{}, err
			}
			in := rec.input(g, splits, p.scorer.options.Workers)
			in.Samples = rec.samples(g, metric.Info(), p.scorer.options.Intervals)
			return in, nil
		})
		if err != nil {
			return err
		}
		each = append(each, of)
	}
	p.scorers[e] = rec.scoreGroups(p, each, d)
	return nil
}

// input returns what a metric on recordings takes beside the Gram matrix.
func (rec *recordings) input(g *group, splits []metrics.Split, workers int) metrics.NeuralInput {
	if g.dissimilarities != nil {
		return metrics.NeuralInput{Stimuli: len(g.rows), Dissimilarities: g.dissimilarities, Splits: splits, Workers: workers}
	}
	in := metrics.NeuralInput{Stimuli: len(g.rows), Responses: g.responses, Neuroids: len(g.neuroids), Splits: splits, Workers: workers, ResponsePrecision: rec.precision}
	if rec.blocks != nil {
		in.Block = rec.block
	}
	return in
}

// samples returns the samples of the stimuli that a metric is resampled on; nil for none.
func (rec *recordings) samples(g *group, info metrics.Info, r metrics.Resampling) *metrics.StimulusSamples {
	if r.Samples == 0 || info.Intervals != metrics.OfSubjectsAndStimuli {
		return nil
	}
	var rows []int
	if len(g.rows) < rec.rows() {
		rows = g.rows
	}
	return metrics.NewStimulusSamples(min(r.Samples, metrics.SampleCount), r.Seed, rec.rows(), rows)
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
		for _, g := range rec.groups {
			if _, err := rec.splitsOf(d, g); err != nil {
				return nil, err
			}
		}
		if err := l.inputs.add(ctx, rec.files...); err != nil {
			return nil, err
		}
		out := e.newCeiling()
		rec.addCeiling(out, d)
		out.Counts = rec.counts(d)
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
	if len(rec.groups) > 1 || len(rec.parts) > 1 || rec.groups[0].dissimilarities != nil {
		return 0, errors.New("the recordings are compared by subject, of several assemblies, or as dissimilarities")
	}
	e := &binEvaluation{evaluation: &evaluation{definition: d, data: data, metricKind: kind}, definition: d}
	g := rec.groups[0]
	stimuli, neuroids := len(g.rows), len(g.neuroids)
	plan := newLayerPlan(&layerScorer{options: l.options, loader: l}, rec.stimuliOf(g))
	plan.features, plan.needs = neuroids, info.Needs
	read := func(ctx context.Context, sinks ...stream.Sink) error {
		return stream.RunPass(ctx, stream.InMemory(g.responses, stimuli, neuroids), sinks, stream.PassOptions{})
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
