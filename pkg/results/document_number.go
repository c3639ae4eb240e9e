package results

import (
	"encoding/json"
	"math"

	"github.com/brainscore-go/brainscore/internal/stats"
)

// Number is a figure in JSON. NaN and the infinities are null there, and null is read
// as NaN.
type Number float64

// MarshalJSON implements json.Marshaler. It writes the fewest digits that identify the
// number.
func (n Number) MarshalJSON() ([]byte, error) {
	if f := float64(n); stats.Finite(f) {
		return json.Marshal(f)
	}
	return []byte("null"), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *Number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = Number(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(n))
}

func numbers(values []float64) []Number {
	out := make([]Number, len(values))
	for i, v := range values {
		out[i] = Number(v)
	}
	return out
}
