package figures

import (
	"context"
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/brainscore-go/brainscore/pkg/observers"
)

// The largest number of confusion matrices in a figure, and of truths in one.
const (
	maxConfusions = 30
	maxTruths     = 64
)

// confusionFigure draws a matrix for people and each model. Choices that are no truth are
// one column.
func confusionFigure(_ context.Context, a *observers.Answers, r Request) (*Figure, error) {
	t, err := a.Confusions()
	if err != nil {
		return nil, err
	}
	if n := len(t.Truths); n > maxTruths {
		return nil, dataErrorf("%s has %d truths, but a confusion matrix is drawn of up to %d: write the counts into a .csv file", a.Benchmark, n, maxTruths)
	}
	models, people, _ := byKind(t.Groups)
	c := confusions{truths: t.Truths, choices: t.Truths}
	if len(t.Choices) > len(t.Truths) {
		c.choices = append(c.choices[:len(c.choices):len(c.choices)], "other")
	}
	if people >= 0 {
		c.add(t, people)
	}
	models, notes := limitModels(models, maxConfusions)
	for _, i := range models {
		c.add(t, i)
	}
	rows := (len(c.panels) + c.columns() - 1) / c.columns()
	width := vg.Length(defaultWidth)
	if r.Width > 0 {
		width = vg.Length(r.Width)
	}
	panel := width * vg.Millimeter / vg.Length(c.columns())
	f := r.figure("Confusions on "+a.Benchmark, "rows: what was shown; columns: what was chosen; colours: share of the row’s choices, white for 0 %, blue for 100 %",
		vg.Length(rows)*(panel+tickSize)+25*vg.Millimeter)
	f.Notes = notes
	if r.Width == 0 && len(c.panels) == 1 {
		f.width = min(f.width, f.height-15*vg.Millimeter)
	}
	f.minWidth = max(f.minWidth, vg.Length(c.columns())*(vg.Length(len(c.choices))*1.5+14)*vg.Millimeter)
	f.minHeight = vg.Length(rows)*(vg.Length(len(c.truths))*1.5+18)*vg.Millimeter + 25*vg.Millimeter
	f.draw = c.draw
	return f, nil
}

// confusions is a figure with a matrix for each of several observers.
type confusions struct {
	truths, choices []string
	panels          []confusionPanel
}

type confusionPanel struct {
	name   string
	shares [][]float64 // by truth and choice; NaN for a truth that was not shown
}

// add adds the panel of a group.
func (c *confusions) add(t *observers.Confusions, group int) {
	p := confusionPanel{name: t.Groups[group].Name}
	for _, counts := range t.Counts[group] {
		total := 0
		row := make([]float64, len(c.choices))
		for k, n := range counts {
			total += n
			row[min(k, len(row)-1)] += float64(n) // the last one is of all others
		}
		for k := range row {
			row[k] /= float64(total)
		}
		p.shares = append(p.shares, row)
	}
	c.panels = append(c.panels, p)
}

func (c *confusions) columns() int {
	switch n := len(c.panels); {
	case n <= 2:
		return max(1, n)
	case n <= 4:
		return 2
	}
	return 3
}

func (c *confusions) draw(s *sheet) {
	columns := c.columns()
	tiles := draw.Tiles{Cols: columns, Rows: (len(c.panels) + columns - 1) / columns, PadX: 4 * vg.Millimeter, PadY: 4 * vg.Millimeter}
	for i, p := range c.panels {
		c.drawPanel(s, tiles.At(s.Canvas, i%columns, i/columns), p)
	}
}

func (c *confusions) drawPanel(s *sheet, area draw.Canvas, p confusionPanel) {
	room := area.Max.X - area.Min.X
	area.FillText(styled(labelSize, ink, true), vg.Point{X: area.Min.X, Y: area.Max.Y - labelSize}, fit(s.name(p.name), labelSize*1.08, room))
	top := area.Max.Y - labelSize*1.6
	names := make([]string, len(c.choices))
	left, size := vg.Length(0), tickSize
	// Names are as high as cells at most, and cells depend on the names' width.
	cell := vg.Length(0)
	for pass := range 2 {
		left = 0
		for i, name := range c.choices {
			names[i] = fit(s.name(name), size, room*0.25)
			left = max(left, width(names[i], size, false))
		}
		left += 2
		cell = min((room-left)/vg.Length(len(c.choices)), (top-area.Min.Y-left)/vg.Length(len(c.truths)))
		if pass == 0 {
			size = max(1, min(tickSize, cell*0.95))
		}
	}
	if cell <= 0 {
		return
	}
	x := area.Min.X + left
	for i, row := range p.shares {
		y := top - vg.Length(i+1)*cell
		area.FillText(aligned(styled(size, ink, false), -1, -0.4), vg.Point{X: x - 2, Y: y + cell/2}, names[i])
		for k, share := range row {
			box := vg.Rectangle{Min: vg.Point{X: x + vg.Length(k)*cell, Y: y}, Max: vg.Point{X: x + vg.Length(k+1)*cell, Y: y + cell}}
			drawShare(area, box, share)
		}
	}
	bottom := top - vg.Length(len(p.shares))*cell
	for k := range c.choices {
		style := aligned(styled(size, ink, false), -1, -0.4)
		style.Rotation = math.Pi / 2
		area.FillText(style, vg.Point{X: x + (vg.Length(k)+0.5)*cell, Y: bottom - 2}, names[k])
	}
	area.StrokeLines(hairline(other), append(corners(vg.Rectangle{Min: vg.Point{X: x, Y: bottom}, Max: vg.Point{X: x + vg.Length(len(c.choices))*cell, Y: top}}), vg.Point{X: x, Y: bottom}))
}

// drawShare draws a cell of a confusion matrix, with its percentage if it has room.
func drawShare(c draw.Canvas, box vg.Rectangle, share float64) {
	if !drawable(share) {
		c.FillPolygon(lines, corners(box))
		return
	}
	if share == 0 {
		return
	}
	fill := shade(share)
	c.FillPolygon(fill, corners(box))
	cell := box.Max.X - box.Min.X
	if cell < 12 {
		return
	}
	text := fmt.Sprintf("%.0f", 100*share)
	color := ink
	if isDark(fill) {
		color = paper
	}
	c.FillText(aligned(styled(min(tickSize, cell*0.45), color, false), -0.5, -0.5), vg.Point{X: (box.Min.X + box.Max.X) / 2, Y: (box.Min.Y + box.Max.Y) / 2}, strings.TrimSpace(text))
}
