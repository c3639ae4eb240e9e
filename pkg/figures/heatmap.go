package figures

import (
	"context"
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// maxCells is the largest number of scores in a matrix.
const maxCells = 40

// agreementFigure draws the agreement of scores on the order of models: Spearman's ρ of
// each pair.
func agreementFigure(ctx context.Context, data *ranking.Data, r Request) (*Figure, error) {
	models, err := r.models(data)
	if err != nil {
		return nil, err
	}
	defaults := ranking.Benchmarks(models)
	if len(defaults) < 2 || len(defaults) > maxCells {
		defaults = ranking.UpperParts(models)
	}
	scores, err := r.scores(models, defaults)
	if err != nil {
		return nil, err
	}
	if len(scores) < 2 || len(scores) > maxCells {
		return nil, dataErrorf("a matrix of agreement has from 2 to %d scores, not %d: name them by --score", maxCells, len(scores))
	}
	var names []string
	for _, score := range scores {
		names = append(names, scoreTitle(data, score))
	}
	cells := make([][]heat, len(scores))
	some, minN, maxN := false, len(models), 0
	for i, a := range scores {
		cells[i] = make([]heat, i)
		for j, b := range scores[:i] {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			agreement := ranking.Agree(models, a, b, r.Seed)
			cells[i][j] = heat{agreement.Spearman, agreement.Interval}
			minN, maxN = min(minN, agreement.N), max(maxN, agreement.N)
			some = some || drawable(agreement.Spearman)
		}
	}
	if !some {
		return nil, dataErrorf("no two of %s have values of three models or more, so there is nothing to correlate", strings.Join(names, ", "))
	}
	n := fmt.Sprint(maxN)
	if minN < maxN {
		n = fmt.Sprintf("%d to %d", minN, maxN)
	}
	caption := fmt.Sprintf("Spearman ρ of the ranks of models, n = %s; in brackets 95 %% bootstrap intervals", n)
	return belowDiagonal(names, cells).figure(r, "Agreement on the order of models", caption), nil
}

// heatmap is a matrix of correlations with a scale of colours.
type heatmap struct {
	rows, columns []string
	// cells are those of each row, or the first of them, as below a diagonal.
	cells [][]heat
	low   float64 // lower end of the scale: -1 or 0
}

// belowDiagonal returns the part of a symmetric matrix of correlations below its diagonal,
// given the cells before the diagonal in each row.
func belowDiagonal(names []string, cells [][]heat) heatmap {
	return heatmap{rows: names[1:], columns: names[:len(names)-1], cells: cells[1:], low: -1}
}

// heat is a correlation with its interval, if it has one.
type heat struct {
	value    float64
	interval ranking.Interval
}

// figure returns the figure of a matrix.
func (h heatmap) figure(r Request, title, caption string) *Figure {
	l := h.layout(h.rows, h.columns, defaultWidth*vg.Millimeter, 17*vg.Millimeter)
	f := r.figure(title, caption, l.under+l.slant+25*vg.Millimeter)
	if r.Width == 0 {
		f.width = min(f.width, max(95*vg.Millimeter, l.left+l.across+scaleWidth+2*margin))
	}
	f.minWidth = max(f.minWidth, l.left+vg.Length(len(h.columns)+1)*3*vg.Millimeter+scaleWidth+2*margin)
	f.minHeight = l.slant + vg.Length(len(h.rows)+1)*3*vg.Millimeter + 25*vg.Millimeter
	f.draw = h.draw
	return f
}

// scaleWidth is the width of the scale of colours.
const scaleWidth = 22 * vg.Millimeter

// matrix is the layout of a matrix from its upper left corner, with names on the left
// and below. The names below are slanted if they would touch.
type matrix struct {
	rows, columns []string
	cell          vg.Length
	left          vg.Length // to the first column
	across, under vg.Length // of all columns, and of all rows
	slant         vg.Length // height of the names below
	isSlanted     bool
}

// layout returns the layout of a matrix with the given names, in a width of room and with
// cells of at most maxCell.
func (h heatmap) layout(rows, columns []string, room, maxCell vg.Length) matrix {
	var m matrix
	column := vg.Length(0)
	shortened := func(names []string) (out []string) {
		for _, name := range names {
			name = fit(name, tickSize, room*0.3)
			out = append(out, name)
			column = max(column, width(name, tickSize, false))
		}
		return out
	}
	m.rows, m.columns = shortened(rows), shortened(columns)
	m.left = column + 3*vg.Millimeter
	m.cell = max(1, min(maxCell, (room-m.left-scaleWidth)/vg.Length(len(columns))))
	m.across, m.under, m.slant = m.cell*vg.Length(len(columns)), m.cell*vg.Length(len(rows)), tickSize*1.6
	if m.isSlanted = column > m.cell-2; m.isSlanted {
		m.slant = column*0.71 + tickSize
	}
	return m
}

func (h heatmap) draw(s *sheet) {
	named := func(names []string) (out []string) {
		for _, name := range names {
			out = append(out, s.name(name))
		}
		return out
	}
	rows, columns := named(h.rows), named(h.columns)
	maxCell := (s.Max.Y - s.Min.Y) / vg.Length(len(rows))
	m := h.layout(rows, columns, s.Max.X-s.Min.X, maxCell)
	for m.under+m.slant > s.Max.Y-s.Min.Y && maxCell > 1 {
		maxCell *= 0.97
		m = h.layout(rows, columns, s.Max.X-s.Min.X, maxCell)
	}
	left, top, cell := s.Min.X+m.left, s.Max.Y, m.cell
	for i, name := range m.rows {
		y := top - vg.Length(i+1)*cell
		s.FillText(aligned(styled(tickSize, ink, false), -1, -0.4), vg.Point{X: left - 2*vg.Millimeter, Y: y + cell/2}, name)
		for j, c := range h.cells[i] {
			box := vg.Rectangle{Min: vg.Point{X: left + vg.Length(j)*cell, Y: y}}
			box.Max = vg.Point{X: box.Min.X + cell, Y: box.Min.Y + cell}
			h.drawCell(s, box, c)
		}
	}
	for j, name := range m.columns {
		style := aligned(styled(tickSize, ink, false), -0.5, -1)
		if m.isSlanted {
			style = aligned(style, -1, -0.8)
			style.Rotation = math.Pi / 4
		}
		s.FillText(style, vg.Point{X: left + (vg.Length(j)+0.5)*cell, Y: top - m.under - 2}, name)
	}
	h.drawScale(s, left+m.across+6*vg.Millimeter, max(top-max(m.under, 30*vg.Millimeter), top-60*vg.Millimeter), top)
}

func (h heatmap) drawCell(s *sheet, box vg.Rectangle, a heat) {
	fill, text := color.NRGBA{0xf2, 0xf2, 0xf2, 255}, "–"
	if drawable(a.value) {
		fill, text = shade(a.value), strings.Replace(fmt.Sprintf("%.2f", a.value), "-", "−", 1)
		if text == "−0.00" {
			text = "0.00"
		}
	}
	inset := vg.Length(0.4)
	s.FillPolygon(fill, corners(vg.Rectangle{Min: vg.Point{X: box.Min.X + inset, Y: box.Min.Y + inset}, Max: vg.Point{X: box.Max.X - inset, Y: box.Max.Y - inset}}))
	textColor := ink
	if isDark(fill) {
		textColor = paper
	}
	cell := box.Max.X - box.Min.X
	middle := vg.Point{X: (box.Min.X + box.Max.X) / 2, Y: (box.Min.Y + box.Max.Y) / 2}
	size := min(labelSize, cell*0.34)
	if size < 3 {
		return // too small to be read
	}
	interval := ""
	if !a.interval.None() {
		interval = strings.ReplaceAll(fmt.Sprintf("[%.2f, %.2f]", a.interval.Low, a.interval.High), "-", "−")
	}
	if interval != "" && width(interval, smallSize, false) < cell-3 {
		s.FillText(aligned(styled(smallSize, textColor, false), -0.5, -0.5), vg.Point{X: middle.X, Y: middle.Y - size*0.75}, interval)
		middle.Y += size * 0.35
	}
	s.FillText(aligned(styled(size, textColor, true), -0.5, -0.5), middle, text)
}

// drawScale draws the scale of colours.
func (h heatmap) drawScale(s *sheet, x, bottom, top vg.Length) {
	const steps = 64
	width := 3 * vg.Millimeter
	for i := range steps {
		start, end := float64(i)/steps, float64(i+1)/steps
		low, high := bottom+(top-bottom)*vg.Length(start), bottom+(top-bottom)*vg.Length(end)
		s.FillPolygon(shade(h.low+(1-h.low)*(start+end)/2), corners(vg.Rectangle{Min: vg.Point{X: x, Y: low}, Max: vg.Point{X: x + width, Y: high + 0.2}}))
	}
	for _, v := range []float64{-1, -0.5, 0, 0.5, 1} {
		if v < h.low {
			continue
		}
		y := bottom + (top-bottom)*vg.Length((v-h.low)/(1-h.low))
		s.StrokeLine2(hairline(faint), x+width, y, x+width+2, y)
		s.FillText(aligned(styled(tickSize, ink, false), 0, -0.4), vg.Point{X: x + width + 3.5, Y: y}, strings.Replace(fmt.Sprint(v), "-", "−", 1))
	}
}

// shade returns the colour of a correlation: white for 0, blue for agreement, vermilion
// for disagreement.
func shade(v float64) color.NRGBA {
	end := palette[0]
	if v < 0 {
		end = palette[1]
	}
	share := min(1, math.Abs(v))
	mix := func(c uint8) uint8 { return uint8(math.Round(255 + (float64(c)-255)*share)) }
	return color.NRGBA{mix(end.R), mix(end.G), mix(end.B), 255}
}

// isDark reports whether text on a colour must be white.
func isDark(c color.NRGBA) bool {
	return 0.299*float64(c.R)+0.587*float64(c.G)+0.114*float64(c.B) < 145
}
