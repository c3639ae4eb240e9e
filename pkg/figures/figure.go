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

// FormatOf returns the format of a file name's extension.
func FormatOf(path string) (Format, error) {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".svg", ".png":
		return Format(ext[1:]), nil
	case "":
		return "", fmt.Errorf("%q has no extension: end it in .svg or .png", path)
	default:
		return "", fmt.Errorf("%s is not a format of figures: end the name in .svg or .png", ext)
	}
}

// Sizes of figures in millimetres.
const (
	LeastSize    = 40
	MostSize     = 1000
	defaultWidth = 180 // two columns of a journal's page
)

// dpi is the resolution of PNG. It is lowered for large figures so that they have at
// most maxPixels.
const (
	dpi       = 300
	maxPixels = 60e6
)

// Figure is a figure that can be written.
type Figure struct {
	// Notes describe what the figure omits.
	Notes []string

	title, caption string
	width, height  vg.Length
	// A figure smaller than this is laid out in this size and scaled down.
	minWidth, minHeight vg.Length
	draw                func(s *sheet)
}

// sheet is the canvas of a figure in a format.
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
	scale := min(1, f.width/f.minWidth, f.height/f.minHeight)
	width, height := f.width/scale, f.height/scale
	if svg {
		canvas = vgsvg.New(f.width, f.height)
		if scale < 1 {
			canvas.Scale(float64(scale), float64(scale))
		}
	} else {
		// A lower resolution of the layout makes lines thinner, too.
		resolution := min(dpi, math.Sqrt(maxPixels/(f.width.Points()*f.height.Points()))*72)
		canvas = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(max(1, int(math.Round(resolution*float64(scale))))))}
	}
	s := &sheet{draw.NewCanvas(canvas, width, height), format}
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

// drawHeading draws the title and the caption, and reduces the sheet to the area below.
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
