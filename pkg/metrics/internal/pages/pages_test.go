package pages

import "testing"

func TestArraysAreZeros(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 1 << 18, 1<<19 + 3, 1<<20 + 7} {
		double, single := Of[float64](n), Of[float32](n)
		if len(double) != n || len(single) != n {
			t.Fatalf("%d: %d and %d long", n, len(double), len(single))
		}
		for i := range double {
			if double[i] != 0 || single[i] != 0 {
				t.Fatalf("%d: element %d is not zero", n, i)
			}
			double[i], single[i] = 1, 1
		}
	}
}
