package infile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/brainscore-go/brainscore/internal/fileerr"
)

var plan = Limit{Bytes: 16, What: "a plan", Remedy: "write it by batch plan"}

// readers are the ways to read a file whole.
var readers = map[string]func(ctx context.Context, path string) error{
	"ReadFile": func(ctx context.Context, path string) error {
		_, err := ReadFile(ctx, path, plan)
		return err
	},
	"ReadJSON": func(ctx context.Context, path string) error {
		var v any
		return ReadJSON(ctx, path, plan, &v)
	},
	"OpenBounded": func(ctx context.Context, path string) error {
		f, err := OpenBounded(ctx, path, plan)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, f)
		return errors.Join(err, f.Close())
	},
	"Open": func(ctx context.Context, path string) error {
		f, err := Open(ctx, path)
		if err != nil {
			return err
		}
		_, err = f.ReadAt(make([]byte, 1), 0)
		return errors.Join(err, f.Close())
	},
}

func TestReaders(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	huge := write("huge.json", "{")
	if err := os.Truncate(huge, 1<<40); err != nil {
		t.Skip("no sparse files: ", err)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name, path string
		ctx        context.Context
		want       string // "" for success
		is         error
	}{
		{"a small file", write("a.json", `{"a": 1}`), t.Context(), "", nil},
		{"as large as allowed", write("b.json", `"4567890123456"`+"\n"), t.Context(), "", nil},
		{"no file", filepath.Join(dir, "none"), t.Context(), "none: is missing", fs.ErrNotExist},
		{"a folder", dir, t.Context(), "is a folder, not a file", nil},
		{"interrupted", write("c.json", "1"), done, "context canceled", context.Canceled},
	} {
		for name, read := range readers {
			err := read(c.ctx, c.path)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("%s of %s: %v, want %q", name, c.name, err, c.want)
			}
		}
	}
	for name, read := range readers {
		for _, path := range []string{write("large.json", strings.Repeat(" ", 17)), huge} {
			err := read(t.Context(), path)
			want := path + ": the file is larger than the 16 bytes that a plan may have; write it by batch plan"
			if name != "Open" && (err == nil || err.Error() != want) {
				t.Errorf("%s of a large file: %v, want %q", name, err, want)
			}
		}
	}
}

// A stream, whose size is unknown, is read to the limit and not beyond.
func TestBound(t *testing.T) {
	for n := range 40 {
		got, err := io.ReadAll(Bound(t.Context(), "standard input", bytes.NewReader(make([]byte, n)), plan))
		var file *fileerr.Error
		if int64(n) <= plan.Bytes && (err != nil || len(got) != n) || int64(n) > plan.Bytes && (!errors.As(err, &file) || int64(len(got)) != plan.Bytes) {
			t.Errorf("%d bytes: read %d, %v", n, len(got), err)
		}
	}
}

func TestReadFS(t *testing.T) {
	fsys := fstest.MapFS{"a": {Data: []byte("text")}, "large": {Data: make([]byte, 17)}, "pipe": {Mode: fs.ModeNamedPipe}, "dir/x": {}}
	for _, c := range []struct{ name, want string }{
		{"a", ""}, {"large", "the file is larger than"}, {"pipe", "is not a regular file"}, {"dir", "is a folder"}, {"none", "is missing"},
	} {
		data, err := ReadFS(fsys, c.name, "dir/"+c.name, plan)
		if c.want == "" && (err != nil || string(data) != "text") || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), "dir/"+c.name+": "+c.want)) {
			t.Errorf("%s: %q, %v", c.name, data, err)
		}
	}
}

func TestReadJSON(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`[1, 2]`, ""}, {" \n[1]\n ", ""}, {"", "unexpected EOF"}, {"[1", "unexpected EOF"}, {"[1] 2", "a second value follows"}, {"\x00", "invalid character"},
	} {
		path := filepath.Join(t.TempDir(), "x.json")
		if err := os.WriteFile(path, []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		var v []int
		err := ReadJSON(t.Context(), path, plan, &v)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
		var syntax *json.SyntaxError
		if c.text == "\x00" && !errors.As(err, &syntax) {
			t.Errorf("%q: %T", c.text, err)
		}
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 17: "17 bytes", 1 << 10: "1 KiB", 3 << 20: "3 MiB", 1 << 40: "1024 GiB"} {
		if got := Size(n); got != want {
			t.Errorf("Size(%d) = %q, want %q", n, got, want)
		}
	}
}
