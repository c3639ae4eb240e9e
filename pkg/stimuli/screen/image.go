package screen

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// encoders write an image in the format that it was read in.
var encoders = map[string]func(io.Writer, image.Image) error{
	"png":  png.Encode,
	"jpeg": func(w io.Writer, img image.Image) error { return jpeg.Encode(w, img, nil) }, // quality 75, as the reference writes
	"bmp":  bmp.Encode,
	"tiff": func(w io.Writer, img image.Image) error { return tiff.Encode(w, img, nil) },
}

var imageLimit = infile.Limit{Bytes: 256 << 20, What: "an image", Remedy: "make it smaller"}

// placeFile returns the content of an image's file as it is shown on the screen, and
// whether it was changed.
func placeFile(ctx context.Context, path string, shown, sees float64) (content []byte, changed bool, err error) {
	content, err = infile.ReadFile(ctx, path, imageLimit)
	if err != nil {
		return nil, false, err
	}
	fail := func(what, remedy string, err error) ([]byte, bool, error) {
		return nil, false, &stimuli.FileError{Path: path, What: what, Remedy: remedy, Err: err}
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return fail("is not an image that can be read", "write it as PNG, JPEG, BMP or TIFF", err)
	}
	if n := int64(config.Width) * int64(config.Height); n < 1 || n > maxPixels {
		return fail(fmt.Sprintf("has %d × %d pixels, not between 1 and %d in all", config.Width, config.Height, maxPixels), imageLimit.Remedy, nil)
	}
	if shown == sees {
		return content, false, nil
	}
	img, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return fail("is a broken image", "copy it again", err)
	}
	placed, err := Place(img, shown, sees)
	if err != nil {
		return fail(err.Error(), "check the degrees", err)
	}
	encode, ok := encoders[format]
	if !ok {
		return fail("is an image in a format that cannot be written: "+format, "write it as PNG, JPEG, BMP or TIFF", nil)
	}
	var out bytes.Buffer
	if err := encode(&out, placed); err != nil {
		return fail("cannot be written as "+format, "write it as PNG", err)
	}
	return out.Bytes(), true, nil
}
