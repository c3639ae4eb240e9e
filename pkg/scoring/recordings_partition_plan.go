package scoring

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// PartitionMetric is the name of the mapping that divides explained variance.
const PartitionMetric = "banded_ridge"

// partitionPlan is the layers that explain the recordings of a benchmark.
type partitionPlan struct {
	runner     *Runner
	metric     metrics.Partitioning
	options    metrics.Options
	definition *benchmarks.Definition
	bands      []*plannedLayer
	scored     bool // the score of all layers together is asked for
}

// planPartition opens the dumps and checks that the benchmark and the layers can be used.
func (r *Runner) planPartition(request PartitionRequest) (*partitionPlan, error) {
	d, err := r.Home.Catalogue().Lookup(request.Benchmark)
	if err != nil {
		return nil, err
	}
	p := &partitionPlan{runner: r, definition: d, options: d.Metric.Options}
	data, kind, err := kindOf(d)
	if err != nil {
		return nil, err
	}
	if _, ok := data.(recordingsKind); !ok || kind != metrics.KindMapping {
		return nil, d.ErrorAt("metric", "name a benchmark of a mapping", "variance is divided on recordings with train and test stimuli, but %s has the metric %s of kind %s", d.Identifier, d.Metric.Name, kind)
	}
	if d.Time == benchmarks.PerBin || d.Time == benchmarks.Spanned {
		return nil, d.ErrorAt("time", "name a benchmark of static recordings, or one that is flat in time", "variance is not divided over time bins")
	}
	metric, err := d.NewMetric()
	if err != nil {
		return nil, err
	}
	var ok bool
	if p.metric, ok = metric.(metrics.Partitioning); !ok || len(request.Options) > 0 {
		p.options = request.Options
		if metric, err = metrics.New(PartitionMetric, request.Options); err != nil {
			return nil, err
		}
		if p.metric, ok = metric.(metrics.Partitioning); !ok {
			return nil, fmt.Errorf("the metric %s divides no variance", PartitionMetric)
		}
	}
	if err := r.planner.problems()(d); err != nil {
		return nil, err
	}
	return p, p.openBands(request.Bands, data)
}

// openBands opens the dump of each band, once for several of one model.
func (p *partitionPlan) openBands(bands []PartitionBand, data dataKind) error {
	var dirs []string
	for _, band := range bands {
		if dir := filepath.Clean(band.Model); !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	dumps, err := openDumps(dirs)
	if err != nil {
		return err
	}
	for _, band := range bands {
		dump := dumps[slices.Index(dirs, filepath.Clean(band.Model))]
		for _, set := range p.definition.StimulusSet.Names {
			if !dump.Has(set) {
				return &stimuli.FileError{Path: dump.Dir, What: fmt.Sprintf("has no folder for the stimulus set %q", set), Remedy: "dump the model's activations to these stimuli there"}
			}
		}
		found, err := layersOf(data, dump, p.definition)
		if err != nil {
			return err
		}
		layer := band.Layer
		if layer == "" {
			committed, ok := dump.Commitments[p.definition.Region]
			if !ok {
				return &stimuli.FileError{Path: dump.Dir, What: fmt.Sprintf("commits no layer to the region %s", p.definition.Region), Remedy: "name a layer, as " + band.Model + ":" + strings.Join(found[:min(1, len(found))], "")}
			}
			layer = committed
		}
		if parts := stimuli.NamedParts(layer, found); parts != nil && !slices.Contains(found, layer) {
			dump.Join(parts)
		}
		for _, part := range dump.LayerParts(layer) {
			if !slices.Contains(found, part) {
				return p.runner.planner.noLayer(dump, p.definition, data, found, Request{Layers: []string{part}})
			}
		}
		e := &evaluation{definition: p.definition, data: data, metricKind: metrics.KindMapping, layer: layer, reading: readsLayer}
		e.bins = []*binEvaluation{{evaluation: e, definition: p.definition}}
		read := &layerRead{key: readKey{layer: layer, set: p.definition.StimulusSet.String()}, evaluations: e.bins}
		one := &plannedLayer{ComparedLayer: ComparedLayer{Model: dump.ID, Layer: layer}, scorer: p.runner.scorerOf(dump), read: read}
		if slices.ContainsFunc(p.bands, func(other *plannedLayer) bool { return other.name() == one.name() }) {
			return &stimuli.FileError{Path: dump.Dir, What: fmt.Sprintf("is given the layer %s twice", layer), Remedy: "name layers that differ"}
		}
		p.bands = append(p.bands, one)
	}
	return nil
}

// estimate looks at the headers of the layers' files and returns what each reading and the
// whole hold: the Gram matrices of all layers stay.
func (p *partitionPlan) estimate() (sizes []ReadSize, whole similarityEstimate, err error) {
	loader, d := p.runner.loader, p.definition
	recorded := loader.sizeOfRecordings(d)
	var grams, reading int64
	var s metrics.Shape
	for _, band := range p.bands {
		size, err := loader.readSize(band.scorer.dump, band.read)
		if err != nil {
			return nil, whole, err
		}
		reduced, err := loader.reduceSize(band.scorer.dump, band.read, section{}, &ReadSize{Rows: size.Rows, Features: size.Features})
		if err != nil {
			return nil, whole, err
		}
		shape := loader.shapeOf(d, size, recorded)
		shape.Reading = max(shape.Reading, s.Reading)
		s = shape
		own := gramMemory(s, stream.Needs{Gram: true})
		grams += own
		reading = max(reading, reduced, blockMemory(size)+kernelMemory(size, true))
		sizes = append(sizes, size)
	}
	s.Bands, s.Features, s.Products = len(p.bands), 0, true
	memory := p.metric.PartitionMemory(s)
	if of, ok := p.metric.(interface {
		Memory(metrics.Shape) metrics.Memory
	}); ok && p.scored {
		score := of.Memory(s)
		memory.Working, memory.Rare = max(memory.Working, score.Working), max(memory.Rare, score.Rare)
	}
	responses := 2 * float * int64(s.Stimuli) * int64(recorded.neuroids)
	averaging := recorded.tables + loader.averagingMemory(d, s, recorded)
	held := max(averaging, grams+responses+idMemory(s.Stimuli)*int64(len(p.bands))+max(reading, memory.Working))
	whole = similarityEstimate{withGarbage(held), withGarbage(held + memory.Rare)}
	for i := range sizes {
		sizes[i].Memory, sizes[i].MemoryAtMost = whole.peak, whole.atMost
	}
	return sizes, whole, nil
}

// refuse returns an error if more memory is needed than is allowed.
func (p *partitionPlan) refuse(need int64, why string) error {
	if limit := p.runner.Memory; limit > 0 && need > limit {
		return &MemoryError{Need: need, Limit: limit, Layer: "dividing the variance of " + p.definition.Identifier, Why: why, Remedy: "compare fewer layers"}
	}
	return nil
}

func (q PartitionRequest) dryRun(r *Runner) (*DryRun, error) {
	p, err := r.planPartition(q)
	if err != nil {
		return nil, err
	}
	p.scored = q.Score
	sizes, whole, err := p.estimate()
	if err != nil {
		return nil, err
	}
	out := &DryRun{Memory: whole.peak, MemoryAtMost: whole.atMost}
	for i, band := range p.bands {
		out.Reads = append(out.Reads, PlannedRead{Model: band.Model, Layer: band.Layer, StimulusSet: band.read.key.set, Benchmarks: []string{p.definition.Identifier}, Readings: 1, ReadSize: sizes[i]})
	}
	return out, nil
}
