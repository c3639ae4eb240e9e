package stimuli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// endless repeats a text until n bytes.
type endless struct {
	text string
	n    int64
	read int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.read >= e.n {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), e.n-e.read)]
	for i := range p {
		p[i] = e.text[(e.read+int64(i))%int64(len(e.text))]
	}
	e.read += int64(len(p))
	return len(p), nil
}

// Tables that have no end, or take far more memory than bytes, are refused, and those
// whose rows are known soon after these.
func TestTableLimits(t *testing.T) {
	var many strings.Builder
	for i := range maxColumns + 1 {
		fmt.Fprintf(&many, "c%d,", i)
	}
	for _, c := range []struct {
		name     string
		text     io.Reader
		expected int
		maxRead  int64 // 0 for all
		want     string
	}{
		{"many more rows than expected", &endless{"id\n", 1 << 40, 0}, 24, 1 << 20, "x.csv: has more than 1047 rows, where at most 24 are expected; write one row for each"},
		{"a few more rows than expected", &endless{"id\n", 3 * 800, 0}, 24, 0, ""},
		{"an open quotation mark", &endless{"\"id ", 1 << 40, 0}, 0, 40 << 20, "x.csv:1: "},
		{"a row without end", &endless{"id ", 1 << 40, 0}, 0, 40 << 20, "has a row of more than 16 MiB; close quotation marks"},
		{"blank lines without end", io.MultiReader(strings.NewReader("id\n"), &endless{"\n", 1 << 40, 0}), 0, 0, "has a row of more than 16 MiB"},
		{"zero bytes without end", &endless{"\x00", 1 << 40, 0}, 0, 40 << 20, "has a row of more than 16 MiB"},
		{"too many columns", strings.NewReader(many.String() + "\n1\n"), 0, 0, "has 65538 columns, more than the 65536 that a table may have"},
	} {
		_, err := parseTable("x.csv", c.text, c.expected)
		var file *FileError
		if c.want == "" && err != nil || c.want != "" && (!errors.As(err, &file) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if e, ok := c.text.(*endless); ok && c.maxRead > 0 && e.read > c.maxRead {
			t.Errorf("%s: read %d bytes", c.name, e.read)
		}
	}
}

// The memory of a table counts, not only its bytes.
func TestTableMemory(t *testing.T) {
	r := newRecords("x.csv", &endless{"a,,,,,,,,,,,,,,,\n", 1 << 40, 0}, 0)
	for {
		_, err := r.next()
		if err == nil {
			continue
		}
		if !strings.Contains(err.Error(), "takes more than the 1 GiB of memory that a table may take") || r.memory < maxTableMemory {
			t.Errorf("after %d bytes: %v", r.memory, err)
		}
		return
	}
}

// A million trials are within the limits.
func TestTableOfTrials(t *testing.T) {
	r := newRecords("x.csv", &endless{"subject-01,c30,c30/n03041632_7380,knife,knife,bear,1,another column\n", 1e6 * int64(len("subject-01,c30,c30/n03041632_7380,knife,knife,bear,1,another column\n")), 0}, 0)
	for {
		if _, err := r.next(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if r.count < 1e6 || r.memory > maxTableMemory/2 {
		t.Errorf("%d rows take %d bytes", r.count, r.memory)
	}
}

func TestReadTableContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(path, []byte("a\n1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ReadTableContext(ctx, path, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// Tables whose rows are known from an array are read no further than these, and ids that
// are not text are refused.
func TestTablesOfFolders(t *testing.T) {
	const rows = 200_000
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	put := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(file(name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file(name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	values := func(name string, shape ...int) {
		t.Helper()
		var b strings.Builder
		if err := npy.WriteHeader(&b, "<f4", shape...); err != nil {
			t.Fatal(err)
		}
		n := 4
		for _, s := range shape {
			n *= s
		}
		put(name, b.String()+strings.Repeat("\x00", n))
	}
	many := func(header string) string {
		var b strings.Builder
		b.WriteString(header + "\n")
		for i := range rows {
			fmt.Fprintf(&b, "n%d\n", i)
		}
		return b.String()
	}
	put("a/assembly.yaml", "kind: neural\nstimulus_set: s\n")
	put("s/stimuli.csv", "stimulus_id\nn0\nn1\n")
	values("a/values.npy", 2, 2)
	values("net/s/fc.npy", 2, 2)
	values("net/s/probabilities.npy", 2, 2)
	set, err := LoadStimulusSet(file("s"))
	if err != nil {
		t.Fatal(err)
	}
	dump, err := OpenDump(file("net"))
	if err != nil {
		t.Fatal(err)
	}
	open := map[string]func() error{
		"presentation.csv": func() error { _, err := OpenNeural(file("a")); return err },
		"neuroid.csv":      func() error { _, err := OpenNeural(file("a")); return err },
		"stimulus_ids.csv": func() error { _, err := dump.OpenLayer(set, "fc", nil); return err },
		"choices.csv":      func() error { _, err := dump.Probabilities(set, set.IDs, []string{"cat"}); return err },
	}
	for _, c := range []struct{ table, path, header string }{
		{"presentation.csv", "a/presentation.csv", "stimulus_id"},
		{"neuroid.csv", "a/neuroid.csv", "neuroid_id"},
		{"stimulus_ids.csv", "net/s/stimulus_ids.csv", "stimulus_id"},
		{"choices.csv", "net/s/choices.csv", "choice"},
	} {
		put(c.path, many(c.header))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := open[c.table]()
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), c.table+": has more than 1003 rows, where at most 2 are expected") {
			t.Errorf("%s: %v", c.table, err)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 4<<20 {
			t.Errorf("%s: allocated %d bytes", c.table, n)
		}
		for _, id := range []string{"n\x001", "n\xff"} {
			put(c.path, c.header+"\nn0\n"+id+"\n")
			err := open[c.table]()
			if err == nil && c.table == "presentation.csv" {
				t.Fatal("neuroid.csv is missing")
			}
			if want := fmt.Sprintf("%s:3: has the %s %q, which ", c.table, c.header, id); c.table != "presentation.csv" && (err == nil || !strings.Contains(err.Error(), want)) {
				t.Errorf("%q in %s: %v", id, c.table, err)
			}
		}
		put(c.path, c.header+"\nn0\nn1\n")
	}
	put("a/presentation.csv", "stimulus_id\nn0\nn\x001\n")
	a, err := OpenNeural(file("a"))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if _, err := a.Design(); err == nil || !strings.Contains(err.Error(), "which holds a zero byte") {
		t.Errorf("a presentation: %v", err)
	}
}
