package metrics

import (
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
)

// Split is one division of rows into train and test, as indices in the order
// they were drawn.
type Split struct {
	Train, Test []int
}

// SplitPlan describes how splits are drawn.
type SplitPlan struct {
	Splits int
	// TrainSize and TestSize are fractions of the rows, in (0, 1). One may be
	// zero: it is then the complement of the other.
	TrainSize, TestSize float64
	Seed                uint32
}

// SplitError reports why splits cannot be drawn.
type SplitError struct{ What string }

func (e *SplitError) Error() string { return e.What }

// DataError reports that the cause is invalid data.
func (e *SplitError) DataError() bool { return true }

// sizes returns the rows to train and to test, as scikit-learn counts them:
// train rounds down, test rounds up, a missing one is the complement.
func (p SplitPlan) sizes(n int) (train, test int, err error) {
	inside := func(f float64) bool { return f >= 0 && f < 1 }
	switch {
	case p.Splits < 1:
		return 0, 0, &SplitError{fmt.Sprintf("%d splits: at least 1 is needed", p.Splits)}
	case !inside(p.TrainSize) || !inside(p.TestSize) || p.TrainSize+p.TestSize == 0:
		return 0, 0, &SplitError{fmt.Sprintf("train_size %g and test_size %g: give a fraction between 0 and 1 for one or both", p.TrainSize, p.TestSize)}
	case p.TrainSize+p.TestSize > 1:
		return 0, 0, &SplitError{fmt.Sprintf("train_size %g and test_size %g together exceed 1", p.TrainSize, p.TestSize)}
	}
	train = int(math.Floor(p.TrainSize * float64(n)))
	test = int(math.Ceil(p.TestSize * float64(n)))
	if p.TrainSize == 0 {
		train = n - test
	}
	if p.TestSize == 0 {
		test = n - train
	}
	if train < 1 || test < 1 || train+test > n {
		return 0, 0, &SplitError{fmt.Sprintf("%d rows give %d to train and %d to test: there are too few", n, train, test)}
	}
	return train, test, nil
}

// ShuffleSplits draws splits of n rows at random, as scikit-learn's
// ShuffleSplit: one random state for all splits, one permutation a split, its
// head to test and what follows to train.
//
// Source: scikit-learn 1.2.1, model_selection.ShuffleSplit.
func ShuffleSplits(n int, plan SplitPlan) ([]Split, error) {
	train, test, err := plan.sizes(n)
	if err != nil {
		return nil, err
	}
	random := numpyrand.New(plan.Seed)
	splits := make([]Split, plan.Splits)
	for i := range splits {
		p := random.Permutation(n)
		splits[i] = Split{Test: p[:test:test], Train: p[test : test+train]}
	}
	return splits, nil
}

// StratifiedSplits draws splits that keep the share of each class, as
// scikit-learn's StratifiedShuffleSplit. labels holds the class of each row,
// numbered from 0 in ascending order of the class names, each class present.
// A class needs two rows, and train and test at least one row a class.
//
// Source: scikit-learn 1.2.1, model_selection.StratifiedShuffleSplit.
func StratifiedSplits(labels []int, plan SplitPlan) ([]Split, error) {
	train, test, err := plan.sizes(len(labels))
	if err != nil {
		return nil, err
	}
	strata, err := NewStrata(labels, train, test)
	if err != nil {
		return nil, err
	}
	random := numpyrand.New(plan.Seed)
	splits := make([]Split, plan.Splits)
	for i := range splits {
		splits[i] = strata.Draw(random)
	}
	return splits, nil
}

// Strata are rows by class, of which stratified splits are drawn one by one.
type Strata struct {
	members     [][]int // rows of each class in order
	counts      []int
	train, test int
}

// NewStrata returns the strata of rows with these labels, as StratifiedSplits takes them,
// for splits with the given numbers of rows to train and to test.
func NewStrata(labels []int, train, test int) (*Strata, error) {
	s := &Strata{train: train, test: test}
	for row, label := range labels {
		for len(s.members) <= label {
			s.members = append(s.members, nil)
		}
		s.members[label] = append(s.members[label], row)
	}
	s.counts = make([]int, len(s.members))
	for class, rows := range s.members {
		s.counts[class] = len(rows)
		if len(rows) < 2 {
			return nil, &ClassSizeError{Class: class, Rows: len(rows)}
		}
	}
	for _, part := range []struct {
		name string
		rows int
	}{{"train", train}, {"test", test}} {
		if part.rows < len(s.members) {
			return nil, &SplitError{fmt.Sprintf("%s would hold %d rows for %d classes: it needs one a class at least", part.name, part.rows, len(s.members))}
		}
	}
	return s, nil
}

// Draw draws the next split.
func (s *Strata) Draw(random *numpyrand.State) Split {
	toTrain := apportion(s.counts, s.train, random)
	remaining := make([]int, len(s.counts))
	for class := range s.counts {
		remaining[class] = s.counts[class] - toTrain[class]
	}
	toTest := apportion(remaining, s.test, random)
	var split Split
	for class, rows := range s.members {
		p := random.Permutation(s.counts[class])
		for _, k := range p[:toTrain[class]] {
			split.Train = append(split.Train, rows[k])
		}
		for _, k := range p[toTrain[class] : toTrain[class]+toTest[class]] {
			split.Test = append(split.Test, rows[k])
		}
	}
	split.Train = permuted(split.Train, random)
	split.Test = permuted(split.Test, random)
	return split
}

// ClassSizeError reports a class with too few rows to be on both sides.
type ClassSizeError struct{ Class, Rows int }

func (e *ClassSizeError) Error() string {
	return fmt.Sprintf("class %d has %d row(s), but stratified splits need two a class at least", e.Class, e.Rows)
}

// DataError reports that the cause is invalid data.
func (e *ClassSizeError) DataError() bool { return true }

// apportion deals out draws to classes in proportion to counts, as
// scikit-learn's _approximate_mode: floors first; what is still needed goes by
// fractional part, the largest first, classes of equal part in random order.
// The random draw happens also where all of them are taken.
func apportion(counts []int, draws int, random *numpyrand.State) []int {
	total := 0
	for _, c := range counts {
		total += c
	}
	dealt := make([]int, len(counts))
	remainder := make([]float64, len(counts))
	need := draws
	for class, c := range counts {
		// The order of operations is numpy's, and the conversion keeps it from
		// being fused: rounding decides which fractional parts are equal.
		share := float64(float64(c) / float64(total) * float64(draws))
		dealt[class] = int(math.Floor(share))
		remainder[class] = share - math.Floor(share)
		need -= dealt[class]
	}
	if need <= 0 {
		return dealt
	}
	values := slices.Clone(remainder)
	slices.Sort(values)
	values = slices.Compact(values)
	for _, value := range slices.Backward(values) {
		var tied []int
		for class, r := range remainder {
			if r == value {
				tied = append(tied, class)
			}
		}
		take := min(len(tied), need)
		for _, k := range random.Choice(len(tied), take) {
			dealt[tied[k]]++
		}
		if need -= take; need == 0 {
			break
		}
	}
	return dealt
}

func permuted(rows []int, random *numpyrand.State) []int {
	out := make([]int, len(rows))
	for i, k := range random.Permutation(len(rows)) {
		out[i] = rows[k]
	}
	return out
}
