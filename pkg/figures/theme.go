package figures

import (
	"image/color"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Sizes of text, and the space around a figure.
const (
	titleSize = vg.Length(10)
	labelSize = vg.Length(8)
	tickSize  = vg.Length(7)
	smallSize = vg.Length(6)
	margin    = 3 * vg.Millimeter
)

var (
	paper = color.NRGBA{255, 255, 255, 255}
	ink   = color.NRGBA{0x22, 0x22, 0x22, 255}
	faint = color.NRGBA{0x66, 0x66, 0x66, 255}
	lines = color.NRGBA{0xe4, 0xe4, 0xe4, 255}
	other = color.NRGBA{0x99, 0x99, 0x99, 255}
)

// palette lists colours that people with any kind of colour vision can distinguish.
//
// Source: Okabe and Ito 2008, Color Universal Design (jfly.uni-koeln.de/color).
var palette = []color.NRGBA{
	{0x00, 0x72, 0xb2, 255}, // blue
	{0xd5, 0x5e, 0x00, 255}, // vermilion
	{0x00, 0x9e, 0x73, 255}, // bluish green
	{0xcc, 0x79, 0xa7, 255}, // reddish purple
	{0xe6, 0x9f, 0x00, 255}, // orange
	{0x56, 0xb4, 0xe9, 255}, // sky blue
	{0x00, 0x00, 0x00, 255}, // black
}

// shapes lists the shapes that go with the colours.
var shapes = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.SquareGlyph{}, draw.PyramidGlyph{}, diamond{}, draw.RingGlyph{}, draw.BoxGlyph{}, draw.TriangleGlyph{}}

// mark returns the colour and shape of the i-th family or benchmark; grey for -1.
func mark(i int) draw.GlyphStyle {
	if i < 0 {
		return draw.GlyphStyle{Color: other, Radius: 2, Shape: draw.CircleGlyph{}}
	}
	return draw.GlyphStyle{Color: palette[i%len(palette)], Radius: 2.2, Shape: shapes[(i+i/len(palette))%len(shapes)]}
}

// diamond is a square on its corner.
type diamond struct{}

// DrawGlyph implements draw.GlyphDrawer.
func (diamond) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	r := s.Radius * 1.25
	c.FillPolygon(s.Color, []vg.Point{{X: at.X - r, Y: at.Y}, {X: at.X, Y: at.Y - r}, {X: at.X + r, Y: at.Y}, {X: at.X, Y: at.Y + r}})
}

// sans returns the font of a weight.
func sans(bold bool) font.Font {
	f := font.Font{Typeface: "Liberation", Variant: "Sans"}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return f
}

// styled returns the style of text that starts at its point.
func styled(size vg.Length, c color.Color, bold bool) text.Style {
	return text.Style{Color: c, Font: font.From(sans(bold), size), XAlign: draw.XLeft, YAlign: draw.YBottom, Handler: plot.DefaultTextHandler}
}

// aligned returns a style with another alignment to the point of the text.
func aligned(s text.Style, x, y float64) text.Style {
	s.XAlign, s.YAlign = text.XAlignment(x), text.YAlignment(y)
	return s
}

// setFont sets the font and colour of a style, but not its alignment.
func setFont(s *text.Style, size vg.Length) {
	font := styled(size, ink, false)
	s.Font, s.Color, s.Handler = font.Font, font.Color, font.Handler
}

func hairline(c color.Color) draw.LineStyle { return draw.LineStyle{Color: c, Width: 0.5} }

func dashed(c color.Color) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: 0.7, Dashes: []vg.Length{2.5, 2}}
}

// newPlot returns a plot whose axes have the style of all figures.
func newPlot(x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.X.Label.Text, p.Y.Label.Text = x, y
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		setFont(&a.Label.TextStyle, labelSize)
		setFont(&a.Tick.Label, tickSize)
		a.LineStyle, a.Tick.LineStyle = hairline(faint), hairline(faint)
		a.Tick.Length = 3
		a.Padding = 2
		a.Label.Padding = 3
		a.Tick.Marker = ticks{}
	}
	return p
}

// grid draws lines at the labelled ticks.
type grid struct{ x, y bool }

// Plot implements plot.Plotter.
func (g grid) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	if g.x {
		for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
			if x := toX(t.Value); t.Label != "" && x >= c.Min.X && x <= c.Max.X {
				c.StrokeLine2(hairline(lines), x, c.Min.Y, x, c.Max.Y)
			}
		}
	}
	if g.y {
		for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
			if y := toY(t.Value); t.Label != "" && y >= c.Min.Y && y <= c.Max.Y {
				c.StrokeLine2(hairline(lines), c.Min.X, y, c.Max.X, y)
			}
		}
	}
}

// drawn is a plotter that calls a function.
type drawn func(c draw.Canvas, toX, toY func(float64) vg.Length)

// Plot implements plot.Plotter.
func (d drawn) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	d(c, toX, toY)
}
