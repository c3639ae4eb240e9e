package mat5

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// FuzzVariables reads all that a file holds: it ends in values that fit the shape, or in
// an error about the file.
func FuzzVariables(f *testing.F) {
	z, err := zip.OpenReader("../../pkg/imports/testdata/recordings.zip")
	if err != nil {
		f.Fatal(err)
	}
	defer z.Close()
	for _, m := range z.File {
		if !strings.HasPrefix(m.Name, "five") {
			continue
		}
		from, err := m.Open()
		if err != nil {
			f.Fatal(err)
		}
		data, err := io.ReadAll(from)
		if err != nil {
			f.Fatal(err)
		}
		from.Close()
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		about := func(err error) bool {
			if _, ok := errors.AsType[*LimitError](err); err != nil && !ok && !errors.Is(err, ErrCorrupt) {
				t.Errorf("%T: %v", err, err)
			}
			return err != nil
		}
		all, err := Variables(bytes.NewReader(data), int64(len(data)))
		if about(err) {
			return
		}
		for _, v := range all {
			if v.Numeric() {
				_, size := v.Type()
				var n int64
				err := v.Values(func(part []byte) error { n += int64(len(part)); return nil })
				if !about(err) && n != v.Len()*int64(size) {
					t.Errorf("%d bytes of %v", n, v.Shape)
				}
			}
			texts, ok, err := v.Text(1 << 16)
			if !about(err) && ok && v.Class == "cell" && int64(len(texts)) != v.Len() {
				t.Errorf("%d texts of %v", len(texts), v.Shape)
			}
		}
	})
}
