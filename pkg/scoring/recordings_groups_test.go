package scoring

import (
	"slices"
	"testing"
)

// Centred responses have mean 0, a constant neuroid is exactly 0, and precision falls by as
// much as a mean exceeds the differences from it.
func TestCenter(t *testing.T) {
	g := &group{neuroids: []int{0, 1, 2}, rows: []int{0, 1, 2, 3}, responses: []float64{
		1, 0.1, 1001,
		2, 0.1, 1002,
		3, 0.1, 1003,
		6, 0.1, 1006,
	}}
	precision := g.center(1e-16)
	if want := []float64{-2, 0, -2, -1, 0, -1, 0, 0, 0, 3, 0, 3}; !slices.Equal(g.responses, want) {
		t.Errorf("%v, want %v", g.responses, want)
	}
	if want := 1e-16 * 1006 / 3; !near(precision, want, 1e-25) {
		t.Errorf("precision %v, want %v", precision, want)
	}
	empty := &group{}
	if got := empty.center(1e-16); got != 1e-16 {
		t.Errorf("precision of no responses: %v", got)
	}
}
