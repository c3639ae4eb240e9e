package output

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Cell is one cell of a Grid: a text for people and values for programs.
type Cell struct {
	text   string
	values []string
	lead   int // width of the figure before an error, by which figures are aligned
}

// Text returns a cell of text.
func Text(s string) Cell { return Cell{text: s, values: []string{notFormula(s)}} }

// OwnText returns a cell of text that the program itself wrote, so that it cannot be a
// malicious formula.
func OwnText(s string) Cell { return Cell{text: s, values: []string{s}} }

// Texts returns a cell with different texts for people and for programs.
func Texts(people, programs string) Cell {
	return Cell{text: people, values: []string{notFormula(programs)}}
}

// Blank returns an empty cell.
func Blank() Cell { return Cell{} }

// Int returns a cell of a whole number.
func Int(n int) Cell {
	s := strconv.Itoa(n)
	return Cell{text: s, values: []string{s}}
}

// Count returns a cell of a count, empty for zero.
func Count(n int) Cell {
	if n == 0 {
		return Cell{}
	}
	return Int(n)
}

// Bytes returns a cell of a size in bytes; for people, in units of 1,024.
func Bytes(n int64) Cell {
	return Cell{text: humanize.IBytes(uint64(n)), values: []string{strconv.FormatInt(n, 10)}}
}

// ScoreCell returns a cell of a figure with four decimals, or a dash for NaN.
func ScoreCell(f float64) Cell { return Cell{text: figureText(f), values: []string{exactText(f)}} }

// CorrelationCell returns a cell of a figure with three decimals, or a dash for NaN.
func CorrelationCell(r float64) Cell {
	return Cell{text: correlationText(r), values: []string{exactText(r)}}
}

// DifferenceCell returns a cell of a figure with four decimals and its sign.
func DifferenceCell(d float64) Cell {
	return Cell{text: signedText(d), values: []string{exactText(d)}}
}

// EstimateCell returns a cell of a figure with its error; programs get two values.
func EstimateCell(e metrics.Estimate) Cell {
	return Cell{text: estimateText(e), values: []string{exactText(e.Value), exactText(e.Error)}, lead: text.Width(figureText(e.Value))}
}

// RangeCell returns a cell of an interval of scores; programs get its two ends.
func RangeCell(i *metrics.Interval) Cell { return Cell{text: rangeText(i), values: ends(i)} }

// IntervalCell returns a cell of an interval of correlations; programs get its two ends.
func IntervalCell(i metrics.Interval) Cell { return Cell{text: intervalText(i), values: ends(&i)} }

// DifferenceRangeCell returns a cell of an interval of differences; programs get its two
// ends.
func DifferenceRangeCell(i metrics.Interval) Cell {
	return Cell{text: signedInterval(i), values: ends(&i)}
}

// WarningsCell returns a cell of warnings in one line.
func WarningsCell(warnings []string) Cell { return Text(strings.Join(warnings, "; ")) }

// notFormula returns the text with an apostrophe in front if spreadsheets would run it as
// a formula (https://owasp.org/www-community/attacks/CSV_Injection).
func notFormula(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// estimateText returns a figure with its error, if it has one.
func estimateText(e metrics.Estimate) string {
	if math.IsNaN(e.Error) {
		return figureText(e.Value)
	}
	return figureText(e.Value) + " ± " + figureText(e.Error)
}

// exactText returns a figure with the shortest digits that read back as the same number,
// or "" for NaN and ±Inf.
func exactText(f float64) string {
	if !stats.Finite(f) {
		return ""
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// figureText returns a figure for people, or a dash for NaN and ±Inf.
func figureText(f float64) string {
	switch {
	case !stats.Finite(f):
		return "–"
	case math.Abs(f) >= 1e9: // not a score, and its digits would widen the table
		return strconv.FormatFloat(f, 'g', 5, 64)
	}
	return strconv.FormatFloat(f, 'f', 4, 64)
}

// countText returns a count, or "" for zero.
func countText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// intervalText returns an interval of correlations for people.
func intervalText(i metrics.Interval) string {
	if i.None() {
		return "–"
	}
	return "[" + correlationText(i.Low) + ", " + correlationText(i.High) + "]"
}

// rangeText returns an interval of scores for people.
func rangeText(i *metrics.Interval) string {
	if i == nil || i.None() {
		return "–"
	}
	return "[" + figureText(i.Low) + ", " + figureText(i.High) + "]"
}

// ends returns an interval's ends in full precision, empty if there is no interval.
func ends(i *metrics.Interval) []string {
	if i == nil {
		return []string{"", ""}
	}
	return []string{exactText(i.Low), exactText(i.High)}
}

// withIntervals reports whether a score has an interval.
func withIntervals(models ...benchmarks.ModelResult) bool {
	return slices.ContainsFunc(models, func(m benchmarks.ModelResult) bool {
		return slices.ContainsFunc(m.Scores, func(r benchmarks.Result) bool { return r.Raw.Interval != nil || r.Ceiled.Interval != nil })
	})
}
