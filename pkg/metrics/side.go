package metrics

import (
	"slices"
	"strings"
)

// Side is what a metric compares a layer with recordings by.
type Side string

// The sides of a comparison.
const (
	Primal Side = "primal" // inner products of features
	Dual   Side = "dual"   // inner products of stimuli
	// Activations themselves serve small comparisons, which are computed in twice the
	// precision, and least squares on about as many features as stimuli.
	Activations Side = "activations"
)

// Sided is a neural metric that computes its figures on either side.
type Sided interface {
	Neural
	// Side returns the side on which a comparison of a shape is computed.
	Side(s Shape) Side
}

// SideOf returns the side on which a metric compares a layer with recordings; "" for a metric
// that has no other.
func SideOf(metric Metric, s Shape) Side {
	if sided, ok := metric.(Sided); ok {
		return sided.Side(s)
	}
	return ""
}

// JoinSides returns the sides of scores that one score is the mean of, each once.
func JoinSides(scores []Score) Side {
	var sides []string
	for _, s := range scores {
		if s.Side != "" && !slices.Contains(sides, string(s.Side)) {
			sides = append(sides, string(s.Side))
		}
	}
	return Side(strings.Join(sides, ", "))
}

// ShapeOf returns the shape of a comparison. The splits count as the one with the fewest
// train stimuli.
func ShapeOf(in NeuralInput) Shape {
	s := Shape{Stimuli: in.Stimuli, Neuroids: in.Neuroids, Splits: max(1, len(in.Splits)), Workers: max(1, in.Workers), Shared: in.Shared, Allowed: in.Allowed}
	if g := in.Gram; g != nil {
		s.Stimuli, s.Features, s.Products = g.N, g.Features, g.K != nil
		s.Triangle = g.Triangle != nil
		s.Once = g.X == nil && g.Again == nil
	}
	s.Train = s.Stimuli
	for _, split := range in.Splits {
		s.Train = min(s.Train, len(split.Train))
	}
	return s
}
