package scoring

import (
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// PlannedRead is one reading of a layer as a dry run reports it.
type PlannedRead struct {
	Model, Layer, TimeBin, StimulusSet string
	Benchmarks                         []string
	// Subjects is the largest number of subjects that a benchmark compares on their own, 0
	// if none does.
	Subjects int
	// Sides are, by benchmark, what metrics that can be computed on either side are computed by.
	Sides map[string]metrics.Side
	// Readings is how often the layer is read: more than once if a metric takes its columns again.
	Readings int
	ReadSize
	// Err is what would keep the layer from being read.
	Err error

	read *layerRead
}

// sides returns the sides of a reading's evaluations, by benchmark.
func (l *loader) sides(read *layerRead, size ReadSize) map[string]metrics.Side {
	sides := make(map[string]metrics.Side)
	for _, e := range read.evaluations {
		if _, ok := e.data.(recordingsKind); !ok || e.reading != readsLayer || size.Features == 0 || size.matrix > 0 {
			continue
		}
		metric, err := e.definition.NewMetric()
		if err != nil {
			continue // which scoring reports
		}
		recorded := l.sizeOfRecordings(e.definition)
		if recorded.stimuli == 0 {
			continue
		}
		if side := metrics.SideOf(metric, l.shapeOf(e.definition, size, recorded)); side != "" {
			sides[e.definition.Identifier] = side
		}
	}
	return sides
}

// DryRun is what a request would do, without reading activations.
type DryRun struct {
	Reads []PlannedRead
	// Memory is what the run needs at its peak, the process included, an upper bound, and
	// MemoryAtMost what it needs if rounding of inner products matters.
	Memory, MemoryAtMost int64
	Failures             []benchmarks.Failure
}

// AnyRequest is a Request, a SimilarityRequest or a PartitionRequest.
type AnyRequest interface {
	dryRun(*Runner) (*DryRun, error)
}

// DryRun plans a request and reads the headers of its files.
func (r *Runner) DryRun(request AnyRequest) (*DryRun, error) { return request.dryRun(r) }

func (q Request) dryRun(r *Runner) (*DryRun, error) {
	plans, unusable, err := r.planner.plan(q)
	if err != nil {
		return nil, err
	}
	estimate := r.estimate(plans, nil)
	out := &DryRun{Failures: unusable, Memory: estimate.peak(), MemoryAtMost: estimate.peakAtMost()}
	for _, p := range plans {
		out.Failures = append(out.Failures, p.failures...)
		for _, s := range p.sequences {
			for _, read := range s {
				planned := PlannedRead{Model: p.dump.ID, Layer: read.key.layer, TimeBin: read.key.bin, StimulusSet: read.key.set, Readings: 1, read: read}
				for _, e := range read.evaluations {
					planned.Benchmarks = append(planned.Benchmarks, e.definition.Identifier)
					if metric, err := e.definition.NewMetric(); err == nil {
						planned.Readings = max(planned.Readings, metric.Info().Needs.Passes())
					}
					if e.definition.SubjectColumn() != "" {
						planned.Subjects = max(planned.Subjects, r.loader.sizeOfRecordings(e.definition).subjects)
					}
				}
				planned.ReadSize, planned.Err = r.loader.sizeOf(p.dump, read)
				planned.Sides = r.loader.sides(read, planned.ReadSize)
				out.Reads = append(out.Reads, planned)
			}
		}
	}
	return out, nil
}
