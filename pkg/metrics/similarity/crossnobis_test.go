package similarity

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// crossnobisTrials returns the trials of testdata/crossnobis.py.
func crossnobisTrials(stimuli, neuroids, repetitions int, uneven bool) metrics.Trials {
	t := metrics.Trials{Stimuli: stimuli, Neuroids: neuroids}
	for r := range repetitions {
		for i := range stimuli {
			times := 1
			switch {
			case uneven && i == 1 && r == 2:
				times = 2
			case uneven && (i+r)%5 == 0:
				times = 0
			}
			for q := range times {
				t.Stimulus, t.Repetition = append(t.Stimulus, i), append(t.Repetition, r)
				for j := range neuroids {
					t.Responses = append(t.Responses, float64((i*i*7+j*5+i*j*3)%11)/4+float64((i*17+j*29+r*31+q*7+i*j*r*3+r*r*j)%37)/16+float64(j*r%3)/8+100)
				}
			}
		}
	}
	return t
}

func ofTrials(t *testing.T, noise string, trials metrics.Trials, workers int) ([]float64, []string, error) {
	t.Helper()
	metric, err := metrics.New("rdm", metrics.Options{"dissimilarity": "crossnobis", "noise": noise})
	if err != nil {
		t.Fatal(err)
	}
	return metric.(metrics.OfTrials).OfTrials(context.Background(), trials, workers)
}

// TestCrossnobis compares with the figures of a program of its own, which applies the
// definition pair by pair.
func TestCrossnobis(t *testing.T) {
	text, err := os.ReadFile("testdata/crossnobis.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Stimuli, Neuroids, Repetitions int
		Uneven                         bool
		Noise                          string
		Dissimilarities                []float64
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) != 12 {
		t.Fatal(len(cases))
	}
	for _, c := range cases {
		trials := crossnobisTrials(c.Stimuli, c.Neuroids, c.Repetitions, c.Uneven)
		d, warnings, err := ofTrials(t, c.Noise, trials, 1)
		if err != nil || len(warnings) > 0 {
			t.Fatalf("%+v: %v, %v", c, err, warnings)
		}
		p, largest := 0, slices.Max(c.Dissimilarities)
		for i := range c.Stimuli {
			for k := i + 1; k < c.Stimuli; k++ {
				if got := d[i*c.Stimuli+k]; !(math.Abs(got-c.Dissimilarities[p]) <= 1e-11*largest) || got != d[k*c.Stimuli+i] {
					t.Errorf("%d stimuli, %d neuroids, uneven %v, %s: %v between %d and %d, want %v", c.Stimuli, c.Neuroids, c.Uneven, c.Noise, got, i, k, c.Dissimilarities[p])
				}
				p++
			}
			if d[i*c.Stimuli+i] != 0 {
				t.Errorf("%v on the diagonal", d[i*c.Stimuli+i])
			}
		}
		if again, _, err := ofTrials(t, c.Noise, trials, 3); err != nil || !slices.Equal(again, d) {
			t.Errorf("%s: %v by three workers, %v by one", c.Noise, again, d)
		}
	}
}

// TestCrossnobisUnbiased draws trials of noise alone: distances are around 0, some below.
func TestCrossnobisUnbiased(t *testing.T) {
	const stimuli, neuroids, repetitions = 40, 20, 6
	r := rand.New(rand.NewPCG(1, 2))
	trials := metrics.Trials{Stimuli: stimuli, Neuroids: neuroids}
	for m := range repetitions {
		for s := range stimuli {
			trials.Stimulus, trials.Repetition = append(trials.Stimulus, s), append(trials.Repetition, m)
			for range neuroids {
				trials.Responses = append(trials.Responses, 50+3*r.NormFloat64())
			}
		}
	}
	for _, noise := range []string{"shrinkage", "shrinkage_eye", "diagonal"} {
		d, _, err := ofTrials(t, noise, trials, 2)
		if err != nil {
			t.Fatal(err)
		}
		sum, negative := 0.0, 0
		for _, v := range d {
			if sum += v; v < 0 {
				negative++
			}
		}
		// A distance between the means, in the same unit, would be 2/6.
		if mean := sum / float64(stimuli*(stimuli-1)); math.Abs(mean) > .02 || negative < stimuli*stimuli/4 {
			t.Errorf("%s: mean %v, %d of %d below 0", noise, mean, negative, len(d))
		}
	}
}

// TestCrossnobisRefused covers trials that lack repetitions or noise, and numbers beyond range.
func TestCrossnobisRefused(t *testing.T) {
	trials := func() metrics.Trials { return crossnobisTrials(6, 5, 4, false) }
	change := func(each func(trial, neuroid int, v float64) float64) metrics.Trials {
		c := trials()
		for p, v := range c.Responses {
			c.Responses[p] = each(p/c.Neuroids, p%c.Neuroids, v)
		}
		return c
	}
	single := trials()
	for i, s := range single.Stimulus {
		if s == 2 {
			single.Repetition[i] = 0
		}
	}
	apart := trials() // stimuli 0 and 1 have the repetitions 0, 1 and 2, 3
	for i, s := range apart.Stimulus {
		if s < 2 {
			apart.Repetition[i] = apart.Repetition[i]%2 + 2*s
		}
	}
	flat := change(func(trial, _ int, _ float64) float64 { return float64(trial % 6) })
	twin := change(func(_, j int, v float64) float64 { return v })
	for i := range twin.Stimulus {
		twin.Responses[i*5+1] = twin.Responses[i*5]
	}
	for _, c := range []struct {
		name, noise string
		trials      metrics.Trials
		stimuli     []int
		want        string
	}{
		{"one repetition", "shrinkage", single, []int{2}, "fewer than two repetitions"},
		{"no common repetition", "diagonal", apart, []int{0, 1}, "1 of 15 pairs of stimuli"},
		{"no noise", "diagonal", flat, nil, "take noise: none"},
		{"overflow", "none", change(func(_, _ int, v float64) float64 { return v * 1e160 }), nil, "rescale the recordings"},
	} {
		_, _, err := ofTrials(t, c.noise, c.trials, 1)
		var of *metrics.StimulusError
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.As(err, &of) != (c.stimuli != nil) || of != nil && !slices.Equal(of.Stimuli, c.stimuli) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if d, _, err := ofTrials(t, "none", flat, 1); err != nil || !(d[1] > 0) {
		t.Errorf("without noise: %v, %v", d, err)
	}
	quiet := change(func(trial, j int, v float64) float64 {
		if j == 3 {
			return float64(trial % 6)
		}
		return v
	})
	if _, warnings, err := ofTrials(t, "shrinkage", quiet, 1); err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], "1 of 5 neuroids respond alike") {
		t.Errorf("a neuroid without noise: %v, %v", warnings, err)
	}
	// Shrinkage makes the covariance of equal neuroids regular.
	if _, _, err := ofTrials(t, "shrinkage", twin, 1); err != nil {
		t.Errorf("equal neuroids: %v", err)
	}
	for _, options := range []metrics.Options{{"noise": "diagonal"}, {"dissimilarity": "mahalanobis"}, {"dissimilarity": "crossnobis", "noise": "full"}} {
		var option *metrics.OptionError
		if _, err := metrics.New("rdm", options); !errors.As(err, &option) {
			t.Errorf("%v: %v, want an *OptionError", options, err)
		}
	}
	metric, err := metrics.New("rdm", metrics.Options{"dissimilarity": "crossnobis"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := metric.(metrics.Neural).ScoreNeural(context.Background(), metrics.NeuralInput{Stimuli: 3, Neuroids: 1, Responses: []float64{1, 2, 3}}); err == nil {
		t.Error("scored without trials")
	}
	if _, err := metric.(metrics.Pairwise).Represent(context.Background(), nil, 1); err == nil {
		t.Error("represented a layer, which has no trials")
	}
}
