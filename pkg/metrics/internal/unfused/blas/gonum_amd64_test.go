//go:build amd64 && !noasm && !amd64.v3

package blas

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/blas/gonum"
)

// TestBitsOfGonum compares results with those of gonum's assembly, bit for bit.
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
