package figures

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/brainscore-go/brainscore/pkg/observers"
)

// missing stands for a figure that there is none of.
var missing = math.NaN()

// accuracyFigure draws accuracy by condition: a line for each model and for people, with
// the range of subjects. In a single condition it draws a row for each.
func accuracyFigure(_ context.Context, a *observers.Answers, r Request) (*Figure, error) {
	t, err := a.Accuracies()
	if err != nil {
		return nil, err
	}
	models, people, subjects := byKind(t.Groups)
	title := "Accuracy on " + a.Benchmark
	caption := "share of right answers"
	if len(t.Conditions) == 1 {
		return accuracyRows(t, r, title, caption)
	}
	l := lineFigure{x: strings.Join(a.By, ", "), y: "accuracy", positions: t.Conditions}
	if people >= 0 {
		caption += "; band: range of the subjects"
		line := observerLine{name: peopleName(len(subjects)), mark: -1}
		for k := range t.Conditions {
			line.values = append(line.values, t.Cells[people][k].Value())
			low, high := rangeOf(subjects, func(i int) float64 { return t.Cells[i][k].Value() })
			line.low, line.high = append(line.low, low), append(line.high, high)
		}
		l.lines = append(l.lines, line)
	}
	models, notes := limitModels(models, maxObservers)
	for k, i := range models {
		line := observerLine{name: t.Groups[i].Name, mark: k}
		for _, share := range t.Cells[i] {
			line.values = append(line.values, share.Value())
		}
		l.lines = append(l.lines, line)
	}
	height := max(110*vg.Millimeter, vg.Length(len(l.lines))*tickSize*1.5+30*vg.Millimeter)
	f := r.figure(title, caption, height)
	f.Notes = notes
	f.minHeight = max(f.minHeight, vg.Length(len(l.lines))*tickSize*1.5+25*vg.Millimeter)
	f.draw = l.draw
	return f, nil
}

// accuracyRows returns a figure with a row for people and each model, the best first.
func accuracyRows(t *observers.Accuracies, r Request, title, caption string) (*Figure, error) {
	models, people, subjects := byKind(t.Groups)
	value := func(i int) float64 { return t.Cells[i][0].Value() }
	models, notes := limitModels(slices.SortedStableFunc(slices.Values(models), func(i, j int) int { return cmp.Compare(value(j), value(i)) }), maxRows)
	rows := rowFigure{axis: "accuracy"}
	if people >= 0 {
		caption += "; line: range of the subjects"
		low, high := rangeOf(subjects, value)
		rows.rows = append(rows.rows, dotRow{name: peopleName(len(subjects)), low: low, high: high, dots: []rowDot{{value(people), -1}}})
	}
	for _, i := range models {
		rows.rows = append(rows.rows, dotRow{name: t.Groups[i].Name, low: missing, high: missing, dots: []rowDot{{value(i), 0}}})
	}
	f := rows.figure(r, title, caption)
	f.Notes = notes
	return f, nil
}

// lineFigure is a figure of lines over named positions.
type lineFigure struct {
	x, y      string // labels of the axes
	positions []string
	lines     []observerLine
}

// observerLine is the line of a model or of people, who have no mark but a range.
type observerLine struct {
	name              string
	mark              int // -1 for people
	values, low, high []float64
}

// peopleWidth is the width of the line of people.
const peopleWidth = 2.2

func (l lineFigure) draw(s *sheet) {
	var entries []entry
	for _, line := range l.lines {
		e := entry{s.name(line.name), mark(line.mark), true}
		if line.mark < 0 {
			e.glyph = peopleMark()
		}
		entries = append(entries, e)
	}
	area := drawLegend(s.Canvas, entries)
	p := newPlot(s.name(l.x), l.y)
	setNames(&p.X, s, l.positions, area.Max.X-area.Min.X)
	p.Y.Min, p.Y.Max = 0, 1
	p.Add(grid{y: true}, drawn(func(c draw.Canvas, toX, toY func(float64) vg.Length) {
		for _, line := range l.lines {
			if line.mark < 0 {
				l.drawRange(c, line, toX, toY)
			}
		}
		for k := len(l.lines) - 1; k >= 0; k-- {
			line := l.lines[k]
			style, width := mark(line.mark), vg.Length(0.8)
			if line.mark < 0 {
				style, width = peopleMark(), peopleWidth
			}
			var points []vg.Point
			stroke := func() {
				c.StrokeLines(draw.LineStyle{Color: style.Color, Width: width}, points)
				for _, point := range points {
					c.DrawGlyphNoClip(style, point)
				}
				points = nil
			}
			for i, v := range line.values {
				if !drawable(v) {
					stroke() // the line has a gap
					continue
				}
				points = append(points, vg.Point{X: toX(float64(i)), Y: toY(v)})
			}
			stroke()
		}
	}))
	p.Draw(area)
}

// drawRange draws a band between the ends of a line's range.
func (l lineFigure) drawRange(c draw.Canvas, line observerLine, toX, toY func(float64) vg.Length) {
	for i := range line.low {
		if !drawable(line.low[i]) {
			continue
		}
		low, high := vg.Point{X: toX(float64(i)), Y: toY(line.low[i])}, vg.Point{X: toX(float64(i)), Y: toY(line.high[i])}
		c.StrokeLine2(draw.LineStyle{Color: other, Width: 0.8}, low.X, low.Y, high.X, high.Y)
		if i+1 < len(line.low) && drawable(line.low[i+1]) {
			next := toX(float64(i + 1))
			c.FillPolygon(lines, []vg.Point{low, high, {X: next, Y: toY(line.high[i+1])}, {X: next, Y: toY(line.low[i+1])}})
		}
	}
}
