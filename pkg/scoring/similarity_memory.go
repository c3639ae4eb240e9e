package scoring

import (
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// similarityEstimate is what a comparison of layers holds: at the peak, and if rounding of
// inner products matters.
type similarityEstimate struct{ peak, atMost int64 }

// estimate looks at the headers of the layers' files. A layer that cannot be read gets its
// error.
func (p *similarityPlan) estimate() similarityEstimate {
	var out similarityEstimate
	kept := int64(0)
	add := func(layer *plannedLayer, stays bool) {
		size, memory, err := p.sizeOf(layer)
		if layer.err = err; err != nil {
			return
		}
		need := kept + size.holding.working
		out.peak, out.atMost = max(out.peak, need), max(out.atMost, need+size.holding.rare)
		if stays {
			kept += memory.Kept
		}
	}
	for _, layer := range p.held {
		add(layer, true)
	}
	for _, layer := range p.others {
		add(layer, false)
	}
	return similarityEstimate{withGarbage(out.peak), withGarbage(out.atMost)}
}

// sizeOf returns what reading, representing and comparing a layer takes, and what the metric
// keeps of it.
func (p *similarityPlan) sizeOf(layer *plannedLayer) (ReadSize, metrics.Memory, error) {
	loader := p.runner.loader
	part := section{set: p.set.ID}
	size, err := loader.layerSize(layer.scorer.dump, layer.read, part)
	if err != nil {
		return size, metrics.Memory{}, err
	}
	size.Rows = len(p.ids)
	reduced, err := loader.reduceSize(layer.scorer.dump, layer.read, part, &size)
	if err != nil {
		return size, metrics.Memory{}, err
	}
	shape := metrics.Shape{Stimuli: size.Rows, Features: size.Features, Splits: 1, Workers: p.runner.Workers, Reading: blockMemory(size), Products: true}
	if size.reduced > 0 {
		shape.Features = size.reduced
	}
	memory := p.metric.PairMemory(shape)
	gram := gramMemory(shape, p.metric.Info().Needs)
	size.holding.working = max(reduced, gram+kernelMemory(size, true)+idMemory(size.Rows)+max(blockMemory(size), memory.Kept+memory.Working)) + size.matrix
	size.holding.rare = memory.Rare
	return size, memory, nil
}

// refuse returns an error if more memory is needed than is allowed.
func (p *similarityPlan) refuse(need int64, why string) error {
	if limit := p.runner.Memory; limit > 0 && need > limit {
		return &MemoryError{Need: need, Limit: limit, Layer: "the comparison of layers on " + p.set.ID, Why: why, Remedy: "compare fewer layers"}
	}
	return nil
}

func (q SimilarityRequest) dryRun(r *Runner) (*DryRun, error) {
	p, err := r.planSimilarity(q)
	if err != nil {
		return nil, err
	}
	estimate := p.estimate()
	out := &DryRun{Memory: estimate.peak, MemoryAtMost: estimate.atMost}
	for _, layers := range [][]*plannedLayer{p.rows, p.columns} {
		for _, layer := range layers {
			planned := PlannedRead{Model: layer.Model, Layer: layer.Layer, StimulusSet: p.set.ID, Readings: 1}
			planned.ReadSize, _, planned.Err = p.sizeOf(layer)
			planned.Memory = withGarbage(planned.holding.working)
			planned.MemoryAtMost = withGarbage(planned.holding.working + planned.holding.rare)
			out.Reads = append(out.Reads, planned)
		}
	}
	return out, nil
}
