package hdf5

import (
	"errors"
	"testing"
)

// Text is read up to a limit, whatever the file declares and however well it compresses.
func TestTextLimits(t *testing.T) {
	for _, c := range []struct{ file, path string }{
		{"many.h5", "/stimulus_ids"},
		{"wide.h5", "/stimulus_ids"},
		{"chunk.h5", "/stimulus_ids"},
		{"wide.nc", "/note"},
		{"characters.nc", "/note"},
	} {
		p := archived(t, "limits.zip", c.file)
		checkCost(t, len(p), func() {
			d, err := openBytes(t, p).Dataset(c.path)
			if err != nil {
				t.Fatal(err)
			}
			read := d.ReadText
			if c.file == "characters.nc" {
				read = d.ReadCharStrings
			}
			if _, err := read(1 << 20); !errors.Is(err, ErrLimit) {
				t.Errorf("%s: %v", c.file, err)
			}
		})
	}
	for _, c := range []struct {
		file, path string
		n, width   int
	}{{"plain.nc", "/note", 6, 5}, {"wide.nc", "/note", 100, 99_999}, {"characters.nc", "/note", 100, 100_000}} {
		d, err := openBytes(t, archived(t, "limits.zip", c.file)).Dataset(c.path)
		if err != nil {
			t.Fatal(err)
		}
		read := d.ReadText
		if c.file == "characters.nc" {
			read = d.ReadCharStrings
		}
		// Each string takes 16 bytes besides its text.
		limit := int64(c.n) * int64(c.width+16)
		if got, err := read(max(limit, 1<<17)); err != nil || len(got) != c.n || len(got[0]) != c.width {
			t.Errorf("%s: %d texts, %v", c.file, len(got), err)
		}
		if _, err := read(limit - 1); !errors.Is(err, ErrLimit) {
			t.Errorf("%s within one byte less: %v", c.file, err)
		}
	}
}

// A chunk out of all proportion to its dataset is refused before it is decoded.
func TestOutsizedChunk(t *testing.T) {
	d, err := openBytes(t, archived(t, "limits.zip", "chunk_of_features.h5")).Dataset("/fc")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Read(); !errors.Is(err, ErrLimit) {
		t.Errorf("error %v", err)
	}
}
