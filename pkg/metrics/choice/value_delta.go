package choice

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/reasons"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// valueDelta compares the integral, over levels of a column, of how much accuracy rises
// from one block of stimuli to another.
type valueDelta struct {
	contrast
	x           string
	lapse       float64 // share of answers that are guesses
	ways, scale float64
}

var _ metrics.Choices = valueDelta{}

var valueDeltaInfo = metrics.Info{
	Name:      "value_delta",
	Version:   1,
	Kind:      metrics.KindChoices,
	Intervals: metrics.OfMetric,
	Score:     metrics.Ratio,
	Summary:   "how much accuracy rises from baseline to changed stimuli over levels of x, for the model and for people",
	Formula:   "a′ = (a − ℓ/w)/(1 − ℓ) of the accuracy a of each subject, and of the model, at each x in baseline and in changed; D(x) = mean a′(changed) − mean a′(baseline); I = ∫D dx by trapezoids over the levels of x: exp(−k·|I_model − I_people|), ℓ = lapse_rate, w = ways, k = scale. Ceiling: the same of two halves of the trials, in the order of trials.csv; mean over 500 halves",
	Range:     "0 to 1; a ceiled score can exceed 1, with a warning",
	NaN:       "a half without trials of a level is left out of the ceiling, with a count in the warnings. A level that the stimulus set or the trials lack in baseline or changed is an error, as is a single level",
	Options: append(contrastOptions[:len(contrastOptions):len(contrastOptions)],
		metrics.Option{Name: "x", Type: "column", Example: "distractors", Doc: "the column of the levels, which are numbers"},
		metrics.Option{Name: "lapse_rate", Type: "number", Default: "0", Doc: "share ℓ of answers that are guesses, from 0 to below 1"},
		metrics.Option{Name: "ways", Type: "integer", Default: "2", Doc: "number w of answers that a guess chooses from"},
		metrics.Option{Name: "scale", Type: "number", Default: "1", Doc: "steepness k of the fall of the score with the difference of the integrals, above 0"}),
	References: []string{
		"Ferguson, Ngo, Lee, DiCarlo & Schrimpf 2024, How well is visual search asymmetry predicted by a binary-choice, rapid, accuracy-based visual-search, oddball-detection (BRAVO) task?, OSF, doi:10.17605/OSF.IO/5BA3N",
		"brain-score/vision, metrics/value_delta and benchmarks/ferguson2024, which rounds I to 4 decimals",
	},
}

func (valueDelta) Info() metrics.Info { return valueDeltaInfo }

// Columns returns the column of the contrast and that of the levels.
func (m valueDelta) Columns() []string { return []string{m.by, m.x} }

// valueHalvings is the number of random halves of the trials.
const valueHalvings = 500

// valueCells are the cells of level and side: that of each stimulus and each row of
// people, negative for other sides, and the levels in ascending order.
type valueCells struct {
	stimuli, people []int
	levels          []float64
}

func (m valueDelta) cells(in metrics.ChoicesInput) (valueCells, error) {
	x := in.Columns[1]
	if err := cmp.Or(wantColumn(x, true), wantNumbers(x)); err != nil {
		return valueCells{}, err
	}
	stimuli, people, err := m.sides(in.Columns[0])
	if err != nil {
		return valueCells{}, err
	}
	c := valueCells{stimuli: cellsOfSides(x.Stimulus, stimuli), people: cellsOfSides(x.Row, people)}
	var inStimuli, inPeople = make([]bool, len(x.Values)*sides), make([]bool, len(x.Values)*sides)
	markCells(inStimuli, c.stimuli)
	markCells(inPeople, c.people)
	codes := make([]int, len(x.Values)) // by code of x, the code of its level
	for code, value := range x.Values {
		codes[code] = -1
		used := false
		for side := range sides {
			used = used || inStimuli[code*sides+side] || inPeople[code*sides+side]
		}
		if !used {
			continue
		}
		for side, name := range [sides]string{m.baseline, m.changed} {
			for _, table := range []struct {
				has      bool
				what     string
				isPeople bool
			}{{inStimuli[code*sides+side], "stimulus", false}, {inPeople[code*sides+side], "trial", true}} {
				if !table.has {
					return c, &metrics.ColumnError{Column: m.x, People: table.isPeople, Problem: fmt.Sprintf("has no %s of value %s with %s %s, so there is no integral over the levels", table.what, value, m.by, name),
						Remedy: fmt.Sprintf("exclude {%s: [%s]}, or add what is missing", m.x, value)}
				}
			}
		}
		codes[code] = len(c.levels)
		c.levels = append(c.levels, x.Numbers[code])
	}
	if len(c.levels) < 2 {
		return c, &metrics.ColumnError{Column: m.x, Problem: fmt.Sprintf("has the single level %s, so there is no integral over levels", firstNames(valuesOf(x, x.Stimulus))),
			Remedy: "name a column with at least 2 levels in x"}
	}
	if span := c.levels[len(c.levels)-1] - c.levels[0]; !(span/(1-m.lapse) < math.MaxFloat64/4) {
		return c, &metrics.ColumnError{Column: m.x, Problem: fmt.Sprintf("has levels %g apart, whose integral is beyond all numbers", span), Remedy: "give the levels in another unit"}
	}
	for _, cells := range [][]int{c.stimuli, c.people} {
		for i, cell := range cells {
			if cell >= 0 {
				cells[i] = codes[cell/sides]*sides + cell%sides
			}
		}
	}
	return c, nil
}

// markCells marks the cells that rows have.
func markCells(has []bool, cells []int) {
	for _, cell := range cells {
		if cell >= 0 {
			has[cell] = true
		}
	}
}

// integral returns ∫D of answers by observer and cell, of which cellOf is the cell; NaN if
// a cell has none.
func (m valueDelta) integral(levels []float64, t tallies, cellOf []int) float64 {
	sums := make([]series.ExactSum, len(levels)*sides)
	for k, n := range t.n {
		if n > 0 {
			r := series.Ratio(float64(t.right[k]), float64(n), 0)
			sums[cellOf[k]].AddRate(r.High, r.Low)
		}
	}
	accuracy := func(cell int) float64 { return (sums[cell].Mean() - m.lapse/m.ways) / (1 - m.lapse) }
	difference := func(level int) float64 { return accuracy(level*sides+changedSide) - accuracy(level*sides+baselineSide) }
	area := 0.0
	for i := 1; i < len(levels); i++ {
		area += float64((levels[i] - levels[i-1]) * (difference(i-1) + difference(i)) / 2)
	}
	return area
}

// similarity returns exp(−k·|a − b|).
func (m valueDelta) similarity(a, b float64) float64 {
	return portable.Exp(-m.scale * math.Abs(a-b))
}

// bySubject numbers the pairs of cell and subject that have rows, ascending, so that no
// sum depends on the order of the rows. It returns the pair of each row, negative for
// other sides, and the cell of each pair.
func (c valueCells) bySubject(p metrics.People) (pairs, cellOf []int) {
	type pair struct{ cell, subject int }
	numbers := make(map[pair]int)
	for i, cell := range c.people {
		if cell >= 0 {
			numbers[pair{cell, p.Subject[i]}] = 0
		}
	}
	ascending := slices.SortedFunc(maps.Keys(numbers), func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.cell, b.cell), cmp.Compare(a.subject, b.subject))
	})
	for k, key := range ascending {
		numbers[key] = k
		cellOf = append(cellOf, key.cell)
	}
	pairs = slices.Clone(c.people)
	for i, cell := range pairs {
		if cell >= 0 {
			pairs[i] = numbers[pair{cell, p.Subject[i]}]
		}
	}
	return pairs, cellOf
}

// ScoreChoices compares the integrals of the model and of people. There is no error.
func (m valueDelta) ScoreChoices(ctx context.Context, in metrics.ChoicesInput) (metrics.Score, error) {
	if err := in.Check(true); err != nil {
		return metrics.Score{}, err
	}
	c, err := m.cells(in)
	if err != nil {
		return metrics.Score{}, err
	}
	pairs, cellOf := c.bySubject(in.People)
	t := newTallies(len(cellOf))
	t.addAll(pairs, in.People.Right, nil)
	people, right := m.integral(c.levels, t, cellOf), in.Right()
	own := make([]int, len(c.levels)*sides) // the model is one observer
	for cell := range own {
		own[cell] = cell
	}
	figure := func(counts []int) float64 {
		t := newTallies(len(own))
		t.addAll(c.stimuli, right, counts)
		return m.similarity(m.integral(c.levels, t, own), people)
	}
	score := metrics.Score{Raw: metrics.Exact(figure(nil))}
	if in.Intervals.Samples > 0 {
		score.Raw.Interval, err = bootstrapShare(ctx, in.Intervals, score.Raw.Value, stratify(c.stimuli), countSamples(len(c.stimuli), figure))
	} else {
		err = ctx.Err()
	}
	return score, err
}

// ChoicesCeiling compares random halves of the trials. Splits are the values by halving;
// the error is their population standard deviation.
func (m valueDelta) ChoicesCeiling(ctx context.Context, in metrics.ChoicesInput) (metrics.Estimate, []string, error) {
	if err := in.Check(false); err != nil {
		return metrics.Estimate{}, nil, err
	}
	c, err := m.cells(in)
	if err != nil {
		return metrics.Estimate{}, nil, err
	}
	pairs, cellOf := c.bySubject(in.People)
	var undefined reasons.Counts
	values := make([]float64, valueHalvings)
	for i := range values {
		if err := ctx.Err(); err != nil {
			return metrics.Estimate{}, nil, err
		}
		var integrals [2]float64
		for k, half := range halvesOf(numpyrand.New(uint32(i)).Permutation(len(pairs))) {
			t := newTallies(len(cellOf))
			for _, trial := range half {
				t.add(pairs[trial], in.People.Right[trial], 1)
			}
			integrals[k] = m.integral(c.levels, t, cellOf)
		}
		if values[i] = m.similarity(integrals[0], integrals[1]); math.IsNaN(values[i]) {
			undefined.Add("a half has no trials of a level")
		}
	}
	return exactMeanSD(values), undefinedSplits("ceiling: ", undefined, len(values)), nil
}

func init() {
	metrics.Register(valueDeltaInfo, func(o metrics.Options) (metrics.Metric, error) {
		c, err := newContrast(o)
		if err != nil {
			return nil, err
		}
		m := valueDelta{contrast: c}
		if m.x, err = o.Text("x"); err != nil {
			return nil, err
		}
		if m.lapse, err = o.Within("lapse_rate", 0, 0, math.Nextafter(1, 0)); err != nil {
			return nil, err
		}
		ways, err := o.Int("ways", 2, 2)
		if err != nil {
			return nil, err
		}
		m.ways = float64(ways)
		m.scale, err = o.Positive("scale", 1)
		return m, err
	})
}
