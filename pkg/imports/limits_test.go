package imports

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// frugally fails if a function allocates more than a small import can need.
func frugally(t *testing.T, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 500<<20 {
		t.Errorf("allocated %d MiB", n>>20)
	}
}

// Small files that unpack to far more than their rows can need are refused before they
// are unpacked, and damaged ones before anything is used.
func TestHostileFiles(t *testing.T) {
	dir, names := extract(t, "testdata/limits.zip")
	home := newHome(t)
	want := map[string][]string{
		"many.h5":              {"has 6 rows, but 200000000 values of stimulus_ids", "--by-position"},
		"many_numbers.h5":      {"has 6 rows, but 200000000 values of ids"},
		"wide.h5":              {"may name its rows in stimulus_ids", "texts of more than"},
		"chunk.h5":             {"may name its rows in stimulus_ids", "chunk"},
		"chunk_of_features.h5": {"chunks of [8192 8192] elements"},
		"cells.mat":            {"may name its rows in stimulus_ids", "characters"},
		"wide.nc":              {"has the coordinate note with more text than the file", "--max-text"},
		"wide_neuroid.nc":      {"has the coordinate note with more text than the file", "--max-text"},
		"characters.nc":        {"has the coordinate note with more text than the file", "--max-text"},
		"many_numbers.nc":      {"more text than the file", "--max-text"},
		"plain.nc":             nil,

		"checksum_of_ids.h5":      {"is damaged", "fletcher32"},
		"checksum_of_any_name.h5": {"is damaged", "fletcher32"},
		"checksum_of_features.h5": {"is damaged", "fletcher32"},
		"checksum.nc":             {"is damaged", "fletcher32"},
		"latin1.h5":               {`has the stimulus_ids "caf\xe9" in row 2, which is not UTF-8`},
		"zero_byte.h5":            {`has the stimulus_ids "i\x00m1" in row 2, which holds a zero byte`},
		"latin1.nc":               {`has the stimulus_id "caf\xe9" in row 2, which is not UTF-8`},
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name+"_", name)
			var err error
			frugally(t, func() {
				if strings.HasSuffix(name, ".nc") {
					_, err = Assembly(t.Context(), AssemblyRequest{Home: home, Path: path, ID: "x", StimulusSet: "small", Force: true})
				} else {
					_, err = fromRows(t, home, dir, name, nil)
				}
			})
			noneHidden(t, home.Dir)
			wanted, known := want[name]
			if !known {
				t.Fatal("the test knows nothing of it")
			}
			if wanted != nil {
				wantFileError(t, err, name, wanted...)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// Wide text is imported if that is asked for.
func TestMaxText(t *testing.T) {
	dir, _ := extract(t, "testdata/limits.zip")
	home := newHome(t)
	for _, name := range []string{"wide.nc", "characters.nc"} {
		path := filepath.Join(dir, name+"_", name)
		for limit, ok := range map[int64]bool{1 << 20: false, 16 << 20: true} {
			r, err := Assembly(t.Context(), AssemblyRequest{Home: home, Path: path, ID: "x", StimulusSet: "small", MaxText: limit, Force: true})
			if ok != (err == nil) {
				t.Errorf("%s with %d bytes: %v", name, limit, err)
			}
			if err == nil && len(read(t, r.Path, "presentation.csv")) < 9_000_000 {
				t.Errorf("%s: the text is cut", name)
			}
		}
	}
}

// npyBytes returns the bytes of a .npy array whose header states a shape.
func npyBytes(t testing.TB, descr string, data []byte, shape ...int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := npy.WriteHeader(&b, descr, shape...); err != nil {
		t.Fatal(err)
	}
	return append(b.Bytes(), data...)
}

// archived is a member of an archive, which may state another checksum or size than it
// has.
type archived struct {
	name    string
	content []byte
	size    uint64 // 0: that of the content
	sum     func(uint32) uint32
}

// archive returns an .npz archive of members that are stored or deflated.
func archive(t testing.TB, method uint16, members ...archived) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		content := m.content
		if method == zip.Deflate {
			var d bytes.Buffer
			inner := zip.NewWriter(&d)
			w, err := inner.CreateHeader(&zip.FileHeader{Name: "x", Method: zip.Deflate})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(content); err != nil {
				t.Fatal(err)
			}
			if err := inner.Close(); err != nil {
				t.Fatal(err)
			}
			r, err := zip.NewReader(bytes.NewReader(d.Bytes()), int64(d.Len()))
			if err != nil {
				t.Fatal(err)
			}
			offset, err := r.File[0].DataOffset()
			if err != nil {
				t.Fatal(err)
			}
			content = d.Bytes()[offset:][:r.File[0].CompressedSize64]
		}
		h := &zip.FileHeader{Name: m.name, Method: method, CRC32: crc32.ChecksumIEEE(m.content), CompressedSize64: uint64(len(content)), UncompressedSize64: uint64(len(m.content))}
		if m.sum != nil {
			h.CRC32 = m.sum(h.CRC32)
		}
		if m.size > 0 {
			h.UncompressedSize64 = m.size
		}
		w, err := z.CreateRaw(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// textArray returns an array of text as numpy writes it; a kind U has 4 bytes for each
// code point.
func textArray(t testing.TB, kind byte, width int, names ...string) []byte {
	t.Helper()
	var data []byte
	for _, n := range names {
		cell := make([]byte, 0, 4*width)
		for _, r := range n {
			if kind == 'U' {
				cell = binary.LittleEndian.AppendUint32(cell, uint32(r))
			}
		}
		size := 4 * width
		if kind == 'S' {
			cell, size = append(cell, n...), width
		}
		data = append(data, append(cell, make([]byte, size-len(cell))...)...)
	}
	descr := fmt.Sprintf("|S%d", width)
	if kind == 'U' {
		descr = fmt.Sprintf("<U%d", width)
	}
	return npyBytes(t, descr, data, len(names))
}

// hostileArchives are archives by name, with what is wrong with them; "" if nothing is.
func hostileArchives(t testing.TB) (archives map[string][]byte, want map[string]string) {
	layer := npyBytes(t, "<f4", make([]byte, 6*4*4), 6, 4)
	ids := []string{"im0", "im1", "im2", "im3", "im4", "im5"}
	exchanged := []string{"im5", "im1", "im2", "im3", "im4", "im0"}
	archives, want = map[string][]byte{}, map[string]string{}
	add := func(name, message string, method uint16, members ...archived) {
		archives[name], want[name] = archive(t, method, members...), message
	}
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		how := map[uint16]string{zip.Store: "stored ", zip.Deflate: "deflated "}[method]
		for _, kind := range []byte{'S', 'U'} {
			good := textArray(t, kind, 3, ids...)
			other := crc32.ChecksumIEEE(textArray(t, kind, 3, exchanged...))
			text := how + string(kind) + " "
			add(text+"sound", "", method, archived{"fc.npy", layer, 0, nil}, archived{"stimulus_ids.npy", good, 0, nil})
			add(text+"exchanged", "the array stimulus_ids is damaged", method, archived{"fc.npy", layer, 0, nil}, archived{"stimulus_ids.npy", good, 0, func(uint32) uint32 { return other }})
			add(text+"any name", "the array pictures is damaged", method, archived{"fc.npy", layer, 0, nil}, archived{"pictures.npy", good, 0, func(uint32) uint32 { return other }})
			add(text+"no checksum", "the array stimulus_ids is damaged", method, archived{"fc.npy", layer, 0, nil}, archived{"stimulus_ids.npy", good, 0, func(uint32) uint32 { return 0 }})
			add(text+"larger", "the array stimulus_ids is damaged", method, archived{"fc.npy", layer, 0, nil}, archived{"stimulus_ids.npy", good, uint64(len(good) + 1), nil})
			add(text+"smaller", "the array stimulus_ids is damaged", method, archived{"fc.npy", layer, 0, nil}, archived{"stimulus_ids.npy", good, uint64(len(good) - 1), nil})
			add(text+"zero byte", `has the stimulus_ids "i\x000" in row 2, which holds a zero byte`, method, archived{"fc.npy", layer, 0, nil}, archived{"stimulus_ids.npy", textArray(t, kind, 3, "im0", "i\x000", "im2", "im3", "im4", "im5"), 0, nil})
		}
		add(how+"layer", "the member fc.npy is damaged", method, archived{"fc.npy", layer, 0, func(sum uint32) uint32 { return sum + 1 }})
		add(how+"layer without checksum", "the member fc.npy is damaged", method, archived{"fc.npy", layer, 0, func(uint32) uint32 { return 0 }})
		add(how+"numbers", "the array ids is damaged", method, archived{"fc.npy", layer, 0, nil}, archived{"ids.npy", npyBytes(t, "<i4", make([]byte, 24), 6), 0, func(sum uint32) uint32 { return sum + 1 }})
		add(how+"not UTF-8", "which is not UTF-8", method, archived{"fc.npy", layer, 0, nil}, archived{"ids.npy", textArray(t, 'S', 4, "im0", "caf\xe9", "im2", "im3", "im4", "im5"), 0, nil})
		add(how+"no code point", "which is not UTF-8", method, archived{"fc.npy", layer, 0, nil}, archived{"ids.npy", npyBytes(t, "<U1", bytes.Repeat([]byte{0, 0, 0x7f, 0}, 6), 6), 0, nil})
	}
	add("a layer larger than its header", "the member fc.npy: its header states the shape [6 4] of <f4, which takes 224 bytes, but the archive has 41943168", zip.Deflate, archived{"fc.npy", npyBytes(t, "<f4", make([]byte, 40<<20), 6, 4), 0, nil})
	add("a layer smaller than its header", "the member fc.npy: its header states the shape [6 4] of <f4, which takes 224 bytes, but the archive has 130", zip.Store, archived{"fc.npy", npyBytes(t, "<f4", make([]byte, 2), 6, 4), 0, nil})
	add("a layer that overflows", "more than any file can hold", zip.Store, archived{"fc.npy", npyBytes(t, "<f8", nil, 6, 1<<40, 1<<40), 0, nil})
	add("more names than its header", "its header states the shape [6] of |S3", zip.Store, archived{"fc.npy", layer, 0, nil}, archived{"stimulus_ids.npy", npyBytes(t, "|S3", []byte("im0im1im2im3im4im5im0"), 6), 0, nil})
	const many = 40 << 20
	for _, kind := range []string{"|S1", "<i4", "<U1"} {
		size := map[string]int{"|S1": 1, "<i4": 4, "<U1": 4}[kind]
		add("many "+kind, fmt.Sprintf("has 6 rows, but %d values of stimulus_ids", many/size), zip.Deflate, archived{"fc.npy", layer, 0, nil}, archived{"stimulus_ids.npy", npyBytes(t, kind, make([]byte, many), many/size), 0, nil})
		add("more than its header "+kind, "which unpacks to 41943168 bytes, more than the", zip.Deflate, archived{"fc.npy", layer, 0, nil}, archived{"stimulus_ids.npy", npyBytes(t, kind, make([]byte, many), 6), 0, nil})
	}
	return archives, want
}

// The checksums and sizes of an archive are checked before its names are used.
func TestArchives(t *testing.T) {
	archives, want := hostileArchives(t)
	home := newHome(t)
	for name, data := range archives {
		path := filepath.Join(t.TempDir(), "x.npz")
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		var err error
		frugally(t, func() {
			_, err = Activations(t.Context(), DumpRequest{Home: home, Path: path, Model: filepath.Join(t.TempDir(), "net"), StimulusSet: "small"})
		})
		if want[name] == "" && err != nil || want[name] != "" && (err == nil || !strings.Contains(err.Error(), want[name])) {
			t.Errorf("%s: %v, want %q", name, err, want[name])
		}
	}
}
