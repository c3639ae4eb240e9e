package figures

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// entry is a line of a legend.
type entry struct {
	name  string
	glyph draw.GlyphStyle
	line  bool
}

// drawLegend draws a legend on the right, at most a third of the canvas wide, and
// returns the canvas beside it.
func drawLegend(c draw.Canvas, entries []entry) draw.Canvas {
	widest := vg.Length(0)
	for _, e := range entries {
		widest = max(widest, width(e.name, tickSize, false))
	}
	widest = min(widest, (c.Max.X-c.Min.X)/3)
	left, y := c.Max.X-widest, c.Max.Y-tickSize
	for _, e := range entries {
		point := vg.Point{X: left - 8, Y: y + tickSize*0.38}
		if e.line {
			c.StrokeLine2(draw.LineStyle{Color: e.glyph.Color, Width: 1}, point.X-6, point.Y, point.X+5, point.Y)
		}
		c.DrawGlyphNoClip(e.glyph, point)
		c.FillText(styled(tickSize, ink, false), vg.Point{X: left, Y: y}, fit(e.name, tickSize, widest))
		y -= tickSize * 1.5
	}
	return draw.Crop(c, 0, -(widest + 18), 0, 0)
}
