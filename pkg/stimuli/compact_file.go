package stimuli

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// CompactSuffix ends the name of a file that holds a layer's inner products in the place
// of its activations. It is an .npz archive, uncompressed, with arrays of float64 and
// header.json, which describes them:
//
//	<list>.products.npy   the upper triangle of X_c·X_cᵀ of a list of stimuli, row by row
//	<list>.sums.npy       2 × stimuli: what distances with row sums need beside
//	fitting.products.npy  the upper triangle of the fitting stimuli's products, standardised
//	cross.npy             stimuli × fitting stimuli: the products of both
const CompactSuffix = ".compact.npz"

// compactFormat is raised when such files change.
const compactFormat = 1

const compactHeaderName = "header.json"

// StimulusList is stimuli of one set, in order.
type StimulusList struct {
	StimulusSet string   `json:"stimulus_set"`
	IDs         []string `json:"stimuli"`
}

// CompactRow is a stimulus of one of the parts of a reading.
type CompactRow struct {
	Part int    `json:"part"` // the fitting stimulus set is the first
	ID   string `json:"stimulus_id"`
}

// CompactList describes the inner products of one list of stimuli.
type CompactList struct {
	Parts []StimulusList `json:"parts"`
	// Kept are the numbers beside the arrays, which metrics know.
	Kept json.RawMessage `json:"kept"`
}

// CompactContent is the hash of the activations to some stimuli, as scores list it.
type CompactContent struct {
	Parts  []StimulusList `json:"parts"`
	SHA256 string         `json:"sha256"`
}

// CompactHeader describes a file of inner products.
type CompactHeader struct {
	Format   int      `json:"brainscore_compact"`
	Model    string   `json:"model"`
	Layer    string   `json:"layer"`
	Sets     []string `json:"stimulus_sets"`
	Features int      `json:"features"`
	// Bytes is the size of the activations that the file stands for.
	Bytes  int64         `json:"activation_bytes"`
	Kernel string        `json:"kernel"`
	Lists  []CompactList `json:"lists,omitempty"`
	// Fitting are the stimuli that read-outs are fitted on, and Tested the others.
	Fitting *StimulusList  `json:"fitting,omitempty"`
	Tested  []StimulusList `json:"tested,omitempty"`
	// Contents are hashes of the activations.
	Contents []CompactContent `json:"activations"`
	// Alike groups stimuli with the same activations; those of Zeros are all 0.
	Alike [][]CompactRow `json:"alike,omitempty"`
	Zeros []CompactRow   `json:"zeros,omitempty"`
	// Arrays has the hash of each array.
	Arrays map[string]string `json:"arrays"`
}

func countStimuli(parts []StimulusList) int {
	n := 0
	for _, p := range parts {
		n += len(p.IDs)
	}
	return n
}

// Stimuli returns the number of stimuli of the list.
func (l CompactList) Stimuli() int { return countStimuli(l.Parts) }

// Names of arrays.
const (
	fittingProducts = "fitting.products.npy"
	crossProducts   = "cross.npy"
)

func productsName(list int) string { return fmt.Sprintf("%d.products.npy", list) }

func sumsName(list int) string { return fmt.Sprintf("%d.sums.npy", list) }

// shapes returns the arrays that the header describes, with their shapes.
func (h *CompactHeader) shapes() map[string][]int64 {
	triangle := func(n int) []int64 { return []int64{int64(n) * (int64(n) + 1) / 2} }
	all := make(map[string][]int64)
	for i, l := range h.Lists {
		n := l.Stimuli()
		all[productsName(i)] = triangle(n)
		all[sumsName(i)] = []int64{2, int64(n)}
	}
	if h.Fitting != nil {
		fit := len(h.Fitting.IDs)
		all[fittingProducts] = triangle(fit)
		all[crossProducts] = []int64{int64(countStimuli(h.Tested)), int64(fit)}
	}
	return all
}

// CompactProducts are the matrices of a file of inner products that is written.
type CompactProducts struct {
	// Lists are those of the header's lists.
	Lists []ListProducts
	// Fitting is fit × fit, of which the upper triangle is written, and Cross
	// rest × fit; nil without a read-out.
	Fitting, Cross []float64
}

// ListProducts are the inner products of a list of n stimuli: K, n × n, and two sums of
// each row.
type ListProducts struct{ K, Sums, Shifts []float64 }

// WriteCompact writes a file of inner products in one step.
func WriteCompact(path string, h *CompactHeader, p CompactProducts) error {
	return fsutil.WriteFile(path, 0, func(w io.Writer) error {
		z := zip.NewWriter(w)
		h.Format, h.Arrays = compactFormat, make(map[string]string)
		shapes := h.shapes()
		add := func(name string, write func(put func(row []float64) error) error) error {
			member, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
			if err != nil {
				return err
			}
			sum := sha256.New()
			to := bufio.NewWriterSize(io.MultiWriter(member, sum), 1<<20)
			axes := make([]int, len(shapes[name]))
			for i, n := range shapes[name] {
				axes[i] = int(n)
			}
			if err := npy.WriteHeader(to, "<f8", axes...); err != nil {
				return err
			}
			var buffer []byte
			err = write(func(row []float64) error {
				buffer = buffer[:0]
				for _, v := range row {
					buffer = binary.LittleEndian.AppendUint64(buffer, math.Float64bits(v))
				}
				_, err := to.Write(buffer)
				return err
			})
			if err == nil {
				err = to.Flush()
			}
			h.Arrays[name] = hashText(sum)
			return err
		}
		triangle := func(n int, k []float64) func(put func(row []float64) error) error {
			return func(put func(row []float64) error) error {
				for i := range n {
					if err := put(k[i*n+i : (i+1)*n]); err != nil {
						return err
					}
				}
				return nil
			}
		}
		for i, l := range p.Lists {
			if err := add(productsName(i), triangle(h.Lists[i].Stimuli(), l.K)); err != nil {
				return err
			}
			err := add(sumsName(i), func(put func(row []float64) error) error { return errors.Join(put(l.Sums), put(l.Shifts)) })
			if err != nil {
				return err
			}
		}
		if h.Fitting != nil {
			if err := add(fittingProducts, triangle(len(h.Fitting.IDs), p.Fitting)); err != nil {
				return err
			}
			if err := add(crossProducts, func(put func(row []float64) error) error { return put(p.Cross) }); err != nil {
				return err
			}
		}
		member, err := z.CreateHeader(&zip.FileHeader{Name: compactHeaderName, Method: zip.Store})
		if err == nil {
			err = json.NewEncoder(member).Encode(h)
		}
		return errors.Join(err, z.Close())
	})
}

func hashText(h hash.Hash) string { return fmt.Sprintf("sha256:%x", h.Sum(nil)) }

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
	if c.Features < 1 || len(c.Sets) == 0 || c.Layer == "" {
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
	k, err := c.triangle(productsName(list), n)
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
	if fitting, err = c.triangle(fittingProducts, fit); err != nil {
		return nil, nil, err
	}
	cross = make([]float64, countStimuli(c.Tested)*fit)
	return fitting, cross, c.array(crossProducts, func(read func([]float64) error) error { return read(cross) })
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
