package results

import (
	"errors"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Results returns the models of a document as they were scored, without the values that
// JSON does not contain: values by split and neuroid, definitions and notes.
func (d Document) Results() []benchmarks.ModelResult {
	var out []benchmarks.ModelResult
	for _, m := range d.Models {
		r := benchmarks.ModelResult{Model: m.Model, Metadata: m.Metadata, Layers: m.Layers}
		if m.Reduction != nil {
			r.Reduction = &stimuli.Reduction{PCA: m.Reduction.PCA, FitStimulusSet: m.Reduction.FitStimulusSet}
		}
		for _, s := range m.Scores {
			r.Scores = append(r.Scores, s.result())
		}
		if c := m.Composite; c != nil {
			r.Composite = &benchmarks.CompositeResult{Name: c.Name, Value: float64(c.Value), Of: c.Of, Parts: map[string]float64{},
				Missing: c.Missing, Partial: len(c.Missing) > 0}
			if c.Coverage != nil {
				r.Composite.Grouped, r.Composite.Coverage, r.Composite.Failed = true, benchmarks.Coverage(*c.Coverage), c.Failed
				r.Composite.Partial, r.Composite.Groups = c.Partial, map[string]float64{}
				r.Composite.StandIns = c.StandIns
				for name, group := range c.Groups {
					r.Composite.Groups[name] = float64(group)
				}
			}
			for name, part := range c.Parts {
				r.Composite.Parts[name] = float64(part)
			}
		}
		for _, f := range m.Errors {
			r.Failures = append(r.Failures, benchmarks.Failure{Benchmark: f.Benchmark, Layer: f.Layer, Err: errors.New(f.Error)})
		}
		out = append(out, r)
	}
	return out
}

func (s Score) result() benchmarks.Result {
	r := benchmarks.Result{
		Benchmark: s.Benchmark, Version: s.Version, Region: s.Region, Parent: s.Parent, Layer: s.Layer, Metric: s.Metric, Kernel: s.Kernel,
		Score: metrics.Score{
			Raw: s.Raw.estimate(), Ceiling: s.Ceiling.estimate(),
			Ceiled:   metrics.Estimate{Value: float64(s.Score.Value), Error: float64(s.Score.Error), Interval: (*metrics.Interval)(s.Score.Interval)},
			Side:     metrics.Side(s.Side),
			Alphas:   floats(s.Alphas),
			Warnings: s.Warnings,
		},
		Counts: benchmarks.Counts(s.Counts),
	}
	if len(s.Ceiling.Bounds) == 2 {
		r.CeilingBounds = floats(s.Ceiling.Bounds)
	}
	if s.Distance != nil {
		r.Angles = []float64{float64(*s.Distance)}
	}
	if len(s.Affine) > 0 {
		r.Property = r.Counts.Property(floats(s.Affine), floats(s.Values))
	}
	if of := s.Resampled; of != nil {
		r.Resampled = &metrics.Resampled{Stimuli: floats(of.Stimuli)}
		if len(of.Both) > 0 {
			r.Resampled.Both = floats(of.Both)
		}
		for _, values := range of.Without {
			r.Resampled.Without = append(r.Resampled.Without, floats(values))
		}
		for _, values := range of.Pairs {
			r.Resampled.Pairs = append(r.Resampled.Pairs, floats(values))
		}
	}
	for _, b := range s.TimeBins {
		r.TimeBins = append(r.TimeBins, benchmarks.TimeBinResult{Start: float64(b.Start), End: float64(b.End),
			Raw: metrics.Exact(float64(b.Raw)), Ceiling: metrics.Exact(float64(b.Ceiling)), Ceiled: metrics.Exact(float64(b.Score))})
	}
	for _, one := range s.Subjects {
		r.Subjects = append(r.Subjects, one.result())
	}
	r.NeuroidIDs = slices.Grow(r.NeuroidIDs, len(s.Neuroids))
	r.Neuroids, r.NeuroidCeilings = slices.Grow(r.Neuroids, len(s.Neuroids)), slices.Grow(r.NeuroidCeilings, len(s.Neuroids))
	for _, n := range s.Neuroids {
		r.NeuroidIDs = append(r.NeuroidIDs, n.NeuroidID)
		r.Neuroids = append(r.Neuroids, float64(n.Raw))
		r.NeuroidCeilings = append(r.NeuroidCeilings, float64(n.Ceiling))
	}
	return r
}

func (e Estimate) estimate() metrics.Estimate {
	return metrics.Estimate{Value: float64(e.Value), Error: float64(e.Error), Interval: (*metrics.Interval)(e.Interval), Splits: floats(e.Splits)}
}

func floats(values []Number) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = float64(v)
	}
	return out
}
