package screen

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

func pngOf(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// set returns a request on a stimulus set of the table, without images.
func set(t *testing.T, table string) Request {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "scenes")
	write(t, filepath.Join(dir, "stimuli.csv"), []byte(table))
	s, err := stimuli.LoadStimulusSet(dir)
	if err != nil {
		t.Fatal(err)
	}
	return Request{Set: s, Images: filepath.Join(dir, "images"), Output: filepath.Join(t.TempDir(), "out"), Sees: 8}
}

// Images keep their names and formats, those that fit are copied to the byte, and the
// placement is read by a dump.
func TestPlaceSet(t *testing.T) {
	r := set(t, "stimulus_id,degrees,filename\na,4,sub/A.png\nb,8,\nc,16,\nd,4,\ne,4,\n")
	img := noise("rgb", 20, 10, 3)
	content := pngOf(t, img)
	var photo, bitmap, scan bytes.Buffer
	for _, err := range []error{jpeg.Encode(&photo, img, nil), bmp.Encode(&bitmap, img), tiff.Encode(&scan, img, nil)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string][]byte{"sub/A.png": content, "b.png": content, "c.jpg": photo.Bytes(), "d.bmp": bitmap.Bytes(), "e.tif": scan.Bytes(), "other.png": content, ".hidden": nil} {
		write(t, filepath.Join(r.Images, name), c)
	}
	done, err := PlaceSet(t.Context(), r)
	if err != nil || done != (Result{5, 4}) {
		t.Fatalf("got %+v, %v", done, err)
	}
	for name, want := range map[string]string{"sub/A.png": "png 40 × 20", "b.png": "png 20 × 10", "c.jpg": "jpeg 10 × 5", "d.bmp": "bmp 40 × 20", "e.tif": "tiff 40 × 20"} {
		got, err := os.ReadFile(filepath.Join(r.Output, name))
		if err != nil {
			t.Fatal(err)
		}
		config, format, err := image.DecodeConfig(bytes.NewReader(got))
		if shape := fmt.Sprintf("%s %d × %d", format, config.Width, config.Height); err != nil || shape != want {
			t.Errorf("%s: %s, %v, want %s", name, shape, err, want)
		}
		if name == "b.png" && !bytes.Equal(got, content) {
			t.Error("an image of the right size is not copied")
		}
	}
	if _, err := os.Stat(filepath.Join(r.Output, "other.png")); err == nil {
		t.Error("an image of no stimulus is written")
	}
	dump := filepath.Join(t.TempDir(), "net")
	placement, err := os.ReadFile(filepath.Join(r.Output, stimuli.PlacementFile))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dump, "scenes", stimuli.PlacementFile), placement)
	d, err := stimuli.OpenDump(dump)
	if err != nil {
		t.Fatal(err)
	}
	if shown, recorded, err := d.ShownAt("scenes"); shown != 0 || !recorded || err != nil {
		t.Errorf("the dump was shown them at %v, %v, %v", shown, recorded, err)
	}
}

func TestPlaceSetMistakes(t *testing.T) {
	content := pngOf(t, noise("rgb", 4, 4, 1))
	var animation bytes.Buffer
	if err := gif.Encode(&animation, noise("palette", 4, 4, 1), nil); err != nil {
		t.Fatal(err)
	}
	one := map[string][]byte{"a.png": content}
	for name, x := range map[string]struct {
		table       string
		images      map[string][]byte
		sees, shown float64
		want        string
	}{
		"degrees of 0":            {"stimulus_id\na\n", one, 0, 4, "the degrees that the model sees are 0, but must be above 0 and at most 360"},
		"degrees below 0":         {"stimulus_id\na\n", one, 8, -1, "the degrees of the stimuli are -1"},
		"degrees of a stimulus":   {"stimulus_id,degrees\na,0\n", one, 8, 0, "stimuli.csv:2: degrees is \"0\""},
		"degrees no number":       {"stimulus_id,degrees\na,wide\n", one, 8, 0, "stimuli.csv:2: degrees is \"wide\""},
		"degrees twice":           {"stimulus_id,degrees\na,4\n", one, 8, 4, "stimuli.csv:1: has a column degrees, but the size of the stimuli is given too"},
		"no folder":               {"stimulus_id\na\n", nil, 8, 4, "images: is missing"},
		"no image of a stimulus":  {"stimulus_id\na\nb\n", one, 8, 4, "has no images of 1 of 2 stimuli, as b"},
		"an image of two stimuli": {"stimulus_id,filename\na,a.png\nb,a.png\n", one, 8, 4, "a.png: is the image of two stimuli, a and b"},
		"no image":                {"stimulus_id\na\n", map[string][]byte{"a.png": []byte("text")}, 8, 4, "a.png: is not an image that can be read"},
		"an empty file":           {"stimulus_id\na\n", map[string][]byte{"a.png": nil}, 8, 4, "a.png: is not an image that can be read"},
		"a broken image":          {"stimulus_id\na\n", map[string][]byte{"a.png": content[:len(content)-20]}, 8, 4, "a.png: is a broken image"},
		"a broken image, copied":  {"stimulus_id\na\n", map[string][]byte{"a.png": []byte("text")}, 8, 8, "a.png: is not an image that can be read"},
		"another format":          {"stimulus_id\na\n", map[string][]byte{"a.gif": animation.Bytes()}, 8, 4, "write it as PNG, JPEG, BMP or TIFF"},
		"nothing remains":         {"stimulus_id\na\n", one, 0.1, 100, "nothing of it would remain"},
		"too large":               {"stimulus_id\na\n", one, 360, 0.001, "more than 67108864"},
	} {
		t.Run(name, func(t *testing.T) {
			r := set(t, x.table)
			r.Sees, r.Shown = x.sees, x.shown
			for name, content := range x.images {
				write(t, filepath.Join(r.Images, name), content)
			}
			_, err := PlaceSet(t.Context(), r)
			var data interface{ DataError() bool }
			if err == nil || !strings.Contains(err.Error(), x.want) || !errors.As(err, &data) {
				t.Errorf("got %v, want %s", err, x.want)
			}
			if _, err := os.Stat(filepath.Join(r.Output, stimuli.PlacementFile)); err == nil {
				t.Error("a placement is written")
			}
		})
	}
}

// Images that were placed before one that cannot be are not left behind, nor is a folder;
// a folder that exists keeps its files until all images are placed.
func TestPlaceSetWholeOrNot(t *testing.T) {
	content, old := pngOf(t, noise("rgb", 4, 4, 1)), []byte("old")
	for name, before := range map[string]map[string][]byte{
		"a new folder":           nil,
		"an empty folder":        {},
		"a folder of an earlier": {"a00.png": old, "own.txt": old, "sub/z.png": old, stimuli.PlacementFile: old},
	} {
		t.Run(name, func(t *testing.T) {
			table := "stimulus_id,filename\n"
			for i := range 20 {
				table += fmt.Sprintf("a%02d,\n", i)
			}
			r := set(t, table+"z,sub/z.png\n")
			r.Shown = 4
			for i := range 20 {
				write(t, filepath.Join(r.Images, fmt.Sprintf("a%02d.png", i)), content)
			}
			if before != nil {
				if err := os.MkdirAll(r.Output, 0o777); err != nil {
					t.Fatal(err)
				}
			}
			for file, text := range before {
				write(t, filepath.Join(r.Output, file), text)
			}
			write(t, filepath.Join(r.Images, "sub/z.png"), content[:len(content)-20])
			if _, err := PlaceSet(t.Context(), r); err == nil {
				t.Fatal("a broken image is placed")
			}
			if got := contents(t, filepath.Dir(r.Output)); len(got) != len(before) {
				t.Errorf("it leaves %d files, want %d", len(got), len(before))
			} else if got["out/a00.png"] != string(before["a00.png"]) {
				t.Errorf("a file is replaced")
			}
			write(t, filepath.Join(r.Images, "sub/z.png"), content)
			if _, err := PlaceSet(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			got := contents(t, filepath.Dir(r.Output))
			want := 22
			if before["own.txt"] != nil {
				want++
			}
			if len(got) != want || got["out/own.txt"] != string(before["own.txt"]) || strings.Contains(got["out/a00.png"]+got["out/sub/z.png"]+got["out/"+stimuli.PlacementFile], "old") {
				t.Errorf("%d files, want %d; or an old one", len(got), want)
			}
		})
	}
}

// contents returns the files below a folder by their paths.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && !strings.HasSuffix(path, ".tmp") {
			return err
		}
		text, _ := os.ReadFile(path)
		within, err := filepath.Rel(dir, path)
		files[filepath.ToSlash(within)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// A header may claim any size.
func TestHugeHeader(t *testing.T) {
	content := pngOf(t, noise("rgb", 4, 4, 1))
	copy(content[16:], []byte{0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff})
	r := set(t, "stimulus_id\na\n")
	r.Shown = 4
	write(t, filepath.Join(r.Images, "a.png"), content)
	if _, err := PlaceSet(t.Context(), r); err == nil {
		t.Error("an image of 2³¹ × 2³¹ pixels is placed")
	}
}
