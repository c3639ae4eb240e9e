package scoring

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// forgedMember is a member of an archive, as true or false as a test makes it.
type forgedMember struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	CRC32  uint32 `json:"crc32"`

	header zip.FileHeader
	data   []byte
}

// forgery is a pack whose every part a test can change.
type forgery struct {
	format   int
	model    string
	manifest []byte
	hash     string // of the manifest
	members  []*forgedMember
	text     func(header []byte) []byte    // changes pack.json
	archive  func(all []*forgedMember) any // changes the members of the archive
	bytes    func(data []byte) []byte      // changes the archive
	comment  string
}

func member(name string, data []byte) *forgedMember {
	m := &forgedMember{Name: name, data: data, Size: int64(len(data)), SHA256: fmt.Sprintf("sha256:%x", sha256.Sum256(data)), CRC32: crc32.ChecksumIEEE(data)}
	m.header = zip.FileHeader{Name: name, Method: zip.Store, CRC32: m.CRC32, CompressedSize64: uint64(m.Size), UncompressedSize64: uint64(m.Size)}
	return m
}

// file returns a member by its name.
func (f *forgery) file(name string) *forgedMember {
	return f.members[slices.IndexFunc(f.members, func(m *forgedMember) bool { return m.Name == name })]
}

// set replaces the content of a file, or adds one, with true hashes.
func (f *forgery) set(name string, data []byte) {
	f.members = slices.DeleteFunc(f.members, func(m *forgedMember) bool { return m.Name == name })
	f.members = append(f.members, member(name, data))
	slices.SortFunc(f.members, func(a, b *forgedMember) int { return strings.Compare(a.Name, b.Name) })
}

func (f *forgery) build(t *testing.T) []byte {
	t.Helper()
	var header bytes.Buffer
	e := json.NewEncoder(&header)
	e.SetEscapeHTML(false)
	err := e.Encode(struct {
		Format   int             `json:"brainscore_pack"`
		Model    string          `json:"model"`
		Manifest string          `json:"manifest"`
		Members  []*forgedMember `json:"members"`
	}{f.format, f.model, f.hash, f.members})
	if err != nil {
		t.Fatal(err)
	}
	text := header.Bytes()
	if f.text != nil {
		text = f.text(text)
	}
	all := append([]*forgedMember{member("pack.json", text), member("manifest.json", f.manifest)}, f.members...)
	if f.archive != nil {
		all = f.archive(all).([]*forgedMember)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range all {
		w, err := z.CreateRaw(&m.header)
		if err == nil {
			_, err = w.Write(m.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.SetComment(f.comment); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if f.bytes != nil {
		return f.bytes(b.Bytes())
	}
	return b.Bytes()
}

// packLab is a host's home and a pack of a model with a compact, a narrow and a
// dissimilarity layer.
func packLab(t *testing.T) (l *compactLab, benchmark string, pack string) {
	t.Helper()
	l = newCompactLab(t)
	var all []int
	for i := range 60 {
		all = append(all, i)
	}
	l.recordings(t, "rec", all)
	_, products := columnsOf(t)
	benchmark = l.benchmark(t, "rec", products[slices.IndexFunc(products, func(i metrics.Info) bool { return i.Name == "rdm" })])
	l.layer(t, "a", "wide", stream.MaxHeld/60+100)
	l.layer(t, "a", "narrow", 20)
	var matrix bytes.Buffer
	if err := npy.Write(&matrix, 60, 60, distances(60)); err != nil {
		t.Fatal(err)
	}
	write(t, l.path("model/a/matrix.rdm.npy"), matrix.String())
	write(t, l.path("model/model.yaml"), "identifier: net\n")
	manifest, err := Manifest(t.Context(), l.home(), Options{}, []string{benchmark})
	if err != nil {
		t.Fatal(err)
	}
	pack = l.path("net.zip")
	if _, err := Pack(t.Context(), Options{}, CompactRequest{Model: l.path("model"), Manifest: manifest, Output: pack}); err != nil {
		t.Fatal(err)
	}
	return l, benchmark, pack
}

func distances(n int) []float64 {
	out := make([]float64, n*n)
	for i := range n {
		for j := range n {
			out[i*n+j] = math.Abs(float64(i*i - j*j))
		}
	}
	return out
}

// openForgery returns a pack as a forgery that changes nothing.
func openForgery(t *testing.T, path string) *forgery {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	f := &forgery{format: 1, model: "net"}
	for _, one := range z.File {
		data, err := fs.ReadFile(z, one.Name)
		if err != nil {
			t.Fatal(err)
		}
		switch one.Name {
		case "pack.json":
		case "manifest.json":
			f.manifest, f.hash = data, fmt.Sprintf("sha256:%x", sha256.Sum256(data))
		default:
			f.members = append(f.members, member(one.Name, data))
		}
	}
	return f
}

// judge unpacks a pack and scores it; it returns the errors.
func judge(t *testing.T, l *compactLab, path string) []error {
	t.Helper()
	dir := t.TempDir()
	m, err := NewRunner(l.home(), Options{}).Unpack(t.Context(), path, dir)
	if err != nil {
		return []error{err}
	}
	report, err := NewRunner(l.home(), Options{Workers: 2}).Score(t.Context(), Request{Models: []string{dir}, Benchmarks: m.Identifiers(), AllLayers: true})
	if err != nil {
		return []error{err}
	}
	var errs []error
	for _, f := range report.Models[0].Failures {
		errs = append(errs, f.Err)
	}
	return errs
}

// A pack that is not what brainscore pack writes is refused as a whole, by one error before
// anything of it is scored, and nothing is written outside of the folder that it is unpacked to.
func TestHostilePacks(t *testing.T) {
	l, _, path := packLab(t)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if same := openForgery(t, path).build(t); !bytes.Equal(same, good) {
		t.Fatal("a forgery that changes nothing is another pack")
	}
	if errs := judge(t, l, path); len(errs) > 0 {
		t.Fatal(errs)
	}
	cases := hostilePacks(t, l, len(good))
	maps.Copy(cases, unreadablePacks(t))
	for at := 0; at < len(good); at += 1024 {
		cases[fmt.Sprintf("cut after %d KiB", at>>10)] = func(f *forgery) { f.bytes = func(data []byte) []byte { return data[:at] } }
	}
	if len(cases) < 200 {
		t.Errorf("%d cases", len(cases))
	}
	forged := l.path("forged.zip")
	before := filesIn(t, l.dir)
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		f := openForgery(t, path)
		cases[name](f)
		if err := os.WriteFile(forged, f.build(t), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := NewRunner(l.home(), Options{}).Unpack(t.Context(), forged, t.TempDir())
		if err == nil {
			t.Errorf("%s: is taken, and scored with the errors %v", name, judge(t, l, forged))
			continue
		}
		text := err.Error()
		if strings.Contains(text, "\n") || len(text) > 600 || !strings.Contains(text, ": ") || !strings.Contains(text, "; ") {
			t.Errorf("%s: %q", name, text)
		}
		os.Remove(forged)
	}
	if after := filesIn(t, l.dir); after != before {
		t.Errorf("files changed:\n%s\nnot\n%s", after, before)
	}
}

func filesIn(t *testing.T, dir string) string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		all = append(all, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

// hostilePacks returns changes of a pack by their names.
func hostilePacks(t *testing.T, l *compactLab, size int) map[string]func(*forgery) {
	cases := make(map[string]func(*forgery))
	const wide = "a/wide.compact.npz"
	for _, name := range []string{"../x.npy", "a/../../x.npy", "/tmp/x.npy", "a//x.npy", "a/./x.npy", "./a/x.npy", "a/x.npy/", "a\\x.npy", "C:/x.npy", "a/.x.npy", ".a/x.npy", "", ".", "..",
		"a", "a/x", "a/x.sh", "a/x.npy\x00.csv", "a/x\n.npy", "a/ x.npy", "a/x.npy ", "a/\xff.npy", "b/x.npy", "fit/x.npy", "x.npy", "other.yaml", "a/" + strings.Repeat("x", 300) + ".npy", "a/" + strings.Repeat("b/", 20) + "x.npy",
		"pack.json", "manifest.json", "a/model.yaml/x.npy/../../y.csv", "a/\u202ex.npy", "a/\x1b[2Jx.npy"} {
		cases["named "+name] = func(f *forgery) {
			f.set(name, bytes.Repeat([]byte("x"), 1-strings.Count(name[max(0, len(name)-1):], "/")))
		}
	}
	for kind, mode := range map[string]fs.FileMode{"link": fs.ModeSymlink | 0o777, "device": fs.ModeDevice, "pipe": fs.ModeNamedPipe, "setuid": fs.ModeSetuid | 0o777, "folder": fs.ModeDir | 0o777} {
		cases["a "+kind] = func(f *forgery) { f.file(wide).header.SetMode(mode) }
	}
	for _, name := range []string{wide, "a/narrow.npy", "model.yaml", "a/stimulus_ids.csv"} {
		cases["twice "+name] = func(f *forgery) { f.members = append(f.members, member(name, f.file(name).data)) }
		cases["hidden twice "+name] = func(f *forgery) {
			f.archive = func(all []*forgedMember) any { return append(all, member(name, []byte("x"))) }
		}
		cases["missing "+name] = func(f *forgery) { f.archive = without(name) }
		cases["larger than stated "+name] = func(f *forgery) { f.file(name).Size-- }
		cases["smaller than stated "+name] = func(f *forgery) { f.file(name).Size++ }
		cases["of negative size "+name] = func(f *forgery) { f.file(name).Size = -1 }
		cases["of huge size "+name] = func(f *forgery) { f.file(name).Size = math.MaxInt64 }
		cases["with another hash "+name] = func(f *forgery) { f.file(name).SHA256 = "sha256:" + strings.Repeat("0", 64) }
		cases["without a hash "+name] = func(f *forgery) { f.file(name).SHA256 = "" }
		cases["with another sum "+name] = func(f *forgery) { m := f.file(name); m.CRC32++; m.header.CRC32++ }
		cases["sum of the header alone "+name] = func(f *forgery) { f.file(name).CRC32++ }
		cases["changed "+name] = func(f *forgery) { f.file(name).data = bytes.ToUpper(append([]byte("y"), f.file(name).data[1:]...)) }
		cases["bomb by stated size "+name] = func(f *forgery) { f.file(name).header.UncompressedSize64 = 1 << 40 }
		cases["compressed "+name] = func(f *forgery) { f.file(name).header.Method = zip.Deflate }
		cases["encrypted "+name] = func(f *forgery) { f.file(name).header.Flags |= 1 }
		cases["with extra "+name] = func(f *forgery) { f.file(name).header.Extra = []byte{9, 9, 2, 0, 1, 1} }
		cases["with a comment "+name] = func(f *forgery) { f.file(name).header.Comment = "x" }
	}
	for part := range 8 {
		at := part * (size - 1) / 7
		cases[fmt.Sprintf("cut at %d of 7", part)] = func(f *forgery) { f.bytes = func(data []byte) []byte { return data[:at] } }
		cases[fmt.Sprintf("changed at %d of 7", part)] = func(f *forgery) { f.bytes = func(data []byte) []byte { data[at] ^= 1; return data } }
	}
	for name, of := range map[string]func([]byte) []byte{
		"bytes before":   func(data []byte) []byte { return append([]byte("#!/bin/sh\n"), data...) },
		"bytes after":    func(data []byte) []byte { return append(data, 0) },
		"two archives":   func(data []byte) []byte { return append(data, data...) },
		"only an end":    func([]byte) []byte { return append([]byte("PK\x05\x06"), make([]byte, 18)...) },
		"only zeros":     func([]byte) []byte { return make([]byte, 4096) },
		"a name of PK":   func([]byte) []byte { return []byte("PK\x03\x04") },
		"not an archive": func([]byte) []byte { return []byte("stimulus_id\n") },
	} {
		cases[name] = func(f *forgery) { f.bytes = of }
	}
	for name, of := range map[string]func([]byte) []byte{
		"empty header":        func([]byte) []byte { return nil },
		"header of a list":    func([]byte) []byte { return []byte("[]") },
		"header of null":      func([]byte) []byte { return []byte("null") },
		"deep header":         func([]byte) []byte { return bytes.Repeat([]byte("["), 1<<20) },
		"header with blanks":  func(text []byte) []byte { return append([]byte(" "), text...) },
		"header and more":     func(text []byte) []byte { return append(text, "{}"...) },
		"unknown header keys": func(text []byte) []byte { return bytes.Replace(text, []byte(`"model"`), []byte(`"x":1,"model"`), 1) },
	} {
		cases[name] = func(f *forgery) { f.text = of }
	}
	cases["with a comment"] = func(f *forgery) { f.comment = "x" }
	cases["a later format"] = func(f *forgery) { f.format = 2 }
	cases["another model"] = func(f *forgery) { f.model = "other" }
	cases["another manifest's hash"] = func(f *forgery) { f.hash = "sha256:0" }
	cases["no manifest"] = func(f *forgery) { f.archive = without("manifest.json") }
	cases["members out of order"] = func(f *forgery) { slices.Reverse(f.members) }
	cases["a model in the place of YAML"] = func(f *forgery) { f.set("model.yaml", []byte("{")) }
	cases["a path in model.yaml"] = func(f *forgery) { f.set("model.yaml", []byte("identifier: net\ncommitments: {IT: ../x}\n")) }
	cases["a long line of model.yaml"] = func(f *forgery) { f.set("model.yaml", bytes.Repeat([]byte("x"), 1<<16)) }
	for name, change := range map[string]func(*benchmarks.Manifest){
		"another version":    func(m *benchmarks.Manifest) { m.Benchmarks[0].Version++ },
		"another benchmark":  func(m *benchmarks.Manifest) { m.Benchmarks[0].Identifier = "other" },
		"a path":             func(m *benchmarks.Manifest) { m.Benchmarks[0].Identifier = "../x" },
		"no benchmark":       func(m *benchmarks.Manifest) { m.Benchmarks = nil },
		"another list":       func(m *benchmarks.Manifest) { m.Lists[0][0].IDs = m.Lists[0][0].IDs[1:] },
		"a list not there":   func(m *benchmarks.Manifest) { m.Benchmarks[0].Parts[0].Read = 7 },
		"a negative list":    func(m *benchmarks.Manifest) { m.Benchmarks[0].Parts[0].Products = []int{-1} },
		"a set's path":       func(m *benchmarks.Manifest) { m.StimulusSets[0].ID = "../a" },
		"another set's hash": func(m *benchmarks.Manifest) { m.StimulusSets[0].SHA256 = "" },
		"another need":       func(m *benchmarks.Manifest) { m.Benchmarks[0].Needs = benchmarks.NeedsChoices },
		"another set":        func(m *benchmarks.Manifest) { m.AddSet("more", []string{"x"}, 0) },
		"an unused list":     func(m *benchmarks.Manifest) { m.Lists = append(m.Lists, m.Lists[0]) },
		"a later format":     func(m *benchmarks.Manifest) { m.Format++ },
	} {
		cases["manifest of "+name] = func(f *forgery) {
			m, err := benchmarks.ParseManifest("manifest.json", f.manifest)
			if err != nil {
				t.Fatal(err)
			}
			change(m)
			f.manifest, f.hash = m.Encode(), m.Hash()
		}
	}
	for name, of := range map[string]func([]float64){
		"NaN":           func(x []float64) { x[61] = math.NaN() },
		"infinite":      func(x []float64) { x[61] = math.Inf(1) },
		"not symmetric": func(x []float64) { x[61] += 7 },
		"not 0 to self": func(x []float64) { x[0] = 9999 },
	} {
		cases["dissimilarities "+name] = func(f *forgery) {
			if name == "NaN" || name == "infinite" {
				x := distances(60)
				of(x)
				f.set("a/matrix.rdm.npy", arrayOf(t, 60, x))
				return
			}
			x := distances(60)
			x[1], x[60] = 5, 5
			of(x)
			if name == "not symmetric" {
				x[1] = 4000
			}
			f.set("a/matrix.rdm.npy", arrayOf(t, 60, x))
		}
	}
	cases["NaN in a narrow layer"] = func(f *forgery) {
		x := l.normals(60 * 20)
		x[33] = math.NaN()
		f.set("a/narrow.npy", arrayOf(t, 60, x))
	}
	cases["a narrow layer of too few rows"] = func(f *forgery) { f.set("a/narrow.npy", arrayOf(t, 59, l.normals(59*20))) }
	for name, change := range map[string]func(h *stimuli.CompactHeader, p *stimuli.CompactProducts){
		"NaN":                 func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { p.Lists[0].K[5] = math.NaN() },
		"infinite":            func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { p.Lists[0].K[0] = math.Inf(1) },
		"NaN in sums":         func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { p.Lists[0].Sums[3] = math.NaN() },
		"NaN in shifts":       func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { p.Lists[0].Shifts[3] = math.NaN() },
		"a negative diagonal": func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { p.Lists[0].K[0] = -1 },
		"not positive":        func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { p.Lists[0].K[1] = 2 * p.Lists[0].K[0] },
		"no features":         func(h *stimuli.CompactHeader, _ *stimuli.CompactProducts) { h.Features = 0 },
		"2^60 features":       func(h *stimuli.CompactHeader, _ *stimuli.CompactProducts) { h.Features = 1 << 60 },
		"another layer":       func(h *stimuli.CompactHeader, _ *stimuli.CompactProducts) { h.Layer = "narrow" },
		"another set":         func(h *stimuli.CompactHeader, _ *stimuli.CompactProducts) { h.Sets = []string{"fit"} },
		"other stimuli":       func(h *stimuli.CompactHeader, _ *stimuli.CompactProducts) { h.Lists[0].Parts[0].IDs[0] = "x" },
		"a stimulus twice":    func(h *stimuli.CompactHeader, _ *stimuli.CompactProducts) { h.Lists[0].Parts[0].IDs[0] = "a001" },
		"numbers that are not": func(h *stimuli.CompactHeader, _ *stimuli.CompactProducts) {
			h.Lists[0].Kept = json.RawMessage(`{"features":"x"}`)
		},
		"rows out of range": func(h *stimuli.CompactHeader, _ *stimuli.CompactProducts) {
			h.Lists[0].Kept = json.RawMessage(`{"constant":[99]}`)
		},
		"a huge precision": func(h *stimuli.CompactHeader, _ *stimuli.CompactProducts) {
			h.Lists[0].Kept = json.RawMessage(`{"precision":1e300}`)
		},
	} {
		cases["inner products of "+name] = func(f *forgery) { f.set(wide, changedCompact(t, f.file(wide).data, change)) }
	}
	return cases
}

// without returns a change that leaves a member out of the archive, but not of its header.
func without(name string) func([]*forgedMember) any {
	return func(all []*forgedMember) any {
		return slices.DeleteFunc(all, func(m *forgedMember) bool { return m.Name == name })
	}
}

func arrayOf(t *testing.T, rows int, values []float64) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, rows, len(values)/rows, values); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// changedCompact returns a file of inner products after a change, with true hashes.
func changedCompact(t *testing.T, data []byte, change func(*stimuli.CompactHeader, *stimuli.CompactProducts)) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "wide.compact.npz")
	write(t, path, string(data))
	c, err := stimuli.OpenCompact(path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	header, all := c.CompactHeader, stimuli.CompactProducts{}
	for i := range c.Lists {
		products, err := c.Products(i)
		if err != nil {
			t.Fatal(err)
		}
		all.Lists = append(all.Lists, products)
	}
	if c.Fitting != nil {
		if all.Fitting, all.Cross, err = c.Readout(); err != nil {
			t.Fatal(err)
		}
	}
	change(&header, &all)
	if err := stimuli.WriteCompact(path, &header, all); err != nil {
		t.Fatal(err)
	}
	out, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A change of any one bit of a pack is refused.
func TestPackIsOneForm(t *testing.T) {
	l, _, path := packLab(t)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// All bytes of the archive's structure, and some of what it holds.
	end := int(binary.LittleEndian.Uint32(good[len(good)-6:]))
	var places []int
	for at := range good {
		if at < 60 || at >= end || at%997 == 0 {
			places = append(places, at)
		}
	}
	changed := l.path("changed.zip")
	for _, at := range places {
		data := bytes.Clone(good)
		data[at] ^= 1 << (at % 8)
		if err := os.WriteFile(changed, data, 0o666); err != nil {
			t.Fatal(err)
		}
		p, err := stimuli.OpenPack(context.Background(), changed)
		if err != nil {
			continue
		}
		err = p.Unpack(t.Context(), stimuli.PackLimits{Sets: []string{"a", "fit"}, File: 1 << 30, Total: 1 << 30}, t.TempDir())
		p.Close()
		if err == nil {
			t.Errorf("a change of byte %d of %d is not noticed", at, len(good))
		}
	}
}
