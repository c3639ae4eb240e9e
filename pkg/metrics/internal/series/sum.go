package series

import "math"

// Sum is a sum that carries what rounding takes off it (Neumaier 1974).
type Sum struct{ sum, rest float64 }

// Add adds a number.
func (s *Sum) Add(v float64) {
	v = float64(v) // rounded, if it is a product
	sum := s.sum + v
	if math.Abs(s.sum) >= math.Abs(v) {
		s.rest += (s.sum - sum) + v
	} else {
		s.rest += (v - sum) + s.sum
	}
	s.sum = sum
}

// Value returns the sum.
func (s *Sum) Value() float64 { return s.sum + s.rest }
