package mapping

import (
	"math"
	"slices"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// primalSystem is XᵀX + αI of a split with its features scaled to one length, which
// changes nothing in Cholesky's decomposition but makes its error bound small.
//
// It depends on the activations alone.
type primalSystem struct {
	features  *primalFeatures
	a         []float64 // scaled, upper triangle; after factor its Cholesky factor
	lengths   []float64 // of the features; 0 if a feature is constant and has no penalty
	inverses  []float64 // of the lengths, 0 for a length of 0
	shares    float64   // Σ of the features' shares in the lengths, squared
	norm      float64   // largest row sum of a
	frobenius float64   // norm of a
	factor    dense.Cholesky
	definite  bool // false if a is not certainly positive definite
	// inverse returns the norm of a's inverse, as it is estimated.
	inverse func() float64
}

// primalSystemOf returns the system of a split and a penalty, which its other subjects
// share, and what to call once it is not used any more. It takes the place of the products
// of features.
func primalSystemOf(in metrics.NeuralInput, s metrics.Split, alpha float64) (p *primalSystem, release func()) {
	p, release, _ = shareForm(in, s, alpha, primalNumbers(in.Gram.Features), func() (*primalSystem, func(), error) {
		f := newPrimalFeatures(in, s)
		a := f.xx
		f.xx = nil
		return newPrimalSystem(in.Workers, f, a, in.Gram.Features, alpha), func() { pages.Give(stream.Attached[pages.Pool](in.Gram), a) }, nil
	})
	return p, release
}

// systemOf is primalSystemOf for a penalty that is chosen by the products, which it copies.
func (f *primalFeatures) systemOf(in metrics.NeuralInput, s metrics.Split, alpha float64) (p *primalSystem, release func()) {
	p, release, _ = shareForm(in, s, alpha, primalNumbers(in.Gram.Features), func() (*primalSystem, func(), error) {
		pool := stream.Attached[pages.Pool](in.Gram)
		a := pages.Take[float64](pool, len(f.xx))
		copy(a, f.xx)
		return newPrimalSystem(in.Workers, f, a, in.Gram.Features, alpha), func() { pages.Give(pool, a) }, nil
	})
	return p, release
}

// newPrimalSystem makes the system of a penalty in place of a, the products of features.
func newPrimalSystem(workers int, f *primalFeatures, a []float64, features int, alpha float64) *primalSystem {
	p := &primalSystem{features: f, a: a, lengths: make([]float64, features), inverses: make([]float64, features)}
	p.scale(features, alpha)
	p.factor, p.definite = dense.FactorCholeskyBy(workers, p.a, features)
	p.inverse = sync.OnceValue(func() float64 { return 1 / (p.factor.Condition(p.norm) * p.norm) })
	return p
}

// scale makes the system of a penalty of the products in a.
func (p *primalSystem) scale(features int, alpha float64) {
	for i := range features {
		square := max(0, p.a[i*features+i])
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
}

// predict returns (X_test − x̄)·(XᵀX + αI)⁻¹·XᵀY, the predictions beyond the train mean,
// and false if XᵀX + αI is not certainly positive definite. Without a penalty it also
// returns false unless the features that vary are certainly independent: their smallest
// singular value is more than the share zero of the largest. It uses up f.xy.
func (f *primalFit) predict(in metrics.NeuralInput, s metrics.Split, p *primalSystem, alpha, zero float64) (prediction, bool) {
	features, t := in.Gram.Features, in.Neuroids
	if !p.definite {
		return prediction{}, false
	}
	if alpha == 0 && !p.independent(zero) {
		return prediction{}, false
	}
	w := f.xy
	for i, by := range p.inverses {
		dense.Scale(w[i*t:(i+1)*t], by)
	}
	upper := p.factor.Upper()
	upper.SolveTransposed(in.Workers, dense.Of(w, features, t))
	upper.Solve(in.Workers, dense.Of(w, features, t))
	longest := 0.0
	out := prediction{values: pages.Of[float64](len(s.Test) * t), rounding: make([]float64, t)}
	f.eachTest(in, s, p, func(from, count int, test []float64) {
		for at := 0; at < len(test); at += features {
			longest = max(longest, dense.Dot(test[at:at+features], test[at:at+features]))
		}
		dense.AddProduct(in.Workers, dense.Of(out.values[from*t:(from+count)*t], count, t), 1, dense.Of(test, count, features), dense.Of(w, features, t))
	})

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
	if bound(p.inverse(), longest*math.Sqrt(p.inverse())) {
		return out, true
	}
	longest = 0
	f.eachTest(in, s, p, func(_, count int, test []float64) {
		upper.SolveRight(in.Workers, dense.Of(test, count, features))
		for at := 0; at < len(test); at += features {
			longest = max(longest, dense.Dot(test[at:at+features], test[at:at+features]))
		}
	})
	bound(p.inverse(), math.Sqrt(longest))
	return out, true
}

// eachTest calls a function with the features of some of the test rows, less the mean and scaled
// as the system, until it has had all.
func (f *primalFit) eachTest(in metrics.NeuralInput, s metrics.Split, p *primalSystem, call func(from, count int, test []float64)) {
	features, pool := in.Gram.Features, stream.Attached[pages.Pool](in.Gram)
	room := pages.Take[float64](pool, min(len(s.Test), testsAtOnce)*features)
	defer pages.Give(pool, room)
	from := 0
	for rows := range slices.Chunk(s.Test, testsAtOnce) {
		test := room[:len(rows)*features]
		for a, i := range rows {
			row := test[a*features : (a+1)*features]
			for j, v := range in.Gram.X[i*features : (i+1)*features] {
				row[j] = (v - f.mean[j]) * p.inverses[j]
			}
		}
		call(from, len(rows), test)
		from += len(rows)
	}
}

// testsAtOnce is how many test rows' features are copied at once.
const testsAtOnce = stream.SlabCols

// independent reports whether the features that vary are certainly independent. The norm
// of the system's inverse is an estimate that may be too small.
func (p *primalSystem) independent(zero float64) bool {
	const margin = 10
	shortest, squares := math.Inf(1), 0.0
	for _, length := range p.lengths {
		if length > 0 {
			shortest = min(shortest, length)
			squares += float64(length * length)
		}
	}
	return shortest > margin*zero*math.Sqrt(squares)*math.Sqrt(p.inverse())
}
