package metrictest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// triplets is a simulated layer with the choices of subjects who see the same latents.
type triplets struct {
	layer recordings // without neuroids
	in    metrics.TripletInput
}

func newTriplets() triplets {
	const subjects, common, own = 5, 40, 30
	r := rand.New(rand.NewPCG(1, 51))
	c := triplets{layer: newRecordings(5, 36, 300, 0)}
	n := c.layer.stimuli
	c.in = metrics.TripletInput{Subjects: subjects, Stimuli: n}
	var shared [][3]int
	for range common {
		shared = append(shared, [3]int(r.Perm(n)[:3]))
	}
	// The distance of two stimuli over the features is one that subjects nearly agree on.
	distance := func(a, b int) float64 {
		square := 0.0
		for j := range c.layer.features {
			d := c.layer.x[a*c.layer.features+j] - c.layer.x[b*c.layer.features+j]
			square += d * d
		}
		return math.Sqrt(square)
	}
	for subject := range subjects {
		sets := slices.Clone(shared)
		for range own {
			sets = append(sets, [3]int(r.Perm(n)[:3]))
		}
		for _, set := range sets {
			r.Shuffle(3, func(i, j int) { set[i], set[j] = set[j], set[i] })
			trial, nearest := metrics.TripletTrial{Subject: subject, Stimuli: set}, math.Inf(1)
			for place := range set {
				if d := distance(set[(place+1)%3], set[(place+2)%3]) * (1 + .2*r.NormFloat64()); d < nearest {
					trial.Odd, nearest = place, d
				}
			}
			c.in.Trials = append(c.in.Trials, trial)
		}
	}
	return c
}

func (c triplets) score(ctx context.Context, metric metrics.Triplets, m manner) (metrics.Score, error) {
	var err error
	if c.in.Gram, err = m.gram(ctx, c.layer, metric.Info().Needs); err != nil {
		return metrics.Score{}, err
	}
	c.in.Workers = m.workers
	return metric.ScoreTriplets(ctx, c.in)
}

func (c triplets) mustScore(t *testing.T, s *subject, metric metrics.Triplets, m manner) metrics.Score {
	t.Helper()
	trials := slices.Clone(c.in.Trials)
	score, err := c.score(context.Background(), metric, m)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(trials, c.in.Trials) {
		t.Error("the metric changes its input")
	}
	s.checkFigures(t, score)
	return score
}

// ceiling returns the ceiling as the figure of a score.
func (c triplets) ceiling(t *testing.T, metric metrics.Triplets) metrics.Score {
	t.Helper()
	ceiling, warnings, err := metric.TripletCeiling(context.Background(), c.in)
	if err != nil {
		t.Fatal(err)
	}
	if math.IsNaN(ceiling.Value) && len(warnings) == 0 {
		t.Error("the ceiling is NaN without a warning that gives the reason")
	}
	return metrics.Score{Ceiling: ceiling, Warnings: warnings}
}

// relabel returns the case with its trials changed.
func (c triplets) relabel(change func(trial *metrics.TripletTrial)) triplets {
	c.in.Trials = slices.Clone(c.in.Trials)
	for i := range c.in.Trials {
		change(&c.in.Trials[i])
	}
	return c
}

func init() { addProperties(runTriplets, metrics.KindTriplets) }

// runTriplets checks a metric on triplets.
func runTriplets(t *testing.T, s *subject, metric metrics.Triplets) {
	c := newTriplets()
	want, ceiling := c.mustScore(t, s, metric, manner{workers: 1}), c.ceiling(t, metric)
	if math.IsNaN(want.Raw.Value) || math.IsNaN(ceiling.Ceiling.Value) {
		t.Errorf("the score of simulated choices is %v, the ceiling %v", want.Raw.Value, ceiling.Ceiling.Value)
	}
	for property, manners := range manners {
		s.property(t, property, 0, func(t *testing.T, tolerance float64) {
			for _, m := range manners {
				compare(t, fmt.Sprintf("%d workers, blocks of %d bytes", m.workers, m.blockBytes), c.mustScore(t, s, metric, m), want, tolerance)
			}
		})
	}
	r := rand.New(rand.NewPCG(2, 52))
	// Figures by subject follow the subjects.
	sorted := func(score metrics.Score) metrics.Score {
		for _, e := range []*metrics.Estimate{&score.Raw, &score.Ceiling} {
			e.Splits = slices.Sorted(slices.Values(e.Splits))
		}
		return score
	}
	same := func(property string, tolerance float64, other func() triplets) {
		s.property(t, property, tolerance, func(t *testing.T, tolerance float64) {
			other := other()
			compare(t, property, sorted(other.mustScore(t, s, metric, manner{workers: 2})), sorted(want), tolerance)
			compare(t, property+", ceiling", sorted(other.ceiling(t, metric)), sorted(ceiling), tolerance)
		})
	}
	same("order of trials", 0, func() triplets {
		other := c
		other.in.Trials = pick(c.in.Trials, r.Perm(len(c.in.Trials)))
		return other
	})
	same("order within trials", 0, func() triplets {
		return c.relabel(func(trial *metrics.TripletTrial) {
			order := r.Perm(3)
			trial.Stimuli, trial.Odd = [3]int(pick(trial.Stimuli[:], order)), invert(order)[trial.Odd]
		})
	})
	same("order of subjects", roundoff, func() triplets {
		code := r.Perm(c.in.Subjects)
		return c.relabel(func(trial *metrics.TripletTrial) { trial.Subject = code[trial.Subject] })
	})
	same("order of stimuli", 0, func() triplets {
		order := r.Perm(c.in.Stimuli)
		code := invert(order)
		other := c.relabel(func(trial *metrics.TripletTrial) { trial.Stimuli = [3]int(pick(code, trial.Stimuli[:])) })
		other.layer.x = reorderRows(c.layer.x, c.layer.features, order)
		return other
	})
	same("order of features", 0, func() triplets {
		other := c
		other.layer.x = reorderColumns(c.layer.x, c.layer.features, r.Perm(c.layer.features))
		return other
	})
	for _, unit := range []float64{1e-9, 1e-3, 1e3, 1e9} {
		same(fmt.Sprintf("unit of activations times %g", unit), 0, func() triplets {
			other := c
			other.layer = other.layer.scale(unit, 1)
			return other
		})
	}
	checkTripletsUndefined(t, s, metric, c)
	checkTripletErrors(t, s, metric, c)
	s.property(t, "cancelled context", 0, func(t *testing.T, _ float64) {
		checkCancelled(t, func(ctx context.Context) error {
			_, err := c.score(ctx, metric, manner{workers: 2})
			return err
		})
		checkCancelled(t, func(ctx context.Context) error {
			_, _, err := metric.TripletCeiling(ctx, c.in)
			return err
		})
	})
}

// checkTripletsUndefined wants a guess where all stimuli are alike, or an error if that is
// not defined, and a NaN ceiling with a reason where there is nothing to compare.
func checkTripletsUndefined(t *testing.T, s *subject, metric metrics.Triplets, c triplets) {
	for property, at := range map[string]func(feature int) float64{
		"constant activations": func(feature int) float64 { return float64(feature%7)/8 - .1 },
		"silent layer":         func(int) float64 { return 0 },
	} {
		s.property(t, property, 0, func(t *testing.T, _ float64) {
			other := c
			other.layer.x = make([]float64, len(c.layer.x))
			for i := range other.layer.x {
				other.layer.x[i] = at(i % c.layer.features)
			}
			score, err := other.score(context.Background(), metric, manner{workers: 2})
			var similarity *metrics.SimilarityError
			if err != nil && (property != "silent layer" || !errors.As(err, &similarity)) {
				t.Errorf("error %v, want a guess", err)
			}
			if err == nil && !(math.Abs(score.Raw.Value-s.info.Chance) < roundoff && len(score.Warnings) > 0) {
				t.Errorf("the raw score is %v, want a guess, with a warning", score.Raw.Value)
			}
		})
	}
	for property, keep := range map[string]func(i int, trial metrics.TripletTrial) bool{
		"one subject":           func(_ int, trial metrics.TripletTrial) bool { return trial.Subject == 0 },
		"one trial":             func(i int, _ metrics.TripletTrial) bool { return i == 0 },
		"triplets of their own": func(i int, trial metrics.TripletTrial) bool { return i%70 >= 40 },
	} {
		s.property(t, property, 0, func(t *testing.T, _ float64) {
			other := c
			other.in.Trials = nil
			for i, trial := range c.in.Trials {
				if keep(i, trial) {
					other.in.Trials = append(other.in.Trials, trial)
				}
			}
			if score := other.mustScore(t, s, metric, manner{workers: 2}); math.IsNaN(score.Raw.Value) {
				t.Error("the raw score is NaN")
			}
			if ceiling := other.ceiling(t, metric).Ceiling.Value; !math.IsNaN(ceiling) {
				t.Errorf("the ceiling is %v, want NaN", ceiling)
			}
		})
	}
}

// checkTripletErrors scores codes that do not exist.
func checkTripletErrors(t *testing.T, s *subject, metric metrics.Triplets, c triplets) {
	for property, change := range map[string]func(in *metrics.TripletInput){
		"no trials":              func(in *metrics.TripletInput) { in.Trials = nil },
		"unknown subject":        func(in *metrics.TripletInput) { in.Trials[3].Subject = in.Subjects },
		"negative subject":       func(in *metrics.TripletInput) { in.Trials[3].Subject = -1 },
		"unknown stimulus":       func(in *metrics.TripletInput) { in.Trials[3].Stimuli[1] = in.Stimuli },
		"negative stimulus":      func(in *metrics.TripletInput) { in.Trials[3].Stimuli[2] = -1 },
		"stimulus shown twice":   func(in *metrics.TripletInput) { in.Trials[3].Stimuli[1] = in.Trials[3].Stimuli[0] },
		"choice out of range":    func(in *metrics.TripletInput) { in.Trials[3].Odd = 3 },
		"layer of other stimuli": func(in *metrics.TripletInput) { in.Stimuli++ },
		"no activations":         func(in *metrics.TripletInput) { in.Gram = nil },
	} {
		s.property(t, property, 0, func(t *testing.T, _ float64) {
			ctx := context.Background()
			gram, err := manner{workers: 1}.gram(ctx, c.layer, metric.Info().Needs)
			if err != nil {
				t.Fatal(err)
			}
			in := c.relabel(func(*metrics.TripletTrial) {}).in
			in.Gram = gram
			change(&in)
			_, err = metric.ScoreTriplets(ctx, in)
			var trial *metrics.TrialError
			if !errors.As(err, &trial) {
				t.Errorf("error %v, want a *TrialError", err)
			}
		})
	}
}
