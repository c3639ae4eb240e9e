package choice

// countSamples turns a figure of how often each of n elements counts into one of samples,
// which list elements.
func countSamples(n int, figure func(counts []int) float64) func(sample []int) float64 {
	counts := make([]int, n)
	return func(sample []int) float64 {
		clear(counts)
		for _, element := range sample {
			counts[element]++
		}
		return figure(counts)
	}
}

// tallies count right answers by cell.
type tallies struct{ right, n []int }

func newTallies(cells int) tallies { return tallies{make([]int, cells), make([]int, cells)} }

// add counts an answer in a cell a number of times; negative cells are ignored.
func (t tallies) add(cell int, right bool, times int) {
	if cell < 0 {
		return
	}
	t.n[cell] += times
	if right {
		t.right[cell] += times
	}
}

// addAll counts answers in their cells: each as often as counts has it, or once if that
// is nil.
func (t tallies) addAll(cells []int, right []bool, counts []int) {
	for i, cell := range cells {
		times := 1
		if counts != nil {
			times = counts[i]
		}
		t.add(cell, right[i], times)
	}
}

// accuracy returns the share of right answers in a cell, NaN if it has none.
func (t tallies) accuracy(cell int) float64 { return float64(t.right[cell]) / float64(t.n[cell]) }

// accuracies returns that of all cells.
func (t tallies) accuracies() []float64 {
	shares := make([]float64, len(t.n))
	for cell := range shares {
		shares[cell] = t.accuracy(cell)
	}
	return shares
}
