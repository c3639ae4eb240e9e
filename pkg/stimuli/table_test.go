package stimuli

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParseTable(t *testing.T) {
	for _, c := range []struct {
		name, text string
		column     string
		want       []string
	}{
		{"plain", "stimulus_id,object\na,cat\nb,dog\n", "object", []string{"cat", "dog"}},
		{"no last newline", "stimulus_id\na\nb", "stimulus_id", []string{"a", "b"}},
		{"byte-order mark", "\ufeffstimulus_id,x\na,1\n", "stimulus_id", []string{"a"}},
		{"CRLF", "stimulus_id,x\r\na,1\r\nb,2\r\n", "x", []string{"1", "2"}},
		{"quoted comma", "stimulus_id,name\na,\"big, brown\"\n", "name", []string{"big, brown"}},
		{"quoted quote and line", "stimulus_id,name\na,\"say \"\"x\"\"\nagain\"\n", "name", []string{"say \"x\"\nagain"}},
		{"spaces in the header", "stimulus_id, x\na,1\n", "x", []string{"1"}},
		{"unnamed index column", ",stimulus_id\n0,a\n1,b\n", "stimulus_id", []string{"a", "b"}},
		{"blank lines", "stimulus_id\na\n\nb\n", "stimulus_id", []string{"a", "b"}},
		{"header alone", "stimulus_id\n", "stimulus_id", []string{}},
	} {
		table, err := parseTable("x.csv", strings.NewReader(c.text), 0)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got, err := table.Column(c.column); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}

func TestParseTableErrors(t *testing.T) {
	for _, c := range []struct {
		name, text string
		line       int
		part       string
	}{
		{"empty", "", 0, "is empty"},
		{"short row", "a,b\n1,2\n3\n", 3, "has 1 field(s), but the header has 2"},
		{"long row", "a,b\n1,2,3\n", 2, "has 3 field(s)"},
		{"open quote", "a,b\n1,\"2\n", 2, "not valid CSV"},
		{"same name twice", "a,b,a\n", 1, `two columns "a"`},
		{"not UTF-8", "a\xff,b\n", 1, "UTF-8"},
	} {
		_, err := parseTable("x.csv", strings.NewReader(c.text), 0)
		var file *FileError
		if !errors.As(err, &file) || file.Line != c.line || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: error %v, want line %d and %q", c.name, err, c.line, c.part)
		}
	}
}

func TestColumnProposesTheNearest(t *testing.T) {
	table, err := parseTable("x.csv", strings.NewReader("stimulus_id,object_name\n"), 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = table.Column("object_nam")
	if err == nil || !strings.Contains(err.Error(), `did you mean "object_name"?`) {
		t.Errorf("error %v", err)
	}
}

func TestUniqueIDs(t *testing.T) {
	for _, c := range []struct{ text, part string }{
		{"stimulus_id\na\nb\na\nb\nc\n", `repeats 2 stimulus ids ("a", "b")`},
		{"stimulus_id,x\na,1\n,2\n", "x.csv:3: has an empty stimulus_id"},
		{"stimulus_id\n", "has no rows"},
		{"image_id\na\n", `has no column "stimulus_id"`},
	} {
		table, err := parseTable("x.csv", strings.NewReader(c.text), 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := table.uniqueIDs("stimulus_id"); err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%q: error %v, want %q", c.text, err, c.part)
		}
	}
}

// TestReadTableNeedsAFile checks that nothing but a file is opened.
func TestReadTableNeedsAFile(t *testing.T) {
	var file *FileError
	if _, err := ReadTable(t.TempDir()); !errors.As(err, &file) {
		t.Errorf("a folder gives %v", err)
	}
	_, err := ReadTable(filepath.Join(t.TempDir(), "none.csv"))
	if !errors.As(err, &file) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file gives %v", err)
	}
}

func FuzzParseTable(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\ufeffa\r\n\"x\ny\"\r\n", "a,a\n", "\"", "a\n\n\n1\n", "", "\x00\x00", "stimulus_id\ns\x001\n", "stimulus_id\ncaf\xe9\n", "a\n\"" + strings.Repeat("x", 1<<12), strings.Repeat(",", 1<<10) + "\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		table, err := parseTable("x.csv", strings.NewReader(text), 0)
		if err != nil {
			return
		}
		for _, name := range table.Columns {
			values, err := table.Column(name)
			if err != nil || len(values) != table.Len() {
				t.Fatalf("column %q: %d values of %d rows, %v", name, len(values), table.Len(), err)
			}
		}
		for row := range table.Len() {
			if table.Line(row) < 2 {
				t.Fatalf("row %d is at line %d", row, table.Line(row))
			}
		}
	})
}
