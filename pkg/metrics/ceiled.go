package metrics

import (
	"fmt"
	"math"
)

// Form is how a raw score is normalised by its ceiling.
type Form string

// The forms of ceiled scores.
const (
	ExplainedVariance Form = "explained_variance" // raw² / ceiling
	Ratio             Form = "ratio"              // raw / ceiling
	RawForm           Form = "raw"                // raw
	RatioSquared      Form = "ratio_squared"      // (raw / ceiling)², with the sign of raw
	AboveChance       Form = "above_chance"       // (raw − chance) / (ceiling − chance)
)

// Forms lists the forms by name.
func Forms() []string {
	return []string{string(ExplainedVariance), string(Ratio), string(RawForm), string(RatioSquared), string(AboveChance)}
}

// Ceil normalises a raw score of the metric by package function Ceil, if need be above
// the metric's chance.
func (i Info) Ceil(raw, ceiling Estimate, form Form) (ceiled Estimate, warnings []string) {
	if form == AboveChance && !ceiling.Above(i.Chance) && !math.IsNaN(raw.Value) {
		return noCeiled(raw), []string{fmt.Sprintf("the ceiling is %.4g, not above the chance of %.4g: there is no ceiled score", ceiling.Value, i.Chance)}
	}
	if form != AboveChance {
		return Ceil(raw, ceiling, form)
	}
	raw.Value, raw.Splits = raw.Value-i.Chance, nil
	if raw.Interval != nil {
		raw.Interval = &Interval{raw.Interval.Low - i.Chance, raw.Interval.High - i.Chance}
	}
	return Ceil(raw, Exact(ceiling.Value-i.Chance), Ratio)
}

// Ceil normalises a raw score. The raw score's error is carried through the
// formula, the ceiling taken as exact, and so is its interval. A ceiled score above one is reported as
// it is, with a warning; without a ceiling above zero it is NaN, as is that of a ceiling
// from splits which is zero but for rounding.
func Ceil(raw, ceiling Estimate, form Form) (ceiled Estimate, warnings []string) {
	if form == AboveChance {
		return Info{}.Ceil(raw, ceiling, form) // above a chance of 0
	}
	c := ceiling.Value
	if form != RawForm && !ceiling.Above(0) && !math.IsNaN(raw.Value) {
		if c > 0 {
			return noCeiled(raw), []string{fmt.Sprintf("the ceiling is zero but for rounding (%.1g): without one above zero there is no ceiled score", c)}
		}
		return noCeiled(raw), []string{fmt.Sprintf("the ceiling is %.4g: without one above zero there is no ceiled score", c)}
	}
	switch form {
	case ExplainedVariance:
		ceiled = Estimate{Value: raw.Value * raw.Value / c, Error: 2 * math.Abs(raw.Value) * raw.Error / c}
		if raw.Value < 0 {
			warnings = append(warnings, "the raw score is negative: its square hides that")
		}
	case RatioSquared:
		ceiled = Estimate{Value: raw.Value * math.Abs(raw.Value) / (c * c), Error: 2 * math.Abs(raw.Value) * raw.Error / (c * c)}
	case Ratio:
		ceiled = Estimate{Value: raw.Value / c, Error: raw.Error / c}
	default:
		ceiled = Estimate{Value: raw.Value, Error: raw.Error}
	}
	if math.IsInf(ceiled.Value, 0) || math.IsInf(ceiled.Error, 0) {
		return noCeiled(raw), []string{fmt.Sprintf("the ceiling %.4g is so small that the ceiled score is beyond all numbers: there is none", c)}
	}
	if raw.Interval != nil {
		through := raw.Interval.through(form, c)
		ceiled.Interval = &through
	}
	return ceiled, append(warnings, aboveCeiling(ceiled.Value)...)
}

// SplitRounding bounds the rounding of a ceiling that is computed from splits, and of that
// of one split. Such ceilings are correlations, agreements or shares, at most 1 in size
// and off by some units in the last place of 1; the mean of splits that cancel is not
// exactly zero.
const SplitRounding = 1e-13

// Above reports whether a ceiling is above a bound, by more than rounding if it is
// computed from splits.
func (e Estimate) Above(bound float64) bool {
	if len(e.Splits) == 0 {
		return e.Value > bound
	}
	return e.Value-bound > SplitRounding
}

// noCeiled is the ceiled score where there is none, with an interval where the raw
// score has one.
func noCeiled(raw Estimate) Estimate {
	none := None()
	if raw.Interval != nil {
		none.Interval = &Interval{math.NaN(), math.NaN()}
	}
	return none
}

// aboveCeiling warns of a ceiled score above one.
func aboveCeiling(ceiled float64) []string {
	if ceiled > 1 {
		return []string{fmt.Sprintf("the ceiled score %.4f is above 1: the model predicts better than the recordings predict themselves, or the ceiling is too low", ceiled)}
	}
	return nil
}
