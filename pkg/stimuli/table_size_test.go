package stimuli

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// TestMeasureTable checks that a table that is not kept has the size of one that is.
func TestMeasureTable(t *testing.T) {
	many := func(row func(i int) string) string {
		var b strings.Builder
		for i := range maxSharedTexts + 10 {
			b.WriteString(row(i) + "\n")
		}
		return b.String()
	}
	for _, c := range []struct {
		name, text string
		rows, a, b int // distinct
	}{
		{"no rows", "a,b\n", 0, 0, 0},
		{"equal cells", "a, b\n1,x\n1,y\n1,x\n", 3, 1, 2},
		{"quoted lines", "a,b\n\"1\n2\",x\n3,x\n", 2, 2, 1},
		{"ids", "a,b\n" + many(func(i int) string { return fmt.Sprintf("id%d,%d", i, i%3) }), maxSharedTexts + 10, maxSharedTexts, 3},
	} {
		path := filepath.Join(folder{"t.csv": c.text}.write(t), "t.csv")
		measured, err := MeasureTable(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		table, err := ReadTable(path)
		if err != nil {
			t.Fatal(err)
		}
		if read := table.Size(); read.Rows != measured.Rows || read.Bytes != measured.Bytes {
			t.Errorf("%s: measured %+v, read %+v", c.name, measured, read)
		}
		if measured.Rows != c.rows || measured.Distinct["a"] != c.a || measured.Distinct["b"] != c.b {
			t.Errorf("%s: %+v", c.name, measured)
		}
	}
}

// TestCodesOf checks that columns are numbered together, on some rows.
func TestCodesOf(t *testing.T) {
	codes, names := CodesOf([]int{2, 0}, []string{"10", "7", "9"}, []string{"2", "x", "10"})
	if got := fmt.Sprint(codes, names); got != "[[1 2] [2 0]] [2 9 10]" {
		t.Error(got)
	}
}
