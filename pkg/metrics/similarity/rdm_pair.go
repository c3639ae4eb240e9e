package similarity

import (
	"context"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// rdmLayer is the dissimilarities of a layer.
type rdmLayer struct {
	m        rdm
	side     *representation
	kept     []int // stimuli that have dissimilarities
	triangle triangle
	movement float64 // bounds how far rounding moves coefficients that are not of ranks
	faint    int     // stimuli that have none by rounding alone
}

// Represent computes the dissimilarities of a layer.
func (m rdm) Represent(ctx context.Context, g *stream.Gram, workers int) (metrics.Represented, error) {
	if err := m.checkStimuli(g.N); err != nil {
		return nil, err
	}
	l := &rdmLayer{m: m, side: activationSide(g)}
	triangles, kept, faint, err := trianglesOf(ctx, m, []*representation{l.side}, dense.AllRows(g.N), workers)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", rdmInfo.Name, err)
	}
	l.triangle, l.kept, l.faint = triangles[0], kept, faint
	// What comparisons need of a layer is computed once.
	switch t := &l.triangle; {
	case !m.ranks():
		l.movement = t.movement(m.compare)
	case !t.constant:
		t.ranked(workers)
		if !t.settled() {
			t.loose = t.looseRanks(l.side.pool, workers)
		}
	}
	l.letGo()
	return l, nil
}

// letGo lets go of what another comparison can make again, as layers are many: the room for
// sorting and, unless they are few, the rows.
func (l *rdmLayer) letGo() {
	l.side.pool.Clear()
	if g := l.side.gram; g.N*g.Features > fewValues {
		g.LetGo()
		l.side.held = nil
	}
}

// Compare returns the coefficient of the dissimilarities of two layers, over those of the
// stimuli that have them in both.
func (l *rdmLayer) Compare(ctx context.Context, other metrics.Represented, workers int) (metrics.Score, error) {
	o, err := partner(l, l.side.gram.N, other, func(o *rdmLayer) int { return o.side.gram.N })
	if err != nil {
		return metrics.Score{}, err
	}
	m, a, b, movement := l.m, l.triangle, o.triangle, l.movement+o.movement
	var notes rdmNotes
	if !slices.Equal(l.kept, o.kept) {
		defer l.letGo()
		defer o.letGo()
		triangles, kept, _, err := trianglesOf(ctx, m, []*representation{l.side, o.side}, dense.AllRows(l.side.gram.N), workers)
		if err != nil {
			return metrics.Score{}, fmt.Errorf("%s: %w", rdmInfo.Name, err)
		}
		if a, b = triangles[0], triangles[1]; !m.ranks() {
			movement = a.movement(m.compare) + b.movement(m.compare)
		}
		notes.add(l.side.gram.N, len(kept), 0, a, b)
	}
	loose := m.looseScore(a, b, nil, workers)
	value := similarityOf(m.compare, a, b, workers)
	score := metrics.Score{Raw: metrics.Exact(value), Warnings: notes.reasons(m)}
	if doubt := m.doubt(value, loose, movement, a, b); doubt > exactTo {
		score.Warnings = append(score.Warnings, rdmRounding(doubt))
	}
	return score, nil
}

// Warnings say which stimuli have no dissimilarities, and why the layer has no coefficient.
func (l *rdmLayer) Warnings() []string {
	var notes rdmNotes
	notes.add(l.side.gram.N, len(l.kept), l.faint, l.triangle, triangle{})
	return notes.warnings(l.m)
}

// PairMemory counts the Gram matrix, the dissimilarities with two forms of ranks or their
// deviations, and the rows if they are few.
func (m rdm) PairMemory(s metrics.Shape) metrics.Memory {
	const working = 4                       // to sort, or whitened, or of fewer stimuli
	const pair = 3*metrics.FloatBytes + 2*4 // as Memory has it
	n, _, _ := s.Sizes()
	kept, triangle := int64(2), metrics.FloatBytes*n*n/2
	if m.ranks() {
		kept = 3
	}
	memory := metrics.Memory{Kept: metrics.FloatBytes*n*n + kept*triangle, Working: working * triangle}
	if values := n * int64(s.Features); values <= fewValues {
		memory.Kept += metrics.FloatBytes * values
	}
	return memory.Plus(layerMemory(s, pair))
}

// checkStimuli returns an error if stimuli are too few for two dissimilarities.
func (rdm) checkStimuli(n int) error {
	if least := 3; n < least {
		return &metrics.TooFewError{Metric: rdmInfo.Name, Have: n, Least: least}
	}
	return nil
}

func rdmRounding(doubt float64) string {
	return fmt.Sprintf("rdm: some dissimilarities are so nearly 0, or equal, that rounding may move the score by %.0e", min(2, doubt))
}
