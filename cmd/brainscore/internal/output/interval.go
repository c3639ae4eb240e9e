package output

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// interval is [low, high], or null.
type interval metrics.Interval

// MarshalJSON implements json.Marshaler.
func (i interval) MarshalJSON() ([]byte, error) {
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
func (i *interval) UnmarshalJSON(b []byte) error {
	var ends []Number
	if err := json.Unmarshal(b, &ends); err != nil {
		return err
	}
	if len(ends) != 2 || ends[0] > ends[1] {
		return errors.New("an interval has two ends, the lower one first")
	}
	*i = interval{float64(ends[0]), float64(ends[1])}
	return nil
}

// intervalText is an interval of correlations for people.
func intervalText(i metrics.Interval) string {
	if i.None() {
		return "–"
	}
	return "[" + correlationText(i.Low) + ", " + correlationText(i.High) + "]"
}

// rangeText is an interval of scores for people.
func rangeText(i *metrics.Interval) string {
	if i == nil || i.None() {
		return "–"
	}
	return "[" + figureText(i.Low) + ", " + figureText(i.High) + "]"
}

// ends are an interval's ends in full precision, empty where there are none.
func ends(i *metrics.Interval) []string {
	if i == nil {
		return []string{"", ""}
	}
	return []string{exactText(i.Low), exactText(i.High)}
}

// withIntervals says whether intervals were asked for.
func withIntervals(models ...benchmarks.ModelResult) bool {
	return slices.ContainsFunc(models, func(m benchmarks.ModelResult) bool {
		return slices.ContainsFunc(m.Scores, func(r benchmarks.Result) bool { return r.Raw.Interval != nil || r.Ceiled.Interval != nil })
	})
}
