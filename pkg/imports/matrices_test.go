package imports

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// dissimilarity is that of stimuli i and k for a subject.
func dissimilarity(s, i, k int) float64 {
	if i == k {
		return 0
	}
	return float64(s+1)*(float64(i*k%5)+float64((i+k)%7)/3) - .125
}

// writeArray writes a .npy file of a shape, whose elements a function returns.
func writeArray(t *testing.T, path string, shape []int, of func(at []int) float64) {
	t.Helper()
	total := 1
	for _, n := range shape {
		total *= n
	}
	values := make([]float64, total)
	for p := range values {
		at, rest := make([]int, len(shape)), p
		for i := len(shape) - 1; i >= 0; i-- {
			at[i], rest = rest%shape[i], rest/shape[i]
		}
		values[p] = of(at)
	}
	err := createFile(path, func(f *os.File) error {
		out, err := newNPY(f, "<f8", 8, shape...)
		if err != nil {
			return err
		}
		return out.put(0, floatBytes(values))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// pair returns the stimuli of a place in the triangle of n stimuli.
func pair(p, n int) (i, k int) {
	for p >= n-1-i {
		p -= n - 1 - i
		i++
	}
	return i, i + 1 + p
}

// csvMatrix returns a matrix as text, with a header and a first column if there are ids.
func csvMatrix(s int, header, column []string) string {
	var b strings.Builder
	if header != nil {
		if column != nil {
			b.WriteString(",")
		}
		b.WriteString(strings.Join(header, ",") + "\n")
	}
	for i := range 6 {
		var row []string
		if column != nil {
			row = append(row, column[i])
		}
		for k := range 6 {
			row = append(row, fmt.Sprintf("%.17g", dissimilarity(s, i, k)))
		}
		b.WriteString(strings.Join(row, ",") + "\n")
	}
	return b.String()
}

// TestDissimilarities imports the same matrices from every layout.
func TestDissimilarities(t *testing.T) {
	const n, subjects, pairs = 6, 4, 15
	ids := []string{"im3", "im0", "im5", "im1", "im4", "im2"}
	dir := t.TempDir()
	write := func(name string, shape []int, of func(at []int) float64) {
		writeArray(t, filepath.Join(dir, name), shape, of)
	}
	triangle := func(s, p int) float64 { i, k := pair(p, n); return dissimilarity(s, i, k) }
	write("stack.npy", []int{subjects, n, n}, func(at []int) float64 { return dissimilarity(at[0], at[1], at[2]) })
	write("sessions.npy", []int{2, 2, n, n}, func(at []int) float64 { return dissimilarity(2*at[0]+at[1], at[2], at[3]) })
	write("last.npy", []int{n, n, subjects}, func(at []int) float64 { return dissimilarity(at[2], at[0], at[1]) })
	write("triangles.npy", []int{subjects, pairs}, func(at []int) float64 { return triangle(at[0], at[1]) })
	write("columns.npy", []int{pairs, subjects}, func(at []int) float64 { return triangle(at[1], at[0]) })
	write("similar.npy", []int{subjects, n, n}, func(at []int) float64 { return 1 - dissimilarity(at[0], at[1], at[2]) })
	for s := range subjects {
		write(fmt.Sprintf("square%d.npy", s), []int{n, n}, func(at []int) float64 { return dissimilarity(s, at[0], at[1]) })
		write(fmt.Sprintf("triangle%d.npy", s), []int{pairs}, func(at []int) float64 { return triangle(s, at[0]) })
		for name, text := range map[string]string{"plain": csvMatrix(s, nil, nil), "header": csvMatrix(s, ids, nil), "both": csvMatrix(s, ids, ids), "column": csvMatrix(s, nil, ids)} {
			writeFile(t, filepath.Join(dir, fmt.Sprintf("%s%d.csv", name, s)), text)
		}
	}
	table := filepath.Join(dir, "ids.csv")
	writeFile(t, table, "stimulus_id,kind\nim3,a\nim0,b\nim5,a\nim1,b\nim4,a\nim2,b\n")
	names := filepath.Join(dir, "subjects.csv")
	writeFile(t, names, "region,subject\nV1,p\nV1,q\nIT,p\nIT,q\n")
	for _, c := range []struct {
		files          []string
		stimuli, table string
		similar        bool
		tolerance      float64
	}{
		{files: []string{"stack.npy"}, stimuli: table},
		{files: []string{"sessions.npy"}, stimuli: table},
		{files: []string{"last.npy"}, stimuli: table, table: names},
		{files: []string{"triangles.npy"}, stimuli: table},
		{files: []string{"columns.npy"}, stimuli: table},
		{files: []string{"similar.npy"}, stimuli: table, similar: true, tolerance: 1e-14},
		{files: []string{"square0.npy", "square1.npy", "square2.npy", "square3.npy"}, stimuli: table, table: names},
		{files: []string{"triangle0.npy", "triangle1.npy", "triangle2.npy", "triangle3.npy"}, stimuli: table},
		{files: []string{"plain0.csv", "plain1.csv", "plain2.csv", "plain3.csv"}, stimuli: table},
		{files: []string{"header0.csv", "header1.csv", "header2.csv", "header3.csv"}},
		{files: []string{"column0.csv", "column1.csv", "column2.csv", "column3.csv"}},
		{files: []string{"both0.csv", "both1.csv", "both2.csv", "both3.csv"}},
	} {
		home := newHome(t)
		q := DissimilaritiesRequest{Home: home, ID: "lab", StimulusSet: "small", Stimuli: c.stimuli, Subjects: c.table, Similarities: c.similar}
		for _, f := range c.files {
			q.Paths = append(q.Paths, filepath.Join(dir, f))
		}
		r, err := Dissimilarities(t.Context(), q)
		if err != nil {
			t.Errorf("%v: %v", c.files, err)
			continue
		}
		if want := "dissimilarities of 6 stimuli in 4 matrices"; r.What != want {
			t.Errorf("%v: %s", c.files, r.What)
		}
		a, err := stimuli.OpenNeural(home.AssemblyPath("lab"))
		if err != nil {
			t.Fatal(err)
		}
		a.Close()
		got, _ := a.Presentation.Column("stimulus_id")
		subject, _ := a.Neuroid.Column("subject")
		if !slices.Equal(got, ids) || !slices.Equal(a.NeuroidIDs, slices.Concat(ids, ids, ids, ids)) || a.Values != stimuli.ValuesDissimilarities {
			t.Errorf("%v: stimuli %v and %v", c.files, got, a.NeuroidIDs)
		}
		if _, values := readArray(t, filepath.Join(home.AssemblyPath("lab"), "values.npy")); !within(values, subjects, n, c.tolerance) {
			t.Errorf("%v: values %v", c.files, values)
		}
		switch {
		case c.table != "" && (subject[0] != "p" || subject[n] != "q" || !a.Neuroid.Has("region")):
			t.Errorf("%v: subjects %v", c.files, subject)
		case c.table == "" && len(c.files) > 1 && subject[n] != stem(c.files[1]):
			t.Errorf("%v: subjects %v", c.files, subject)
		}
	}
}

// within reports whether values are the dissimilarities of subjects, side by side.
func within(values []float64, subjects, n int, tolerance float64) bool {
	for p, v := range values {
		i, column := p/(subjects*n), p%(subjects*n)
		if !(math.Abs(v-dissimilarity(column/n, i, column%n)) <= tolerance) {
			return false
		}
	}
	return len(values) == subjects*n*n
}

// TestDissimilaritiesRefused covers the arrays that are no matrices of the set's stimuli, and
// tables that do not fit; nothing is left behind.
func TestDissimilaritiesRefused(t *testing.T) {
	const n = 6
	good := func(at []int) float64 { k := len(at); return dissimilarity(0, at[k-2], at[k-1]) }
	changed := func(row, column int, to float64) func(at []int) float64 {
		return func(at []int) float64 {
			if k := len(at); at[k-2] == row && at[k-1] == column && (k < 3 || at[0] == 1) {
				return to
			}
			return good(at)
		}
	}
	square, stack := []int{n, n}, []int{2, n, n}
	for _, c := range []struct {
		name     string
		shape    []int
		of       func(at []int) float64
		text     string // of a .csv instead
		subjects string
		change   func(*DissimilaritiesRequest)
		want     []string
	}{
		{name: "not square", shape: []int{6, 4}, of: good, want: []string{"[6 4]", "neither square matrices nor triangles", "6 × 6"}},
		{name: "no triangle", shape: []int{14}, of: func([]int) float64 { return 1 }, want: []string{"[14]", "15 values above the diagonal"}},
		{name: "five axes", shape: []int{6, 2, 6, 2, 5}, of: func([]int) float64 { return 0 }, want: []string{"neither square"}},
		{name: "other stimuli", shape: []int{5, 5}, of: good, want: []string{"has 5 rows", "6 stimuli"}},
		{name: "more stimuli", shape: []int{21}, of: func([]int) float64 { return 1 }, want: []string{"has 7 rows", "6 stimuli"}},
		{name: "not symmetric", shape: square, of: changed(4, 1, 9), want: []string{"not symmetric", "9", `"im1" and "im4"`, "average the two halves"}},
		{name: "one of several", shape: stack, of: changed(4, 1, 9), want: []string{"not symmetric", `in the matrix of "1"`}},
		{name: "diagonal", shape: square, of: changed(2, 2, .01), want: []string{"0.01 on its diagonal", `"im2"`, "set the diagonal to 0"}},
		{name: "similarities", shape: square, of: func(at []int) float64 { return 1 - good(at) }, want: []string{"1 on its diagonal", "--similarities"}},
		{name: "dissimilarities", shape: square, of: good, change: func(q *DissimilaritiesRequest) { q.Similarities = true }, want: []string{"0 on its diagonal", "without --similarities"}},
		{name: "NaN", shape: square, of: changed(1, 3, math.NaN()), want: []string{"NaN", `"im1" and "im3"`, "finite number"}},
		{name: "infinite", shape: square, of: changed(1, 3, math.Inf(-1)), want: []string{"-Inf", `"im1" and "im3"`}},
		{name: "no names", shape: square, of: good, change: func(q *DissimilaritiesRequest) { q.ByPosition = false }, want: []string{"does not name the stimuli", "--by-position"}},
		{name: "array", shape: square, of: good, change: func(q *DissimilaritiesRequest) { q.Array = "x" }, want: []string{"which has no name"}},
		{name: "subjects", shape: stack, of: good, subjects: "subject\na\n", want: []string{"1 rows", "2 matrices"}},
		{name: "same subject", shape: stack, of: good, subjects: "subject,region\na,IT\na,IT\n", want: []string{"same values in the rows 1 and 2", "region"}},
		{name: "no subject", shape: stack, of: good, subjects: "region\na\nb\n", want: []string{"no column subject"}},
		{name: "text", text: "0,1,x\n1,0,2\n3,2,0\n", want: []string{`"x"`, "header"}},
		{name: "ragged", text: "0,1\n1\n", want: []string{"not a table of comma-separated numbers"}},
		{name: "empty", text: "", want: []string{"is empty"}},
		{name: "words", text: "a,b,c\n0,1,u\n1,0,2\n2,2,0\n", want: []string{`"u"`, "row 0, column 2"}},
	} {
		home, dir := newHome(t), t.TempDir()
		path := filepath.Join(dir, "m.npy")
		if c.shape == nil {
			path = filepath.Join(dir, "m.csv")
			writeFile(t, path, c.text)
		} else {
			writeArray(t, path, c.shape, c.of)
		}
		q := DissimilaritiesRequest{Home: home, Paths: []string{path}, ID: "lab", StimulusSet: "small", ByPosition: true}
		about := path
		if c.subjects != "" {
			q.Subjects = filepath.Join(dir, "subjects.csv")
			about = q.Subjects
			writeFile(t, q.Subjects, c.subjects)
		}
		if c.change != nil {
			c.change(&q)
		}
		_, err := Dissimilarities(t.Context(), q)
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		if c.name != "text" {
			wantFileError(t, err, about, c.want...)
		}
		if entries, _ := os.ReadDir(home.AssembliesDir()); len(entries) > 0 {
			t.Errorf("%s: left %v", c.name, entries)
		}
	}
}

// TestAssemblyOfMatrices imports BrainIO's files of presentation × presentation × neuroid:
// similarities, whatever their diagonal, and dissimilarities.
func TestAssemblyOfMatrices(t *testing.T) {
	for file, notes := range map[string]string{"matrices.nc": "1 − similarity", "matrices_distances.nc": ""} {
		home := newHome(t)
		r, err := Assembly(t.Context(), AssemblyRequest{Home: home, Path: "../../testdata/brainio/" + file, ID: "rsms", StimulusSet: "small"})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if got := strings.Join(r.Notes, "\n"); r.What != "dissimilarities of 4 stimuli in 4 matrices" || !strings.Contains(got, notes) || (notes == "") != (got == "") {
			t.Errorf("%s: %s, notes %q", file, r.What, got)
		}
		dir := home.AssemblyPath("rsms")
		if got := read(t, dir, "presentation.csv"); got != "stimulus_id,object_name\nim2,a\nim0,a\nim3,b\nim1,b\n" {
			t.Errorf("%s: presentation.csv %s", file, got)
		}
		if got := read(t, dir, "neuroid.csv"); !strings.HasPrefix(got, "neuroid_id,subject,region\nim2,p,V1\nim0,p,V1\n") || !strings.HasSuffix(got, "im3,q,IT\nim1,q,IT\n") {
			t.Errorf("%s: neuroid.csv %s", file, got)
		}
		_, values := readArray(t, filepath.Join(dir, "values.npy"))
		for p, v := range values {
			i, s, k := p/16, p%16/4, p%4
			want := float64((i*k+(s+1)*(i+k))%7) / 8
			switch {
			case i == k:
				want = 0
			case notes != "":
				want = 1 - want
			}
			if v != want {
				t.Fatalf("%s: %v between %d and %d of %d, want %v", file, v, i, k, s, want)
			}
		}
	}
}

// TestMatrixLayout reads shapes that more than one layout has.
func TestMatrixLayout(t *testing.T) {
	cube := func(of func(a, b, c int) float64) (values []float64) {
		for a := range 3 {
			for b := range 3 {
				for c := range 3 {
					values = append(values, of(a, b, c))
				}
			}
		}
		return values
	}
	first := cube(func(s, i, k int) float64 { return dissimilarity(s, i, k) })
	last := cube(func(i, k, s int) float64 { return dissimilarity(s, i, k) })
	for _, c := range []struct {
		name   string
		shape  []int
		values []float64
		hint   int
		want   matrixLayout
	}{
		{"subjects first", []int{3, 3, 3}, first, 3, matrixLayout{n: 3, count: 3}},
		{"subjects last", []int{3, 3, 3}, last, 3, matrixLayout{n: 3, count: 3, last: true}},
		{"a square, not three triangles", []int{3, 3}, first[:9], 3, matrixLayout{n: 3, count: 1}},
		{"triangles in rows", []int{3, 6}, nil, 4, matrixLayout{n: 4, count: 3, triangle: true}},
		{"triangles in columns", []int{3, 6}, nil, 3, matrixLayout{n: 3, count: 6, triangle: true, last: true}},
		{"a row of MATLAB", []int{1, 6}, nil, 4, matrixLayout{n: 4, count: 1, triangle: true}},
		{"a column of MATLAB", []int{6, 1}, nil, 4, matrixLayout{n: 4, count: 1, triangle: true}},
		{"one subject first", []int{1, 3, 3}, nil, 3, matrixLayout{n: 3, count: 1}},
		{"one subject last", []int{3, 3, 1}, nil, 3, matrixLayout{n: 3, count: 1}},
		{"one subject's triangle of two", []int{1}, nil, 2, matrixLayout{n: 2, count: 1, triangle: true}},
		{"subjects and sessions", []int{4, 2, 3, 3}, nil, 3, matrixLayout{n: 3, count: 8}},
	} {
		got, err := layoutOf("m.npy", c.shape, c.values, c.hint)
		if got.note = ""; err != nil || got != c.want {
			t.Errorf("%s: %+v (%v), want %+v", c.name, got, err, c.want)
		}
	}
}
