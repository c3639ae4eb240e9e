package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/metrics"
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

// Interval is [low, high] in JSON, or null if there is none.
type Interval metrics.Interval

// MarshalJSON implements json.Marshaler.
func (i Interval) MarshalJSON() ([]byte, error) {
	if math.IsNaN(i.Low) || math.IsNaN(i.High) {
		return []byte("null"), nil
	}
	low, err := Number(i.Low).MarshalJSON()
	if err != nil {
		return nil, err
	}
	high, err := Number(i.High).MarshalJSON()
	return fmt.Appendf(nil, "[%s,%s]", low, high), err
}

// UnmarshalJSON implements json.Unmarshaler.
func (i *Interval) UnmarshalJSON(b []byte) error {
	var ends []Number
	if err := json.Unmarshal(b, &ends); err != nil {
		return err
	}
	if len(ends) != 2 || ends[0] > ends[1] {
		return errors.New("an interval has two ends, the lower one first")
	}
	*i = Interval{float64(ends[0]), float64(ends[1])}
	return nil
}
