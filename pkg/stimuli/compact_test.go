package stimuli

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// compactSample writes a file of inner products of 3 stimuli, with a read-out that is
// fitted on 2 others.
func compactSample(t testing.TB, path string) (*CompactHeader, CompactProducts) {
	t.Helper()
	list := StimulusList{"s", []string{"a", "b", "c"}}
	h := &CompactHeader{Model: "m", Layer: "l", Sets: []string{"s"}, Features: 9, Bytes: 54, Kernel: "portable",
		Lists:   []CompactList{{Parts: []StimulusList{list}, Kept: json.RawMessage(`{"features":9}`)}},
		Fitting: &StimulusList{"f", []string{"x", "y"}}, Tested: []StimulusList{list},
		Contents: []CompactContent{{Parts: []StimulusList{list}, SHA256: "sha256:1"}},
		Alike:    [][]CompactRow{{{0, "a"}, {0, "b"}}}, Zeros: []CompactRow{{1, "c"}}}
	p := CompactProducts{
		Lists:   []ListProducts{{K: []float64{1, 2, 3, 2, 4, 5, 3, 5, 6}, Sums: []float64{1, 2, 3}, Shifts: []float64{4, 5, 6}}},
		Fitting: []float64{1, -1, -1, 1}, Cross: []float64{1, 2, 3, 4, 5, 6},
	}
	if err := WriteCompact(path, h, p); err != nil {
		t.Fatal(err)
	}
	return h, p
}

// readCompact reads all of a file of inner products.
func readCompact(path string) (h CompactHeader, p CompactProducts, err error) {
	c, err := OpenCompact(path)
	if err != nil {
		return h, p, err
	}
	defer c.Close()
	for i := range c.Lists {
		l, err := c.Products(i)
		if err != nil {
			return h, p, err
		}
		p.Lists = append(p.Lists, l)
	}
	if c.Fitting != nil {
		p.Fitting, p.Cross, err = c.Readout()
	}
	return c.CompactHeader, p, err
}

func TestCompactFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l"+CompactSuffix)
	h, p := compactSample(t, path)
	gotHeader, got, err := readCompact(path)
	if err != nil || !reflect.DeepEqual(&gotHeader, h) || !reflect.DeepEqual(got, p) {
		t.Errorf("%+v %+v, not %+v %+v: %v", gotHeader, got, *h, p, err)
	}
}

// member is a file in an archive.
type member struct {
	name   string
	data   []byte
	method uint16
}

// A file of inner products from anyone is taken whole or ends in an error about it.
func TestCompactFileRefuses(t *testing.T) {
	header := func(change func(h map[string]any)) func([]member) []member {
		return func(all []member) []member {
			last := len(all) - 1
			var h map[string]any
			if err := json.Unmarshal(all[last].data, &h); err != nil {
				t.Fatal(err)
			}
			change(h)
			text, err := json.Marshal(h)
			if err != nil {
				t.Fatal(err)
			}
			all[last].data = text
			return all
		}
	}
	stimulus := func(h map[string]any, ids ...any) {
		parts := h["lists"].([]any)[0].(map[string]any)["parts"].([]any)
		parts[0].(map[string]any)["stimuli"] = ids
	}
	for _, c := range []struct {
		name, want string
		spoil      func([]member) []member
	}{
		{"a changed number", "its hash is", func(m []member) []member { m[0].data[len(m[0].data)-1] ^= 1; return m }},
		{"another number in the sums", "its hash is", func(m []member) []member { m[1].data[len(m[1].data)-9] ^= 1; return m }},
		{"a compressed array", "compressed", func(m []member) []member { m[0].method = zip.Deflate; return m }},
		{"a compressed header", "compressed", func(m []member) []member { m[4].method = zip.Deflate; return m }},
		{"a missing array", "lacks the array 0.products.npy", func(m []member) []member { return m[1:] }},
		{"no header", "has no header.json", func(m []member) []member { return m[:4] }},
		{"a further member", "does not describe", func(m []member) []member { return append([]member{{name: "../../etc/passwd"}}, m...) }},
		{"an absolute path", "does not describe", func(m []member) []member { return append([]member{{name: "/tmp/x", data: []byte("x")}}, m...) }},
		{"a member twice", "twice", func(m []member) []member { return append(m, m[0]) }},
		{"an array that is none", "not a .npy array", func(m []member) []member { m[0].data = bytes.Repeat([]byte("x"), len(m[0].data)); return m }},
		{"an array of another type", "of the type", func(m []member) []member {
			m[0].data = bytes.Replace(m[0].data, []byte("<f8"), []byte("<i8"), 1)
			return m
		}},
		{"an array of another shape", "of the type", func(m []member) []member {
			m[0].data = bytes.Replace(m[0].data, []byte("(6,)"), []byte("(5,)"), 1)
			return m
		}},
		{"a longer array", "bytes follow", func(m []member) []member { m[0].data = append(m[0].data, 0); return m }},
		{"a shorter array", "bytes in 0.products.npy", func(m []member) []member { m[0].data = m[0].data[:20]; return m }},
		{"an array cut by a number", "unreadable array", func(m []member) []member { m[0].data = m[0].data[:len(m[0].data)-8]; return m }},
		{"a header that is no JSON", "unreadable header.json", func(m []member) []member { m[4].data = []byte("{"); return m }},
		{"another format", "format 2", header(func(h map[string]any) { h["brainscore_compact"] = 2 })},
		{"no format", "format 0", header(func(h map[string]any) { delete(h, "brainscore_compact") })},
		{"a lie about a hash", "its hash is", header(func(h map[string]any) {
			h["arrays"].(map[string]any)["cross.npy"] = "sha256:00"
		})},
		{"no hash", "has no hash", header(func(h map[string]any) { delete(h["arrays"].(map[string]any), "cross.npy") })},
		{"more stimuli than numbers", "not <f8 and [10]", header(func(h map[string]any) { stimulus(h, "a", "b", "c", "d") })},
		{"a stimulus twice", "twice", header(func(h map[string]any) { stimulus(h, "a", "b", "a") })},
		{"no stimuli", "empty list", header(func(h map[string]any) { stimulus(h) })},
		{"stimuli that are numbers", "unreadable header.json", header(func(h map[string]any) { stimulus(h, 1, 2, 3) })},
		{"no features", "features", header(func(h map[string]any) { h["features"] = 0 })},
		{"negative features", "features", header(func(h map[string]any) { h["features"] = -4 })},
		{"endless features", "unreadable header.json", header(func(h map[string]any) { h["features"] = 1e300 })},
		{"more features than any layer has", "features", header(func(h map[string]any) { h["features"] = 1 << 60 })},
		{"no layer", "layer", header(func(h map[string]any) { h["layer"] = "" })},
		{"no sets", "stimulus sets", header(func(h map[string]any) { delete(h, "stimulus_sets") })},
		{"a read-out of nothing", "fitting stimuli", header(func(h map[string]any) { delete(h, "fitting") })},
		{"no fitting stimuli", "fitting stimuli", header(func(h map[string]any) { h["fitting"].(map[string]any)["stimuli"] = []any{} })},
	} {
		path := filepath.Join(t.TempDir(), "l"+CompactSuffix)
		compactSample(t, path)
		writeMembers(t, path, c.spoil(readMembers(t, path)))
		_, _, err := readCompact(path)
		aboutData(t, err)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), path) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// A file that is cut, or has a byte changed, is never taken for another one.
func TestCompactFileDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l"+CompactSuffix)
	h, p := compactSample(t, path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(whole); i += 7 {
		for _, data := range [][]byte{whole[:i], append(append(bytes.Clone(whole[:i]), whole[i]^4), whole[i+1:]...)} {
			if err := os.WriteFile(path, data, 0o666); err != nil {
				t.Fatal(err)
			}
			got, products, err := readCompact(path)
			aboutData(t, err)
			// A byte of a date or a padding may differ.
			if err == nil && (!reflect.DeepEqual(&got, h) || !reflect.DeepEqual(products, p)) {
				t.Fatalf("byte %d: %+v", i, got)
			}
		}
	}
}

// FuzzCompact reads files of inner products whose header and array of products are
// anything, with the hash that the array has.
func FuzzCompact(f *testing.F) {
	path := filepath.Join(f.TempDir(), "l"+CompactSuffix)
	h, _ := compactSample(f, path)
	sample := readMembers(f, path)
	header, products := len(sample)-1, 0
	f.Add(sample[header].data, sample[products].data)
	f.Add(bytes.Replace(sample[header].data, []byte(`"features":9`), []byte(`"features":1e9`), 1), sample[products].data[:len(sample[products].data)-8])
	hash := []byte(h.Arrays[sample[products].name])
	f.Fuzz(func(t *testing.T, head, array []byte) {
		all := slices.Clone(sample)
		all[products].data = array
		all[header].data = bytes.ReplaceAll(head, hash, fmt.Appendf(nil, "sha256:%x", sha256.Sum256(array)))
		path := filepath.Join(t.TempDir(), "l"+CompactSuffix)
		writeMembers(t, path, all)
		h, p, err := readCompact(path)
		aboutData(t, err)
		if err != nil {
			return
		}
		for i, l := range p.Lists {
			if n := h.Lists[i].Stimuli(); len(l.K) != n*n || len(l.Sums) != n || len(l.Shifts) != n {
				t.Errorf("list %d of %d stimuli has %d products", i, n, len(l.K))
			}
		}
	})
}

func readMembers(t testing.TB, path string) (all []member) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		all = append(all, member{f.Name, data, f.Method})
	}
	return all
}

func writeMembers(t testing.TB, path string, all []member) {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range all {
		w, err := z.CreateHeader(&zip.FileHeader{Name: m.name, Method: m.method})
		if err == nil {
			_, err = w.Write(m.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(z.Close(), os.WriteFile(path, b.Bytes(), 0o666)); err != nil {
		t.Fatal(err)
	}
}
