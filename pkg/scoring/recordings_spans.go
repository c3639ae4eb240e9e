package scoring

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// joinSpanned adds one mapping for all time bins to the reading of a layer. A layer in time
// has rows for each stimulus in each bin. One without has the same features in every bin:
// for some mappings fitting it to all bins is fitting it to their mean, for others the
// layer's rows are repeated.
func (rec *recordings) joinSpanned(p *layerPlan, e *binEvaluation, metric metrics.Metric) error {
	spanning, ok := metric.(metrics.Spanning)
	if !ok {
		return e.definition.ErrorAt("time", "take another mapping, or time: per_bin", "the metric %s cannot span time bins", e.definition.Metric.Name)
	}
	g, bins := rec.groups[0], len(rec.groups)
	stimuli := rec.stimuliOf(g)
	means, atOnce := spanning.OnMeans(bins)
	repeated := e.spans != nil || !atOnce
	if repeated {
		means = spanning
		stimuli = stimuli[:0:0]
		for range bins {
			stimuli = append(stimuli, rec.stimuliOf(g)...)
		}
	}
	of, err := p.addNeural(e, means, stimuli, func() (metrics.NeuralInput, error) {
		splits, err := rec.splitsOf(e.definition, g)
		if err != nil {
			return metrics.NeuralInput{}, err
		}
		if err := rec.wait(); err != nil {
			return metrics.NeuralInput{}, err
		}
		return rec.spannedInput(splits, repeated, p.scorer.options.Workers), nil
	})
	if err != nil {
		return err
	}
	p.scorers[e] = func(ctx context.Context) (metrics.Score, error) { return of.score(ctx) }
	return nil
}

// spannedInput returns the input of a mapping on rows for each stimulus in each bin, or on
// rows for each stimulus with the mean responses over bins.
func (rec *recordings) spannedInput(splits []metrics.Split, repeated bool, workers int) metrics.NeuralInput {
	first, bins := rec.groups[0], len(rec.groups)
	n := len(first.rows)
	in := rec.input(first, splits, workers)
	in.Responses = nil
	for _, g := range rec.groups {
		in.Measured = append(in.Measured, g.responses)
	}
	if !repeated {
		in.Responses = make([]float64, len(first.responses))
		for _, g := range rec.groups {
			for i, v := range g.responses {
				in.Responses[i] += v / float64(bins)
			}
		}
		return in
	}
	in.Stimuli, in.Splits = n*bins, make([]metrics.Split, len(splits))
	for b, g := range rec.groups {
		in.Responses = append(in.Responses, g.responses...)
		for k, s := range splits {
			for _, i := range s.Train {
				in.Splits[k].Train = append(in.Splits[k].Train, b*n+i)
			}
			for _, i := range s.Test {
				in.Splits[k].Test = append(in.Splits[k].Test, b*n+i)
			}
		}
	}
	return in
}

// addSpans sets the figures of each time bin, and their means as the benchmark's.
func (rec *recordings) addSpans(out *benchmarks.Result, d *benchmarks.Definition) {
	out.NeuroidIDs = rec.neuroidIDs[:0:0]
	for _, key := range rec.keys {
		out.NeuroidIDs = append(out.NeuroidIDs, key.id)
	}
	parts := make([]*benchmarks.Result, len(rec.groups))
	for i, g := range rec.groups {
		r := &benchmarks.Result{Score: metrics.Score{Raw: metrics.None()}, NeuroidCeilings: g.neuroidCeilings}
		if i < len(out.Parts) {
			r.Score = out.Parts[i]
		}
		r.Ceiling = g.ceilingOf(d)
		var warnings []string
		r.Ceiled, warnings = metrics.Ceil(r.Raw, r.Ceiling, metrics.Form(d.Score))
		if i < len(out.Parts) {
			out.Warnings = append(out.Warnings, warnings...)
		}
		parts[i] = r
	}
	of := meanOfBins(rec.spans, parts)
	out.Raw, out.Ceiling, out.Ceiled, out.TimeBins = of.Raw, of.Ceiling, of.Ceiled, of.TimeBins
	out.Neuroids, out.NeuroidCeilings = of.Neuroids, of.NeuroidCeilings
}
