//go:build simulation

package choice

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Intervals over stimuli hold, in about 95 % of experiments, the score that is
// expected of so many stimuli of the same objects.
func TestChoiceIntervalCoverage(t *testing.T) {
	const experiments = 400
	for _, c := range []crowd{
		{objects: 8, images: 20, trials: 16, shared: 0.6, own: 0.4},
		{objects: 4, images: 15, trials: 24, shared: 0.6, own: 0.4},
		{objects: 6, images: 10, trials: 16, shared: 0.6, own: 0.4},
		{objects: 6, images: 10, trials: 16, shared: 0.9, own: 0.1},
		{objects: 6, images: 10, trials: 16, shared: 0.1, own: 0.9},
		{objects: 12, images: 5, trials: 16, shared: 0.6, own: 0.4},
		{objects: 2, images: 30, trials: 40, shared: 0.6, own: 0.4},
	} {
		r := rand.New(rand.NewPCG(1, 1))
		pairs := make([]float64, c.objects*c.objects)
		for i := range pairs {
			pairs[i] = 0.5 * r.NormFloat64()
		}
		inputs := make([]metrics.BehavioralInput, experiments)
		for i := range inputs {
			inputs[i] = c.draw(r, pairs)
			inputs[i].Intervals = metrics.Resampling{Samples: 199, Seed: uint64(i)}
		}
		for _, name := range []string{"i1", "i1n", "i2", "i2n", "o1", "o2"} {
			if name[0] == 'o' && c.objects < 3 {
				continue // there are not two different cells
			}
			t.Run(fmt.Sprintf("%s, %d objects of %d images, %v shared", name, c.objects, c.images, c.shared), func(t *testing.T) {
				t.Parallel()
				metric, err := metrics.New(name, metrics.Options{"skip_missing": true})
				if err != nil {
					t.Fatal(err)
				}
				var raws, ceileds []metrics.Estimate
				for _, in := range inputs {
					s, err := metric.(metrics.Behavioral).ScoreBehavior(t.Context(), in)
					if err != nil {
						continue // a cell of d′ is not defined
					}
					if i := s.Raw.Interval; i.Low < -1 || i.High > 1 || i.Low > s.Raw.Value || i.High < s.Raw.Value {
						t.Errorf("%v of %v", i, s.Raw.Value)
					}
					raws, ceileds = append(raws, s.Raw), append(ceileds, s.Ceiled)
				}
				raw, ceiled := coverage(raws), coverage(ceileds)
				t.Logf("%d experiments, coverage raw %.1f %%, ceiled %.1f %%", len(raws), 100*raw, 100*ceiled)
				// Correlations of few objects fall in samples, whose spread is then too
				// wide, and so do ceilings of few images an object.
				most := 0.98
				if name[0] == 'o' {
					most = 1
				}
				if raw < 0.925 || raw > most || ceiled < 0.925 {
					t.Errorf("coverage raw %.1f %%, ceiled %.1f %%", 100*raw, 100*ceiled)
				}
			})
		}
	}
}

// The same of error consistency: stimuli that are hard for everyone, and a model
// that shares some of that.
func TestConsistencyIntervalCoverage(t *testing.T) {
	for _, size := range []panel{{4, 8, 80}, {4, 1, 60}, {10, 1, 60}, {4, 6, 10}, {3, 3, 20}} {
		t.Run(fmt.Sprintf("%d subjects, %d conditions of %d images", size.subjects, size.conditions, size.images), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(1, 1))
			raws, ceileds := size.scores(t, r, 1000, 499)
			raw, ceiled := coverage(raws), coverage(ceileds)
			t.Logf("coverage raw %.1f %%, ceiled %.1f %%", 100*raw, 100*ceiled)
			if raw < 0.925 || raw > 0.975 || ceiled < 0.90 {
				t.Errorf("coverage raw %.1f %%, ceiled %.1f %%", 100*raw, 100*ceiled)
			}
		})
	}
}
