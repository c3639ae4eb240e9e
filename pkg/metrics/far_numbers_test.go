package metrics_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	_ "github.com/brainscore-go/brainscore/pkg/metrics/all"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// farCase is a layer with responses to the same stimuli, both mixtures of few latents.
type farCase struct {
	stimuli, features, neuroids int
	x, y                        []float64
	splits                      []metrics.Split
}

func newFarCase(t *testing.T, features int) farCase {
	t.Helper()
	c := farCase{stimuli: 40, features: features, neuroids: 6}
	r := rand.New(rand.NewPCG(5, uint64(features)))
	latents := make([]float64, 4*c.stimuli)
	for i := range latents {
		latents[i] = r.NormFloat64()
	}
	mix := func(columns int) []float64 {
		weights, out := make([]float64, 4*columns), make([]float64, c.stimuli*columns)
		for i := range weights {
			weights[i] = r.NormFloat64()
		}
		for i := range out {
			out[i] = 0.3 * r.NormFloat64()
			for k := range 4 {
				out[i] += latents[i/columns*4+k] * weights[k*columns+i%columns]
			}
		}
		return out
	}
	c.x, c.y = mix(features), mix(c.neuroids)
	var err error
	if c.splits, err = metrics.ShuffleSplits(c.stimuli, metrics.SplitPlan{Splits: 2, TrainSize: .75, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	return c
}

// farMetrics are all metrics on recordings, with the options that compute otherwise.
func farMetrics(t *testing.T) map[string]metrics.Neural {
	t.Helper()
	all := map[string]metrics.Neural{}
	add := func(name string, options metrics.Options) {
		m, err := metrics.New(name, options)
		if err != nil {
			t.Fatal(err)
		}
		if neural, ok := m.(metrics.Neural); ok {
			all[fmt.Sprint(name, options)] = neural
		}
	}
	for _, info := range metrics.List() {
		options := metrics.Options{}
		for _, o := range info.Options {
			if o.Name == "components" {
				options[o.Name] = 3
			}
			if o.Example != "" {
				options[o.Name] = o.Example
			}
		}
		add(info.Name, options)
	}
	add("cka", metrics.Options{"biased": true})
	for _, distance := range []string{"correlation", "euclidean", "cosine"} {
		for _, compare := range []string{"spearman", "pearson", "kendall", "cosine", "rho_a", "whitened_cosine", "whitened_pearson"} {
			add("rdm", metrics.Options{"distance": distance, "compare": compare})
		}
	}
	return all
}

// transform returns numbers times a scale plus an offset.
func transform(x []float64, scale, offset float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v*scale + offset
	}
	return out
}

// A score in far units, of activations, of recordings or of both, equals the score in
// usual units, that of a penalty in these units, or is refused as invalid data with the
// reason. Beyond 1e±150 it may also be NaN with a reason; it is never infinite.
func TestFarScales(t *testing.T) {
	scales := thorough.OneIn(2, 1e-300, 1e-200, 1e-160, 1e-150, 1e-120, 1e-80, 1e-20, 1e-50, 1e20, 1e50, 1e120, 1e80, 1e160, 1e150, 1e300, 1e200)
	for _, features := range thorough.OneIn(2, 12, 40, 90) {
		c := newFarCase(t, features)
		for name, metric := range farMetrics(t) {
			t.Run(fmt.Sprintf("%s/%d features", name, features), func(t *testing.T) {
				score := func(metric metrics.Neural, scaleX, scaleY float64) (metrics.Score, error) {
					return metrics.ScoreColumns(t.Context(), metric, stream.InMemory(transform(c.x, scaleX, 0), c.stimuli, c.features),
						metrics.NeuralInput{Responses: transform(c.y, scaleY, 0), Neuroids: c.neuroids, Splits: c.splits, Workers: 1})
				}
				for _, scale := range scales {
					for what, units := range map[string][2]float64{"activations": {scale, 1}, "recordings": {1, scale}, "both": {scale, scale}, "opposite": {scale, 1 / scale}} {
						got, err := score(metric, units[0], units[1])
						what := fmt.Sprintf("%s times %g", what, scale)
						usual := inUsualUnits(t, metric, units)
						if invalid, ok := errors.AsType[interface {
							error
							DataError() bool
						}](err); ok && invalid.DataError() {
							continue
						}
						if err != nil {
							t.Errorf("%s: %v", what, err)
							continue
						}
						isNaN, isFar := math.IsNaN(got.Raw.Value), max(scale, 1/scale) > 2e150
						if math.IsInf(got.Raw.Value, 0) || isNaN && len(got.Warnings) == 0 {
							t.Errorf("%s: %v; warnings %q", what, got.Raw.Value, got.Warnings)
						}
						if usual == nil || isFar {
							continue
						}
						want, err := score(usual, 1, 1)
						if err != nil {
							t.Fatal(err)
						}
						if !(math.Abs(got.Raw.Value-want.Raw.Value) <= 1e-6) {
							t.Errorf("%s: %v, want %v; warnings %q", what, got.Raw.Value, want.Raw.Value, got.Warnings)
						}
					}
				}
			})
		}
	}
}

// inUsualUnits returns the metric that scores activations and recordings in usual units
// as the given one scores them in others: with the penalty in the same units, nil if it
// cannot be set. In far units all penalties to choose from give the same figure.
func inUsualUnits(t *testing.T, metric metrics.Neural, units [2]float64) metrics.Neural {
	t.Helper()
	unit := 1.0
	name := metric.Info().Name
	switch name {
	case "ridge", "ridgecv":
		unit = units[0]
	case "reverse_ridge", "reverse_ridgecv":
		unit = units[1]
	}
	if unit == 1 {
		return metric
	}
	alpha := 1 / unit / unit
	if alpha == 0 || math.IsInf(alpha, 0) {
		return nil
	}
	other, err := metrics.New(strings.TrimSuffix(name, "cv"), metrics.Options{"alpha": alpha})
	if err != nil {
		t.Fatal(err)
	}
	return other.(metrics.Neural)
}

// An offset of all activations or recordings, beside which these have few digits left,
// changes no score by more than those digits do: the score equals that of the rounded
// numbers without the offset. Cosines depend on the offset.
func TestFarOffsets(t *testing.T) {
	for _, features := range []int{12, 40, 90} {
		c := newFarCase(t, features)
		for name, metric := range farMetrics(t) {
			if strings.Contains(name, "distance:cosine") {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d features", name, features), func(t *testing.T) {
				score := func(x, y []float64) float64 {
					got, err := metrics.ScoreColumns(t.Context(), metric, stream.InMemory(x, c.stimuli, c.features),
						metrics.NeuralInput{Responses: y, Neuroids: c.neuroids, Splits: c.splits, Workers: 1})
					if err != nil {
						t.Fatal(err)
					}
					return got.Raw.Value
				}
				for _, offset := range []float64{1e7, 1e8, 1e9, -1e9} {
					x, y := transform(c.x, 1, offset), transform(c.y, 1, offset)
					roundedX, roundedY := transform(x, 1, -offset), transform(y, 1, -offset)
					for what, pair := range map[string][2]float64{
						"activations": {score(x, c.y), score(roundedX, c.y)},
						"recordings":  {score(c.x, y), score(c.x, roundedY)},
						"both":        {score(x, y), score(roundedX, roundedY)},
					} {
						if got, want := pair[0], pair[1]; !(math.Abs(got-want) <= 1e-6) {
							t.Errorf("%s plus %g: %v, want %v", what, offset, got, want)
						}
					}
				}
			})
		}
	}
}
