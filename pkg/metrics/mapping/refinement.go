package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// Refinement gives back the digits that inner products lose. With G the inverse that inner
// products give, and D = G·Y its dual coefficients, another reading of the activations gives
//
//	W = Xᵀ·D,  R = Y − α·D − X·W,  predictions Z·W + Z·Xᵀ·G·R
//
// for test rows Z. The last term is tiny, so that it may come from inner products. D and W
// need not be exact: where W is off by δ, the predictions are off by z·δ − z·Xᵀ·G·X·δ, which
// is δ along what is left of z by a ridge regression on the rows of X. Let
//
//	h = z·Xᵀ·G               what a prediction makes of an error of the responses
//	s = α·z·(XᵀX + α)⁻¹·zᵀ   no less than the square of what is left of z
//
// Both are in the blocks of G, if stimuli are left out of it: G_ST·(G_SS)⁻¹ has −h as its rows,
// and (G_SS)⁻¹ has s + α on its diagonal, or more. The bound of rounding is then, with sizes
// as in rounding.go,
//
//	unit · ‖h‖ · (‖Y‖ + α·‖D‖ + ‖X‖·‖W‖)    rounding of R
//	unit · √s · ‖x‖ · ‖D‖                    of W; x is the longest feature, equal ones taken together
//	unit · ‖z‖ · ‖W‖                         of Z·W
//	unit · ‖K‖ · ‖G‖ · (1 + ‖h‖) · ‖R‖       of G, of which the last refinement keeps that share
//
// where ‖X‖·‖W‖ and ‖x‖·‖D‖ have the place of ‖K‖·‖D‖ in the bound by inner products.

const (
	// mostRefinements is how often dual coefficients are refined, each time by a reading.
	mostRefinements = 2
	// refinedColumns is how many columns of dual coefficients are refined together, unless
	// one split has more.
	refinedColumns = 512
)

// refinement refines the dual coefficients of some splits together.
type refinement struct {
	inverse *ridgeInverse
	in      metrics.NeuralInput // with these splits alone
	outs    [][]int             // stimuli that each split does not train on
	cols    int                 // neuroids of all splits, one split after the other
	// n × cols each; rows that a split does not train on are 0 in the first two.
	dual, residual, fitted []float64
	errorOf, remains       []float64 // for each split the largest ‖h‖ and s
}

// refine replaces the predictions that rounding of inner products has moved by those of
// refined dual coefficients, if the activations can be read again and refinement resolves
// them. Other predictions stay as they are.
func (r *ridgeInverse) refine(ctx context.Context, in metrics.NeuralInput, predictions []prediction) error {
	if !rereadable(in.Gram) || !r.refinable() {
		return nil
	}
	var moved []int
	for i, p := range predictions {
		if p.values == nil || p.resolved(in.Neuroids) {
			continue
		}
		same, err := sameOn(ctx, in.Gram, in.Splits[i].Train, in.Workers)
		if err != nil {
			return err
		}
		if !same {
			moved = append(moved, i)
		}
	}
	if len(moved) == 0 {
		return nil
	}
	if in.Gram.Triangle == nil && in.Gram.X == nil {
		if err := in.Gram.AllowRare(); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(moved, max(1, refinedColumns/in.Neuroids)) {
		if err := r.refineTogether(ctx, in, part, predictions); err != nil {
			return err
		}
	}
	return nil
}

// refinable reports whether what a refinement leaves of an error is so small that its bound, of
// first order, is one.
func (r *ridgeInverse) refinable() bool {
	const most = 1e-2
	return r.contraction() <= most
}

// contraction bounds the share of an error that a refinement leaves: ‖I − G·(K + αI)‖.
func (r *ridgeInverse) contraction() float64 {
	squares := 0.0
	for _, v := range r.rows {
		squares += v
	}
	return unit * r.frobenius * min(math.Sqrt(squares), 1/r.alpha)
}

// newRefinement returns the refinement of the splits of in, in memory of the pool, which
// release gives back.
func (r *ridgeInverse) newRefinement(in metrics.NeuralInput) (f *refinement, release func()) {
	n, pool := in.Gram.N, poolOf(in.Gram)
	f = &refinement{inverse: r, in: in, cols: len(in.Splits) * in.Neuroids, errorOf: make([]float64, len(in.Splits)), remains: make([]float64, len(in.Splits))}
	for _, s := range in.Splits {
		f.outs = append(f.outs, dense.Complement(s.Train, n))
	}
	held := []*[]float64{&f.dual, &f.residual, &f.fitted}
	for _, x := range held {
		*x = pages.Take[float64](pool, n*f.cols)
		clear(*x)
	}
	return f, func() {
		for _, x := range held {
			pages.Give(pool, *x)
		}
	}
}

// refineTogether refines the splits of the given indices.
func (r *ridgeInverse) refineTogether(ctx context.Context, in metrics.NeuralInput, indices []int, predictions []prediction) error {
	part := in
	part.Splits = nil
	for _, i := range indices {
		part.Splits = append(part.Splits, in.Splits[i])
	}
	f, release := r.newRefinement(part)
	defer release()
	if !f.start() {
		return nil
	}
	for range mostRefinements {
		if err := ctx.Err(); err != nil {
			return err
		}
		refined, ok, err := f.turn(ctx)
		if !ok || err != nil {
			return err
		}
		resolved := true
		for k, p := range refined {
			if p.resolved(in.Neuroids) {
				predictions[indices[k]] = p
			} else {
				resolved = false
			}
		}
		if resolved {
			return nil
		}
	}
	return nil
}

// start solves for dual coefficients by inner products alone. It reports whether rounding
// leaves positive definite blocks of the inverse.
func (f *refinement) start() bool {
	f.findResiduals()
	_, ok := f.addSolution(true)
	return ok
}

// turn refines once. It returns false if rounding leaves no positive definite block.
func (f *refinement) turn(ctx context.Context) (refined []prediction, ok bool, err error) {
	splits, longest, err := f.fit(ctx)
	if err != nil {
		return nil, false, err
	}
	duals, t := dense.ColumnNorms(f.dual, f.cols), f.in.Neuroids
	for k, s := range f.in.Splits {
		// Predictions are taken less the train mean, before the residuals replace what is fitted.
		mean := dense.ColumnMeans(f.fitted, f.cols, s.Train)
		p := prediction{values: make([]float64, 0, len(s.Test)*t)}
		for _, i := range s.Test {
			for j := k * t; j < (k+1)*t; j++ {
				p.values = append(p.values, f.fitted[i*f.cols+j]-mean[j])
			}
		}
		refined = append(refined, p)
	}
	responses := f.findResiduals()
	residuals := dense.ColumnNorms(f.residual, f.cols)
	missed, ok := f.addSolution(false)
	if !ok {
		return nil, false, nil
	}
	for k, s := range f.in.Splits {
		for a, i := range s.Test {
			at, _ := slices.BinarySearch(f.outs[k], i)
			for j, e := range missed[k][at*t : (at+1)*t] {
				refined[k].values[a*t+j] -= e
			}
		}
		from, to := k*t, (k+1)*t
		refined[k].rounding = f.bound(k, splits[k], longest, responses[from:to], duals[from:to], residuals[from:to])
	}
	return refined, true, nil
}

// fit sets fitted in another reading. It returns what this finds of the splits, and the norm of
// the longest feature.
func (f *refinement) fit(ctx context.Context) (splits []*fittedSplit, longest float64, err error) {
	sink, release := newFittedSink(f.in, f.cols, f.dual, f.fitted)
	defer release()
	if err := sink.read(ctx, f.in.Gram); err != nil {
		return nil, 0, err
	}
	return sink.splits, sink.longest(), nil
}

// bound returns the bound of rounding of each neuroid's predictions in a split.
func (f *refinement) bound(split int, of *fittedSplit, longest float64, responses, duals, residuals []float64) []float64 {
	train, test := math.Sqrt(of.square), 0.0
	for _, square := range of.tests {
		test = max(test, math.Sqrt(square))
	}
	h, left := f.errorOf[split], math.Sqrt(f.remains[split])
	remaining := f.inverse.contraction() * (1 + h)
	bound := make([]float64, len(duals))
	for j, d := range duals {
		ofResidual := responses[j] + float64(f.inverse.alpha*d) + float64(train*of.weights[j])
		direct := float64(h*ofResidual) + float64(left*longest*d) + float64(test*of.weights[j])
		bound[j] = float64(unit*direct) + float64(remaining*residuals[j])
	}
	return bound
}

// findResiduals sets residual to Y − α·D − X·W on the train rows, centred there, and 0 on the
// others. It returns the norms of the centred responses.
func (f *refinement) findResiduals() (responses []float64) {
	t := f.in.Neuroids
	clear(f.residual)
	for k, s := range f.in.Splits {
		y, _ := dense.CenteredRows(f.in.Responses, t, s.Train)
		responses = append(responses, dense.ColumnNorms(y, t)...)
		for a, i := range s.Train {
			at, row := i*f.cols+k*t, y[a*t:(a+1)*t]
			dual, fitted := f.dual[at:at+t], f.fitted[at:at+t]
			for j := range row {
				row[j] -= float64(f.inverse.alpha*dual[j]) + fitted[j]
			}
		}
		dense.CenterColumns(y, t)
		for a, i := range s.Train {
			copy(f.residual[i*f.cols+k*t:], y[a*t:(a+1)*t])
		}
	}
	return responses
}

// addSolution adds to the dual coefficients those of the residuals, as in leaveOut. It returns
// for each split what is missed of the left-out rows, which are 0 there: less the predictions.
// first also finds what predictions make of errors. ok is false if rounding leaves no positive
// definite block of the inverse.
func (f *refinement) addSolution(first bool) (missed [][]float64, ok bool) {
	n, t, workers := f.in.Gram.N, f.in.Neuroids, f.in.Workers
	pool := poolOf(f.in.Gram)
	solved := f.fitted // is not needed any more
	clear(solved)
	f.inverse.addProduct(workers, dense.Of(solved, n, f.cols), dense.Of(f.residual, n, f.cols))
	for k, s := range f.in.Splits {
		out := f.outs[k]
		block := f.inverse.block(n, out, out)
		factor, ok := dense.FactorCholesky(block, len(out))
		if !ok {
			return nil, false
		}
		columns := func(rows []int, to []float64) []float64 {
			for _, i := range rows {
				to = append(to, solved[i*f.cols+k*t:i*f.cols+(k+1)*t]...)
			}
			return to
		}
		misses := columns(out, make([]float64, 0, len(out)*t))
		factor.Solve(misses, t)
		missed = append(missed, misses)
		cross := f.inverse.block(n, out, s.Train)
		whole := pages.Take[float64](pool, len(s.Train)*t)
		dual := columns(s.Train, whole[:0])
		dense.AddProduct(workers, dense.Of(dual, len(s.Train), t), -1, dense.Of(cross, len(out), len(s.Train)).T(), dense.Of(misses, len(out), t))
		dense.CenterColumns(dual, t)
		for a, i := range s.Train {
			dense.AddScaled(1, dual[a*t:(a+1)*t], f.dual[i*f.cols+k*t:i*f.cols+(k+1)*t])
		}
		pages.Give(pool, whole)
		if !first {
			continue
		}
		factor.Solve(cross, len(s.Train))
		f.errorOf[k] = dense.LongestRow(cross, len(s.Train))
		if !factor.Invert() {
			return nil, false
		}
		remains := 0.0
		for a := range out {
			remains = max(remains, block[a*len(out)+a]-f.inverse.alpha)
		}
		// The diagonal is that of a difference of inner products.
		f.remains[k] = remains + float64(unit*f.inverse.frobenius*(1+float64(f.errorOf[k]*f.errorOf[k])))
	}
	return missed, true
}

// refinementMemory counts what refining splits holds: three matrices of dual coefficients, the
// features that are read, and the weights of some of them.
func refinementMemory(s metrics.Shape) metrics.Memory {
	if s.Once {
		return metrics.Memory{}
	}
	n, _, _ := s.Sizes()
	kept := metrics.FloatBytes * n * (3*refinedTogether(s) + stream.SlabCols) // in the pool
	return metrics.Memory{Working: kept + fittedMemory(s), Kept: kept}
}

// refinedMemory is refinementMemory beside a triangle, of which no pool keeps anything: the
// features are read, or the residuals are solved for, with the given bytes of rows of the inverse.
func refinedMemory(s metrics.Shape, rows int64) int64 {
	if s.Once {
		return 0
	}
	const b = metrics.FloatBytes
	n, t, m := s.Sizes()
	solving := max(rows, b*((n-m)*(n+t)+m*t))
	missed := 2 * predictionMemory(s) // and refined predictions
	return missed + b*3*n*refinedTogether(s) + max(b*n*stream.SlabCols+fittedMemory(s), solving)
}

// refinedTogether returns how many columns of dual coefficients are refined together.
func refinedTogether(s metrics.Shape) int64 {
	_, t, _ := s.Sizes()
	return t * max(1, min(int64(s.Splits), refinedColumns/max(1, t)))
}

// fittedMemory counts what a reading holds for a fittedSink, and the weights and norms of this.
func fittedMemory(s metrics.Shape) int64 {
	_, t, _ := s.Sizes()
	const entry = 64 // bytes of a feature's hash and norm in a map, with its spare room
	return metrics.FloatBytes*stream.SlabCols*t + entry*int64(s.Features) + s.Reading
}
