package choice

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mathext"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// The tests of this file compare metrics on choices with definitions written down
// in exact arithmetic: a d′ is a sum of quantiles Z(p), p a fraction of at most ½,
// which are taken as numbers only at the end. A series is constant where the sums
// are the same.

// sumOfZ holds the factor of each Z(p), and of 1 under the name "1"; nil is NaN.
type sumOfZ map[string]*big.Rat

func (s sumOfZ) add(t sumOfZ, factor *big.Rat) sumOfZ {
	out := sumOfZ{}
	for _, from := range []struct {
		of sumOfZ
		by *big.Rat
	}{{s, big.NewRat(1, 1)}, {t, factor}} {
		for name, v := range from.of {
			sum := new(big.Rat).Mul(v, from.by)
			if old := out[name]; old != nil {
				sum.Add(sum, old)
			}
			out[name] = sum
		}
	}
	for name, v := range out {
		if v.Sign() == 0 {
			delete(out, name)
		}
	}
	return out
}

func (s sumOfZ) value() float64 {
	if s == nil {
		return math.NaN()
	}
	sum := 0.0
	for name, v := range s {
		factor, _ := v.Float64()
		if name == "1" {
			sum += factor
			continue
		}
		p, _ := new(big.Rat).SetString(name)
		f, _ := p.Float64()
		sum += factor * mathext.NormalQuantile(f)
	}
	return sum
}

func (s sumOfZ) String() string { return fmt.Sprint(map[string]*big.Rat(s)) }

// exactDprime is Z(1 − miss) − Z(falseAlarm), clipped.
func exactDprime(miss, falseAlarm *big.Rat) sumOfZ {
	if miss == nil || falseAlarm == nil {
		return nil
	}
	one := big.NewRat(1, 1)
	infinite := func(p *big.Rat) int { // the sign of Z(p) where it is infinite
		switch {
		case p.Sign() == 0:
			return -1
		case p.Cmp(one) == 0:
			return 1
		}
		return 0
	}
	switch a, b := -infinite(miss), -infinite(falseAlarm); {
	case a+b == 0 && a != 0:
		return nil
	case a+b != 0:
		return sumOfZ{"1": big.NewRat(int64(5*max(-1, min(1, a+b))), 1)}
	}
	z := func(p *big.Rat, factor int64) sumOfZ {
		switch p.Cmp(big.NewRat(1, 2)) {
		case 0:
			return sumOfZ{}
		case 1:
			p, factor = new(big.Rat).Sub(one, p), -factor
		}
		return sumOfZ{p.RatString(): big.NewRat(factor, 1)}
	}
	d := z(miss, -1).add(z(falseAlarm, -1), one)
	if v := d.value(); math.Abs(v) > 5 {
		return sumOfZ{"1": big.NewRat(int64(math.Copysign(5, v)), 1)}
	}
	return d
}

func exactMean[T any](values []T, zero func() T, none func(T) bool, add func(T, T) T, by func(T, *big.Rat) T) (mean T) {
	n := int64(0)
	sum := zero()
	for _, v := range values {
		if !none(v) {
			sum = add(sum, v)
			n++
		}
	}
	if n == 0 {
		return mean
	}
	return by(sum, big.NewRat(1, n))
}

func meanRat(values []*big.Rat) *big.Rat {
	return exactMean(values, func() *big.Rat { return new(big.Rat) }, func(v *big.Rat) bool { return v == nil },
		func(a, b *big.Rat) *big.Rat { return new(big.Rat).Add(a, b) }, func(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) })
}

func meanSum(values []sumOfZ) sumOfZ {
	return exactMean(values, func() sumOfZ { return sumOfZ{} }, func(v sumOfZ) bool { return v == nil },
		func(a, b sumOfZ) sumOfZ { return a.add(b, big.NewRat(1, 1)) }, func(a sumOfZ, by *big.Rat) sumOfZ { return sumOfZ{}.add(a, by) })
}

// exactPattern is a metric's pattern of a matrix of P (nil is NaN).
func exactPattern(metric string, p [][]*big.Rat, truth []int, objects int) []sumOfZ {
	column := func(o, c int) (of []*big.Rat) {
		for s, t := range truth {
			if t == o {
				of = append(of, p[s][c])
			}
		}
		return of
	}
	rates := make([][]*big.Rat, objects)
	for o := range objects {
		for c := range objects {
			rates[o] = append(rates[o], meanRat(column(o, c)))
		}
	}
	var flat []sumOfZ
	if metric[0] == 'o' {
		d := make([][]sumOfZ, objects)
		for o := range objects {
			for c := range objects {
				d[c] = append(d[c], exactDprime(rates[c][o], rates[o][c])) // by choice, then object
			}
		}
		for o := range objects {
			if metric == "o1" {
				flat = append(flat, meanSum(d[o]))
				continue
			}
			for c := range objects {
				flat = append(flat, d[c][o])
			}
		}
		return flat
	}
	d := make([][]sumOfZ, len(truth))
	for s, t := range truth {
		for c := range objects {
			var v sumOfZ
			if t >= 0 {
				v = exactDprime(p[s][c], rates[c][t])
			}
			d[s] = append(d[s], v)
		}
	}
	if strings.HasSuffix(metric, "n") {
		normalised := make([][]sumOfZ, len(d))
		for s, t := range truth {
			for c := range objects {
				var cell []sumOfZ
				for other, u := range truth {
					if u == t {
						cell = append(cell, d[other][c])
					}
				}
				v := d[s][c]
				if v != nil {
					v = v.add(meanSum(cell), big.NewRat(-1, 1))
				}
				normalised[s] = append(normalised[s], v)
			}
		}
		d = normalised
	}
	for _, row := range d {
		if metric[1] == '1' {
			flat = append(flat, meanSum(row))
		} else {
			flat = append(flat, row...)
		}
	}
	return flat
}

// exactCorrelation is NaN where a side is constant on the cells that both have.
func exactCorrelation(x, y []sumOfZ) float64 {
	var xs, ys []float64
	constantX, constantY, first := true, true, -1
	for i := range x {
		if x[i] == nil || y[i] == nil {
			continue
		}
		if first < 0 {
			first = i
		}
		constantX, constantY = constantX && x[i].String() == x[first].String(), constantY && y[i].String() == y[first].String()
		xs, ys = append(xs, x[i].value()), append(ys, y[i].value())
	}
	if constantX || constantY {
		return math.NaN()
	}
	return series.Pearson(xs, ys)
}

// exactChoiceScore is a metric's raw value and ceiling in each halving; undefined where
// the model has no number for a cell of the humans.
func exactChoiceScore(metric string, in metrics.BehavioralInput) (raw, ceiling []float64, undefined bool) {
	h := in.Human
	model := make([][]*big.Rat, h.Stimuli)
	for s, t := range in.Truth {
		for c := range h.Objects {
			var p *big.Rat
			a, b := new(big.Rat).SetFloat64(in.Probabilities[s*h.Objects+c]), new(big.Rat).SetFloat64(in.Probabilities[s*h.Objects+t])
			if sum := new(big.Rat).Add(a, b); c != t && sum.Sign() > 0 {
				p = new(big.Rat).Quo(a, sum)
			}
			model[s] = append(model[s], p)
		}
	}
	matrix := func(trials []int) ([][]*big.Rat, []int) {
		truth := make([]int, h.Stimuli)
		p := make([][]*big.Rat, h.Stimuli)
		for s := range p {
			truth[s] = -1
			p[s] = make([]*big.Rat, h.Objects)
			for c := range p[s] {
				chosen, offered := 0, 0
				for _, i := range trials {
					if h.Stimulus[i] != s {
						continue
					}
					truth[s] = h.Truth[i]
					if h.Choice[i] == c {
						chosen++
					}
					if h.Sample[i] == c {
						offered++
					}
					if h.Distractor[i] == c {
						offered++
					}
				}
				if offered > 0 && truth[s] != c {
					p[s][c] = big.NewRat(int64(chosen), int64(offered))
				}
			}
		}
		return p, truth
	}
	x := exactPattern(metric, model, in.Truth, h.Objects)
	for _, halves := range halveTrials(h.Len()) {
		var sides [2][]sumOfZ
		for j := range sides {
			p, truth := matrix(halves[j])
			sides[j] = exactPattern(metric, p, truth, h.Objects)
		}
		for i := range x {
			undefined = undefined || x[i] == nil && sides[0][i] != nil
		}
		raw, ceiling = append(raw, exactCorrelation(x, sides[0])), append(ceiling, exactCorrelation(sides[0], sides[1]))
	}
	return raw, ceiling, undefined
}

// smallExperiment draws few objects, images and trials, and probabilities that are
// often equal, so that ties, constants and cells without trials are common.
func smallExperiment(r *rand.Rand) metrics.BehavioralInput {
	objects := 1 + r.IntN(4)
	in := metrics.BehavioralInput{Human: metrics.ChoiceTrials{Objects: objects}}
	for o := range objects {
		for range 1 + r.IntN(3) {
			in.Truth = append(in.Truth, o)
		}
	}
	r.Shuffle(len(in.Truth), func(i, j int) { in.Truth[i], in.Truth[j] = in.Truth[j], in.Truth[i] })
	h := &in.Human
	h.Stimuli = len(in.Truth)
	kind := r.IntN(4)
	for s := range h.Stimuli {
		for c := range objects {
			in.Probabilities = append(in.Probabilities, []float64{1, float64(r.IntN(4)), 1 + float64((s+c)%2), 0.1 * float64(1+r.IntN(5))}[kind])
		}
	}
	for range 4 + r.IntN(200) {
		s := r.IntN(h.Stimuli)
		pair := [2]int{in.Truth[s], r.IntN(objects)}
		h.Stimulus, h.Truth = append(h.Stimulus, s), append(h.Truth, in.Truth[s])
		h.Sample, h.Distractor = append(h.Sample, pair[0]), append(h.Distractor, pair[1])
		h.Choice = append(h.Choice, pair[r.IntN(4)/3])
	}
	return in
}

func TestChoicesAreExact(t *testing.T) {
	const seed = 3
	r := rand.New(rand.NewPCG(seed, 0))
	constant, numbers := 0, 0
	for k := range 400 {
		in := smallExperiment(r)
		for _, name := range []string{"i1", "i1n", "i2", "i2n", "o1", "o2"} {
			raw, ceiling, undefined := exactChoiceScore(name, in)
			got, err := newBehavioral(t, name, metrics.Options{"skip_missing": true}).ScoreBehavior(t.Context(), in)
			if undefined {
				var want *UndefinedError
				if !errors.As(err, &want) {
					t.Errorf("seed %d, case %d, %s: error %v, want a cell that is not defined", seed, k, name, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("seed %d, case %d, %s: %v", seed, k, name, err)
				continue
			}
			for i := range raw {
				for _, c := range []struct {
					what      string
					got, want float64
				}{{"raw", got.Raw.Splits[i], raw[i]}, {"ceiling", got.Ceiling.Splits[i], ceiling[i]}} {
					if math.IsNaN(c.want) {
						constant++
					} else {
						numbers++
					}
					if math.IsNaN(c.got) != math.IsNaN(c.want) || math.Abs(c.got-c.want) > 1e-12 {
						t.Errorf("seed %d, case %d, %s, halving %d: %s is %v, want %v", seed, k, name, i+1, c.what, c.got, c.want)
					}
				}
			}
			for _, e := range []metrics.Estimate{got.Raw, got.Ceiling, got.Ceiled} {
				if math.IsInf(e.Value, 0) || math.IsInf(e.Error, 0) {
					t.Errorf("seed %d, case %d, %s: %v", seed, k, name, e)
				}
			}
			if math.IsNaN(got.Raw.Value) && len(got.Warnings) == 0 {
				t.Errorf("seed %d, case %d, %s: no score and no reason", seed, k, name)
			}
		}
	}
	t.Logf("%d correlations, %d not defined", numbers, constant)
}
