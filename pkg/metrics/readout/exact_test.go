package readout

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/plain"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// The tests of this file compare read-outs with a slow fit of its own: features
// standardised and Newton's method on the weights with gradients in 200 bits, and
// a dense Hessian.

const exactBits = 200

func exact(v float64) *big.Float          { return new(big.Float).SetPrec(exactBits).SetFloat64(v) }
func exactMul(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(exactBits).Mul(a, b) }
func exactAdd(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(exactBits).Add(a, b) }
func exactSub(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(exactBits).Sub(a, b) }
func exactQuo(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(exactBits).Quo(a, b) }

// exactExp is exp by its series, of x/2^40 squared 40 times.
func exactExp(x *big.Float) *big.Float {
	if v, _ := x.Float64(); v < -5000 {
		return exact(0)
	}
	const halvings = 40
	y := new(big.Float).SetMantExp(x, -halvings)
	sum, term := exact(1), exact(1)
	for k := 1; k < 12; k++ {
		term = exactQuo(exactMul(term, y), exact(float64(k)))
		sum = exactAdd(sum, term)
	}
	for range halvings {
		sum = exactMul(sum, sum)
	}
	return sum
}

// exactReadout is the read-out's probabilities of all rows, of which the first fit
// rows are fitted to. x is rows × features, not standardised.
func exactReadout(t testing.TB, x []float64, rows, fit, features int, labels []int, classes int, c float64) []float64 {
	t.Helper()
	z := make([][]*big.Float, rows)
	for i := range z {
		z[i] = make([]*big.Float, features)
	}
	n := exact(float64(fit))
	for f := range features {
		sum := exact(0)
		for i := range fit {
			sum = exactAdd(sum, exact(x[i*features+f]))
		}
		mean, squares := exactQuo(sum, n), exact(0)
		for i := range z {
			z[i][f] = exactSub(exact(x[i*features+f]), mean)
			if i < fit {
				squares = exactAdd(squares, exactMul(z[i][f], z[i][f]))
			}
		}
		varies := false
		for i := range fit {
			varies = varies || x[i*features+f] != x[f]
		}
		for i := range z {
			if !varies {
				z[i][f] = exact(0)
				continue
			}
			z[i][f] = exactQuo(z[i][f], new(big.Float).SetPrec(exactBits).Sqrt(exactQuo(squares, n)))
		}
	}
	width := features + 1 // the intercept is the last weight
	w := make([]*big.Float, classes*width)
	for i := range w {
		w[i] = exact(0)
	}
	probabilities := func(i int) []*big.Float {
		p, top := make([]*big.Float, classes), (*big.Float)(nil)
		for c := range p {
			p[c] = w[c*width+features]
			for f, v := range z[i] {
				p[c] = exactAdd(p[c], exactMul(v, w[c*width+f]))
			}
			if top == nil || p[c].Cmp(top) > 0 {
				top = p[c]
			}
		}
		sum := exact(0)
		for c := range p {
			p[c] = exactExp(exactSub(p[c], top))
			sum = exactAdd(sum, p[c])
		}
		for c := range p {
			p[c] = exactQuo(p[c], sum)
		}
		return p
	}
	size := classes * width
	last := math.Inf(1)
	for step := 0; ; step++ {
		gradient, hessian := make([]*big.Float, size), make([]float64, size*size)
		for j := range gradient {
			gradient[j] = exact(0)
			if j%width < features {
				gradient[j] = w[j]
				hessian[j*size+j] = 1
			}
		}
		for a := range classes { // what is common to all intercepts is to be 0
			for b := range classes {
				hessian[(a*width+features)*size+b*width+features] = c
			}
		}
		for i := range fit {
			p := probabilities(i)
			row := make([]float64, width)
			for f := range features {
				row[f], _ = z[i][f].Float64()
			}
			row[features] = 1
			for a := range classes {
				d := p[a]
				if labels[i] == a {
					d = exactSub(d, exact(1))
				}
				d = exactMul(d, exact(c))
				for f := range width {
					v := exact(1)
					if f < features {
						v = z[i][f]
					}
					gradient[a*width+f] = exactAdd(gradient[a*width+f], exactMul(d, v))
				}
				pa, _ := p[a].Float64()
				for b := range classes {
					pb, _ := p[b].Float64()
					h := -c * pa * pb
					if a == b {
						h += c * pa
					}
					for f, u := range row {
						for g, v := range row {
							hessian[(a*width+f)*size+b*width+g] += h * u * v
						}
					}
				}
			}
		}
		rhs := make([]float64, size)
		for j, g := range gradient {
			rhs[j], _ = g.Float64()
		}
		change := gauss(hessian, rhs, size)
		norm := 0.0
		for _, v := range change {
			norm = max(norm, math.Abs(v))
		}
		scale := 1.0
		if norm > 2 { // far from the optimum
			scale = 2 / norm
		}
		for j := range w {
			w[j] = exactSub(w[j], exact(scale*change[j]))
		}
		if norm < 1e-15 {
			break
		}
		if step > 300 {
			t.Fatalf("the fit to compare with stops at steps of %.2g, the last of %.2g", norm, last)
		}
		last = norm
	}
	var out []float64
	for i := range z {
		for _, p := range probabilities(i) {
			v, _ := p.Float64()
			out = append(out, v)
		}
	}
	return out
}

// gauss solves a system of equations with pivots.
func gauss(a, b []float64, n int) []float64 {
	for k := range n {
		at := k
		for i := k; i < n; i++ {
			if math.Abs(a[i*n+k]) > math.Abs(a[at*n+k]) {
				at = i
			}
		}
		for j := range n {
			a[k*n+j], a[at*n+j] = a[at*n+j], a[k*n+j]
		}
		b[k], b[at] = b[at], b[k]
		for i := k + 1; i < n; i++ {
			m := a[i*n+k] / a[k*n+k]
			if m == 0 {
				continue
			}
			for j := k; j < n; j++ {
				a[i*n+j] -= m * a[k*n+j]
			}
			b[i] -= m * b[k]
		}
	}
	x := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		x[i] = b[i]
		for j := i + 1; j < n; j++ {
			x[i] -= a[i*n+j] * x[j]
		}
		x[i] /= a[i*n+i]
	}
	return x
}

// layerLike makes activations as layers have them, of rows stimuli.
type layerLike struct {
	name                 string
	rows, fit, features  int
	classes              int
	c                    float64
	change               func(r *rand.Rand, row, feature int, v float64) float64
	labels               func(r *rand.Rand, i int) int
	repeatRow, repeatCol int // every so many rows and columns are the ones before again
	signal               float64
}

func (l layerLike) make() (x []float64, labels []int) {
	r := rand.New(rand.NewPCG(uint64(l.rows), uint64(l.features*l.classes)))
	x, labels = make([]float64, l.rows*l.features), make([]int, l.fit)
	for i := range l.rows {
		label := i % l.classes
		if l.labels != nil && i >= l.classes {
			label = l.labels(r, i)
		}
		if i < l.fit {
			labels[i] = label
		}
		for f := range l.features {
			v := r.NormFloat64()
			if f%l.classes == label {
				v += l.signal
			}
			if l.change != nil {
				v = l.change(r, i, f, v)
			}
			if l.repeatCol > 0 && f%l.repeatCol == 1 {
				v = x[i*l.features+f-1]
			}
			if l.repeatRow > 0 && i%l.repeatRow == 1 {
				v = x[(i-1)*l.features+f]
			}
			x[i*l.features+f] = v
		}
	}
	return x, labels
}

func relu(threshold float64) func(*rand.Rand, int, int, float64) float64 {
	return func(_ *rand.Rand, _, _ int, v float64) float64 { return max(0, v-threshold) }
}

var layersLike = []layerLike{
	{name: "sparse", rows: 60, fit: 40, features: 12, classes: 3, c: 0.05, change: relu(1.2), signal: 1},
	{name: "very sparse", rows: 60, fit: 40, features: 30, classes: 2, c: 1, change: relu(2), signal: 1},
	{name: "dead units", rows: 50, fit: 40, features: 9, classes: 3, c: 0.5, signal: 0.5, change: func(_ *rand.Rand, _, f int, v float64) float64 {
		if f%3 == 0 {
			return 0.1
		}
		return v
	}},
	{name: "dead on the fitting stimuli alone", rows: 50, fit: 40, features: 9, classes: 3, c: 0.5, signal: 0.5, change: func(_ *rand.Rand, i, f int, v float64) float64 {
		if f%2 == 0 && i < 40 {
			return -1e7 - 1./3
		}
		return v
	}},
	{name: "all dead", rows: 24, fit: 20, features: 5, classes: 3, c: 1, change: func(*rand.Rand, int, int, float64) float64 { return 0.3 }},
	{name: "features twice", rows: 60, fit: 45, features: 14, classes: 4, c: 0.3, repeatCol: 2, signal: 0.7},
	{name: "stimuli twice", rows: 60, fit: 45, features: 8, classes: 4, c: 3, repeatRow: 2, signal: 0.7},
	{name: "one massive feature", rows: 60, fit: 40, features: 8, classes: 3, c: 1, signal: 1, change: func(_ *rand.Rand, i, f int, v float64) float64 {
		if f == 2 {
			return 1e9 * v
		}
		return v
	}},
	{name: "massive activations", rows: 60, fit: 40, features: 20, classes: 3, c: 1, signal: 1, change: func(_ *rand.Rand, i, f int, v float64) float64 {
		if f == 2 && i%13 == 5 {
			return 1e6 + v
		}
		return v
	}},
	{name: "scales", rows: 60, fit: 40, features: 13, classes: 3, c: 0.2, signal: 0.5, change: func(_ *rand.Rand, _, f int, v float64) float64 {
		return v * math.Pow(10, float64(2*f-12))
	}},
	{name: "extreme scales", rows: 60, fit: 40, features: 6, classes: 3, c: 0.2, signal: 0.5, change: func(_ *rand.Rand, _, f int, v float64) float64 {
		return v * []float64{1e-300, 1e-200, 1e-160, 1, 1e155, 1e160}[f]
	}},
	{name: "offset", rows: 60, fit: 40, features: 8, classes: 3, c: 0.5, signal: 1, change: func(_ *rand.Rand, _, _ int, v float64) float64 { return 1e7 + v }},
	{name: "offset that leaves few digits", rows: 60, fit: 40, features: 8, classes: 3, c: 0.5, signal: 1, change: func(_ *rand.Rand, _, _ int, v float64) float64 { return 1e9 + 1e-6*v }},
	{name: "separable", rows: 60, fit: 45, features: 9, classes: 3, c: 100, signal: 9},
	{name: "separable, wide, hardly any penalty", rows: 30, fit: 24, features: 40, classes: 3, c: 1e4, signal: 2},
	{name: "hardly any penalty", rows: 80, fit: 60, features: 3, classes: 3, c: 1e6, signal: 1},
	{name: "two classes", rows: 60, fit: 40, features: 5, classes: 2, c: 1, signal: 1},
	{name: "40 classes", rows: 130, fit: 120, features: 6, classes: 40, c: 0.1, signal: 1},
	{name: "unbalanced", rows: 80, fit: 70, features: 5, classes: 4, c: 1, signal: 1, labels: func(r *rand.Rand, i int) int {
		if i%30 == 0 {
			return 1 + i/30
		}
		return 0
	}},
	{name: "one stimulus a class", rows: 20, fit: 12, features: 8, classes: 12, c: 1, signal: 1},
	{name: "noise", rows: 60, fit: 50, features: 20, classes: 5, c: 1e-3},
	{name: "integers", rows: 60, fit: 50, features: 6, classes: 3, c: 20, signal: 2, change: func(_ *rand.Rand, _, _ int, v float64) float64 { return math.Round(v) }},
	{name: "few features, as solution times of a small layer", rows: 80, fit: 57, features: 3, classes: 4, c: 0.35, signal: 1},
}

// Probabilities are right to 1e-9 on what layers are like, whichever way they are
// fitted, however far rounding lets the gradient come down.
func TestReadoutIsExact(t *testing.T) {
	for _, l := range layersLike {
		t.Run(l.name, func(t *testing.T) {
			x, labels := l.make()
			want := exactReadout(t, x, l.rows, l.fit, l.features, labels, l.classes, l.c)[l.fit*l.classes:]
			held := stream.NewReadoutSink(l.fit, l.rows-l.fit, l.features, 1)
			if held.Gram().X == nil {
				*held.Gram() = stream.FitGram{Fit: l.fit, Rest: l.rows - l.fit, Features: l.features, X: make([]float64, len(x))}
			}
			for kind, sink := range map[string]*stream.FitGramSink{"inner products": stream.NewFitGramSink(l.fit, l.rows-l.fit, l.features, true, 2), "features": held} {
				if err := stream.RunPass(t.Context(), stream.InMemory(x, l.rows, l.features), []stream.Sink{sink}, stream.PassOptions{}); err != nil {
					t.Fatal(err)
				}
				got, warnings, err := FitGram(t.Context(), sink.Gram(), labels, l.classes, l.c, 2)
				if err != nil {
					t.Errorf("%s: %v", kind, err)
					continue
				}
				off := 0.0
				for i, p := range got {
					off = max(off, math.Abs(p-want[i]))
				}
				t.Logf("%s: off by %.2g", kind, off)
				if !(off <= 1e-9) {
					t.Errorf("%s: off by %.2g, warnings %q", kind, off, warnings)
				}
			}
		})
	}
}

// Without much of a penalty rounding is what stops the gradient. What is accepted
// is then no further from the optimum than it says.
func TestReadoutSaysHowCloseItIs(t *testing.T) {
	for _, c := range []float64{1e-12, 1e-3, 1, 1e3, 1e6, 1e8} {
		for _, signal := range []float64{0, 0.5, 3} {
			t.Run(fmt.Sprint(c, " ", signal), func(t *testing.T) {
				const rows, features, classes = 40, 5, 3
				x, labels := simulated.Readout(rows, features, classes, signal)
				r, err := Fit(t.Context(), plain.CrossGram(x, x, features), rows, labels, classes, c, 1)
				if err != nil {
					t.Fatal(err)
				}
				got, want, off := r.Probabilities(plain.CrossGram(x, x, features), rows), exactReadout(t, x, rows, rows, features, labels, classes, c), 0.0
				for i, p := range got {
					off = max(off, math.Abs(p-want[i]))
				}
				t.Logf("gradient %.2g, distance %.2g, off by %.2g", r.Gradient(), r.Distance(), off)
				if !(off <= max(1e-9, r.Distance())) {
					t.Errorf("off by %.2g, more than it says (%.2g)", off, r.Distance())
				}
				if doubted := len(r.Warnings()) > 0; doubted != (r.Distance() > 1e-6) {
					t.Errorf("warnings %q at a distance of %.2g", r.Warnings(), r.Distance())
				}
			})
		}
	}
}
