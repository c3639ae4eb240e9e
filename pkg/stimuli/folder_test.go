package stimuli

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// folder writes files, by their path below it, for a test.
type folder map[string]string

func (f folder) write(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range f {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// with is a copy with some files replaced; an empty text leaves one out.
func (f folder) with(changes folder) folder {
	out := folder{}
	for name, text := range f {
		out[name] = text
	}
	for name, text := range changes {
		if text == "" {
			delete(out, name)
			continue
		}
		out[name] = text
	}
	return out
}

// array is the text of an .npy file of float64.
func array(t *testing.T, rows, cols int, values ...float64) string {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, rows, cols, values); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// cube is the text of an .npy file with three axes.
func cube(t *testing.T, shape [3]int, values ...float64) string {
	t.Helper()
	var b, body bytes.Buffer
	if err := npy.Write(&body, 1, len(values), values); err != nil {
		t.Fatal(err)
	}
	if err := npy.WriteHeader(&b, "<f8", shape[0], shape[1], shape[2]); err != nil {
		t.Fatal(err)
	}
	b.Write(body.Bytes()[body.Len()-8*len(values):])
	return b.String()
}
