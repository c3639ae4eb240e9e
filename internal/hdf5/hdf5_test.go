package hdf5

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestLookup3(t *testing.T) {
	// From the self test of Jenkins' lookup3.c, with initial value 0.
	for s, want := range map[string]uint32{
		"":                               0xdeadbeef,
		"Four score and seven years ago": 0x17770551,
	} {
		if got := lookup3([]byte(s)); got != want {
			t.Errorf("%q: %08x, want %08x", s, got, want)
		}
	}
}

func TestUnshuffle(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 5, 8, 12, 16} {
		for _, size := range []int{0, 1, n, 7 * n, 7*n + 1, 8 * n, 100*n + n/2, 3000 * n} {
			want := make([]byte, size)
			for i := range want {
				want[i] = byte(i*7 + i/256)
			}
			k := size / n
			shuffled := bytes.Clone(want)
			for i := range k {
				for j := range n {
					shuffled[j*k+i] = want[i*n+j]
				}
			}
			got := make([]byte, size)
			unshuffle(got, shuffled, n)
			if !bytes.Equal(got, want) {
				t.Errorf("%d bytes of elements of %d differ", size, n)
			}
		}
	}
}

func TestHalf(t *testing.T) {
	for h, want := range map[uint16]float64{
		0x0000: 0, 0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x0400: 1.0 / (1 << 14),
		0x0001: 1.0 / (1 << 24), 0x03ff: 1023.0 / (1 << 24), 0x7c00: math.Inf(1), 0xfc00: math.Inf(-1), 0x3555: 0.333251953125,
	} {
		if got := float64(half(h)); got != want {
			t.Errorf("%04x is %v, want %v", h, got, want)
		}
	}
	if v := half(0x8000); v != 0 || !math.Signbit(float64(v)) {
		t.Errorf("minus zero is %v", v)
	}
	if v := half(0x7e00); v == v {
		t.Errorf("NaN is %v", v)
	}
}

func TestDeflateErrors(t *testing.T) {
	raw := bytes.Repeat([]byte("abcdefgh"), 100)
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write(raw)
	w.Close()
	good := z.Bytes()
	p := &pipeline{list: []Filter{{ID: filterDeflate}}}
	got, err := p.decode(nil, good, 0, len(raw))
	if err != nil || !bytes.Equal(got, raw) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	damaged := bytes.Clone(good)
	damaged[len(damaged)-1] ^= 1 // the checksum
	for what, c := range map[string]struct {
		data []byte
		size int
	}{
		"checksum":  {damaged, len(raw)},
		"cut off":   {good[:len(good)-6], len(raw)},
		"too long":  {good, len(raw) - 1},
		"too short": {good, len(raw) + 1},
		"no header": {good[2:], len(raw)},
		"a bomb":    {good, 1 << 30},
	} {
		if _, err := p.decode(nil, c.data, 0, c.size); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v, want ErrCorrupt", what, err)
		}
	}
}

// patch replaces the one occurrence of from.
func patch(t *testing.T, p, from, to []byte) []byte {
	t.Helper()
	if n := bytes.Count(p, from); n != 1 {
		t.Fatalf("% x is there %d times", from, n)
	}
	return bytes.Replace(p, from, to, 1)
}

// oldFile is superblock 0 with the contiguous dataset x of three int64, the
// chunked g/c of six int32.
func oldFile(t *testing.T) []byte { return samples(t)["seed-old.h5"] }

// TestOldLayouts turns layout messages of version 3 into those of version 1,
// which no library still writes.
func TestOldLayouts(t *testing.T) {
	p := oldFile(t)
	f := openBytes(t, p)
	le := binary.LittleEndian
	for _, version := range []byte{1, 2} {
		q := p
		for path, elem := range map[string]uint32{"/x": 8, "/g/c": 4} {
			d, err := f.Dataset(path)
			if err != nil {
				t.Fatal(err)
			}
			m := d.hdr.find(msgLayout)
			old := []byte{version, 1, byte(d.layout.class), 0, 0, 0, 0, 0}
			old = le.AppendUint64(old, d.layout.addr)
			if d.layout.class == layoutChunked {
				old[1] = 2
				old = le.AppendUint32(old, 4) // elements in a chunk
				old = le.AppendUint32(old, elem)
			} else {
				old = le.AppendUint32(old, 3)
				old = le.AppendUint32(old, 0)
			}
			q = patch(t, q, m.data, old[:len(m.data)])
		}
		g := openBytes(t, q)
		d, err := g.Dataset("/x")
		if err != nil {
			t.Fatal(err)
		}
		if v, err := d.ReadInts(); !slices.Equal(v, []int64{0, 1, 2}) || err != nil {
			t.Errorf("version %d, contiguous: %v, %v", version, v, err)
		}
		if d, err = g.Dataset("/g/c"); err != nil {
			t.Fatal(err)
		}
		if v, err := d.ReadInts(); !slices.Equal(v, []int64{0, 1, 2, 3, 4, 5}) || err != nil {
			t.Errorf("version %d, chunked: %v, %v", version, v, err)
		}
	}
}

// TestLayout5 reads what HDF5 2.0 writes as version 5: the same but for its
// number and the width of sizes in the index.
func TestLayout5(t *testing.T) {
	p := samples(t)["seed-indexes.h5"]
	for _, path := range []string{"/single", "/fixed", "/ext", "/two"} {
		d, err := openBytes(t, p).Dataset(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := d.Read()
		if err != nil {
			t.Fatal(err)
		}
		m := d.hdr.find(msgLayout)
		q := patch(t, p, m.data, append([]byte{5}, m.data[1:]...))
		f, err := NewFile(bytes.NewReader(q), int64(len(q)), Limits{ignoreChecksums: true})
		if err != nil {
			t.Fatal(err)
		}
		if d, err = f.Dataset(path); err != nil {
			t.Fatal(err)
		}
		if got, err := d.Read(); err != nil || !bytes.Equal(got.Data, want.Data) {
			t.Errorf("%s: data differs, %v", path, err)
		}
	}
}

// TestHugeDeclared makes small files claim to be enormous.
func TestHugeDeclared(t *testing.T) {
	p := oldFile(t)
	f := openBytes(t, p)
	le := binary.LittleEndian
	for _, path := range []string{"/x", "/g/c"} {
		d, err := f.Dataset(path)
		if err != nil {
			t.Fatal(err)
		}
		space := d.hdr.find(msgDataspace).data
		for _, n := range []uint64{1 << 20, 1 << 31, 1 << 40, 1 << 60, 1<<64 - 2} {
			big := bytes.Clone(space)
			le.PutUint64(big[8:], n)
			if len(big) >= 24 {
				le.PutUint64(big[16:], n)
			}
			// x and c differ in their sizes, so the message is found once.
			g, err := NewFile(bytes.NewReader(patch(t, p, space, big)), int64(len(p)), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			checkCost(t, len(p), func() {
				d, err := g.Dataset(path)
				if err == nil {
					_, err = d.ReadFloat64s()
				}
				if err == nil && n > 1<<24 {
					t.Errorf("%s of %d elements: no error", path, n)
				}
				if d == nil {
					return
				}
				for _, err := range d.Chunks() {
					if err != nil {
						break
					}
				}
				for _, err := range d.RowBlocks() {
					if err != nil {
						break
					}
				}
			})
		}
	}
}

func TestReadErrors(t *testing.T) {
	f := openBytes(t, samples(t)["dtypes-v110.h5"])
	d, err := f.Dataset("/chunked/be-f4")
	if err != nil {
		t.Fatal(err)
	}
	for what, fn := range map[string]func() error{
		"strings of floats":  func() error { _, err := d.ReadStrings(); return err },
		"integers of floats": func() error { _, err := d.ReadInts(); return err },
		"rows backwards":     func() error { _, err := d.ReadRows(3, 2); return err },
		"rows outside":       func() error { _, err := d.ReadRows(3, 6); return err },
		"slab of rank 1":     func() error { _, err := d.ReadSlab([]uint64{0}, []uint64{1}); return err },
		"slab outside":       func() error { _, err := d.ReadSlab([]uint64{0, math.MaxUint64}, []uint64{1, 2}); return err },
		"numbers of a compound": func() error {
			c, err := f.Dataset("/compound")
			if err != nil {
				return err
			}
			_, err = c.ReadFloat64s()
			return err
		},
		"a scalar's rows": func() error {
			c, err := f.Dataset("/scalar")
			if err != nil {
				return err
			}
			_, err = c.ReadRows(0, 1)
			return err
		},
	} {
		err := fn()
		var fe *FormatError
		if !errors.Is(err, ErrType) || !errors.As(err, &fe) || fe.Path == "" {
			t.Errorf("%s: %v, want ErrType", what, err)
		}
	}
	u, err := f.Dataset("/contiguous/le-u8")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.ReadInts(); !errors.Is(err, ErrType) {
		t.Errorf("2^64-1 as int64: %v", err)
	}
	i, err := f.Dataset("/contiguous/le-i4")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := i.ReadUints(); !errors.Is(err, ErrType) {
		t.Errorf("-2^31 as uint64: %v", err)
	}
	g, err := NewFile(f.r, f.size, Limits{MaxRead: 16})
	if err != nil {
		t.Fatal(err)
	}
	if d, err = g.Dataset("/chunked/be-f4"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Read(); !errors.Is(err, ErrLimit) {
		t.Errorf("60 bytes at a limit of 16: %v", err)
	}
}

func TestTypes(t *testing.T) {
	f := openBytes(t, samples(t)["dtypes-v110.h5"])
	for path, want := range map[string]string{
		"/contiguous/be-f2": "big-endian float16",
		"/contiguous/le-f8": "float64",
		"/contiguous/u1":    "uint8",
		"/contiguous/i1":    "int8",
		"/contiguous/bool":  "bool",
		"/enum":             "enum of uint8",
		"/compound":         "compound {a, b}",
		"/array":            "array [2 3] of big-endian int32",
		"/opaque":           "opaque",
		"/odd/int3-be":      "big-endian int24",
	} {
		d, err := f.Dataset(path)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := d.Type().String(); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	d, err := f.Dataset("/enum")
	if err != nil {
		t.Fatal(err)
	}
	if e := d.Type().Enum; len(e) != 3 || !slices.Contains(e, EnumMember{"behavior", 7}) {
		t.Errorf("enum is %v", e)
	}
	c, err := f.Dataset("/compound")
	if err != nil {
		t.Fatal(err)
	}
	if m := c.Type().Members; len(m) != 2 || m[1].Name != "b" || m[1].Offset != 4 || m[1].Type.String() != "float64" {
		t.Errorf("compound is %v", m)
	}
	o, err := f.Root().Open("/type")
	if n, ok := o.(*NamedType); !ok || n.Type.String() != "int16" {
		t.Errorf("committed type is %v, %v", o, err)
	}
	if d, err = f.Dataset("/chunked/le-f4"); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(d.Filters(), d.ChunkShape()); got != "[shuffle deflate] [2 2]" {
		t.Errorf("filters and chunks are %s", got)
	}
}

func TestReferences(t *testing.T) {
	f := openBytes(t, samples(t)["seed-types.h5"])
	d, err := f.Dataset("/r")
	if err != nil {
		t.Fatal(err)
	}
	b, err := d.Read()
	if err != nil {
		t.Fatal(err)
	}
	refs, err := b.References(nil)
	if err != nil || len(refs) != 2 {
		t.Fatalf("references are %v, %v", refs, err)
	}
	o, err := f.Dereference(refs[0])
	if err != nil {
		t.Fatal(err)
	}
	if v, err := o.(*Dataset).ReadBools(); !slices.Equal(v, []bool{true, false}) || err != nil {
		t.Errorf("what the reference leads to is %v, %v", v, err)
	}
	if _, err := f.Dereference(3); !errors.Is(err, ErrCorrupt) {
		t.Errorf("reference to nothing: %v", err)
	}
}

func TestUnsupported(t *testing.T) {
	f := openBytes(t, samples(t)["filters-v110.h5"])
	d, err := f.Dataset("/unsupported/scaleoffset")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.ReadInts(); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "scale-offset") ||
		!strings.Contains(err.Error(), "/unsupported/scaleoffset") {
		t.Errorf("an unsupported filter: %v", err)
	}
}

// TestFletcher damages a chunk, which its checksum is there to notice.
func TestFletcher(t *testing.T) {
	p := samples(t)["filters-v110.h5"]
	f := openBytes(t, p)
	d, err := f.Dataset("/fletcher/u1")
	if err != nil {
		t.Fatal(err)
	}
	x, err := d.chunks()
	if err != nil {
		t.Fatal(err)
	}
	q := bytes.Clone(p)
	q[x.records[0].addr+3] ^= 4
	if d, err = openBytes(t, q).Dataset("/fletcher/u1"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Read(); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "fletcher32") {
		t.Errorf("a damaged chunk: %v", err)
	}
}

func TestConcurrent(t *testing.T) {
	f := openBytes(t, samples(t)["strings-v110.h5"])
	d, err := f.Dataset("/vlen-chunked")
	if err != nil {
		t.Fatal(err)
	}
	want, err := d.ReadStrings()
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			d, err := f.Dataset("/vlen-chunked")
			if err != nil {
				t.Error(err)
				return
			}
			if got, err := d.ReadStrings(); err != nil || !slices.Equal(got, want) {
				t.Errorf("strings differ, %v", err)
			}
			if _, err := d.ReadRows(3, 5); err != nil {
				t.Error(err)
			}
			if err := f.Walk(func(o Object) error { _, err := o.Attributes(); return err }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.h5")
	if err := os.WriteFile(path, oldFile(t), 0o666); err != nil {
		t.Fatal(err)
	}
	f, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Open(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "is a folder, not a file") {
		t.Errorf("a directory: %v", err)
	}
	interrupted, cancel := context.WithCancel(t.Context())
	if f, err = Open(interrupted, path); err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cancel()
	d, err := f.Dataset("/x")
	if err == nil {
		_, err = d.ReadFloat64s()
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if _, err := Open(t.Context(), filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func BenchmarkUnshuffle4(b *testing.B) { benchUnshuffle(b, 4) }
func BenchmarkUnshuffle8(b *testing.B) { benchUnshuffle(b, 8) }

func benchUnshuffle(b *testing.B, n int) {
	src, dst := make([]byte, 4<<20), make([]byte, 4<<20)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		unshuffle(dst, src, n)
	}
}
