package readout

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// FitGram fits a read-out on the fitting stimuli, on features or inner
// products, whichever are held, and returns the class probabilities of the rest,
// Rest × classes, with what is doubtful about them. See Fit.
func FitGram(ctx context.Context, g *stream.FitGram, labels []int, classes int, c float64, workers int) (probabilities []float64, warnings []string, err error) {
	if g.X == nil {
		r, err := Fit(ctx, g.K, g.Fit, labels, classes, c, workers)
		if err != nil {
			return nil, nil, err
		}
		return r.Probabilities(g.Cross, g.Rest), r.Warnings(), nil
	}
	fit := g.Fit * g.Features
	r, err := FitFeatures(ctx, g.X[:fit], g.Fit, g.Features, labels, classes, c, workers)
	if err != nil {
		return nil, nil, err
	}
	return r.ProbabilitiesOf(g.X[fit:], g.Rest), r.Warnings(), nil
}
