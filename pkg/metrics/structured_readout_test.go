package metrics_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/exact"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
	"github.com/brainscore-go/brainscore/pkg/metrics/readout"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// standardised divides features, less their mean over the fitting rows, by their
// population deviation there, and constant ones by 1.
func standardised(m matrix, fit, rest []int) (exact.Matrix, exact.Matrix) {
	x, y := exact.From(m.x, m.cols, fit), exact.From(m.x, m.cols, rest)
	for j := range m.cols {
		column := x.Column(j)
		mean := exact.Mean(column)
		scale := exact.Of(1)
		if varies(pick(m.x, m.cols, j, fit)) {
			var squares exact.Number
			for _, v := range column {
				d := v.Sub(mean)
				squares = squares.Add(d.Mul(d))
			}
			scale = squares.Div(exact.Int(len(fit))).Sqrt()
		} else {
			mean = column[0]
		}
		for _, part := range []exact.Matrix{x, y} {
			for i := range part.Rows {
				at := i*m.cols + j
				part.X[at] = part.X[at].Sub(mean).Div(scale)
			}
		}
	}
	return x, y
}

// logistic holds weights of a multinomial logistic regression on few features, the
// intercept of a class last: classes × (features + 1).
type logistic struct {
	x       exact.Matrix // with a column of ones
	labels  []int
	classes int
	c       float64
	w       []exact.Number
}

func (l *logistic) probabilities(row []exact.Number) []exact.Number {
	scores := make([]exact.Number, l.classes)
	top := math.Inf(-1)
	for k := range scores {
		scores[k] = exact.Dot(l.w[k*l.x.Cols:(k+1)*l.x.Cols], row)
		top = max(top, scores[k].Float())
	}
	for k, s := range scores {
		scores[k] = s.Sub(exact.Of(top)).Exp()
	}
	sum := exact.Sum(scores)
	for k, s := range scores {
		scores[k] = s.Div(sum)
	}
	return scores
}

// gradient of ½‖W‖² + C·Σ log-loss, and the Hessian with a little for the one
// direction along which the loss is flat: the same intercept for all classes.
func (l *logistic) gradient() ([]exact.Number, exact.Matrix) {
	f := l.x.Cols
	n := l.classes * f
	g, h := make([]exact.Number, n), exact.New(n, n)
	for k := range l.classes {
		for j := range f - 1 {
			g[k*f+j] = l.w[k*f+j]
			h.X[(k*f+j)*n+k*f+j] = exact.Of(1)
		}
		for other := range l.classes {
			h.X[(k*f+f-1)*n+other*f+f-1] = exact.Of(l.c)
		}
	}
	for i := range l.x.Rows {
		row := l.x.Row(i)
		p := l.probabilities(row)
		for k := range p {
			e := p[k]
			if l.labels[i] == k {
				e = e.Sub(exact.Of(1))
			}
			e = e.Times(l.c)
			for j, v := range row {
				g[k*f+j] = g[k*f+j].Add(e.Mul(v))
			}
			for other := range p {
				weight := p[k].Mul(p[other]).Neg()
				if other == k {
					weight = weight.Add(p[k])
				}
				weight = weight.Times(l.c)
				for a, v := range row {
					part := weight.Mul(v)
					to := h.X[(k*f+a)*n+other*f:]
					for b, w := range row {
						to[b] = to[b].Add(part.Mul(w))
					}
				}
			}
		}
	}
	return g, h
}

// fit takes Newton's steps, halved while they lengthen the gradient.
func (l *logistic) fit() error {
	l.w = make([]exact.Number, l.classes*l.x.Cols)
	g, h := l.gradient()
	first := exact.Dot(g, g).Sqrt().Float()
	for range 200 {
		size := exact.Dot(g, g).Sqrt().Float()
		if size <= 1e-24*first || size <= 1e-28*l.c*float64(l.x.Rows) {
			return nil
		}
		step, ok := exact.Solve(h, g)
		if !ok {
			return fmt.Errorf("the Hessian is not positive definite")
		}
		before := l.w
		for length := 1.0; ; length /= 2 {
			if length < 1e-6 {
				return fmt.Errorf("no step shortens the gradient from %g", size/first)
			}
			l.w = make([]exact.Number, len(before))
			for i, s := range step {
				l.w[i] = before[i].Sub(s.Times(length))
			}
			if g, h = l.gradient(); exact.Dot(g, g).Sqrt().Float() < size {
				break
			}
		}
	}
	return fmt.Errorf("no convergence")
}

// readoutOf is the program's read-out: the probabilities of the rest, rest × classes.
func readoutOf(ctx context.Context, g *stream.FitGram, labels []int, classes int, c float64) ([]float64, []string, error) {
	var r *readout.Fitted
	var err error
	var probabilities []float64
	fit := g.Fit * g.Features
	if g.X == nil {
		if r, err = readout.Fit(ctx, g.K, g.Fit, labels, classes, c, 1); err == nil {
			probabilities = r.Probabilities(g.Cross, g.Rest)
		}
	} else if r, err = readout.FitFeatures(ctx, g.X[:fit], g.Fit, g.Features, labels, classes, c, 1); err == nil {
		probabilities = r.ProbabilitiesOf(g.X[fit:], g.Rest)
	}
	if warning, ok := any(r).(interface{ Warnings() []string }); ok && err == nil {
		return probabilities, warning.Warnings(), nil
	}
	return probabilities, nil, err
}

func TestStructuredReadouts(t *testing.T) {
	eachCase(t, 1, func(ctx context.Context, seed uint64, tallies *tallies) {
		c := structured.Draw(seed, structured.Limits{Stimuli: 40, Features: 14, Neuroids: 1})
		fit, rest := c.Splits[0].Train, c.Splits[0].Test
		// Classes without fitting rows have no intercept.
		code := make(map[int]int)
		var labels []int
		for _, i := range fit {
			if _, ok := code[c.Labels[i]]; !ok {
				code[c.Labels[i]] = len(code)
			}
			labels = append(labels, code[c.Labels[i]])
		}
		if len(code) < 2 || len(code) > 5 {
			return
		}
		name, strength := "read-out", 1e-3
		if seed%2 == 0 {
			name, strength = "read-out, C = 1/(0.463·n)", 1/(0.463*float64(len(fit)))
		}
		if seed%6 == 1 {
			name, strength = "read-out, C = 1", 1
		}
		x, y := standardised(matrix{c.Activations, c.Features}, fit, rest)
		withOnes := func(m exact.Matrix) exact.Matrix {
			out := exact.New(m.Rows, m.Cols+1)
			for i := range m.Rows {
				copy(out.Row(i), m.Row(i))
				out.Row(i)[m.Cols] = exact.Of(1)
			}
			return out
		}
		want := &logistic{x: withOnes(x), labels: labels, classes: len(code), c: strength}
		if err := want.fit(); err != nil {
			t.Errorf("seed %d: the exact fit fails: %v (%v)", seed, err, c)
			return
		}
		sorted := make([]float64, 0, len(c.Activations))
		for _, i := range append(append([]int(nil), fit...), rest...) {
			sorted = append(sorted, c.Activations[i*c.Features:(i+1)*c.Features]...)
		}
		sink := stream.NewReadoutSink(len(fit), len(rest), c.Features, 1)
		source := columns{sorted, len(fit) + len(rest), c.Features, c.Single}
		if err := stream.RunPass(ctx, source, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
			tallies.fail(name, seed, c, err)
			return
		}
		got, warnings, err := readoutOf(ctx, sink.Gram(), labels, len(code), strength)
		if err != nil {
			tallies.fail(name, seed, c, err)
			return
		}
		ones := withOnes(y)
		f := figure{metric: name, what: c, seed: seed, warnings: warnings, tolerance: closeTolerance}
		for i := range rest {
			for k, p := range want.probabilities(ones.Row(i)) {
				if at := got[i*len(code)+k]; math.IsNaN(at) || math.Abs(at-p.Float()) > math.Abs(f.got-f.want) {
					f.got, f.want = at, p.Float()
				}
			}
		}
		tallies.check(f)
	})
}
