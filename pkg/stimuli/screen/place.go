package screen

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
)

// gray is the colour of the screen around an image.
var gray = color.RGBA{128, 128, 128, 255}

// maxPixels bounds an image before and after it is placed: 256 MiB in memory.
const maxPixels = 64 << 20

// frame is where an image of one size goes on the screen of a model.
type frame struct {
	Size image.Point // of the screen, in pixels of the image
	// Offset is where the image begins on the screen; negative where it is cut.
	Offset image.Point
}

// frameOf returns the frame of an image of the given size in pixels that was shown at so
// many degrees of visual angle, for a model that sees so many. Its sides are the image's
// times sees/shown, and the image is in its centre; halves are rounded to even.
func frameOf(size image.Point, shown, sees float64) (frame, error) {
	side := func(n int) float64 { return math.RoundToEven(sees / shown * float64(n)) }
	w, h := side(size.X), side(size.Y)
	switch {
	case !(w*h <= maxPixels):
		return frame{}, fmt.Errorf("placed on %v degrees, it would have %.0f × %.0f pixels, more than %d", sees, w, h, maxPixels)
	case w < 1 || h < 1:
		return frame{}, fmt.Errorf("nothing of it would remain on %v of its %v degrees", sees, shown)
	}
	f := frame{Size: image.Pt(int(w), int(h))}
	middle := func(screen, size int) int {
		if screen < size { // the reference rounds what is cut, not where the image begins
			return -int(math.RoundToEven(float64(size-screen) / 2))
		}
		return int(math.RoundToEven(float64(screen-size) / 2))
	}
	f.Offset = image.Pt(middle(f.Size.X, size.X), middle(f.Size.Y, size.Y))
	return f, nil
}

// Place returns an image on the screen of a model: cut to the middle if the model sees
// less than the image was shown at, or in the middle of gray, as RGB without
// transparency, if it sees more.
func Place(img image.Image, shown, sees float64) (image.Image, error) {
	bounds := img.Bounds()
	f, err := frameOf(bounds.Size(), shown, sees)
	if err != nil {
		return nil, err
	}
	if sees < shown {
		cut := image.Rectangle{Max: f.Size}.Add(bounds.Min).Sub(f.Offset)
		if sub, ok := img.(interface {
			SubImage(image.Rectangle) image.Image
		}); ok {
			return sub.SubImage(cut), nil
		}
		out := image.NewNRGBA(image.Rectangle{Max: f.Size})
		draw.Draw(out, out.Bounds(), img, cut.Min, draw.Src)
		return out, nil
	}
	out := image.NewRGBA(image.Rectangle{Max: f.Size})
	draw.Draw(out, out.Bounds(), image.NewUniform(gray), image.Point{}, draw.Src)
	drawOpaque(out, img, f.Offset)
	return out, nil
}

// drawOpaque draws the colours of an image without its transparency.
func drawOpaque(out *image.RGBA, img image.Image, at image.Point) {
	bounds := img.Bounds()
	if o, ok := img.(interface{ Opaque() bool }); ok && o.Opaque() {
		draw.Draw(out, image.Rectangle{Min: at, Max: at.Add(bounds.Size())}, img, bounds.Min, draw.Src)
		return
	}
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			c := color.NRGBAModel.Convert(img.At(bounds.Min.X+x, bounds.Min.Y+y)).(color.NRGBA)
			out.SetRGBA(at.X+x, at.Y+y, color.RGBA{c.R, c.G, c.B, 255})
		}
	}
}
