package metrics

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"testing"
)

// TestSplitsGolden compares every split with scikit-learn's, index for index.
func TestSplitsGolden(t *testing.T) {
	data, err := os.ReadFile("../../testdata/golden/splits.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Kind      string
		Labels    []string
		N         int
		TrainSize float64 `json:"train_size"`
		TestSize  float64 `json:"test_size"`
		Seed      uint32
		NSplits   int `json:"n_splits"`
		Splits    []struct{ Train, Test []int }
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("no golden cases")
	}
	for i, c := range cases {
		plan := SplitPlan{Splits: c.NSplits, TrainSize: c.TrainSize, TestSize: c.TestSize, Seed: c.Seed}
		var got []Split
		if c.Kind == "stratified" {
			names := slices.Clone(c.Labels)
			slices.Sort(names)
			names = slices.Compact(names)
			labels := make([]int, len(c.Labels))
			for row, name := range c.Labels {
				labels[row], _ = slices.BinarySearch(names, name)
			}
			got, err = StratifiedSplits(labels, plan)
		} else {
			got, err = ShuffleSplits(c.N, plan)
		}
		if err != nil {
			t.Fatalf("case %d: %v", i, err)
		}
		if len(got) != len(c.Splits) {
			t.Fatalf("case %d: %d splits, want %d", i, len(got), len(c.Splits))
		}
		for k, want := range c.Splits {
			if !slices.Equal(got[k].Train, want.Train) || !slices.Equal(got[k].Test, want.Test) {
				t.Errorf("case %d (%s), split %d differs:\n got %v\nwant %v", i, c.Kind, k, got[k], want)
			}
		}
	}
}

func TestSplitErrors(t *testing.T) {
	plan := SplitPlan{Splits: 2, TrainSize: 0.9, Seed: 1}
	for _, c := range []struct {
		name   string
		labels []int
		plan   SplitPlan
	}{
		{"test smaller than classes", []int{0, 0, 1, 1, 2, 2}, plan},
		{"no splits", []int{0, 0, 1, 1}, SplitPlan{TrainSize: .5}},
		{"train of 1", []int{0, 0, 1, 1}, SplitPlan{Splits: 1, TrainSize: 1}},
		{"no sizes", []int{0, 0, 1, 1}, SplitPlan{Splits: 1}},
		{"both exceed 1", []int{0, 0, 1, 1}, SplitPlan{Splits: 1, TrainSize: .6, TestSize: .6}},
		{"negative", []int{0, 0, 1, 1}, SplitPlan{Splits: 1, TrainSize: -.5}},
		{"no rows", nil, SplitPlan{Splits: 1, TrainSize: .5}},
	} {
		var split *SplitError
		if _, err := StratifiedSplits(c.labels, c.plan); !errors.As(err, &split) {
			t.Errorf("%s: error %v, want a SplitError", c.name, err)
		}
	}
	var class *ClassSizeError
	_, err := StratifiedSplits([]int{0, 0, 0, 0, 0, 1, 2, 2, 2}, SplitPlan{Splits: 1, TrainSize: .5})
	if !errors.As(err, &class) || class.Class != 1 || class.Rows != 1 {
		t.Errorf("error %v, want class 1 with one row", err)
	}
}

// TestStratifiedSplitsPartition checks on unbalanced classes that rows are
// dealt once, and classes in proportion.
func TestStratifiedSplitsPartition(t *testing.T) {
	var labels []int
	for class, rows := range []int{40, 13, 7, 2} {
		for range rows {
			labels = append(labels, class)
		}
	}
	splits, err := StratifiedSplits(labels, SplitPlan{Splits: 5, TrainSize: .8, Seed: 9})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range splits {
		all := append(slices.Clone(s.Train), s.Test...)
		slices.Sort(all)
		if len(s.Train) != 49 || len(slices.Compact(all)) != len(labels) {
			t.Errorf("train %d, distinct rows %d", len(s.Train), len(all))
		}
	}
}
