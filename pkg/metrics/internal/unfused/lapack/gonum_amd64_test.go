//go:build amd64 && !amd64.v3

package lapack

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/lapack/gonum"
)

// TestBitsOfGonum compares results with those of gonum, bit for bit.
func TestBitsOfGonum(t *testing.T) {
	want := results(gonum.Implementation{})
	for name, values := range results(Implementation{}) {
		for i, v := range values {
			if math.Float64bits(v) != math.Float64bits(want[name][i]) {
				t.Errorf("%s: result %d is %v, want %v", name, i, v, want[name][i])
				break
			}
		}
	}
}
