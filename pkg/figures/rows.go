package figures

import (
	"context"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/brainscore-go/brainscore/pkg/observers"
)

// rowFigure is a figure with rows of points between 0 and 1.
type rowFigure struct {
	axis   string
	rows   []dotRow
	legend []observerLine // names and marks; nil for none
}

// dotRow is a row of points with the range of subjects.
type dotRow struct {
	name      string
	low, high float64
	dots      []rowDot
}

// rowDot is a point; its mark is -1 for people.
type rowDot struct {
	value float64
	mark  int
}

// shapeBiasFigure draws the shape bias of models and people by category, and over all.
func shapeBiasFigure(_ context.Context, a *observers.Answers, r Request) (*Figure, error) {
	t, err := a.ShapeBiases()
	if err != nil {
		return nil, err
	}
	models, people, subjects := byKind(t.Groups)
	models, notes := limitModels(models, maxObservers)
	f := rowFigure{axis: "share of shape among choices of shape or texture"}
	add := func(name string, value func(i int) float64) {
		row := dotRow{name: name, low: missing, high: missing}
		for k, i := range models {
			row.dots = append(row.dots, rowDot{value(i), k})
		}
		if people >= 0 {
			row.low, row.high = rangeOf(subjects, value)
			row.dots = append(row.dots, rowDot{value(people), -1})
		}
		f.rows = append(f.rows, row)
	}
	add("all categories", func(i int) float64 { return t.All[i].Value() })
	for k, category := range t.Categories {
		add(category, func(i int) float64 { return t.Cells[i][k].Value() })
	}
	caption := "categories of shape, on stimuli whose texture differs; 0: always texture, 1: always shape"
	if people >= 0 {
		f.legend = append(f.legend, observerLine{name: peopleName(len(subjects)), mark: -1})
		caption += "; lines: range of the subjects"
	}
	for k, i := range models {
		f.legend = append(f.legend, observerLine{name: t.Groups[i].Name, mark: k})
	}
	out := f.figure(r, "Shape bias on "+a.Benchmark, caption)
	out.Notes = notes
	return out, nil
}

// figure returns the figure of the rows.
func (f rowFigure) figure(r Request, title, caption string) *Figure {
	lines := vg.Length(max(len(f.rows)*6, len(f.legend)*4)) * vg.Millimeter
	out := r.figure(title, caption, lines+32*vg.Millimeter)
	out.minHeight = max(out.minHeight, vg.Length(max(len(f.rows)*4, len(f.legend)*4))*vg.Millimeter+28*vg.Millimeter)
	out.draw = f.draw
	return out
}

// peopleMark is the mark of people.
func peopleMark() draw.GlyphStyle {
	return draw.GlyphStyle{Color: ink, Radius: 3, Shape: diamond{}}
}

func (f rowFigure) draw(s *sheet) {
	area := s.Canvas
	if f.legend != nil {
		var entries []entry
		for _, l := range f.legend {
			e := entry{s.name(l.name), mark(l.mark), false}
			if l.mark < 0 {
				e.glyph = peopleMark()
			}
			entries = append(entries, e)
		}
		area = drawLegend(s.Canvas, entries)
	}
	p := newPlot(f.axis, "")
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1, -0.6, float64(len(f.rows))-0.4
	var names []plot.Tick
	for i, row := range f.rows {
		names = append(names, plot.Tick{Value: float64(len(f.rows) - 1 - i), Label: fit(s.name(row.name), tickSize, (area.Max.X-area.Min.X)*0.35)})
	}
	p.Y.Tick.Marker = plot.ConstantTicks(names)
	p.Add(grid{true, true}, drawn(func(c draw.Canvas, toX, toY func(float64) vg.Length) {
		for i, row := range f.rows {
			y := toY(float64(len(f.rows) - 1 - i))
			if drawable(row.low) {
				c.StrokeLine2(draw.LineStyle{Color: other, Width: 2.5}, toX(row.low), y, toX(row.high), y)
			}
			for _, d := range row.dots {
				if !drawable(d.value) {
					continue
				}
				style := mark(d.mark)
				if d.mark < 0 {
					style = peopleMark()
				}
				c.DrawGlyphNoClip(style, vg.Point{X: toX(d.value), Y: y})
			}
		}
	}))
	p.Draw(area)
}
