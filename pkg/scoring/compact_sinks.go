package scoring

import (
	"context"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// alikeRows lists groups of stimuli with the same activations, and those of zeros.
func alikeRows(r *readRows, rows []rowsOf) (groups [][]stimuli.CompactRow, zeros []stimuli.CompactRow) {
	group, i := make(map[uint64][]stimuli.CompactRow), 0
	var order []uint64
	for part, of := range rows {
		for _, id := range of.ids {
			hash := r.hashes[i]
			if group[hash] == nil {
				order = append(order, hash)
			}
			group[hash] = append(group[hash], stimuli.CompactRow{Part: part, ID: id})
			i++
		}
	}
	for _, hash := range order {
		if hash == r.zero {
			zeros = group[hash]
		} else if len(group[hash]) > 1 {
			groups = append(groups, group[hash])
		}
	}
	return groups, zeros
}

// listContent hashes the activations to some stimuli of a pass, as a pass over these alone
// does.
type listContent struct {
	content *contentSink
	rows    []int
	x       []float64
	single  []float32
}

// newListContent returns the sink for the stimuli that read-outs are fitted on and those
// of a list.
func newListContent(plan *layerPlan, list [][]string) *listContent {
	var rows []int
	for i := range plan.fitIDs {
		rows = append(rows, i)
	}
	for i, section := range list {
		for _, id := range section {
			rows = append(rows, len(plan.fitIDs)+plan.position[i%len(plan.position)][id])
		}
	}
	return &listContent{content: newContentSink(len(rows)), rows: rows}
}

// Block hashes the rows of a block.
func (l *listContent) Block(ctx context.Context, b stream.Block) error {
	if b.X != nil {
		l.x = gatherRows(l.x, b.X, b.Stride, b.Cols, l.rows)
		b.X = l.x
	} else {
		l.single = gatherRows(l.single, b.Single, b.Stride, b.Cols, l.rows)
		b.Single = l.single
	}
	b.Stride = b.Cols
	return l.content.Block(ctx, b)
}

// gatherRows copies rows of a block.
func gatherRows[T float32 | float64](to, x []T, stride, cols int, rows []int) []T {
	to = slices.Grow(to[:0], len(rows)*cols)
	for _, i := range rows {
		to = append(to, x[i*stride:i*stride+cols]...)
	}
	return to
}

// Done does nothing.
func (l *listContent) Done(context.Context) error { return nil }
