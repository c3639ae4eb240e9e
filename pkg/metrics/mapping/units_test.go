package mapping

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// TestPowersOfTwoKeepBits wants the same bits of activations and recordings times a power
// of two, α in the same unit as the squared activations.
func TestPowersOfTwoKeepBits(t *testing.T) {
	for _, kind := range shapes {
		for _, features := range thorough.OneIn(2, 24, 5, 90, 29, 300) {
			t.Run(fmt.Sprintf("%s/%d", kind.name, features), func(t *testing.T) {
				c := shapedCase(uint64(features), 30, features, 3, kind.make)
				splits, err := metrics.StratifiedSplits(make([]int, c.N), metrics.SplitPlan{Splits: 2, TrainSize: .8, Seed: 3})
				if err != nil {
					t.Fatal(err)
				}
				score := func(metric metrics.Neural, activations, responses int) metrics.Score {
					other := c
					other.X, other.Y = scaled(c.X, math.Ldexp(1, activations)), scaled(c.Y, math.Ldexp(1, responses))
					got, err := metrics.ScoreColumns(context.Background(), metric, other, metrics.NeuralInput{Responses: other.Y, Neuroids: c.Neuroids, Splits: splits, Workers: 2})
					if err != nil {
						t.Fatal(err)
					}
					return got
				}
				compare := func(name string, got, want metrics.Score) {
					t.Helper()
					same := slices.EqualFunc(got.SplitNeuroids, want.SplitNeuroids, func(a, b []float64) bool {
						return slices.EqualFunc(a, b, func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) })
					})
					if !same || !slices.Equal(got.Warnings, want.Warnings) || !slices.Equal(got.Alphas, want.Alphas) {
						t.Errorf("%s: %v, want %v; warnings %q, want %q", name, got.SplitNeuroids, want.SplitNeuroids, got.Warnings, want.Warnings)
					}
				}
				line, wantRidge := score(linear{}, 0, 0), score(ridge{1e-3}, 0, 0)
				for _, by := range thorough.OneIn(2, -30, -7, 1, 13, 26) {
					name := fmt.Sprintf("times 2^%d", by)
					compare("linear, activations "+name, score(linear{}, by, 0), line)
					compare("ridge, activations "+name, score(ridge{math.Ldexp(1e-3, 2*by)}, by, 0), wantRidge)
					compare("linear, recordings "+name, score(linear{}, 0, by), line)
					compare("ridge, recordings "+name, score(ridge{1e-3}, 0, by), wantRidge)
				}
				if features == 24 || features == 90 {
					compare("ridgecv, recordings", score(ridgeCV{usualPenalties()}, 0, 17), score(ridgeCV{usualPenalties()}, 0, 0))
				}
			})
		}
	}
}
