package screen

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"testing"
)

// noise returns an image of random colours, of a kind that PNG has.
func noise(kind string, w, h int, seed uint64) image.Image {
	r := rand.New(rand.NewPCG(seed, 1))
	bounds := image.Rect(0, 0, w, h)
	palette := color.Palette{}
	for range 200 {
		palette = append(palette, color.NRGBA{uint8(r.Uint32()), uint8(r.Uint32()), uint8(r.Uint32()), 255})
	}
	var img interface {
		image.Image
		Set(x, y int, c color.Color)
	}
	switch kind {
	case "gray":
		img = image.NewGray(bounds)
	case "gray16":
		img = image.NewGray16(bounds)
	case "palette":
		img = image.NewPaletted(bounds, palette)
	case "rgb16":
		img = image.NewNRGBA64(bounds)
	default:
		img = image.NewNRGBA(bounds)
	}
	for y := range h {
		for x := range w {
			alpha := uint8(255)
			if kind == "alpha" {
				alpha = uint8(r.Uint32())
			}
			img.Set(x, y, color.NRGBA{uint8(r.Uint32()), uint8(r.Uint32()), uint8(r.Uint32()), alpha})
		}
	}
	return img
}

func rgb(img image.Image, x, y int) [3]uint8 {
	b := img.Bounds()
	c := color.NRGBAModel.Convert(img.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)
	return [3]uint8{c.R, c.G, c.B}
}

// roundHalfEven is an independent rounding: by the nearest of the two whole numbers.
func roundHalfEven(numerator, denominator float64) int {
	q := numerator / denominator
	low := math.Floor(q)
	switch d := q - low; {
	case d < 0.5, d == 0.5 && math.Mod(low, 2) == 0:
		return int(low)
	}
	return int(low) + 1
}

// Each pixel of the screen is computed from the rule alone, on odd and even sizes.
func TestPlace(t *testing.T) {
	for _, kind := range []string{"rgb", "gray", "gray16", "palette", "rgb16", "alpha"} {
		for _, size := range []image.Point{{16, 16}, {15, 16}, {7, 12}, {1, 1}, {30, 5}} {
			for _, degrees := range [][2]float64{{4, 8}, {8, 8}, {3, 8}, {8, 4}, {8, 5}, {17.70753, 8}, {2.986667, 8}, {8, 8.01}, {5, 14}} {
				shown, sees := degrees[0], degrees[1]
				img := noise(kind, size.X, size.Y, uint64(size.X))
				w, h := roundHalfEven(sees*float64(size.X), shown), roundHalfEven(sees*float64(size.Y), shown)
				got, err := Place(img, shown, sees)
				if w == 0 || h == 0 {
					if err == nil {
						t.Errorf("%s %v from %v to %v: %v", kind, size, shown, sees, got.Bounds())
					}
					continue
				}
				if err != nil || got.Bounds().Size() != image.Pt(w, h) {
					t.Fatalf("%s %v from %v to %v: %v, %v, want %d × %d", kind, size, shown, sees, got, err, w, h)
				}
				// What is written is what is tested.
				var file bytes.Buffer
				if err := png.Encode(&file, got); err != nil {
					t.Fatal(err)
				}
				read, err := png.Decode(&file)
				if err != nil {
					t.Fatal(err)
				}
				left, top := 0, 0
				if sees >= shown {
					left, top = roundHalfEven(float64(w-size.X), 2), roundHalfEven(float64(h-size.Y), 2)
				} else {
					left, top = -roundHalfEven(float64(size.X-w), 2), -roundHalfEven(float64(size.Y-h), 2)
				}
				for y := range h {
					for x := range w {
						want := [3]uint8{128, 128, 128}
						if sx, sy := x-left, y-top; sx >= 0 && sx < size.X && sy >= 0 && sy < size.Y {
							want = rgb(img, sx, sy)
						}
						if kind == "alpha" && sees < shown {
							continue // keeps its transparency
						}
						if rgb(read, x, y) != want {
							t.Fatalf("%s %v from %v to %v: pixel %d, %d is %v, want %v", kind, size, shown, sees, x, y, rgb(read, x, y), want)
						}
					}
				}
			}
		}
	}
}

// The gray that is added is the share of the screen beside the image, the rule behind the
// fractions that the reference implementation asserts.
func TestGrayFraction(t *testing.T) {
	white := image.NewGray(image.Rect(0, 0, 100, 80))
	for i := range white.Pix {
		white.Pix[i] = 255
	}
	for _, degrees := range [][2]float64{{4, 8}, {4, 14}, {5, 8}, {8, 6}} {
		got, err := Place(white, degrees[0], degrees[1])
		if err != nil {
			t.Fatal(err)
		}
		gray, b := 0, got.Bounds()
		for y := range b.Dy() {
			for x := range b.Dx() {
				if rgb(got, x, y) == [3]uint8{128, 128, 128} {
					gray++
				}
			}
		}
		want := max(0, 1-100*80/float64(b.Dx()*b.Dy()))
		if fraction := float64(gray) / float64(b.Dx()*b.Dy()); math.Abs(fraction-want) > 1e-12 {
			t.Errorf("from %v to %v: %v of the pixels are gray, want %v", degrees[0], degrees[1], fraction, want)
		}
	}
}

func TestTooManyPixels(t *testing.T) {
	if _, err := frameOf(image.Pt(1000, 1000), 1, 360); err == nil {
		t.Error("a screen of 360,000 × 360,000 pixels is made")
	}
}
