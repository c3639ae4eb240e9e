package output

import (
	"math"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Cell is one cell of a Grid: a text for people and values for programs.
type Cell struct {
	text   string
	values []string
	lead   int // width of the figure before an error, to align figures by
}

// Text is a cell of text.
func Text(s string) Cell { return Cell{text: s, values: []string{notFormula(s)}} }

// OwnText is a cell of text of the program's own, which no spreadsheet needs to be
// kept from.
func OwnText(s string) Cell { return Cell{text: s, values: []string{s}} }

// Texts is a cell with another text for programs.
func Texts(people, programs string) Cell {
	return Cell{text: people, values: []string{notFormula(programs)}}
}

// Blank is an empty cell.
func Blank() Cell { return Cell{} }

// Int is a whole number.
func Int(n int) Cell {
	s := strconv.Itoa(n)
	return Cell{text: s, values: []string{s}}
}

// Count is a size, empty for zero.
func Count(n int) Cell {
	if n == 0 {
		return Cell{}
	}
	return Int(n)
}

// Bytes is a size in bytes: for people in units of 1,024.
func Bytes(n int64) Cell {
	return Cell{text: humanize.IBytes(uint64(n)), values: []string{strconv.FormatInt(n, 10)}}
}

// ScoreCell is a figure of four digits, or a dash where there is none.
func ScoreCell(f float64) Cell { return Cell{text: figureText(f), values: []string{exactText(f)}} }

// CorrelationCell is a figure of three digits, or a dash where there is none.
func CorrelationCell(r float64) Cell {
	return Cell{text: correlationText(r), values: []string{exactText(r)}}
}

// DifferenceCell is a figure of four digits with its sign.
func DifferenceCell(d float64) Cell {
	return Cell{text: signedText(d), values: []string{exactText(d)}}
}

// EstimateCell is a figure with its error; programs get two values.
func EstimateCell(e metrics.Estimate) Cell {
	return Cell{text: estimateText(e), values: []string{exactText(e.Value), exactText(e.Error)}, lead: text.Width(figureText(e.Value))}
}

// RangeCell is an interval of scores; programs get its two ends.
func RangeCell(i *metrics.Interval) Cell { return Cell{text: rangeText(i), values: ends(i)} }

// IntervalCell is an interval of correlations; programs get its two ends.
func IntervalCell(i metrics.Interval) Cell { return Cell{text: intervalText(i), values: ends(&i)} }

// DifferenceRangeCell is an interval of differences; programs get its two ends.
func DifferenceRangeCell(i metrics.Interval) Cell {
	return Cell{text: signedInterval(i), values: ends(&i)}
}

// WarningsCell lists warnings for programs.
func WarningsCell(warnings []string) Cell { return Text(strings.Join(warnings, "; ")) }

// notFormula puts an apostrophe before text that spreadsheets take for a
// formula (https://owasp.org/www-community/attacks/CSV_Injection).
func notFormula(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// estimateText is a figure with its error, where it has one.
func estimateText(e metrics.Estimate) string {
	if math.IsNaN(e.Error) {
		return figureText(e.Value)
	}
	return figureText(e.Value) + " ± " + figureText(e.Error)
}
