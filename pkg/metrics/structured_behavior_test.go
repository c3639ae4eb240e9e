package metrics_test

import (
	"context"
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/exact"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
)

// cell is a number or none. Of a probability, rest is 1 less it, which would lose its
// digits where that is near 1.
type cell struct {
	v, rest exact.Number
	ok      bool
}

// quantile is the standard normal one of p, given 1 − p too: Newton's steps on the
// logarithm of the smaller tail.
func quantile(p, rest exact.Number) float64 {
	if p.Cmp(rest) > 0 {
		return -quantile(rest, p)
	}
	q := p.Float()
	if q <= 0 {
		return math.Inf(-1)
	}
	if p.Cmp(rest) == 0 {
		return 0
	}
	z := -math.Sqrt(max(0, -2*math.Log(q)-1))
	for range 100 {
		tail := math.Erfc(-z/math.Sqrt2) / 2
		density := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
		if tail == 0 || density == 0 {
			z /= 1.01
			continue
		}
		step := math.Log(tail/q) * tail / density
		z -= step
		if math.Abs(step) < 1e-16*math.Abs(z) {
			break
		}
	}
	return z
}

// table is a matrix of stimuli by objects with the truth of each stimulus, -1 where
// it has no trials.
type table struct {
	cells   [][]cell
	truth   []int
	objects int
}

func peopleTable(c *structured.Choices, trials []int) table {
	t := table{truth: make([]int, c.Stimuli), objects: c.Objects}
	chosen, offered := make([][]int, c.Stimuli), make([][]int, c.Stimuli)
	for s := range t.truth {
		t.truth[s] = -1
		chosen[s], offered[s] = make([]int, c.Objects), make([]int, c.Objects)
	}
	for _, i := range trials {
		s := c.Stimulus[i]
		t.truth[s] = c.Shown[i]
		chosen[s][c.Choice[i]]++
		offered[s][c.Sample[i]]++
		offered[s][c.Distractor[i]]++
	}
	for s, row := range chosen {
		cells := make([]cell, c.Objects)
		for o, k := range row {
			if n := offered[s][o]; n > 0 && o != t.truth[s] {
				cells[o] = cell{exact.Int(k).Div(exact.Int(n)), exact.Int(n - k).Div(exact.Int(n)), true}
			}
		}
		t.cells = append(t.cells, cells)
	}
	return t
}

func modelTable(c *structured.Choices) table {
	t := table{truth: c.Truth, objects: c.Objects}
	for s, truth := range c.Truth {
		cells, row := make([]cell, c.Objects), c.Probabilities[s*c.Objects:(s+1)*c.Objects]
		for o, p := range row {
			if sum := exact.Of(p).Add(exact.Of(row[truth])); o != truth && !sum.IsZero() {
				cells[o] = cell{exact.Of(p).Div(sum), exact.Of(row[truth]).Div(sum), true}
			}
		}
		t.cells = append(t.cells, cells)
	}
	return t
}

// meanOfCells leaves out those without a number.
func meanOfCells(cells []cell) cell {
	var numbers, rest []exact.Number
	for _, c := range cells {
		if c.ok {
			numbers, rest = append(numbers, c.v), append(rest, c.rest)
		}
	}
	if len(numbers) == 0 {
		return cell{}
	}
	return cell{exact.Mean(numbers), exact.Mean(rest), true}
}

// byObject is the mean over the stimuli of each truth, truth by object.
func (t table) byObject(cells [][]cell) [][]cell {
	means := make([][]cell, t.objects)
	for truth := range means {
		means[truth] = make([]cell, t.objects)
		for o := range t.objects {
			var all []cell
			for s, row := range cells {
				if t.truth[s] == truth {
					all = append(all, row[o])
				}
			}
			means[truth][o] = meanOfCells(all)
		}
	}
	return means
}

// dPrime is Z(1 − miss) − Z(falseAlarm), clipped to ±5. Z(1 − p) is −Z(p).
func dPrime(miss, falseAlarm cell) cell {
	if !miss.ok || !falseAlarm.ok {
		return cell{}
	}
	a, b := -quantile(miss.v, miss.rest), quantile(falseAlarm.v, falseAlarm.rest)
	if math.IsInf(a, 0) && a == b {
		return cell{}
	}
	d := exact.Of(a).Sub(exact.Of(b))
	if math.IsInf(a, 0) || math.IsInf(b, 0) || math.Abs(d.Float()) > 5 {
		return cell{v: exact.Of(math.Copysign(5, a-b)), ok: true}
	}
	return cell{v: d, ok: true}
}

// pattern is what the named metric takes of a table, flat.
func (t table) pattern(name string) []cell {
	means := t.byObject(t.cells)
	var d [][]cell
	if name[0] == 'o' {
		for o := range t.objects {
			row := make([]cell, t.objects)
			for c := range row {
				row[c] = dPrime(means[c][o], means[o][c])
			}
			d = append(d, row)
		}
		if name == "o1" {
			out := make([]cell, t.objects)
			for c := range out {
				var column []cell
				for _, row := range d {
					column = append(column, row[c])
				}
				out[c] = meanOfCells(column)
			}
			return out
		}
	} else {
		for s, truth := range t.truth {
			row := make([]cell, t.objects)
			for c := range row {
				if truth >= 0 {
					row[c] = dPrime(t.cells[s][c], means[c][truth])
				}
			}
			d = append(d, row)
		}
		if name[len(name)-1] == 'n' {
			centres := t.byObject(d)
			for s, truth := range t.truth {
				for c := range d[s] {
					if d[s][c].ok {
						d[s][c].v = d[s][c].v.Sub(centres[truth][c].v)
					}
				}
			}
		}
		if name[:2] == "i1" {
			var out []cell
			for _, row := range d {
				out = append(out, meanOfCells(row))
			}
			return out
		}
	}
	var flat []cell
	for _, row := range d {
		flat = append(flat, row...)
	}
	return flat
}

// zeroCorrelation is what rounding of Z may make of a correlation of 0.
const zeroCorrelation = 1e-13

var errUndefined = errors.New("a cell is not defined")

// compareCells is r over the cells where target is defined, and an error where pattern
// is not there. close says that a side varies by rounding of Z alone.
func compareCells(pattern, target []cell, skip bool) (r float64, close bool, err error) {
	var x, y []exact.Number
	for i, t := range target {
		switch {
		case !t.ok:
		case pattern[i].ok:
			x, y = append(x, pattern[i].v), append(y, t.v)
		case !skip:
			return 0, false, errUndefined
		}
	}
	for _, side := range [][]exact.Number{x, y} {
		if len(side) > 0 {
			low, high := side[0], side[0]
			for _, v := range side {
				if v.Cmp(low) < 0 {
					low = v
				}
				if v.Cmp(high) > 0 {
					high = v
				}
			}
			span := high.Sub(low).Float()
			close = close || span > 1e-24*max(1, largest(side)) && span < 1e-6
			if span <= 1e-24*max(1, largest(side)) {
				return math.NaN(), false, nil
			}
		}
	}
	x, _ = settled(x)
	y, _ = settled(y)
	return float(correlationOf(x, y)), close, nil
}

func TestStructuredChoices(t *testing.T) {
	eachCase(t, 1, func(ctx context.Context, seed uint64, tallies *tallies) {
		c := structured.DrawChoices(seed)
		in := metrics.BehavioralInput{Truth: c.Truth, Probabilities: c.Probabilities, Human: metrics.ChoiceTrials{
			Stimulus: c.Stimulus, Truth: c.Shown, Sample: c.Sample, Distractor: c.Distractor, Choice: c.Choice, Stimuli: c.Stimuli, Objects: c.Objects}}
		if len(c.Stimulus) < 4 {
			return
		}
		skip := seed%3 > 0
		for _, name := range []string{"o1", "o2", "i1", "i1n", "i2", "i2n"} {
			checkChoices(ctx, tallies, c, in, name, skip)
		}
	})
}

func checkChoices(ctx context.Context, tallies *tallies, c *structured.Choices, in metrics.BehavioralInput, name string, skip bool) {
	metric, err := metrics.New(name, metrics.Options{"skip_missing": skip})
	if err != nil {
		tallies.fail(name, c.Seed, c, err)
		return
	}
	var raws, ceilings, ceileds []float64
	var wantErr error
	close := false
	random := numpyrand.New(0)
	for range 2 {
		order := random.Permutation(len(c.Stimulus))
		half := peopleTable(c, order[:len(order)/2]).pattern(name)
		rest := peopleTable(c, order[len(order)/2:]).pattern(name)
		raw, near, err := compareCells(modelTable(c).pattern(name), half, false)
		wantErr, close = errors.Join(wantErr, err), close || near
		ceiling, near, err := compareCells(half, rest, skip)
		wantErr, close = errors.Join(wantErr, err), close || near
		raws, ceilings = append(raws, raw), append(ceilings, ceiling)
		ceiled := math.NaN()
		if ceiling > zeroCorrelation {
			ceiled = raw / math.Sqrt(ceiling)
		}
		ceileds = append(ceileds, ceiled)
	}
	score, err := metric.(metrics.Behavioral).ScoreBehavior(ctx, in)
	if wantErr != nil || err != nil {
		var undefined *metrics.UndefinedError
		if wantErr == nil || !errors.As(err, &undefined) {
			tallies.fail(name, c.Seed, c, errors.Join(errors.New("error differs"), err, wantErr))
		}
		return
	}
	f := figure{what: c, seed: c.Seed, warnings: score.Warnings, tolerance: closeTolerance, doubtful: close}
	f.metric, f.got, f.want = name, score.Raw.Value, meanOf(raws)
	tallies.check(f)
	f.metric, f.got, f.want = name+" (ceiling)", score.Ceiling.Value, meanOf(ceilings)
	tallies.check(f)
	f.metric, f.got, f.want = name+" (ceiled)", score.Ceiled.Value, meanOf(ceileds)
	for _, v := range ceileds {
		f.steep = max(f.steep, v*v*v)
	}
	tallies.check(f)
}

// kappa of two series of answers, nil where the expected agreement is 1.
func kappa(a, b []bool) *big.Rat {
	n := int64(len(a))
	if n == 0 {
		return nil
	}
	var rightA, rightB, agree int64
	for i, x := range a {
		if x {
			rightA++
		}
		if b[i] {
			rightB++
		}
		if x == b[i] {
			agree++
		}
	}
	expected := big.NewRat(rightA*rightB+(n-rightA)*(n-rightB), n*n)
	room := new(big.Rat).Sub(big.NewRat(1, 1), expected)
	if room.Sign() == 0 {
		return nil
	}
	over := new(big.Rat).Sub(big.NewRat(agree, n), expected)
	return over.Quo(over, room)
}

// meanOfRats leaves out nil; nil of nothing.
func meanOfRats(x []*big.Rat) *big.Rat {
	sum, n := new(big.Rat), int64(0)
	for _, v := range x {
		if v != nil {
			sum.Add(sum, v)
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return sum.Quo(sum, big.NewRat(n, 1))
}

func TestStructuredConsistency(t *testing.T) {
	eachCase(t, 2, func(ctx context.Context, seed uint64, tallies *tallies) {
		c := structured.DrawConsistency(seed)
		in := metrics.ConsistencyInput{Subjects: c.Subjects, Conditions: c.Conditions, Stimuli: c.Stimuli, ModelCorrect: c.Model}
		answers := make([]map[int]bool, c.Subjects) // first answer to each stimulus, which has one condition
		for i, s := range c.Subject {
			in.Trials = append(in.Trials, metrics.ConsistencyTrial{Subject: s, Condition: c.Condition[i], Stimulus: c.Stimulus[i], Correct: c.Correct[i]})
			if answers[s] == nil {
				answers[s] = make(map[int]bool)
			}
			if _, ok := answers[s][c.Stimulus[i]]; !ok {
				answers[s][c.Stimulus[i]] = c.Correct[i]
			}
		}
		model := make(map[int]bool)
		for i, right := range c.Model {
			model[i] = right
		}
		between := func(x, y map[int]bool) *big.Rat {
			var kappas []*big.Rat
			for condition := range c.Conditions {
				var a, b []bool
				for i := condition; i < c.Stimuli; i += c.Conditions {
					left, ok := x[i]
					right, both := y[i]
					if ok && both {
						a, b = append(a, left), append(b, right)
					}
				}
				kappas = append(kappas, kappa(a, b))
			}
			return meanOfRats(kappas)
		}
		var raws, pairs []*big.Rat
		seen := 0
		for s, x := range answers {
			if x == nil {
				continue
			}
			seen++
			raws = append(raws, between(model, x))
			for _, y := range answers[s+1:] {
				if y != nil {
					pairs = append(pairs, between(x, y))
				}
			}
		}
		raw, ceiling := meanOfRats(raws), meanOfRats(pairs)
		metric, err := metrics.New("error_consistency", nil)
		if err != nil {
			t.Fatal(err)
		}
		score, err := metric.(metrics.Consistency).ScoreConsistency(ctx, in)
		if seen < 2 {
			if err == nil {
				tallies.fail("error_consistency", seed, c, errors.New("no error without two subjects"))
			}
			return
		}
		if err != nil {
			tallies.fail("error_consistency", seed, c, err)
			return
		}
		f := figure{metric: "error_consistency", what: c, seed: seed, warnings: score.Warnings, tolerance: closeTolerance, got: score.Raw.Value, want: size(raw)}
		tallies.check(f)
		f.metric, f.got, f.want = "error_consistency (ceiling)", score.Ceiling.Value, size(ceiling)
		tallies.check(f)
		f.metric, f.got, f.want = "error_consistency (ceiled)", score.Ceiled.Value, math.NaN()
		if raw != nil && ceiling != nil && ceiling.Sign() != 0 {
			f.want = size(new(big.Rat).Quo(raw, ceiling))
		}
		f.steep = f.want * f.want
		tallies.check(f)
	})
}

// size is |x|, NaN for nil.
func size(x *big.Rat) float64 {
	if x == nil {
		return math.NaN()
	}
	v, _ := x.Float64()
	return math.Abs(v)
}
