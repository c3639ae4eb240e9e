package stimuli

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// Logits are a model's outputs before the softmax, still on disk: stimuli × classes.
type Logits struct {
	*Layer
	// Classes names the columns, as classes.csv does; nil without that file.
	Classes     []string
	ClassesPath string
}

// HasClasses reports whether the dump names the columns of its logits for a stimulus set.
func (d *Dump) HasClasses(set string) bool { return exists(d.classesFile(set)) }

func (d *Dump) classesFile(set string) string { return filepath.Join(d.Dir, set, "classes.csv") }

// OpenLogits opens the logits of a stimulus set, and classes.csv if it is there.
func (d *Dump) OpenLogits(set *StimulusSet) (*Logits, error) {
	layer, err := d.OpenLayer(set, LogitsLayer, nil)
	if err != nil {
		return nil, err
	}
	if layer.compact != nil {
		layer.Close()
		return nil, layer.compact.NeedsColumns()
	}
	l := &Logits{Layer: layer}
	if d.HasClasses(set.ID) {
		l.ClassesPath = d.classesFile(set.ID)
		l.Classes, err = readColumns(l.ClassesPath, "class", layer.File)
	}
	if err != nil {
		layer.Close()
		return nil, err
	}
	return l, nil
}

// readColumns returns the names of an array's columns from a table with a row for each.
func readColumns(path, column string, f *npy.File) ([]string, error) {
	table, err := readRows(path, f.Cols())
	if err != nil {
		return nil, err
	}
	names, err := table.uniqueIDs(column)
	if err != nil {
		return nil, err
	}
	if len(names) != f.Cols() {
		return nil, &FileError{Path: f.Path(), What: fmt.Sprintf("has %d columns, but %s lists %d", f.Cols(), path, len(names)), Remedy: "write a row for each column"}
	}
	return names, nil
}

// Choose returns, for each of the given stimuli, the group of columns with the largest
// mean of the softmax of all columns; the first of them in a tie. observe, if set, is
// called with each stimulus's index and logits, which it must not keep.
//
// As the softmax's denominator is common to all groups, they are compared by the logarithm
// of the mean of exp(x): with m the largest logit of all groups, by the largest logit of a
// group less m plus log mean exp(x − largest), which neither overflows nor loses a small
// one. Two groups tie if they differ by no more than the rounding of these sums; groups
// of one column are exact.
func (l *Logits) Choose(ids []string, groups [][]int, observe func(stimulus int, logits []float64)) ([]int, error) {
	chosen := make([]int, len(ids))
	c := newChooser(groups)
	err := l.eachRow(ids, func(i int, logits []float64) error {
		for _, x := range logits {
			if x-x != 0 { // not finite
				return &FileError{Path: l.File.Path(), What: fmt.Sprintf("has the logit %v for stimulus %q", x, ids[i]), Remedy: "logits are finite numbers: dump the model's outputs again"}
			}
		}
		chosen[i] = c.choose(logits)
		if observe != nil {
			observe(i, logits)
		}
		return nil
	})
	return chosen, err
}

// chooser compares groups of columns.
type chooser struct {
	groups [][]int
	first  []int // the only column of each group, nil if one has more
	values []float64
	bounds []float64 // of the rounding of values
}

func newChooser(groups [][]int) *chooser {
	c := &chooser{groups: groups, values: make([]float64, len(groups)), bounds: make([]float64, len(groups))}
	for _, g := range groups {
		if len(g) != 1 {
			c.first = nil
			break
		}
		c.first = append(c.first, g[0])
	}
	return c
}

func (c *chooser) choose(logits []float64) int {
	best := 0
	if c.first != nil {
		largest := logits[c.first[0]]
		for k, column := range c.first {
			if x := logits[column]; x > largest {
				best, largest = k, x
			}
		}
		return best
	}
	largest, least := math.Inf(-1), 0.0
	for k, group := range c.groups {
		m := math.Inf(-1)
		for _, column := range group {
			m = max(m, logits[column])
		}
		if c.values[k] = m; m > largest {
			largest, least = m, -portable.Log(float64(len(group)))
		}
	}
	for k, group := range c.groups {
		m := c.values[k]
		c.values[k], c.bounds[k] = m-largest, 0
		// A mean is at most the largest of its terms, and at least that over their number:
		// a group that cannot win is not worth its exponentials.
		if m-largest < least-1 {
			continue
		}
		sum, equal := 0.0, true
		for _, column := range group {
			x := logits[column]
			equal = equal && x == m
			sum += portable.Exp(x - m)
		}
		if !equal {
			n := float64(len(group))
			c.values[k] += portable.Log(sum / n)
			const epsilon = 0x1p-52
			c.bounds[k] = epsilon * (n + 4 + math.Abs(c.values[k]))
		}
	}
	for k, v := range c.values {
		if v > c.values[best] {
			best = k
		}
	}
	for k, v := range c.values {
		if v+c.bounds[k] >= c.values[best]-c.bounds[best] {
			return k
		}
	}
	return best
}

// ChooseProbabilities returns, for each of the given stimuli, which of the offered names
// has the largest probability; the one of the first column in a tie. others counts the
// columns that are not offered.
func (d *Dump) ChooseProbabilities(set *StimulusSet, ids, offered []string, observe func(stimulus int, probabilities []float64)) (chosen []int, others int, err error) {
	layer, choices, path, err := d.openProbabilities(set)
	if err != nil {
		return nil, 0, err
	}
	defer layer.Close()
	columns, err := columnsOf(path, choices, offered)
	if err != nil {
		return nil, 0, err
	}
	order := make([]int, len(offered)) // by column
	for k := range order {
		order[k] = k
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(columns[a], columns[b]) })
	chosen = make([]int, len(ids))
	values := make([]float64, len(offered))
	err = layer.eachRow(ids, func(i int, row []float64) error {
		best := order[0]
		for _, k := range order {
			p := row[columns[k]]
			if values[k] = p; !validProbability(p) {
				return badProbability(layer.File.Path(), p, ids[i], offered[k])
			}
			if p > values[best] {
				best = k
			}
		}
		chosen[i] = best
		if observe != nil {
			observe(i, values)
		}
		return nil
	})
	return chosen, len(choices) - len(offered), err
}

// rowsAtOnce and valuesAtOnce bound what is held of a large table: 256 rows, or as many as
// make a million values.
const rowsAtOnce, valuesAtOnce = 256, 1 << 20

// eachRow visits the rows of the given stimuli in the order of the file, which must not
// change meanwhile.
func (l *Layer) eachRow(ids []string, visit func(i int, values []float64) error) error {
	rows, err := l.Rows(ids)
	if err != nil {
		return err
	}
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(rows[a], rows[b]) })
	cols := l.File.Cols()
	height := max(1, min(rowsAtOnce, len(rows), valuesAtOnce/max(1, cols)))
	block := make([]float64, height*cols)
	var scratch npy.Scratch
	for at := range slices.Chunk(order, height) {
		here := make([]int, len(at))
		for k, i := range at {
			here[k] = rows[i]
		}
		if err := l.File.ReadBlock(here, 0, cols, block, cols, &scratch); err != nil {
			return err
		}
		for k, i := range at {
			if err := visit(i, block[k*cols:(k+1)*cols]); err != nil {
				return err
			}
		}
	}
	return l.File.Unchanged()
}
