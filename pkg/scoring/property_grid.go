package scoring

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// stimulusGrid is the stimuli of one role in the order of their parameters.
type stimulusGrid struct {
	metrics.Grid          // without rows, which the reading of a layer has
	set          int      // of the definition's stimulus sets
	ids          []string // in the order of the grid
}

// gridBuilder puts the stimuli of a set in the order of a design.
type gridBuilder struct {
	set     *stimuli.StimulusSet
	design  metrics.Design
	codes   [][]int // of each axis but a ranked one
	ranked  []float64
	perCell [][]int // rows of the set
}

// newGrid returns the stimuli of a set as a design asks for them. Each combination of
// parameters must be there once, wherever it stands in the file.
func newGrid(set *stimuli.StimulusSet, design metrics.Design) (*stimulusGrid, error) {
	b := &gridBuilder{set: set, design: design}
	g := &stimulusGrid{}
	if len(design.Axes) == 0 && len(set.IDs) != 1 {
		return nil, b.fail(1, fmt.Sprintf("has %d stimuli, but this set is one blank image", len(set.IDs)), "name the set of the blank image")
	}
	cells := 1
	for _, column := range design.Axes {
		codes, values, err := b.axis(column)
		if err != nil {
			return nil, err
		}
		g.Axes, b.codes = append(g.Axes, values), append(b.codes, codes)
		if cells *= len(values); cells > 2*len(set.IDs) {
			return nil, b.fail(-1, fmt.Sprintf("has %d stimuli, but %s have more combinations", len(set.IDs), b.parameters()), "list each combination, and round values alike in all rows")
		}
	}
	var err error
	if design.Ranked != "" {
		if b.ranked, err = b.numbers(design.Ranked); err != nil {
			return nil, err
		}
	}
	b.perCell = make([][]int, cells)
	for row := range set.IDs {
		cell := 0
		for k, codes := range b.codes {
			cell = cell*len(g.Axes[k]) + codes[row]
		}
		b.perCell[cell] = append(b.perCell[cell], row)
	}
	rows, err := b.order()
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		g.ids = append(g.ids, set.IDs[row])
	}
	if design.Ranked != "" {
		ranks := make([]float64, len(rows)/cells)
		for k := range ranks {
			ranks[k] = float64(k)
		}
		g.Axes = slices.Insert(g.Axes, 0, ranks)
	}
	for k, least := range design.Least {
		if len(g.Axes[k]) < least {
			names := design.Axes
			if design.Ranked != "" {
				names = slices.Insert(slices.Clone(names), 0, design.Ranked)
			}
			return nil, b.fail(-1, fmt.Sprintf("has %d value(s) of %s, but the property needs %d at least", len(g.Axes[k]), names[k], least), "add stimuli of other values, or name another set")
		}
	}
	g.Y, g.X, err = b.position()
	return g, err
}

func (b *gridBuilder) parameters() string { return strings.Join(b.design.Axes, ", ") }

// fail returns an error in a row of the set, -1 for the file as a whole.
func (b *gridBuilder) fail(row int, what, remedy string) error {
	e := &stimuli.FileError{Path: b.set.Table.Path, What: what, Remedy: remedy}
	if row >= 0 && row < len(b.set.IDs) {
		e.Line = b.set.Table.Line(row)
	}
	return e
}

// numbers returns a column without empty cells.
func (b *gridBuilder) numbers(column string) ([]float64, error) {
	values, err := b.set.Table.Numbers(column)
	if err != nil {
		return nil, err
	}
	if row := slices.IndexFunc(values, func(v float64) bool { return !stats.Finite(v) }); row >= 0 {
		return nil, b.fail(row, fmt.Sprintf("has no finite %s for the stimulus %q", column, b.set.IDs[row]), "fill in the column")
	}
	if row := slices.IndexFunc(values, func(v float64) bool { return v <= 0 }); row >= 0 && (column == "radius" || column == "spatial_frequency") {
		return nil, b.fail(row, fmt.Sprintf("has the %s %v", column, values[row]), "write a number above 0")
	}
	return values, nil
}

// alike reports whether two parameters are one but for rounding.
func alikeNumbers(a, b float64) bool {
	const rounding = 1e-9
	return math.Abs(a-b) <= rounding*max(math.Abs(a), math.Abs(b))
}

// axis returns the codes of a column, by ascending values, and the values.
func (b *gridBuilder) axis(column string) (codes []int, values []float64, err error) {
	all, err := b.numbers(column)
	if err != nil {
		return nil, nil, err
	}
	for _, v := range slices.Sorted(slices.Values(all)) {
		if len(values) == 0 || !alikeNumbers(v, values[len(values)-1]) {
			values = append(values, v)
		}
	}
	codes = make([]int, len(all))
	for i, v := range all {
		at, found := slices.BinarySearch(values, v)
		if !found {
			at--
		}
		codes[i] = at
	}
	return codes, values, nil
}

// order returns the rows of the set in the order of the design.
func (b *gridBuilder) order() ([]int, error) {
	largest := slices.MaxFunc(b.perCell, func(x, y []int) int { return cmp.Compare(len(x), len(y)) })
	each := len(largest)
	if each > 1 && b.design.Ranked == "" && !b.design.Repeated {
		return nil, b.fail(largest[1], fmt.Sprintf("repeats the combination of %s of line %d", b.parameters(), b.set.Table.Line(largest[0])), "list each combination once")
	}
	for cell, rows := range b.perCell {
		if len(rows) < each {
			return nil, b.fail(-1, fmt.Sprintf("has %d stimuli with %s, where other combinations have %d", len(rows), b.combination(cell), each), "list each combination, as often as others")
		}
		if b.design.Ranked == "" {
			continue
		}
		slices.SortFunc(rows, func(i, j int) int { return cmp.Compare(b.ranked[i], b.ranked[j]) })
		for k := 1; k < len(rows); k++ {
			if alikeNumbers(b.ranked[rows[k-1]], b.ranked[rows[k]]) {
				return nil, b.fail(rows[k], fmt.Sprintf("has the %s of line %d, as all other parameters", b.design.Ranked, b.set.Table.Line(rows[k-1])), "list each combination once")
			}
		}
	}
	rows := make([]int, len(b.set.IDs))
	for cell, in := range b.perCell {
		for k, row := range in {
			if b.design.Ranked != "" {
				rows[k*len(b.perCell)+cell] = row
			} else {
				rows[cell*each+k] = row
			}
		}
	}
	return rows, nil
}

// combination returns the parameters of a cell.
func (b *gridBuilder) combination(cell int) string {
	var parts []string
	for k := len(b.codes) - 1; k >= 0; k-- {
		n := slices.Max(b.codes[k]) + 1
		row := slices.Index(b.codes[k], cell%n)
		cell /= n
		column, _ := b.set.Table.Column(b.design.Axes[k])
		parts = append(parts, b.design.Axes[k]+" "+column[row])
	}
	slices.Reverse(parts)
	return strings.Join(parts, ", ")
}

// position returns the one of all stimuli, NaN if the design does not ask for one.
func (b *gridBuilder) position() (y, x float64, err error) {
	if len(b.design.Axes) == 0 || slices.Contains(b.design.Axes, "position_y") {
		return math.NaN(), math.NaN(), nil
	}
	at := make([]float64, 2)
	for k, column := range []string{"position_y", "position_x"} {
		values, err := b.numbers(column)
		if err != nil {
			return 0, 0, err
		}
		if row := slices.IndexFunc(values, func(v float64) bool { return !alikeNumbers(v, values[0]) }); row >= 0 {
			return 0, 0, b.fail(row, fmt.Sprintf("has the %s %v, but line %d has %v", column, values[row], b.set.Table.Line(0), values[0]), "show all stimuli at one position, or name another set")
		}
		at[k] = values[0]
	}
	return at[0], at[1], nil
}
