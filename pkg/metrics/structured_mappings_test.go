package metrics_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/exact"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
)

// best takes for each target the source column with the highest train r, the first on
// ties, and correlates it on the test rows. doubtful targets have two that differ by
// less than 1e-13, but do differ.
func best(source, target matrix, split structured.Split) (rs []float64, doubtful bool) {
	var candidates []int
	var series, tested [][]exact.Number
	for j := range source.cols {
		column := pick(source.x, source.cols, j, split.Train)
		if !varies(column) {
			continue
		}
		candidates = append(candidates, j)
		series = append(series, unit(numbers(column)))
		tested = append(tested, numbers(pick(source.x, source.cols, j, split.Test)))
	}
	rs = make([]float64, target.cols)
	for j := range rs {
		rs[j] = math.NaN()
		column := pick(target.x, target.cols, j, split.Train)
		measured := pick(target.x, target.cols, j, split.Test)
		if !varies(column) || len(candidates) == 0 {
			continue
		}
		y := unit(numbers(column))
		all := make([]exact.Number, len(series))
		for k, x := range series {
			all[k] = exact.Dot(x, y)
		}
		top := slices.MaxFunc(all, exact.Number.Cmp)
		chosen := -1
		for k, r := range all {
			switch gap := top.Sub(r).Float(); {
			case gap > 1e-13:
			case gap > 1e-26:
				doubtful = true
			case chosen < 0:
				chosen = k
			}
		}
		if varies(measured) && varies(pick(source.x, source.cols, candidates[chosen], split.Test)) {
			rs[j] = pearson(tested[chosen], numbers(measured)).Float()
		}
	}
	return rs, doubtful
}

// unit is a series less its mean, of length 1.
func unit(x []exact.Number) []exact.Number {
	column, _ := exact.Matrix{Rows: len(x), Cols: 1, X: x}.Centre()
	length := exact.Dot(column.X, column.X).Sqrt()
	for i, v := range column.X {
		column.X[i] = v.Div(length)
	}
	return column.X
}

// varying leaves out the columns that are the same in all rows, and lists the others.
func varying(m matrix) (matrix, []int) {
	rows := make([]int, len(m.x)/m.cols)
	for i := range rows {
		rows[i] = i
	}
	var kept []int
	for j := range m.cols {
		if varies(pick(m.x, m.cols, j, rows)) {
			kept = append(kept, j)
		}
	}
	out := matrix{cols: len(kept)}
	for i := range rows {
		for _, j := range kept {
			out.x = append(out.x, m.x[i*m.cols+j])
		}
	}
	return out, kept
}

// truth is what a mapping's score should be.
type truth struct {
	splits   []float64   // medians
	clear    []float64   // medians without targets that float64 cannot tell from constant ones
	each     [][]float64 // by split and target; NaN for constant targets
	faint    [][]bool    // which those are
	doubtful bool
}

func TestStructuredMappings(t *testing.T) {
	eachCase(t, 1.5, func(ctx context.Context, seed uint64, tallies *tallies) {
		c := mappingCase(seed)
		for _, reverse := range []bool{false, true} {
			checkCaseMappings(ctx, tallies, c, mappingNames, reverse)
		}
		checkCaseMappings(ctx, tallies, c, []string{"banded_ridge"}, false)
	})
}

// TestFoundMappings repeats cases whose scores were wrong without a warning, as they are
// and as large layers are fitted. In most, what float64 leaves of something far larger was
// taken for predictions, or for none.
func TestFoundMappings(t *testing.T) {
	var all tallies
	check := func(seeds ...uint64) {
		for _, seed := range seeds {
			for _, reverse := range []bool{false, true} {
				checkCaseMappings(t.Context(), &all, mappingCase(seed), mappingNames, reverse)
			}
		}
	}
	check(75685, 121090, 204965, 10230)
	fitInFloat64(t)
	check(51608, 54786, 60163, 60490, 70298, 71783, 91096, 130334, 402776)
	all.show(t)
}

// mappingCase draws a case for mappings; every tenth has more stimuli.
func mappingCase(seed uint64) *structured.Case {
	limits := structured.Limits{Stimuli: 60, Features: 400, Neuroids: 40}
	if seed%10 == 0 {
		limits.Stimuli = 120
	}
	return structured.Draw(seed, limits)
}

// checkCaseMappings checks mappings between a case's activations and responses, with as
// many components of 25 as it allows.
func checkCaseMappings(ctx context.Context, tallies *tallies, c *structured.Case, names []string, reverse bool) {
	components := 25
	for _, s := range c.Splits {
		components = min(components, len(s.Train), c.Features, c.Neuroids)
	}
	activations, responses := matrix{c.Activations, c.Features}, matrix{c.Responses, c.Neuroids}
	checkMappings(ctx, tallies, c, names, activations, responses, components, reverse)
}

var mappingNames = []string{"linear", "ridge", "ridgecv", "pls", "neuron_to_neuron"}

func checkMappings(ctx context.Context, tallies *tallies, c *structured.Case, names []string, activations, responses matrix, components int, reverse bool) {
	source, target, prefix := activations, responses, ""
	if reverse {
		source, target, prefix = responses, activations, "reverse_"
	}
	targets := target.cols
	target, kept := varying(target)
	if reverse {
		source, _ = varying(source)
	}
	regressions := make([]*regression, len(c.Splits))
	if source.cols > 0 && target.cols > 0 {
		for i, s := range c.Splits {
			regressions[i] = newRegression(source, target, s)
		}
	}
	for _, name := range names {
		options := metrics.Options{}
		if name == "pls" {
			options["components"] = components
		}
		name = prefix + name
		score, err := scoreOf(ctx, name, options, c, splitsOf(c))
		if err != nil {
			tallies.fail(name, c.Seed, c, err)
			continue
		}
		var want truth
		for i, r := range regressions {
			rs := slices.Repeat([]float64{math.NaN()}, target.cols)
			switch {
			case r == nil || r.train.Cols == 0:
			case name == prefix+"linear":
				rs = r.leastNorm()
			case name == prefix+"ridge":
				rs = r.penalised(1)
			case name == prefix+"ridgecv":
				alpha, err := penalty(r, penalties(), score.Alphas[i])
				if err != nil && !slices.ContainsFunc(score.Warnings, precisionWarning.MatchString) {
					tallies.fail(name+" (alpha)", c.Seed, c, err)
				}
				rs = r.penalised(alpha)
			case name == "banded_ridge":
				// Penalties are relative to the sum of the features' variances.
				variance := exact.Dot(r.train.X, r.train.X).Float() / float64(r.train.Rows)
				relative := bandedPenalties(variance)
				alpha, err := penalty(r, relative, score.Alphas[i]*variance)
				if err != nil && !slices.ContainsFunc(score.Warnings, precisionWarning.MatchString) {
					tallies.fail(name+" (alpha)", c.Seed, c, err)
				}
				rs = r.penalised(alpha)
			case name == prefix+"pls":
				var doubtful, vague bool
				if rs, doubtful, vague = r.nipals(components); vague {
					rs, doubtful = longNIPALS(source, target, c.Splits[i], components)
				}
				want.doubtful = want.doubtful || doubtful
			default:
				var doubtful bool
				rs, doubtful = best(source, target, c.Splits[i])
				r.faint = nil
				want.doubtful = want.doubtful || doubtful
			}
			each, faint := slices.Repeat([]float64{math.NaN()}, targets), make([]bool, targets)
			certain := slices.Clone(rs)
			for k, j := range kept {
				each[j] = rs[k]
				if r != nil && r.faint != nil && r.faint[k] {
					faint[j], certain[k] = true, math.NaN()
				}
			}
			want.splits, want.clear = append(want.splits, medianOf(rs)), append(want.clear, medianOf(certain))
			want.each, want.faint = append(want.each, each), append(want.faint, faint)
		}
		compareMapping(tallies, name, c, score, want)
	}
}

// bandedPenalties are those that banded_ridge tries on a layer that is not joined.
func bandedPenalties(variance float64) (alphas []float64) {
	for e := -20; e <= 10; e += 2 {
		alphas = append(alphas, math.Ldexp(variance, e))
	}
	return alphas
}

// penalty is the penalty of least leave-one-out error, or chosen where the two errors
// are equal as far as float64 can tell. The error says that chosen is not the best.
func penalty(r *regression, alphas []float64, chosen float64) (float64, error) {
	losses := r.leaveOneOut(alphas)
	least := 0
	for k, loss := range losses {
		if loss.Cmp(losses[least]) < 0 {
			least = k
		}
	}
	if losses[least].IsZero() && math.IsNaN(chosen) {
		return alphas[least], nil // all targets are constant: there is nothing to choose
	}
	at := slices.Index(alphas, chosen)
	if at < 0 {
		return alphas[least], fmt.Errorf("penalty %g is none of those to try; the best is %g", chosen, alphas[least])
	}
	// Less of a perfect fit is rounding of this path.
	const nothing = 1e-54
	if whole := exact.Dot(r.y.X, r.y.X).Float(); losses[at].Float() <= nothing*whole {
		return chosen, nil
	}
	if at != least {
		over := losses[at].Sub(losses[least]).Div(losses[least]).Float()
		if !(over < 1e-11) {
			return alphas[least], fmt.Errorf("penalty %g has an error larger by %.2g than %g", chosen, over, alphas[least])
		}
	}
	return chosen, nil
}

func compareMapping(tallies *tallies, name string, c *structured.Case, score metrics.Score, want truth) {
	tolerance := mappingTolerance
	if name == "neuron_to_neuron" || name == "reverse_neuron_to_neuron" {
		tolerance = closeTolerance
	}
	f := figure{metric: name, what: c, seed: c.Seed, warnings: score.Warnings, tolerance: tolerance, doubtful: want.doubtful}
	f.got = score.Raw.Value
	tallies.check(nearest(f, meanOf(want.splits), meanOf(want.clear)))
	if score.SplitNeuroids == nil {
		return
	}
	// The neuroid that is furthest off stands for all.
	f.metric, f.part = name+" (neuroid)", true
	f.got, f.want = 0, 0
	for i, each := range want.each {
		for j, r := range each {
			got := score.SplitNeuroids[i][j]
			if want.faint[i][j] && math.IsNaN(got) {
				continue
			}
			if math.IsNaN(got) != math.IsNaN(r) || math.Abs(got-r) > math.Abs(f.got-f.want) {
				f.got, f.want = got, r
			}
			if math.IsNaN(got) != math.IsNaN(r) {
				tallies.check(f)
				return
			}
		}
	}
	tallies.check(f)
}
