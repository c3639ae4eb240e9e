package figures

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Format is a file format of figures.
type Format string

// The formats.
const (
	SVG Format = "svg"
	PNG Format = "png"
)

// FormatOf gives the format that a file's name asks for.
func FormatOf(path string) (Format, error) {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".svg", ".png":
		return Format(ext[1:]), nil
	case "":
		return "", fmt.Errorf("%q names no format: end it in .svg or .png", path)
	default:
		return "", fmt.Errorf("%s is no format of figures: end the name in .svg or .png", ext)
	}
}

// Sizes of figures in millimetres.
const (
	LeastSize    = 40
	MostSize     = 1000
	defaultWidth = 180 // two columns of a journal's page
)

// dpi is the resolution of PNG, which is lowered for large figures so that they
// have no more than mostPixels.
const (
	dpi        = 300
	mostPixels = 60e6
)

// Figure is a figure that can be written.
type Figure struct {
	// Notes say what the figure leaves out.
	Notes []string

	title, caption string
	width, height  vg.Length
	// Smaller figures than this are laid out in this size and made smaller as a
	// whole.
	leastWidth, leastHeight vg.Length
	draw                    func(s *sheet)
}

// sheet is what a figure is drawn on.
type sheet struct {
	draw.Canvas
	format Format
}

// Write writes the figure.
func (f *Figure) Write(w io.Writer, format Format) error {
	var canvas interface {
		vg.CanvasSizer
		io.WriterTo
	}
	svg := format == SVG
	if svg {
		canvas = vgsvg.New(f.width, f.height)
	} else {
		resolution := min(dpi, math.Sqrt(mostPixels/(f.width.Points()*f.height.Points()))*72)
		canvas = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(f.width, f.height), vgimg.UseDPI(int(resolution)))}
	}
	scale := min(1, f.width/f.leastWidth, f.height/f.leastHeight)
	if scale < 1 {
		canvas.Scale(float64(scale), float64(scale))
	}
	s := &sheet{draw.NewCanvas(canvas, f.width/scale, f.height/scale), format}
	s.FillPolygon(paper, corners(s.Rectangle))
	f.drawHeading(s)
	f.draw(s)
	if !svg {
		_, err := canvas.WriteTo(w)
		return err
	}
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return err
	}
	return completeSVG(w, b.Bytes(), clean(f.title))
}

// drawHeading draws the title and the caption and leaves the rest of the sheet.
func (f *Figure) drawHeading(s *sheet) {
	s.Canvas = draw.Crop(s.Canvas, margin, -margin, margin, -margin)
	top := s.Max.Y
	write := func(text string, size vg.Length, bold bool) {
		for _, line := range wrap(s.text(text), size, bold, s.Max.X-s.Min.X) {
			top -= size * 1.1
			s.FillText(styled(size, ink, bold), vg.Point{X: s.Min.X, Y: top}, line)
			top -= size * 0.35
		}
	}
	if f.title != "" {
		write(f.title, titleSize, true)
	}
	if f.caption != "" {
		write(f.caption, labelSize, false)
	}
	s.Max.Y = top - 2*vg.Millimeter
}

func corners(r vg.Rectangle) []vg.Point {
	return []vg.Point{r.Min, {X: r.Max.X, Y: r.Min.Y}, r.Max, {X: r.Min.X, Y: r.Max.Y}}
}
