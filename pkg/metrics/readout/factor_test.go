package readout

import (
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/plain"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
)

// A fit has the same bits whether or not it reads the factor's transpose, and its coefficients
// are those of the factor as it was.
func TestReadoutOfTheTransposedFactor(t *testing.T) {
	for _, tt := range readoutCases {
		x, labels := simulated.Readout(tt.m, tt.features, tt.classes, tt.signal)
		k := plain.CrossGram(x, x, tt.features)
		fit := func(transposed bool) []float64 {
			factor := factorGram(k, tt.m)
			f := newReadoutFit(factor.rows, tt.m, factor.rank, labels, tt.classes, tt.c, 2)
			if transposed {
				f.columns = factor.transposed()
			}
			r, err := f.fit(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			coefficients := make([]float64, tt.classes*tt.m)
			factor.addCoefficients(f.at.w, tt.classes, coefficients)
			return slices.Concat(f.at.w, f.at.b, f.p, coefficients, []float64{float64(r.iterations), r.gradient})
		}
		if !slices.Equal(fit(true), fit(false)) {
			t.Errorf("%s: other figures", tt.name)
		}
	}
}
