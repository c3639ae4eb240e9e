package hdf5

import (
	"bytes"
	"compress/zlib"
	"runtime"
	"strings"
	"testing"
	"time"
)

// checkCost fails where reading a small input took long or much memory.
func checkCost(t *testing.T, n int, fn func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	fn()
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	// Up to 200 datasets of hostileLimits.MaxRead are read a few times over.
	if alloc := after.TotalAlloc - before.TotalAlloc; alloc > 8<<30 {
		t.Errorf("%d bytes made the reader allocate %d MiB", n, alloc>>20)
	}
	if took > 20*time.Second {
		t.Errorf("%d bytes took %v", n, took)
	}
}

// FuzzOpen reads everything that a file seems to have.
func FuzzOpen(f *testing.F) {
	for name, p := range samples(f) {
		if strings.HasPrefix(name, "seed-") || strings.HasPrefix(name, "sizes-") || len(p) < 10000 {
			f.Add(p)
		}
	}
	for _, name := range []string{"many.h5", "many_numbers.h5", "wide.h5", "cells.mat", "wide.nc", "characters.nc"} {
		f.Add(archived(f, "limits.zip", name))
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		if len(p) > 1<<18 {
			return
		}
		checkCost(t, len(p), func() { readEverything(p, hostileLimits) })
	})
}

// FuzzChunk undoes filters, in any order, on any bytes.
func FuzzChunk(f *testing.F) {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write(bytes.Repeat([]byte("abcdefgh"), 16))
	w.Close()
	f.Add([]byte{1}, z.Bytes(), uint32(0), uint16(128), uint8(4))
	f.Add([]byte{2, 1}, z.Bytes(), uint32(0), uint16(128), uint8(8))
	f.Add([]byte{3}, []byte("abcd\xc4\xc6\x26\x28"), uint32(0), uint16(4), uint8(1))
	f.Add([]byte{4}, []byte("\x02abc\x40\x02"), uint32(0), uint16(7), uint8(1))
	f.Add([]byte{5}, []byte("BZh91AY&SY"), uint32(0), uint16(7), uint8(1))
	f.Add([]byte{2}, []byte("abcdefghi"), uint32(1), uint16(9), uint8(2))
	ids := []uint16{0, filterDeflate, filterShuffle, filterFletcher32, filterLZF, filterBzip2}
	f.Fuzz(func(t *testing.T, list, data []byte, mask uint32, size uint16, elem uint8) {
		if len(list) > 6 {
			return
		}
		p := &pipeline{}
		for _, i := range list {
			p.list = append(p.list, Filter{ID: ids[int(i)%len(ids)], Params: []uint32{uint32(elem)}})
		}
		checkCost(t, len(data), func() {
			got, err := p.decode(nil, data, mask, int(size))
			if err == nil && len(got) != int(size) {
				t.Errorf("%d bytes, expected %d", len(got), size)
			}
		})
	})
}

// FuzzTypes parses datatypes, dataspaces, layouts and attributes from bytes,
// which a whole file seldom reaches.
func FuzzTypes(f *testing.F) {
	for name, p := range samples(f) {
		if !strings.HasPrefix(name, "seed-") {
			continue
		}
		h, err := NewFile(bytes.NewReader(p), int64(len(p)), Limits{})
		if err != nil {
			f.Fatal(err)
		}
		h.Walk(func(o Object) error {
			for _, m := range o.base().hdr.msgs {
				f.Add(m.data, uint8(m.typ))
			}
			return nil
		})
	}
	file := &File{r: strings.NewReader(""), limits: Limits{}.withDefaults(), offSize: 8, lenSize: 8,
		headers: map[uint64]*objectHeader{}, objects: map[uint64]Object{}}
	f.Fuzz(func(t *testing.T, p []byte, typ uint8) {
		if len(p) > 1<<16 {
			return
		}
		file.metaBudget, file.attrHeap = newBudget(1<<20), newBudget(1<<20)
		c := file.cursor(p, 0, "message")
		checkCost(t, len(p), func() {
			switch uint16(typ) {
			case msgDataspace:
				file.parseDataspace(c)
			case msgDatatype:
				if x, err := file.parseDatatype(c, 0); err == nil {
					_ = x.String()
				}
			case msgLayout:
				file.parseLayout(c, 2, 4)
			case msgFill:
				parseFill(c)
			case msgFilters:
				file.parseFilters(c)
			case msgLink:
				parseLink(c)
			case msgAttribute:
				if a, err := file.parseAttribute(c); err == nil {
					a.Float64s()
					a.Ints()
					a.Strings()
					a.References()
				}
			}
		})
	})
}

// FuzzNetCDF reads the variables of a file as netCDF-4, with what decodes them.
func FuzzNetCDF(f *testing.F) {
	for _, p := range samples(f) {
		if len(p) < 20000 {
			f.Add(p)
		}
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		if len(p) > 1<<18 {
			return
		}
		checkCost(t, len(p), func() {
			file, err := NewFile(bytes.NewReader(p), int64(len(p)), hostileLimits)
			if err != nil {
				return
			}
			n, err := NewNetCDF(file)
			if err != nil {
				return
			}
			vars := n.Vars
			for _, g := range n.Groups {
				vars = append(vars, g.Vars...)
			}
			for _, v := range vars[:min(50, len(vars))] {
				if names := v.DimNames(); len(names) != len(v.Shape()) {
					t.Fatalf("%d dimensions, shape %v", len(names), v.Shape())
				}
				for _, name := range v.DimNames() {
					_, _ = v.Axis(name)
				}
				_, _, _ = v.Missing()
				_, _ = v.Coordinates()
				if v.IsBool() {
					_, _ = v.ReadBools()
				}
				if texts, err := v.ReadCharStrings(1 << 20); err == nil && len(v.Shape()) > 0 && uint64(len(texts)) > v.Len() {
					t.Fatalf("%d texts of %v", len(texts), v.Shape())
				}
				_, _, _ = v.ReadMATLABText(1 << 20)
			}
		})
	})
}
