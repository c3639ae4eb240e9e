package mapping

import (
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// primalSystem is XᵀX + αI of a split with its features scaled to one length, which
// changes nothing in Cholesky's decomposition but makes its error bound small.
type primalSystem struct {
	a         []float64 // scaled, upper triangle; after factor its Cholesky factor
	lengths   []float64 // of the features; 0 if a feature is constant and has no penalty
	inverses  []float64 // of the lengths, 0 for a length of 0
	shares    float64   // Σ of the features' shares in the lengths, squared
	norm      float64   // largest row sum of a
	frobenius float64   // norm of a
}

// scale makes the system of a penalty in place of f.xx, which is not to be used again.
func (f *primalFit) scale(features int, alpha float64) *primalSystem {
	p := &primalSystem{a: f.xx, lengths: make([]float64, features), inverses: make([]float64, features)}
	for i := range features {
		square := max(0, f.xx[i*features+i])
		if length := math.Sqrt(square + alpha); length > 0 {
			p.lengths[i], p.inverses[i] = length, 1/length
			p.shares += square / (square + alpha)
		}
	}
	sums, squares := make([]float64, features), 0.0
	for i, by := range p.inverses {
		row := p.a[i*features : (i+1)*features]
		row[i] = 1
		rest, squared := 0.0, 0.0
		right, inverses := row[i+1:], p.inverses[i+1:]
		for j, v := range right {
			v *= by * inverses[j]
			right[j] = v
			squared += float64(v * v)
			v = math.Abs(v)
			rest += v
			sums[i+1+j] += v
		}
		sums[i] += 1 + rest
		squares += 1 + 2*squared
	}
	p.norm, p.frobenius = slices.Max(sums), math.Sqrt(squares)
	return p
}

// predict returns (X_test − x̄)·(XᵀX + αI)⁻¹·XᵀY, the predictions beyond the train mean,
// and false if XᵀX + αI is not certainly positive definite. Without a penalty it also
// returns false unless the features that vary are certainly independent: their smallest
// singular value is more than the share zero of the largest. It uses up f.xx and f.xy.
func (f *primalFit) predict(in metrics.NeuralInput, s metrics.Split, alpha, zero float64) (prediction, bool) {
	features, t := in.Gram.Features, in.Neuroids
	p := f.scale(features, alpha)
	factor, ok := dense.FactorCholesky(p.a, features)
	if !ok {
		return prediction{}, false
	}
	condition := math.NaN()
	inverse := func() float64 { // the norm of the scaled system's inverse
		if math.IsNaN(condition) {
			condition = 1 / (factor.Condition(p.norm) * p.norm)
		}
		return condition
	}
	if alpha == 0 && !p.independent(inverse(), zero) {
		return prediction{}, false
	}
	w := f.xy
	for i, by := range p.inverses {
		dense.Scale(w[i*t:(i+1)*t], by)
	}
	upper := factor.Upper()
	upper.SolveTransposed(in.Workers, dense.Of(w, features, t))
	upper.Solve(in.Workers, dense.Of(w, features, t))
	test := pages.Take[float64](stream.Attached[pages.Pool](in.Gram), len(s.Test)*features)
	defer pages.Give(stream.Attached[pages.Pool](in.Gram), test)
	longest := 0.0
	for a, i := range s.Test {
		row := test[a*features : (a+1)*features]
		for j, v := range in.Gram.X[i*features : (i+1)*features] {
			row[j] = (v - f.mean[j]) * p.inverses[j]
		}
		longest = max(longest, dense.Dot(row, row))
	}
	out := prediction{values: make([]float64, len(s.Test)*t), rounding: make([]float64, t)}
	dense.AddProduct(in.Workers, dense.Of(out.values, len(s.Test), t), 1, dense.Of(test, len(s.Test), features), dense.Of(w, features, t))

	weights := dense.ColumnNorms(w, t)
	// bound sets the rounding and reports whether it is small, given ‖A⁻¹‖ and the
	// largest ‖R⁻ᵀz‖.
	bound := func(inverse, reach float64) bool {
		for j, length := range weights {
			out.rounding[j] = unit * f.grown * reach * math.Sqrt(inverse) * (float64(p.frobenius*length) + float64(math.Sqrt(p.shares)*f.norms[j]))
		}
		return out.resolved(t)
	}
	longest = math.Sqrt(longest)
	// Bounds that cost nothing mostly do: no eigenvalue is below the penalty's share.
	if alpha > 0 {
		largest := slices.Max(p.lengths)
		if most := largest * largest / alpha; bound(most, longest*math.Sqrt(most)) {
			return out, true
		}
	}
	if bound(inverse(), longest*math.Sqrt(inverse())) {
		return out, true
	}
	upper.SolveRight(in.Workers, dense.Of(test, len(s.Test), features))
	longest = 0
	for at := 0; at < len(test); at += features {
		longest = max(longest, dense.Dot(test[at:at+features], test[at:at+features]))
	}
	bound(inverse(), math.Sqrt(longest))
	return out, true
}

// independent reports whether the features that vary are certainly independent, given
// the norm of the scaled system's inverse, which is an estimate that may be too small.
func (p *primalSystem) independent(inverse, zero float64) bool {
	const margin = 10
	shortest, squares := math.Inf(1), 0.0
	for _, length := range p.lengths {
		if length > 0 {
			shortest = min(shortest, length)
			squares += float64(length * length)
		}
	}
	return shortest > margin*zero*math.Sqrt(squares)*math.Sqrt(inverse)
}
