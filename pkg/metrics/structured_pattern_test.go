package metrics_test

import (
	"errors"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/exact"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
)

// cell is a number or none. Of a probability, rest is 1 less it, which would lose its
// digits where that is near 1.
type cell struct {
	v, rest exact.Number
	ok      bool
}

// quantile is the standard normal one of p, given 1 − p too: Newton's steps on the
// logarithm of the smaller tail.
func quantile(p, rest exact.Number) float64 {
	if p.Cmp(rest) > 0 {
		return -quantile(rest, p)
	}
	q := p.Float()
	if q <= 0 {
		return math.Inf(-1)
	}
	if p.Cmp(rest) == 0 {
		return 0
	}
	z := -math.Sqrt(max(0, -2*math.Log(q)-1))
	for range 100 {
		tail := math.Erfc(-z/math.Sqrt2) / 2
		density := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
		if tail == 0 || density == 0 {
			z /= 1.01
			continue
		}
		step := math.Log(tail/q) * tail / density
		z -= step
		if math.Abs(step) < 1e-16*math.Abs(z) {
			break
		}
	}
	return z
}

// table is a matrix of stimuli by objects with the truth of each stimulus, -1 where
// it has no trials.
type table struct {
	cells   [][]cell
	truth   []int
	objects int
}

func peopleTable(c *structured.Choices, trials []int) table {
	t := table{truth: make([]int, c.Stimuli), objects: c.Objects}
	chosen, offered := make([][]int, c.Stimuli), make([][]int, c.Stimuli)
	for s := range t.truth {
		t.truth[s] = -1
		chosen[s], offered[s] = make([]int, c.Objects), make([]int, c.Objects)
	}
	for _, i := range trials {
		s := c.Stimulus[i]
		t.truth[s] = c.Shown[i]
		chosen[s][c.Choice[i]]++
		offered[s][c.Sample[i]]++
		offered[s][c.Distractor[i]]++
	}
	for s, row := range chosen {
		cells := make([]cell, c.Objects)
		for o, k := range row {
			if n := offered[s][o]; n > 0 && o != t.truth[s] {
				cells[o] = cell{exact.Int(k).Div(exact.Int(n)), exact.Int(n - k).Div(exact.Int(n)), true}
			}
		}
		t.cells = append(t.cells, cells)
	}
	return t
}

func modelTable(c *structured.Choices) table {
	t := table{truth: c.Truth, objects: c.Objects}
	for s, truth := range c.Truth {
		cells, row := make([]cell, c.Objects), c.Probabilities[s*c.Objects:(s+1)*c.Objects]
		for o, p := range row {
			if sum := exact.Of(p).Add(exact.Of(row[truth])); o != truth && !sum.IsZero() {
				cells[o] = cell{exact.Of(p).Div(sum), exact.Of(row[truth]).Div(sum), true}
			}
		}
		t.cells = append(t.cells, cells)
	}
	return t
}

// meanOfCells leaves out those without a number.
func meanOfCells(cells []cell) cell {
	var numbers, rest []exact.Number
	for _, c := range cells {
		if c.ok {
			numbers, rest = append(numbers, c.v), append(rest, c.rest)
		}
	}
	if len(numbers) == 0 {
		return cell{}
	}
	return cell{exact.Mean(numbers), exact.Mean(rest), true}
}

// byObject is the mean over the stimuli of each truth, truth by object.
func (t table) byObject(cells [][]cell) [][]cell {
	means := make([][]cell, t.objects)
	for truth := range means {
		means[truth] = make([]cell, t.objects)
		for o := range t.objects {
			var all []cell
			for s, row := range cells {
				if t.truth[s] == truth {
					all = append(all, row[o])
				}
			}
			means[truth][o] = meanOfCells(all)
		}
	}
	return means
}

// dPrime is Z(1 − miss) − Z(falseAlarm), clipped to ±5. Z(1 − p) is −Z(p).
func dPrime(miss, falseAlarm cell) cell {
	if !miss.ok || !falseAlarm.ok {
		return cell{}
	}
	a, b := -quantile(miss.v, miss.rest), quantile(falseAlarm.v, falseAlarm.rest)
	if math.IsInf(a, 0) && a == b {
		return cell{}
	}
	d := exact.Of(a).Sub(exact.Of(b))
	if math.IsInf(a, 0) || math.IsInf(b, 0) || math.Abs(d.Float()) > 5 {
		return cell{v: exact.Of(math.Copysign(5, a-b)), ok: true}
	}
	return cell{v: d, ok: true}
}

// pattern is what the named metric takes of a table, flat.
func (t table) pattern(name string) []cell {
	means := t.byObject(t.cells)
	var d [][]cell
	if name[0] == 'o' {
		for o := range t.objects {
			row := make([]cell, t.objects)
			for c := range row {
				row[c] = dPrime(means[c][o], means[o][c])
			}
			d = append(d, row)
		}
		if name == "o1" {
			out := make([]cell, t.objects)
			for c := range out {
				var column []cell
				for _, row := range d {
					column = append(column, row[c])
				}
				out[c] = meanOfCells(column)
			}
			return out
		}
	} else {
		for s, truth := range t.truth {
			row := make([]cell, t.objects)
			for c := range row {
				if truth >= 0 {
					row[c] = dPrime(t.cells[s][c], means[c][truth])
				}
			}
			d = append(d, row)
		}
		if name[len(name)-1] == 'n' {
			centres := t.byObject(d)
			for s, truth := range t.truth {
				for c := range d[s] {
					if d[s][c].ok {
						d[s][c].v = d[s][c].v.Sub(centres[truth][c].v)
					}
				}
			}
		}
		if name[:2] == "i1" {
			var out []cell
			for _, row := range d {
				out = append(out, meanOfCells(row))
			}
			return out
		}
	}
	var flat []cell
	for _, row := range d {
		flat = append(flat, row...)
	}
	return flat
}

// zeroCorrelation is what rounding of Z may make of a correlation of 0.
const zeroCorrelation = 1e-13

var errUndefined = errors.New("a cell is not defined")

// compareCells is r over the cells where target is defined, and an error where pattern
// is not there. close says that a side varies by rounding of Z alone.
func compareCells(pattern, target []cell, skip bool) (r float64, close bool, err error) {
	var x, y []exact.Number
	for i, t := range target {
		switch {
		case !t.ok:
		case pattern[i].ok:
			x, y = append(x, pattern[i].v), append(y, t.v)
		case !skip:
			return 0, false, errUndefined
		}
	}
	for _, side := range [][]exact.Number{x, y} {
		if len(side) > 0 {
			low, high := side[0], side[0]
			for _, v := range side {
				if v.Cmp(low) < 0 {
					low = v
				}
				if v.Cmp(high) > 0 {
					high = v
				}
			}
			span := high.Sub(low).Float()
			close = close || span > 1e-24*max(1, largest(side)) && span < 1e-6
			if span <= 1e-24*max(1, largest(side)) {
				return math.NaN(), false, nil
			}
		}
	}
	x, _ = settled(x)
	y, _ = settled(y)
	return float(correlationOf(x, y)), close, nil
}
