package mapping

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// reversePLSFits describe how the fits of all splits went: for the warnings, and for fits that
// are made anew in more precision.
type reversePLSFits struct {
	components int
	of         []reversePLSFit
}

// reversePLSFit describes how the fit of a split went.
type reversePLSFit struct {
	components  int
	ended       string  // why there are fewer components than asked for
	certain     bool    // true if there cannot be more
	uncertainty float64 // how far rounding may move r
	unstarted   bool    // true if weights start from rounding alone
}

// unstarted reports whether Xᵀu, from which the first weights start, is rounding alone.
// In exact arithmetic it may be 0, and then there are no components although X varies.
func unstarted(x, u []float64, n, t int) bool {
	w := make([]float64, t)
	dense.MulVec(w, dense.Of(x, n, t).T(), u)
	most, varies := float64(n)*dense.Epsilon*math.Sqrt(dense.Dot(u, u)), false
	for j, norm := range dense.ColumnNorms(x, t) {
		if math.Abs(w[j]) > most*norm {
			return false
		}
		varies = varies || norm > 0
	}
	return varies
}

// finish adds the warnings to a score.
func (f *reversePLSFits) finish(score *metrics.Score) {
	splits := make(map[string]int)
	uncertain, worst, unstarted := 0, 0.0, 0
	for _, fit := range f.of {
		if fit.unstarted {
			unstarted++
		}
		if fit.ended != "" {
			what := fmt.Sprintf("%s after %d of %d components", fit.ended, fit.components, f.components)
			if !fit.certain {
				what = fmt.Sprintf("%s but for rounding after %d of %d components", fit.ended, fit.components, f.components)
			}
			splits[what]++
		}
		if fit.uncertainty > plsUncertain {
			uncertain++
			worst = max(worst, fit.uncertainty)
		}
	}
	var warnings []string
	for what, n := range splits {
		warnings = append(warnings, fmt.Sprintf("reverse_pls: %s in %d of %d splits", what, n, len(f.of)))
	}
	slices.Sort(warnings)
	if unstarted > 0 {
		warnings = append(warnings, fmt.Sprintf("reverse_pls: in %d of %d splits the first feature that varies, from which components start, has no covariance with the responses but for rounding; in exact arithmetic there may be no components, and no score of the split", unstarted, len(f.of)))
	}
	if uncertain > 0 {
		warnings = append(warnings, fmt.Sprintf("reverse_pls: in %d of %d splits the activations or responses that are left are so much smaller than a few far larger ones that rounding moves r by up to about %.0e; rescale or leave out features, neuroids or stimuli of that size, or ask for fewer components", uncertain, len(f.of), min(1, worst)))
	}
	score.Warnings = append(score.Warnings, warnings...)
}

// again returns a stream that is fitted anew, not yet passed over the activations, if
// inner products may have lost digits and the activations can be read again; else nil.
func (f *reversePLSFits) again(ctx context.Context, in metrics.NeuralInput, rows []int) (*reverseStream, error) {
	if in.Gram.Again == nil {
		return nil, nil
	}
	fit, err := f.inDouble(ctx, in)
	if err == nil && fit == nil {
		fit, err = f.onActivations(ctx, in)
	}
	if err != nil || fit == nil {
		return nil, err
	}
	fits := &reversePLSFits{components: f.components, of: make([]reversePLSFit, len(in.Splits))}
	s := newReverseStream("reverse_pls", in, rows, func(ctx context.Context, in metrics.NeuralInput, split int, start []float64) (h hat, err error) {
		h, fits.of[split], err = fit(ctx, in, split, start)
		h.uncertainty = fits.of[split].uncertainty
		return h, err
	})
	s.finish = fits.finish
	return s, in.Gram.Again(ctx, s)
}

// plsHatFit fits a split and describes how that went.
type plsHatFit func(ctx context.Context, in metrics.NeuralInput, split int, start []float64) (hat, reversePLSFit, error)

// inDouble returns a fit in twice the precision, nil where that is not needed or takes
// too long.
func (f *reversePLSFits) inDouble(ctx context.Context, in metrics.NeuralInput) (plsHatFit, error) {
	held, splits, err := doubleFit{
		terms: func(s metrics.Split) int {
			return doublePLSTerms(len(s.Train), in.Neuroids, in.Gram.Features, f.components)
		},
		uncertain: func(i int) bool {
			return f.of[i].uncertainty > plsCertain || f.of[i].unstarted || f.of[i].ended != "" && !f.of[i].certain
		},
	}.hold(ctx, in)
	if err != nil || held == nil {
		return nil, err
	}
	return func(ctx context.Context, in metrics.NeuralInput, split int, start []float64) (hat, reversePLSFit, error) {
		if !slices.Contains(splits, split) {
			return plsHat(ctx, in, in.Splits[split], f.components, start)
		}
		d := newDoublePLS(in.Responses, in.Neuroids, held.X, held.Cols, in.Splits[split])
		if err := d.fit(ctx, f.components); err != nil {
			return hat{}, reversePLSFit{}, err
		}
		fit := reversePLSFit{components: len(d.norms), certain: true, uncertainty: d.uncertainty()}
		switch d.ended {
		case predictorsUsedUp:
			fit.ended = "the responses are used up"
		case targetsExplained:
			fit.ended = "the activations are explained wholly"
		}
		return d.hat(), fit, nil
	}, nil
}

// onActivations returns a fit on the activations themselves, nil where inner products do.
func (f *reversePLSFits) onActivations(ctx context.Context, in metrics.NeuralInput) (plsHatFit, error) {
	if !slices.ContainsFunc(f.of, func(fit reversePLSFit) bool {
		return fit.uncertainty > plsResolved || fit.ended != "" && !fit.certain
	}) {
		return nil, nil
	}
	root, err := readGraded(ctx, in.Gram, max(1, in.Workers))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, in metrics.NeuralInput, split int, start []float64) (hat, reversePLSFit, error) {
		s, t := in.Splits[split], in.Neuroids
		x, test, _ := centredTrainTest(in, s)
		d := newDirectPLS(x, test, dense.SelectRows(root.z, root.cols, s.Train), t, root.cols)
		d.ySize = root.sizes(s.Train)
		d.start, d.rank = start, rankLimit(dense.SelectRows(in.Responses, t, s.Train), t)
		vague := unstarted(d.x, start, d.n, t)
		if err := d.fit(ctx, f.components); err != nil {
			return hat{}, reversePLSFit{}, err
		}
		fit := reversePLSFit{components: len(d.norms), uncertainty: d.uncertainty(), unstarted: vague}
		switch d.ended {
		case predictorsUsedUp:
			fit.ended, fit.certain = "the responses are used up", len(d.norms) >= d.rank
		case targetsExplained:
			fit.ended, fit.certain = "the activations are explained wholly", true
		}
		return d.hat(), fit, nil
	}, nil
}
