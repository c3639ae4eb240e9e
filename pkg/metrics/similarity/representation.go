package similarity

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// representation is one of those that are compared: activations, responses, or
// the responses of a subject. Its dissimilarities follow from the Gram matrix, or, if
// rounding of that may move the score, from the rows themselves in twice the
// precision, provided that this takes little.
type representation struct {
	gram *stream.Gram
	pool *pages.Pool
	// share is true if the Gram matrix keeps its dissimilarities for other scores.
	share bool
	// read returns the rows; nil if they cannot be had.
	read func(ctx context.Context) (*stream.HeldRows, error)
	// given are dissimilarities that are compared as they are, of stimuli × stimuli; nil for
	// those that follow from a Gram matrix.
	given   []float64
	stimuli int
	// held is set once the rows are taken.
	held *stream.HeldRows
}

// activationSide returns the side of a layer.
func activationSide(g *stream.Gram) *representation {
	if g.Dissimilarities != nil {
		given := givenSide(g.Dissimilarities, g.N, stream.Attached[pages.Pool](g))
		given.gram = g
		return given
	}
	s := &representation{gram: g, pool: stream.Attached[pages.Pool](g), share: true}
	if g.Again != nil {
		s.read = func(ctx context.Context) (*stream.HeldRows, error) { return g.Hold(ctx) }
	}
	return s
}

// givenSide returns the side of dissimilarities between a number of stimuli.
func givenSide(dissimilarities []float64, stimuli int, pool *pages.Pool) *representation {
	return &representation{given: dissimilarities, stimuli: stimuli, pool: pool}
}

// givenTriangle returns the dissimilarities of some stimuli. They are exact, and ties only if
// they are equal.
func (s *representation) givenTriangle(rows []int) triangle {
	n := len(rows)
	values := pages.Take[float64](s.pool, n*(n-1)/2)[:0]
	for a, i := range rows {
		for _, j := range rows[a+1:] {
			values = append(values, s.given[i*s.stimuli+j])
		}
	}
	return triangleOf(values)
}

// responseSide returns the side of responses, given with their Gram matrix.
func responseSide(l *stream.Gram, pool *pages.Pool, responses []float64) *representation {
	return &representation{gram: l, pool: pool, read: func(context.Context) (*stream.HeldRows, error) {
		return stream.NewHeldRows(responses, l.Features, l.Precision), nil
	}}
}

// Work on rows in twice the precision.
const (
	fewValues = 1 << 20 // values that are read

	fewTerms, manyTerms = 1 << 23, 1 << 30 // terms of all dissimilarities, some 2 ns each
	// closeTo is how far rounding may move a score that is taken from the Gram
	// matrix although the rows could be read.
	closeTo = 1e-10
)

// hold reads the rows if n of them are no more than the limits allow, and reports
// whether it did.
func (s *representation) hold(ctx context.Context, n, values, terms int) (bool, error) {
	if s.held != nil || s.read == nil || s.gram.N*s.gram.Features > values || n*(n-1)/2*s.gram.Features > terms {
		return false, nil
	}
	if values > fewValues || terms > fewTerms {
		if err := s.gram.AllowRare(); err != nil {
			return false, err
		}
	}
	var err error
	s.held, err = s.read(ctx)
	return s.held != nil, err
}

// defined returns which rows have dissimilarities, and how many of the others lack
// them by rounding alone.
func (s *representation) defined(distance string, rows []int) (defined []bool, faint int, err error) {
	if s.given != nil {
		return slices.Repeat([]bool{true}, len(rows)), 0, nil
	}
	if s.held == nil {
		_, defined, faint, err = lengthsOf(s.gram, distance, rows)
		return defined, faint, err
	}
	defined = make([]bool, len(rows))
	for a, i := range rows {
		switch distance {
		case "correlation":
			defined[a] = s.gram.Moments.Varies[i]
		case "cosine":
			defined[a] = s.gram.Moments.Nonzero[i]
		default:
			defined[a] = true
		}
	}
	return defined, 0, nil
}

// triangle returns the dissimilarities of rows that all have them.
func (s *representation) triangle(distance, compare string, rows []int, workers int) (triangle, error) {
	if s.given != nil {
		return s.givenTriangle(rows), nil
	}
	if s.held == nil {
		if s.share {
			return rdmOf(s.gram, distance, rows, workers)
		}
		return newTriangle(s.gram, s.pool, distance, rows, workers)
	}
	noise := 0.0
	if s.held.Precision > 0 {
		// The share does not depend on the unit, unless squares underflow.
		if by, _, err := s.gram.PowerOfTwo(dense.AllRows(s.gram.N)); err == nil {
			noise = noiseShare(s.gram, by)
		}
	}
	return newDoubleTriangle(s.held, distance, rows, noise, coefficients[compare].ranked, workers), nil
}

// trianglesOf returns the dissimilarities of the sides over those of the given rows
// that have dissimilarities in all of them, and these rows.
func trianglesOf(ctx context.Context, m rdm, sides []*representation, rows []int, workers int) (triangles []triangle, kept []int, faint int, err error) {
	for _, s := range sides {
		if _, err := s.hold(ctx, len(rows), fewValues, fewTerms); err != nil {
			return nil, nil, 0, err
		}
	}
	for {
		kept, faint = rows, 0
		again := false
		for _, s := range sides {
			defined, few, err := s.defined(m.measure(), kept)
			if err != nil || few > 0 {
				held, readErr := s.hold(ctx, len(rows), stream.MaxHeld, manyTerms)
				switch {
				case readErr != nil:
					return nil, nil, 0, readErr
				case held:
					again = true
				case err != nil:
					return nil, nil, 0, err
				}
			}
			if again {
				break
			}
			kept = dense.RowsWhere(kept, defined)
			faint += few
		}
		if again {
			continue
		}
		triangles = make([]triangle, len(sides))
		for i, s := range sides {
			if triangles[i], err = s.triangle(m.measure(), m.compare, kept, workers); err != nil {
				return nil, nil, 0, err
			}
			if s.held != nil || triangles[i].certain(m.compare, closeTo) {
				continue
			}
			held, err := s.hold(ctx, len(kept), stream.MaxHeld, manyTerms)
			if err != nil {
				return nil, nil, 0, err
			}
			if held {
				if !s.share {
					pages.Give(s.pool, triangles[i].values)
				}
				again = true
				break
			}
		}
		if !again {
			return triangles, kept, faint, nil
		}
	}
}

// certain reports whether rounding moves a figure by no more than a limit.
func (t *triangle) certain(compare string, limit float64) bool {
	if coefficients[compare].ranked {
		return t.doubt <= limit
	}
	return t.movement(compare) <= limit
}

// movement bounds how far errors of the dissimilarities move their correlation with
// others, or their cosine: errors over the spread of the values, or over their size.
// Whitening makes errors no longer, as it is a projection.
func (t *triangle) movement(compare string) float64 {
	if t.ties.Bound == nil || t.values == nil {
		return 0
	}
	spread := coefficients[compare].spread(*t)
	if spread == 0 {
		return 0
	}
	if !t.root {
		if most := t.ties.Most * math.Sqrt(float64(len(t.values))/spread); most <= closeTo {
			return most
		}
	}
	errors := 0.0
	for i := range t.values {
		e := t.ties.Bound(i)
		if t.root && t.values[i] == 0 {
			e = math.Sqrt(e)
		}
		errors += float64(e * e)
	}
	return math.Sqrt(errors / spread)
}
