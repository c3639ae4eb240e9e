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

// drawLegend draws a legend on the right, no wider than a third of the canvas,
// and gives the rest.
func drawLegend(c draw.Canvas, entries []entry) draw.Canvas {
	widest := vg.Length(0)
	most := (c.Max.X - c.Min.X) / 3
	for _, e := range entries {
		widest = max(widest, width(e.name, tickSize, false))
	}
	widest = min(widest, most)
	left, y := c.Max.X-widest, c.Max.Y-tickSize
	for _, e := range entries {
		at := vg.Point{X: left - 8, Y: y + tickSize*0.38}
		if e.line {
			c.StrokeLine2(draw.LineStyle{Color: e.glyph.Color, Width: 1}, at.X-6, at.Y, at.X+5, at.Y)
		}
		c.DrawGlyphNoClip(e.glyph, at)
		c.FillText(styled(tickSize, ink, false), vg.Point{X: left, Y: y}, fit(e.name, tickSize, widest))
		y -= tickSize * 1.5
	}
	return draw.Crop(c, 0, -(widest + 18), 0, 0)
}
