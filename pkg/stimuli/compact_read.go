package stimuli

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// CompactFile is a file of inner products that is open for reading.
type CompactFile struct {
	CompactHeader
	path    string
	file    *infile.File
	members map[string]*zip.File
}

// compactAgain is the remedy for a file of inner products that cannot be used.
const compactAgain = "write it again with brainscore compact"

func (c *CompactFile) bad(what string, args ...any) error {
	return &FileError{Path: c.path, What: fmt.Sprintf(what, args...), Remedy: compactAgain}
}

// OpenCompact opens a file of inner products and checks its header, and the sizes of its
// arrays against it. Whoever wrote it, nothing in it is larger than the file.
func OpenCompact(path string) (*CompactFile, error) {
	f, err := infile.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	c := &CompactFile{path: path, file: f, members: make(map[string]*zip.File)}
	if err := c.readHeader(); err != nil {
		f.Close()
		return nil, err
	}
	return c, nil
}

func (c *CompactFile) readHeader() error {
	z, err := zip.NewReader(c.file, c.file.Size())
	if err != nil {
		return &FileError{Path: c.path, What: "is not an .npz archive, or incomplete", Remedy: compactAgain, Err: err}
	}
	var total uint64
	for _, m := range z.File {
		switch total += m.UncompressedSize64; {
		case m.Method != zip.Store || m.CompressedSize64 != m.UncompressedSize64:
			return c.bad("has the compressed member %q", m.Name)
		case m.UncompressedSize64 > uint64(c.file.Size()) || total > uint64(c.file.Size()):
			return c.bad("states sizes of its members that are larger than the file")
		case c.members[m.Name] != nil:
			return c.bad("has the member %q twice", m.Name)
		}
		c.members[m.Name] = m
	}
	if err := c.readJSON(); err != nil {
		return err
	}
	if err := c.checkHeader(); err != nil {
		return err
	}
	shapes := c.shapes()
	for name := range c.members {
		if _, ok := shapes[name]; !ok && name != compactHeaderName {
			return c.bad("has the member %q, which its header does not describe", name)
		}
	}
	for name, shape := range shapes {
		bytes := 8.0
		for _, n := range shape {
			bytes *= float64(n)
		}
		const header = 1 << 10 // of an array, at most
		switch m := c.members[name]; {
		case m == nil:
			return c.bad("lacks the array %s", name)
		case !(bytes <= float64(m.UncompressedSize64) && float64(m.UncompressedSize64) <= bytes+header):
			return c.bad("has %d bytes in %s, whose shape is %v", m.UncompressedSize64, name, shape)
		case !strings.HasPrefix(c.Arrays[name], "sha256:"):
			return c.bad("has no hash of %s", name)
		}
	}
	return nil
}

func (c *CompactFile) readJSON() error {
	const limit = 256 << 20
	m := c.members[compactHeaderName]
	if m == nil || m.UncompressedSize64 > limit {
		return c.bad("has no header.json, or one of more than %s", infile.Size(limit))
	}
	r, err := m.Open()
	if err != nil {
		return c.bad("cannot be read: %v", err)
	}
	defer r.Close()
	// Its size is that of the member, which reads no further.
	data, err := io.ReadAll(r)
	if err == nil {
		err = json.Unmarshal(data, &c.CompactHeader)
	}
	if err != nil {
		return c.bad("has an unreadable header.json: %v", err)
	}
	return nil
}

// checkHeader returns an error if the header contradicts itself.
func (c *CompactFile) checkHeader() error {
	if c.Format != compactFormat {
		return &FileError{Path: c.path, What: fmt.Sprintf("has format %d of inner products, and this version reads %d", c.Format, compactFormat), Remedy: "use the version of brainscore that wrote it, or " + compactAgain}
	}
	const most = 1 << 32 // features, whose products with stimuli are far from overflow
	if c.Features < 1 || c.Features > most || len(c.Sets) == 0 || c.Layer == "" {
		return c.bad("does not name its layer, stimulus sets and features")
	}
	if c.Fitting == nil && len(c.Tested) > 0 || c.Fitting != nil && len(c.Fitting.IDs) == 0 {
		return c.bad("has a read-out without fitting stimuli")
	}
	lists := [][]StimulusList{c.Tested}
	for _, l := range c.Lists {
		lists = append(lists, l.Parts)
		if l.Stimuli() == 0 {
			return c.bad("has an empty list of stimuli")
		}
	}
	if c.Fitting != nil {
		lists = append(lists, []StimulusList{*c.Fitting})
	}
	for _, parts := range lists {
		for _, p := range parts {
			known := make(map[string]bool, len(p.IDs))
			for _, id := range p.IDs {
				if known[id] {
					return c.bad("lists the stimulus %q twice", id)
				}
				known[id] = true
			}
		}
	}
	return nil
}

// Path returns the file's path.
func (c *CompactFile) Path() string { return c.path }

// Size returns the bytes of the file.
func (c *CompactFile) Size() int64 { return c.file.Size() }

// Close closes the file.
func (c *CompactFile) Close() error { return c.file.Close() }

// List returns the index of the list of these stimuli, -1 if the file has none.
func (c *CompactFile) List(parts []StimulusList) int {
	return slices.IndexFunc(c.Lists, func(l CompactList) bool { return SameStimuli(l.Parts, parts) })
}

// SameStimuli reports whether two lists are of the same stimuli in the same order.
func SameStimuli(a, b []StimulusList) bool {
	return slices.EqualFunc(a, b, func(p, q StimulusList) bool {
		return p.StimulusSet == q.StimulusSet && slices.Equal(p.IDs, q.IDs)
	})
}

// Content returns the hash of the activations to these stimuli, "" if the file has none.
func (c *CompactFile) Content(parts []StimulusList) string {
	for _, content := range c.Contents {
		if SameStimuli(content.Parts, parts) {
			return content.SHA256
		}
	}
	return ""
}

// Products returns the matrices of a list: K is whole.
func (c *CompactFile) Products(list int) (ListProducts, error) {
	n := c.Lists[list].Stimuli()
	k, err := c.triangle(ProductsName(list), n)
	if err != nil {
		return ListProducts{}, err
	}
	sums := make([]float64, 2*n)
	if err := c.array(sumsName(list), func(read func([]float64) error) error { return read(sums) }); err != nil {
		return ListProducts{}, err
	}
	return ListProducts{K: k, Sums: sums[:n], Shifts: sums[n:]}, nil
}

// Readout returns the products of the fitting stimuli, whole, and those of the others
// with them.
func (c *CompactFile) Readout() (fitting, cross []float64, err error) {
	fit := len(c.Fitting.IDs)
	if fitting, err = c.triangle(FittingProducts, fit); err != nil {
		return nil, nil, err
	}
	cross = make([]float64, countStimuli(c.Tested)*fit)
	return fitting, cross, c.array(CrossProducts, func(read func([]float64) error) error { return read(cross) })
}

// triangle reads the upper triangle of an n × n matrix and fills the lower one.
func (c *CompactFile) triangle(name string, n int) ([]float64, error) {
	k := make([]float64, n*n)
	err := c.array(name, func(read func([]float64) error) error {
		for i := range n {
			if err := read(k[i*n+i : (i+1)*n]); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range n {
		for j := i + 1; j < n; j++ {
			k[j*n+i] = k[i*n+j]
		}
	}
	return k, err
}

// array reads an array and checks its hash.
func (c *CompactFile) array(name string, fill func(read func([]float64) error) error) error {
	r, err := c.members[name].Open()
	if err != nil {
		return c.bad("cannot be read: %v", err)
	}
	defer r.Close()
	sum := sha256.New()
	from := bufio.NewReaderSize(io.TeeReader(r, sum), 1<<20)
	head, err := npy.ReadHeader(from)
	if err != nil {
		return c.bad("has the array %s, of which %v", name, err)
	}
	if head.Descr != "<f8" || head.Fortran || !slices.Equal(head.Shape, c.shapes()[name]) {
		return c.bad("has the array %s of the type %s and shape %v, not <f8 and %v", name, head.Descr, head.Shape, c.shapes()[name])
	}
	var buffer []byte
	err = fill(func(to []float64) error {
		buffer = slices.Grow(buffer[:0], 8*len(to))[:8*len(to)]
		if _, err := io.ReadFull(from, buffer); err != nil {
			return err
		}
		for i := range to {
			to[i] = math.Float64frombits(binary.LittleEndian.Uint64(buffer[8*i:]))
		}
		return nil
	})
	if err == nil {
		// What follows is checked too, as the archive's own sum is at the end.
		var n int64
		if n, err = io.Copy(io.Discard, from); err == nil && n > 0 {
			err = fmt.Errorf("%d bytes follow it", n)
		}
	}
	if err != nil {
		return c.bad("has an unreadable array %s: %v", name, err)
	}
	if got := hashText(sum); got != c.Arrays[name] {
		return c.bad("has an array %s that is not the one its header states: its hash is %s, not %s", name, got, c.Arrays[name])
	}
	return nil
}
