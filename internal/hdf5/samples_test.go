package hdf5

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
)

// want is what h5py found in a dataset, group or attribute; see
// testdata/make.py.
type want struct {
	Kind   string
	N      int
	Values []any
	SHA256 string
	Shape  []int64
	Max    []int64
	Links  []string
	Attrs  map[string]want
}

type wantGroup struct {
	Dims   map[string][2]any
	Vars   map[string]struct{ Dims []string }
	Groups map[string]wantGroup
}

type wantFiles struct {
	HDF5   map[string]map[string]want
	NetCDF map[string]wantGroup
}

func loadExpected(t testing.TB) wantFiles {
	t.Helper()
	p, err := os.ReadFile("testdata/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var w wantFiles
	d := json.NewDecoder(bytes.NewReader(p))
	d.UseNumber()
	if err := d.Decode(&w); err != nil {
		t.Fatal(err)
	}
	return w
}

// samples returns every sample file by name.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	z, err := zip.OpenReader("testdata/samples.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	real, err := filepath.Glob("testdata/*.nc")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range real {
		if out[filepath.Base(p)], err = os.ReadFile(p); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func openBytes(t testing.TB, p []byte) *File {
	t.Helper()
	f, err := NewFile(bytes.NewReader(p), int64(len(p)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSamples(t *testing.T) {
	w := loadExpected(t)
	files := samples(t)
	for name := range files {
		if w.HDF5[name] == nil {
			t.Errorf("%s: nothing is expected of it", name)
		}
	}
	n := 0
	for name, objects := range w.HDF5 {
		t.Run(name, func(t *testing.T) {
			f := openBytes(t, files[name])
			for path, w := range objects {
				n++
				checkObject(t, f, path, w)
			}
		})
	}
	t.Logf("%d objects of %d files", n, len(w.HDF5))
}

func checkObject(t *testing.T, f *File, path string, w want) {
	t.Helper()
	o, err := f.Root().Open(path)
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	checkAttributes(t, o, w)
	if w.Kind == "group" {
		links, err := o.(*Group).Links()
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		var names []string
		for _, l := range links {
			// Added once the group had been described.
			if !slices.Contains([]string{"dangling", "circle", "circle2", "external"}, l.Name) {
				names = append(names, l.Name)
			}
		}
		sort.Strings(names)
		if !slices.Equal(names, w.Links) {
			t.Errorf("%s: links %v, want %v", path, names, w.Links)
		}
		return
	}
	d, ok := o.(*Dataset)
	if !ok {
		t.Errorf("%s: is a %T", path, o)
		return
	}
	if w.Kind == "null" {
		if d.Len() != 0 {
			t.Errorf("%s: %d elements, want none", path, d.Len())
		}
		return
	}
	if !sameShape(d.Shape(), w.Shape) {
		t.Errorf("%s: shape %v, want %v", path, d.Shape(), w.Shape)
	}
	for i, m := range d.MaxShape() {
		if i < len(w.Max) && (w.Max[i] < 0) != (m == Unlimited) || i < len(w.Max) && w.Max[i] >= 0 && uint64(w.Max[i]) != m {
			t.Errorf("%s: max shape %v, want %v", path, d.MaxShape(), w.Max)
		}
	}
	if strings.HasPrefix(path, "/unsupported/") {
		if _, err := d.Read(); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v, want ErrUnsupported", path, err)
		}
		return
	}
	compare(t, path, w, d.ReadFloat64s, d.ReadInts, d.ReadUints, d.ReadStrings)

	// The three ways of reading agree.
	whole, err := d.Read()
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	checkParts(t, path+" by rows", whole, d.RowBlocks())
	checkParts(t, path+" by chunks", whole, d.Chunks())
	if n := d.Shape(); len(n) > 0 && n[0] < 100 {
		var rows []byte
		for i := range n[0] {
			b, err := d.ReadRows(i, i+1)
			if err != nil {
				t.Errorf("%s: row %d: %v", path, i, err)
				return
			}
			rows = append(rows, b.Data...)
		}
		if !bytes.Equal(rows, whole.Data) {
			t.Errorf("%s: single rows differ from the whole", path)
		}
	}
}

func sameShape(got []uint64, want []int64) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if got[i] != uint64(want[i]) {
			return false
		}
	}
	return true
}

// checkParts puts blocks together and compares them with the whole.
func checkParts(t *testing.T, path string, whole *Block, parts func(func(*Block, error) bool)) {
	t.Helper()
	es := uint64(whole.Type.Size)
	got := make([]byte, len(whole.Data))
	n := 0
	for b, err := range parts {
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		n += len(b.Data)
		if len(b.Shape) == 0 {
			copy(got, b.Data)
			continue
		}
		x := newBoxCopy(len(b.Shape))
		copy(x.n, b.Shape)
		copy(x.dst, b.Offset)
		if len(b.Data) > 0 {
			x.copy(got, whole.Shape, b.Data, b.Shape, es)
		}
	}
	if n != len(got) || !bytes.Equal(got, whole.Data) {
		t.Errorf("%s: %d bytes that differ from the %d of the whole", path, n, len(got))
	}
}

func checkAttributes(t *testing.T, o Object, w want) {
	t.Helper()
	list, err := o.Attributes()
	if err != nil {
		t.Errorf("%s: %v", o.Path(), err)
		return
	}
	if len(list) != len(w.Attrs) {
		t.Errorf("%s: %d attributes, want %d", o.Path(), len(list), len(w.Attrs))
	}
	for _, a := range list {
		wa, ok := w.Attrs[a.Name]
		path := o.Path() + "@" + a.Name
		if !ok {
			t.Errorf("%s: not expected", path)
			continue
		}
		if wa.Kind == "null" {
			if a.Len() != 0 {
				t.Errorf("%s: %d elements, want none", path, a.Len())
			}
			continue
		}
		if wa.Kind != "other" && !sameShape(a.Shape(), wa.Shape) {
			t.Errorf("%s: shape %v, want %v", path, a.Shape(), wa.Shape)
		}
		compare(t, path, wa, a.Float64s, a.Ints,
			a.Uints, a.Strings)
	}
}

func compare(t *testing.T, path string, w want, floats func() ([]float64, error), ints func() ([]int64, error),
	uints func() ([]uint64, error), texts func() ([]string, error)) {
	t.Helper()
	var got []string
	var digest []byte
	var err error
	switch w.Kind {
	case "f":
		var v []float64
		v, err = floats()
		for _, x := range v {
			got = append(got, floatText(x))
			digest = binary.LittleEndian.AppendUint64(digest, math.Float64bits(x))
		}
	case "i":
		var v []int64
		v, err = ints()
		for _, x := range v {
			got = append(got, strconv.FormatInt(x, 10))
			digest = binary.LittleEndian.AppendUint64(digest, uint64(x))
		}
	case "u":
		var v []uint64
		v, err = uints()
		for _, x := range v {
			got = append(got, strconv.FormatUint(x, 10))
			digest = binary.LittleEndian.AppendUint64(digest, x)
		}
	case "s":
		got, err = texts()
		digest = []byte(strings.Join(got, "\x00"))
	case "other":
		return
	default:
		t.Errorf("%s: what is expected of kind %q?", path, w.Kind)
	}
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	if len(got) != w.N {
		t.Errorf("%s: %d values, want %d", path, len(got), w.N)
		return
	}
	if w.SHA256 != "" {
		sum := sha256.Sum256(digest)
		if hex.EncodeToString(sum[:]) != w.SHA256 {
			t.Errorf("%s: the %d values differ", path, w.N)
		}
		return
	}
	for i, x := range w.Values {
		s := fmt.Sprint(x)
		if w.Kind == "f" {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatal(err)
			}
			s = floatText(v)
		}
		if got[i] != s {
			t.Errorf("%s[%d] = %q, want %q", path, i, got[i], s)
			return
		}
	}
}

func floatText(v float64) string {
	if math.IsNaN(v) {
		return "nan"
	}
	return fmt.Sprintf("%x", math.Float64bits(v))
}
