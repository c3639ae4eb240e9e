package mapping

import (
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// movedFeature is a feature whose predictions vary so little that rounding may show in r.
type movedFeature struct {
	at int
	by float64 // bound of what rounding adds to r; +Inf where it is left out
}

// lookAtRounding keeps the features from at on whose r rounding may move. A feature that
// is left out since rounding may be all that its predictions vary by is one of them if
// they vary by about that bound, which is mostly far above what rounding makes: whether
// they are constant is then not known.
func (s *reverseSplit) lookAtRounding(at, stimuli int, spans, bounds, r []float64) {
	terms := float64(stimuli + s.hat.rank)
	more := 1.0
	if s.reach > 0 {
		// bounds are for sums over all stimuli and directions, loose is not.
		more += 2 * s.hat.loose / s.reach / terms
	}
	fit := s.hat.uncertainty / (4 * terms * dense.Epsilon) // beside what bounds are for
	const far = 200                                        // errors of up to sixty times the estimate were found
	for j, span := range spans {
		bound := float64(bounds[j] * more)
		switch {
		case math.IsNaN(r[j]):
			if span > bounds[j]/2 {
				s.moved = append(s.moved, movedFeature{at + j, math.Inf(1)})
			}
		case span < far*fit*bounds[j]: // may be constant
			s.moved = append(s.moved, movedFeature{at + j, math.Inf(1)})
		case 2*bound > doubtfulFrom*span: // no less moves a median by that
			s.moved = append(s.moved, movedFeature{at + j, 2 * bound / span})
		}
	}
}

// movesMedian reports whether rounding may move the median over features so far that it
// shows.
func (s *reverseSplit) movesMedian() bool {
	if len(s.moved) == 0 {
		return false
	}
	median := series.Median(s.r)
	for _, sign := range []float64{-1, 1} {
		r := slices.Clone(s.r)
		for _, f := range s.moved {
			if r[f.at] = max(-1, min(1, r[f.at]+float64(sign*f.by))); math.IsInf(f.by, 1) {
				r[f.at] = sign
			}
		}
		if !(math.Abs(series.Median(r)-median) <= doubtfulFrom) {
			return true
		}
	}
	return false
}

// nearlyConstant is the warning of the splits in which rounding may move the median over
// features; none where there is none.
func (s *reverseStream) nearlyConstant() []string {
	splits, features := 0, 0
	for _, split := range s.splits {
		if split.movesMedian() {
			splits++
			features = max(features, len(split.moved))
		}
	}
	if splits == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s: in %d of %d splits the predictions of up to %d features vary over the test stimuli by so little beside the rounding of the fit that their r, and the figure, may be off; rescale or leave out neuroids of far larger size than others", s.name, splits, len(s.splits), features)}
}
