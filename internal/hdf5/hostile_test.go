package hdf5

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand"
	"sort"
	"strings"
	"testing"
	"time"
)

// hostileLimits keep a mutated file from being slow for a good reason.
var hostileLimits = Limits{MaxRead: 4 << 20, MaxChunk: 1 << 20, MaxFill: 1 << 20, ignoreEOF: true, ignoreChecksums: true}

// readEverything reads all that a file has and returns the errors met.
func readEverything(p []byte, l Limits) []error {
	f, err := NewFile(bytes.NewReader(p), int64(len(p)), l)
	if err != nil {
		return []error{err}
	}
	var errs []error
	note := func(err error) {
		if err != nil && len(errs) < 1000 {
			errs = append(errs, err)
		}
	}
	left := 200 // datasets whose values are read
	note(f.Walk(func(o Object) error {
		attrs, err := o.Attributes()
		note(err)
		for i, a := range attrs {
			if i == 200 {
				break
			}
			if a.Type.IsNumeric() {
				_, err = a.Float64s()
				note(err)
				_, err = a.Ints()
			} else if a.Type.IsString() {
				_, err = a.Strings()
			} else {
				_, err = a.References()
			}
			note(err)
			_ = a.Type.String()
		}
		switch o := o.(type) {
		case *Group:
			links, err := o.Links()
			note(err)
			for i, l := range links {
				if i == 200 {
					break
				}
				if l.Kind != HardLink {
					_, err := o.Follow(l)
					note(err)
				}
			}
		case *Dataset:
			if left--; left < 0 {
				return nil
			}
			note(readDataset(o))
			_, err := o.Unwritten()
			note(err)
			_, _, err = o.ReadMATLABText(1 << 20)
			note(err)
		}
		return nil
	}))
	_ = f.IsMATLAB()
	_, err = NewNetCDF(f)
	note(err)
	return errs
}

func readDataset(d *Dataset) error {
	_ = d.Type().String()
	var err error
	switch {
	case d.Type().IsString():
		_, err = d.ReadStrings()
	case d.Type().IsNumeric():
		_, err = d.ReadFloat64s()
		if err == nil {
			_, err = d.ReadInts()
		}
	default:
		_, err = d.Read()
	}
	if err != nil && !errors.Is(err, ErrType) {
		return err
	}
	n := 0
	for b, err := range d.Chunks() {
		if err != nil {
			return err
		}
		if n += len(b.Data); n > 1<<20 {
			break
		}
	}
	if s := d.Shape(); len(s) > 0 && s[0] > 0 {
		if _, err := d.ReadRows(s[0]/2, s[0]/2+1); err != nil {
			return err
		}
	}
	return nil
}

// within fails the test if fn takes longer than it may.
func within(t *testing.T, d time.Duration, what string, fn func()) {
	t.Helper()
	start := time.Now()
	fn()
	if took := time.Since(start); took > d {
		t.Errorf("%s took %v", what, took)
	}
}

func sampleNames(files map[string][]byte) []string {
	var names []string
	for n := range files {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

func TestTruncated(t *testing.T) {
	files := samples(t)
	steps := 40
	if testing.Short() {
		steps = 10
	}
	for _, name := range sampleNames(files) {
		p := files[name]
		steps := steps
		if strings.HasPrefix(name, "long-") {
			steps = steps/5 + 1
		}
		for i := range steps {
			n := len(p) * i / steps
			_, err := NewFile(bytes.NewReader(p[:n]), int64(n), Limits{})
			switch {
			case n < 16 && i == 0:
				if !errors.Is(err, ErrNotHDF5) {
					t.Errorf("%s, %d bytes: %v", name, n, err)
				}
			case !errors.Is(err, ErrTruncated) && !errors.Is(err, ErrNotHDF5):
				t.Errorf("%s, %d of %d bytes: %v", name, n, len(p), err)
			}
			// And with what the superblock says of the size left aside.
			within(t, 20*time.Second, fmt.Sprintf("%s, %d bytes", name, n), func() {
				readEverything(p[:n], hostileLimits)
			})
		}
	}
}

func TestFlippedBytes(t *testing.T) {
	files := samples(t)
	rounds := 25
	if testing.Short() {
		rounds = 5
	}
	r := rand.New(rand.NewSource(1))
	for _, name := range sampleNames(files) {
		p := files[name]
		rounds := rounds
		if strings.HasPrefix(name, "long-") {
			rounds = rounds/5 + 1 // these have 100,000 chunks
		}
		for i := range rounds {
			q := bytes.Clone(p)
			for range 1 + r.Intn(8) {
				at := r.Intn(len(q))
				if i%2 == 0 {
					at = r.Intn(min(len(q), 2048)) // where the structures are
				}
				switch r.Intn(4) {
				case 0:
					q[at] = 0xff
				case 1:
					q[at] ^= 1 << r.Intn(8)
				case 2:
					q[at] = byte(r.Intn(256))
				case 3:
					// an address or size from elsewhere in the file
					n := min(8, len(q)-at)
					from := r.Intn(len(p) - n + 1)
					copy(q[at:at+n], p[from:from+n])
				}
			}
			within(t, 20*time.Second, fmt.Sprintf("%s, round %d", name, i), func() { readEverything(q, hostileLimits) })
		}
	}
}

// TestChecksums flips a byte in every place of version 2 files: what checksums
// cover is reported.
func TestChecksums(t *testing.T) {
	p := samples(t)["userblock-v110.h5"]
	caught := 0
	for at := 512; at < 512+48; at++ {
		q := bytes.Clone(p)
		q[at] ^= 0x10
		if _, err := NewFile(bytes.NewReader(q), int64(len(q)), Limits{}); err == nil {
			t.Errorf("byte %d of the superblock changed: no error", at)
		} else if strings.Contains(err.Error(), "checksum") {
			caught++
		}
	}
	if caught < 30 {
		t.Errorf("checksum caught %d of 48 changes", caught)
	}
}

func TestSniff(t *testing.T) {
	for _, c := range []struct{ data, want string }{
		{"", "empty file"},
		{"CDF\x01" + strings.Repeat("\x00", 40), "netCDF-3"},
		{"CDF\x02" + strings.Repeat("\x00", 40), "netCDF-3"},
		{"CDF\x05" + strings.Repeat("\x00", 40), "netCDF-3"},
		{"\x1f\x8b\x08\x00aaaaaaaa", "gzip"},
		{"PK\x03\x04aaaaaaaaaaaa", "zip"},
		{"\n <!DOCTYPE html><html><body>Not found", "HTML"},
		{"<html><body>Not found", "HTML"},
		{"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "storage service"},
		{"<?xml version=\"1.0\"?><x/>", "XML document"},
		{"version https://git-lfs.github.com/spec/v1\n", "Git LFS"},
		{"\x89HDF", "truncated"},
		{"{\"message\": \"Not Found\"}", "JSON"},
		{"\x93NUMPY\x01\x00", "NumPy"},
		{"a,b,c\n1,2,3\n", "text file"},
		{strings.Repeat("\x00", 4096), "zeros"},
		{"\x01\x02\x03\x04\x05\x06\x07\x08\x09", "another kind"},
	} {
		_, err := NewFile(strings.NewReader(c.data), int64(len(c.data)), Limits{})
		var not *NotHDF5Error
		if !errors.Is(err, ErrNotHDF5) || !errors.As(err, &not) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.20q: %v, want %q", c.data, err, c.want)
		}
	}
}

func TestLinks(t *testing.T) {
	for _, name := range []string{"groups-earliest.h5", "groups-v108.h5", "groups-v110.h5"} {
		f := openBytes(t, samples(t)[name])
		for path, want := range map[string]error{
			"/dangling":       ErrNotFound,
			"/circle":         ErrCorrupt,
			"/external":       ErrUnsupported,
			"/nowhere":        ErrNotFound,
			"/a/b/c/d/e":      ErrNotFound,
			"/soft":           nil,
			"/loop/loop/soft": nil,
			"/a/relative/d":   nil,
			"many/n0007":      nil,
		} {
			_, err := f.Dataset(path)
			if !errors.Is(err, want) || want == nil && err != nil {
				t.Errorf("%s %s: %v, want %v", name, path, err, want)
			}
		}
		if _, err := f.Dataset("/a"); !errors.Is(err, ErrType) {
			t.Errorf("a group as a dataset: %v", err)
		}
		if _, err := f.Group("/hard"); !errors.Is(err, ErrType) {
			t.Errorf("a dataset as a group: %v", err)
		}
		g, err := f.Group("/ordered")
		if err != nil {
			t.Fatal(err)
		}
		links, err := g.Links()
		var names string
		for _, l := range links {
			names += l.Name
		}
		if names != "zyxabc" || err != nil {
			t.Errorf("%s: links in order of creation are %s, %v", name, names, err)
		}
	}
}

// TestLoops makes structures lead to themselves.
func TestLoops(t *testing.T) {
	le := binary.LittleEndian
	files := samples(t)
	l := Limits{ignoreEOF: true}
	expect := func(what string, p []byte, want string) {
		t.Helper()
		var errs []error
		within(t, 5*time.Second, what, func() { errs = readEverything(p, l) })
		for _, err := range errs {
			if errors.Is(err, ErrCorrupt) && strings.Contains(err.Error(), want) {
				return
			}
		}
		t.Errorf("%s: %v, want %q", what, errs, want)
	}

	// A continuation block that holds the message that leads to it.
	p := bytes.Clone(files["attrs-earliest.h5"])
	message := []byte{0x10, 0, 0x10, 0, 0, 0, 0, 0}
	n := 0
	for at := 0; ; {
		i := bytes.Index(p[at:], message)
		if i < 0 {
			break
		}
		at += i
		le.PutUint64(p[at+8:], uint64(at))
		le.PutUint64(p[at+16:], 24)
		at += 24
		n++
	}
	if n == 0 {
		t.Fatal("no continuation")
	}
	expect("continuation", p, "loop")

	// A B-tree node that is its own child, and says so as a level above.
	p = bytes.Clone(files["seed-old.h5"])
	at := bytes.Index(p, []byte("TREE"))
	p[at+5] = 1
	le.PutUint64(p[at+32:], uint64(at))
	expect("B-tree", p, "loop")

	// Many links to one group are no loop, however deep they lead.
	f := openBytes(t, files["groups-v110.h5"])
	if _, err := f.Group(strings.Repeat("/loop", 10000)); err != nil {
		t.Error(err)
	}

	// Strings that lie in a heap collection that is not one.
	p = bytes.Clone(files["seed-old.h5"])
	copy(p[bytes.Index(p, []byte("GCOL")):], "GCOX")
	expect("global heap", p, "global heap")

	// An object of a heap that reaches past its end.
	p = bytes.Clone(files["seed-old.h5"])
	at = bytes.Index(p, []byte("GCOL"))
	le.PutUint64(p[at+24:], 1<<62)
	expect("global heap object", p, "global heap object")
}

// TestNestedTypes nests datatypes deeper than anything has them.
func TestNestedTypes(t *testing.T) {
	f := openBytes(t, samples(t)["seed-old.h5"])
	p := bytes.Repeat([]byte{0x19, 0, 0, 0, 16, 0, 0, 0}, 10000)
	if _, err := f.parseDatatype(f.cursor(p, 0, "datatype"), 0); !errors.Is(err, ErrCorrupt) {
		t.Errorf("%v, want ErrCorrupt", err)
	}
}
