package metrics_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/exact"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
	"github.com/brainscore-go/brainscore/pkg/metrics/similarity"
)

func everyRow(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// similarityCase draws a case for similarity; some have many more stimuli.
func similarityCase(seed uint64) *structured.Case {
	limits := structured.Limits{Stimuli: 60, Features: 200, Neuroids: 40}
	if seed%40 == 0 {
		limits.Stimuli = 300
	}
	return structured.Draw(seed, limits)
}

func TestStructuredSimilarity(t *testing.T) {
	eachCase(t, 2, func(ctx context.Context, seed uint64, tallies *tallies) {
		c := similarityCase(seed)
		rows := [][]int{everyRow(c.Stimuli)}
		var splits []metrics.Split
		if seed%2 == 0 {
			rows, splits = nil, splitsOf(c)
			for _, s := range c.Splits {
				rows = append(rows, s.Test)
			}
		}
		checkAlignment(ctx, tallies, c, rows, splits)
		checkDissimilarities(ctx, tallies, c, rows, splits)
		checkDissimilarityCeiling(ctx, tallies, c)
	})
}

func checkAlignment(ctx context.Context, tallies *tallies, c *structured.Case, rows [][]int, splits []metrics.Split) {
	for _, biased := range []bool{false, true} {
		name := map[bool]string{false: "cka", true: "cka biased"}[biased]
		if len(rows[0]) < 4 {
			continue
		}
		score, err := scoreOf(ctx, "cka", metrics.Options{"biased": biased}, c, splits)
		if err != nil {
			tallies.fail(name, c.Seed, c, err)
			continue
		}
		var want []float64
		for _, part := range rows {
			k := innerProducts(matrix{c.Activations, c.Features}, part)
			l := innerProducts(matrix{c.Responses, c.Neuroids}, part)
			want = append(want, alignment(k, l, biased))
		}
		tallies.check(figure{metric: name, what: c, seed: c.Seed, got: score.Raw.Value, want: meanOf(want), warnings: score.Warnings, tolerance: closeTolerance})
	}
}

func checkDissimilarities(ctx context.Context, tallies *tallies, c *structured.Case, rows [][]int, splits []metrics.Split) {
	for _, distance := range []string{"correlation", "euclidean", "cosine"} {
		a, b := make([]dissimilarities, len(rows)), make([]dissimilarities, len(rows))
		for i, part := range rows {
			a[i] = newDissimilarities(matrix{c.Activations, c.Features}, part, distance)
			b[i] = newDissimilarities(matrix{c.Responses, c.Neuroids}, part, distance)
		}
		for _, compare := range []string{"spearman", "pearson", "kendall", "cosine"} {
			if compare == "kendall" && len(rows[0]) > 60 {
				continue // pairs of pairs
			}
			name := "rdm " + distance + " " + compare
			score, err := scoreOf(ctx, "rdm", metrics.Options{"distance": distance, "compare": compare}, c, splits)
			if err != nil {
				tallies.fail(name, c.Seed, c, err)
				continue
			}
			var want, merged []float64
			doubtful := false
			for i := range rows {
				doubtful = doubtful || a[i].close || b[i].close
				kept := both(a[i], b[i])
				want = append(want, agreement(compare, kept[0], kept[1]))
				kept = both(a[i].merged(), b[i].merged())
				merged = append(merged, agreement(compare, kept[0], kept[1]))
			}
			tallies.check(nearest(figure{metric: name, what: c, seed: c.Seed, got: score.Raw.Value, warnings: score.Warnings, tolerance: closeTolerance, doubtful: doubtful}, meanOf(want), meanOf(merged)))
		}
	}
}

// checkDissimilarityCeiling takes the neuroids of a case for those of several subjects.
func checkDissimilarityCeiling(ctx context.Context, tallies *tallies, c *structured.Case) {
	const least = 2 // neuroids of a subject
	count := min(4, c.Neuroids/least)
	if count < 2 || c.Stimuli > 60 {
		return
	}
	r := rand.New(rand.NewPCG(c.Seed, 2))
	distance := []string{"correlation", "euclidean", "cosine"}[r.IntN(3)]
	compare := []string{"spearman", "pearson", "kendall", "cosine"}[r.IntN(4)]
	subjects := make([][]float64, count)
	lists := make([]dissimilarities, count)
	for s := range subjects {
		cols := 0
		for i := range c.Stimuli {
			for j := s; j < c.Neuroids; j += count {
				subjects[s] = append(subjects[s], c.Responses[i*c.Neuroids+j])
			}
			if i == 0 {
				cols = len(subjects[s])
			}
		}
		lists[s] = newDissimilarities(matrix{subjects[s], cols}, everyRow(c.Stimuli), distance)
	}
	name := "rdm ceiling " + compare
	got, warnings, err := similarity.RDMNoiseCeiling(ctx, metrics.Options{"distance": distance, "compare": compare}, false, subjects, c.Stimuli, 1)
	if err != nil {
		tallies.fail(name, c.Seed, c, err)
		return
	}
	lower, upper, ok := bounds(compare, both(lists...))
	doubtful := false
	for i := range lists {
		doubtful = doubtful || lists[i].close
		lists[i] = lists[i].merged()
	}
	mergedLower, mergedUpper, mergedToo := bounds(compare, both(lists...))
	if !ok || !mergedToo {
		return
	}
	f := figure{metric: name + " lower", what: c, seed: c.Seed, got: got.Lower.Value, warnings: warnings, tolerance: closeTolerance, doubtful: doubtful}
	tallies.check(nearest(f, lower, mergedLower))
	f.metric, f.got = name+" upper", got.Upper.Value
	tallies.check(nearest(f, upper, mergedUpper))
}

// bounds leaves each subject out; false where a subject's dissimilarities have no
// scale, since they are all alike.
func bounds(compare string, kept [][]exact.Number) (lower, upper float64, ok bool) {
	scaled := make([][]exact.Number, len(kept))
	for s, v := range kept {
		if scaled[s] = comparable(compare, v); scaled[s] == nil {
			return 0, 0, false
		}
	}
	bound := 0.0 // of the rounding of a sum
	for _, x := range scaled {
		bound += alike * largest(x)
	}
	var lowers, uppers []float64
	for s, v := range kept {
		var others, all []exact.Number
		for i := range v {
			var sum exact.Number
			for k, x := range scaled {
				if k != s {
					sum = sum.Add(x[i])
				}
			}
			others = append(others, sum)
			all = append(all, sum.Add(scaled[s][i]))
		}
		others, _ = settledBy(others, bound)
		all, _ = settledBy(all, bound)
		lowers = append(lowers, agreement(compare, v, others))
		uppers = append(uppers, agreement(compare, v, all))
	}
	return meanOf(lowers), meanOf(uppers), true
}

// comparable puts dissimilarities on the scale on which they are averaged; nil where
// they have none.
func comparable(compare string, values []exact.Number) []exact.Number {
	values, places := settledBy(values, 0) // they are settled
	alike := len(values) > 0 && slices.Max(places) == slices.Min(places)
	if len(values) < 2 || largest(values) == 0 || alike && compare != "cosine" {
		return nil
	}
	switch compare {
	case "pearson":
		out := unit(values)
		for i := range out {
			out[i] = out[i].Times(math.Sqrt(float64(len(values))))
		}
		return out
	case "cosine":
		length := exact.Dot(values, values).Sqrt()
		out := make([]exact.Number, len(values))
		for i, v := range values {
			out[i] = v.Div(length)
		}
		return out
	default:
		return wholes(places)
	}
}
