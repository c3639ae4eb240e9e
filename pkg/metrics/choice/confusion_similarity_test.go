package choice

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
)

// confusionRows returns rows of counts by truth and choice; the model's first, then those of
// each subject.
func confusionRows(labels []string, counts ...[][]int) (stimuli []stimulusRow, people []personRow) {
	for k, matrix := range counts {
		for truth, row := range matrix {
			for choice, n := range row {
				for range n {
					if k == 0 {
						stimuli = append(stimuli, stimulusRow{truth: labels[truth], choice: labels[choice]})
					} else {
						people = append(people, personRow{subject: k - 1, truth: labels[truth], choice: labels[choice]})
					}
				}
			}
		}
	}
	return stimuli, people
}

func TestConfusionSimilarity(t *testing.T) {
	nan := math.NaN()
	labels := []string{"a", "b", "c"}
	some := [][]int{{9, 1, 2}, {3, 9, 4}, {5, 6, 9}}
	for _, c := range []struct {
		name          string
		model, people [][]int
		want          float64
		warning       string
	}{
		{"equal", some, some, 1, ""},
		{"three times as many", some, [][]int{{0, 3, 6}, {9, 1, 12}, {15, 18, 100}}, 1, ""},
		{"one more each", some, [][]int{{0, 2, 3}, {4, 0, 5}, {6, 7, 0}}, 1, ""},
		{"opposite", some, [][]int{{1, 6, 5}, {4, 1, 3}, {2, 1, 1}}, -1, ""},
		{"by hand", [][]int{{1, 1, 0}, {0, 1, 0}, {0, 0, 1}}, [][]int{{1, 1, 1}, {0, 1, 0}, {0, 0, 1}}, 2 / math.Sqrt(10), ""},
		{"a model without errors", [][]int{{3, 0, 0}, {0, 3, 0}, {0, 0, 3}}, some, nan, "do not correlate"},
		{"people whose errors are equally frequent", some, [][]int{{9, 2, 2}, {2, 9, 2}, {2, 2, 9}}, nan, "do not correlate"},
	} {
		score, err := scoreSet(t, newSetMetric(t, "confusion_similarity", nil), tables(confusionRows(labels, c.model, c.people)))
		if err != nil {
			t.Fatal(err)
		}
		wantFigure(t, c.name, score.Raw.Value, c.want)
		wantFigure(t, c.name+": the error", score.Raw.Error, nan)
		wantWarning(t, score.Warnings, c.warning)
	}
}

// TestConfusionLabels leaves out rows of no label, with their number, and counts cells of
// labels that nobody confuses.
func TestConfusionLabels(t *testing.T) {
	m := newSetMetric(t, "confusion_similarity", nil)
	model, humans := [][]int{{9, 1, 2}, {3, 9, 4}, {5, 6, 9}}, [][]int{{4, 3, 2}, {1, 4, 7}, {0, 2, 5}}
	labels := []string{"a", "b", "c"}
	want, err := scoreSet(t, m, tables(confusionRows(labels, model, humans)))
	if err != nil {
		t.Fatal(err)
	}
	stimuli, people := confusionRows(labels, model, humans)
	stimuli = append(stimuli, stimulusRow{truth: "no label", choice: "a"}, stimulusRow{truth: "a", choice: "no label"}, stimulusRow{truth: "no x", choice: "no y"})
	people = append(people, personRow{truth: "no label", choice: "b"}, personRow{truth: "b", choice: "no answer"})
	score, err := scoreSet(t, m, tables(stimuli, people))
	if err != nil {
		t.Fatal(err)
	}
	wantFigure(t, "with other rows", score.Raw.Value, want.Raw.Value)
	wantWarning(t, score.Warnings, "2 of 30 trials are left out: their truth or choice is none of the 3 labels")
	wantWarning(t, score.Warnings, "3 of 51 stimuli are left out")

	in := tables(confusionRows(labels, model, humans))
	in.Names, in.Offered = append(in.Names, "d"), append(in.Offered, true)
	with, err := scoreSet(t, m, in)
	if err != nil {
		t.Fatal(err)
	}
	x, y := []float64{1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0}, []float64{3, 2, 1, 7, 0, 2, 0, 0, 0, 0, 0, 0}
	wantFigure(t, "a label that nobody confuses", with.Raw.Value, metrics.Pearson(x, y))
}

// TestConfusionHalves compares the ceiling with Pearson's r of dense matrices.
func TestConfusionHalves(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	labels := []string{"a", "b", "c", "d"}
	counts := make([][][]int, 6)
	for k := range counts {
		for range labels {
			row := make([]int, len(labels))
			for i := range row {
				row[i] = r.IntN(4)
			}
			counts[k] = append(counts[k], row)
		}
	}
	ceiling, _, err := ceilSet(t, newSetMetric(t, "confusion_similarity", nil), tables(confusionRows(labels, counts...)))
	if err != nil {
		t.Fatal(err)
	}
	state := numpyrand.New(0)
	for i, got := range ceiling.Splits {
		var sums [2][]float64
		order := state.Permutation(5)
		for k, half := range [][]int{order[:2], order[2:]} {
			for truth := range labels {
				for choice := range labels {
					if truth == choice {
						continue
					}
					n := 0
					for _, s := range half {
						n += counts[s+1][truth][choice]
					}
					sums[k] = append(sums[k], float64(n))
				}
			}
		}
		wantFigure(t, fmt.Sprintf("half %d", i), got, metrics.Pearson(sums[0], sums[1]))
	}
	if n := len(ceiling.Splits); n != 100 {
		t.Errorf("%d halves, want 100", n)
	}
}

func TestConfusionErrors(t *testing.T) {
	m := newSetMetric(t, "confusion_similarity", nil)
	some := [][]int{{9, 1}, {3, 9}}
	_, _, err := ceilSet(t, m, tables(confusionRows([]string{"a", "b"}, some, some)))
	var subjects *SubjectsError
	if !errors.As(err, &subjects) {
		t.Errorf("one subject: error %v, want a *SubjectsError", err)
	}
	in := tables(confusionRows([]string{"a", "b"}, some, some))
	in.People.Choice = nil // trials that hold only whether they were right
	var trial *metrics.TrialError
	if _, err := scoreSet(t, m, in); !errors.As(err, &trial) {
		t.Errorf("no choices: error %v, want a *TrialError", err)
	}
}
