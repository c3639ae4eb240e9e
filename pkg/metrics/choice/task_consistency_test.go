package choice

import (
	"math"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
)

// taskRows returns stimuli and trials that are right so many times of 12 in each task.
func taskRows(model, people []int) (stimuli []stimulusRow, trials []personRow) {
	tasks := []string{"blur", "clutter", "mask", "scramble"}
	for k, right := range model {
		stimuli = append(stimuli, repeated(12, right, stimulusRow{truth: "cat", by: tasks[k]})...)
	}
	for k, right := range people {
		trials = append(trials, answered(12, right, personRow{subject: k % 2, truth: "cat", by: tasks[k]})...)
	}
	return stimuli, trials
}

func TestTaskConsistency(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name          string
		model, people []int
		want          float64
		warning       string
	}{
		{"parallel", []int{1, 3, 5, 7}, []int{6, 7, 8, 9}, 1, ""},
		{"opposite", []int{7, 5, 3, 1}, []int{6, 7, 8, 9}, -1, ""},
		{"by hand", []int{0, 0, 12}, []int{0, 6, 12}, math.Sqrt(3) / 2, ""},
		{"two tasks", []int{1, 3}, []int{9, 4}, -1, ""},
		{"one task", []int{1}, []int{9}, nan, "1 value of by"},
		{"a constant model", []int{4, 4, 4}, []int{6, 7, 8}, nan, "the model's accuracy is the same"},
		{"constant people", []int{6, 7, 8}, []int{4, 4, 4}, nan, "people's accuracy is the same"},
		{"a task that no trial has", []int{1, 3, 5, 0}, []int{6, 7, 8}, 1, "12 of 48 stimuli are ignored"},
	} {
		score, err := scoreSet(t, newSetMetric(t, "task_consistency", metrics.Options{"by": "by"}), tables(taskRows(c.model, c.people)))
		if err != nil {
			t.Fatal(err)
		}
		wantFigure(t, c.name, score.Raw.Value, c.want)
		wantFigure(t, c.name+": the error", score.Raw.Error, nan)
		wantWarning(t, score.Warnings, c.warning)
	}
}

// TestTaskHalves compares the ceiling with the formula on the trials of each half.
func TestTaskHalves(t *testing.T) {
	stimuli, people := simulatedRows(2)
	ceiling, _, err := ceilSet(t, newSetMetric(t, "task_consistency", metrics.Options{"by": "x"}), tables(stimuli, people))
	if err != nil {
		t.Fatal(err)
	}
	state := numpyrand.New(0)
	for _, got := range ceiling.Splits {
		order := state.Permutation(len(people))
		half := len(people) / 2
		var shares [2][]float64
		for k, trials := range [][]int{order[:half], order[half:]} {
			for _, x := range []string{"1", "2", "5", "10"} {
				n, right := 0.0, 0.0
				for _, i := range trials {
					if people[i].x == x {
						n++
						if people[i].truth == people[i].choice {
							right++
						}
					}
				}
				shares[k] = append(shares[k], right/n)
			}
		}
		wantFigure(t, "a half", got, metrics.Pearson(shares[0], shares[1]))
	}
	if n := len(ceiling.Splits); n != 50 {
		t.Errorf("%d halves, want 50", n)
	}
}

// TestTaskHalvesUndefined leaves out halves whose accuracies are constant.
func TestTaskHalvesUndefined(t *testing.T) {
	ceiling, warnings, err := ceilSet(t, newSetMetric(t, "task_consistency", metrics.Options{"by": "by"}), tables(taskRows([]int{3, 4}, []int{12, 12})))
	if err != nil {
		t.Fatal(err)
	}
	wantFigure(t, "the ceiling", ceiling.Value, math.NaN())
	wantWarning(t, warnings, "in all 50 splits")
}
