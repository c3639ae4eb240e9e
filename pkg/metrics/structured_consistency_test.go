package metrics_test

import (
	"context"
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
)

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
