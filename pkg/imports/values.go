package imports

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/brainscore-go/brainscore/internal/hdf5"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// array is a numeric variable as a matrix: rows × the axes that follow.
type array struct {
	v       *hdf5.Dataset
	axes    []int    // of the variable: rows first, then the others
	lengths []uint64 // of those axes

	descr  string // the type as numpy names it, as it is written
	size   int    // bytes of an element written
	decode *decoding
}

// decoding is the conversion that xarray applies to values when it reads them.
type decoding struct {
	missing       []float64
	scale, offset float64
}

// newArray returns a dataset as an array along axes. The other axes have length 1.
// nc is the same variable of a netCDF file, nil if the file is another.
func newArray(d *hdf5.Dataset, axes []int, nc *hdf5.Variable) (*array, error) {
	a := &array{v: d, axes: axes}
	total := uint64(1)
	for _, x := range axes {
		n := d.Shape()[x]
		a.lengths = append(a.lengths, n)
		// A header can declare any shape.
		if n > maxElements || n > 0 && total > maxElements/n {
			return nil, fmt.Errorf("has the shape %v, which is too large for an array", d.Shape())
		}
		total *= n
	}
	t := d.Type()
	a.size = t.Size
	switch {
	case t.Class == hdf5.ClassFloat && (t.Size == 2 || t.Size == 4 || t.Size == 8):
		a.descr = fmt.Sprintf("<f%d", t.Size)
	case t.Class == hdf5.ClassInteger && t.Precision == 8*t.Size && slices.Contains([]int{1, 2, 4, 8}, t.Size):
		kind := "u"
		if t.Signed {
			kind = "i"
		}
		order := "<"
		if t.Size == 1 {
			order = "|"
		}
		a.descr = fmt.Sprintf("%s%s%d", order, kind, t.Size)
	default:
		return nil, fmt.Errorf("holds %v, not numbers", t)
	}
	if nc != nil {
		if err := a.setDecoding(nc); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// setDecoding applies the netCDF conventions for missing and packed values.
func (a *array) setDecoding(v *hdf5.Variable) error {
	d := decoding{scale: 1}
	number := func(name string) (float64, bool, error) {
		attribute, err := v.Attribute(name)
		if err != nil {
			return 0, false, nil
		}
		x, err := attribute.Float64s()
		if err != nil || len(x) != 1 {
			return 0, false, fmt.Errorf("has an attribute %s that is not a number", name)
		}
		return x[0], true, nil
	}
	packed := false
	for _, name := range []string{"_FillValue", "missing_value"} {
		x, ok, err := number(name)
		if err != nil {
			return err
		}
		if ok && !math.IsNaN(x) {
			d.missing = append(d.missing, x)
		}
	}
	for name, to := range map[string]*float64{"scale_factor": &d.scale, "add_offset": &d.offset} {
		x, ok, err := number(name)
		if err != nil {
			return err
		}
		if ok {
			*to, packed = x, true
		}
	}
	isFloat := a.v.Type().Class == hdf5.ClassFloat
	if !packed && len(d.missing) == 0 {
		return nil
	}
	a.decode = &d
	if packed || !isFloat || a.size == 2 {
		a.descr, a.size = "<f8", 8
	}
	return nil
}

// cols returns the product of the axes after the first.
func (a *array) cols() int {
	n := 1
	for _, l := range a.lengths[1:] {
		n *= int(l)
	}
	return n
}

func (a *array) rows() int { return int(a.lengths[0]) }

// bytes returns the size of the elements as they are written.
func (a *array) bytes() int64 { return int64(a.rows()) * int64(a.cols()) * int64(a.size) }

const (
	maxElements = 1 << 46

	slabBytes    = 12 << 20 // the usual size of a slab
	maxSlabBytes = 96 << 20 // for chunks that would otherwise be decoded again
	workers      = 4
)

// slabRows returns the number of rows of a slab: whole chunks, if they fit.
func (a *array) slabRows() int {
	row := max(1, a.cols()*max(a.size, a.v.Type().Size))
	n := max(1, slabBytes/row)
	if chunk := a.v.ChunkShape(); chunk != nil {
		tall := int(min(chunk[a.axes[0]], uint64(a.rows())))
		switch {
		case tall <= n:
			n -= n % tall
		case tall <= maxSlabBytes/row:
			n = tall
		}
	}
	return min(n, a.rows())
}

// slab is some rows of an array, as they are written to a file.
type slab struct {
	row  int // the first
	rows int
	data []byte // little-endian, row-major
}

// slabs reads an array in parts and calls use with each: with small ones
// concurrently from several goroutines, with large ones in order, in memory that
// is reused.
func (a *array) slabs(ctx context.Context, progress func(int64), use func(slab) error) error {
	step := a.slabRows()
	count := (a.rows() + step - 1) / step
	if a.axes[0] == 0 && step*a.cols()*a.size > 2*slabBytes {
		return a.blocks(ctx, progress, use)
	}
	group, ctx := errgroup.WithContext(ctx)
	n := min(workers, runtime.GOMAXPROCS(0), count)
	if step*a.cols()*a.size > 2*slabBytes {
		n = 1
	}
	var next, done atomic.Int64
	for range n {
		group.Go(func() error {
			full := a.v.Shape()
			start := make([]uint64, len(full))
			var scratch []byte
			for {
				i := int(next.Add(1)) - 1
				if i >= count {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				lo, rows := i*step, min(step, a.rows()-i*step)
				start[a.axes[0]], full[a.axes[0]] = uint64(lo), uint64(rows)
				b, err := a.v.ReadSlab(start, full)
				if err != nil {
					return err
				}
				data, err := a.ordered(b, &scratch)
				if err != nil {
					return err
				}
				if err := use(slab{lo, rows, data}); err != nil {
					return err
				}
				progress(done.Add(int64(len(data))))
			}
		})
	}
	return group.Wait()
}

// blocks reads an array in the file's own blocks of rows.
func (a *array) blocks(ctx context.Context, progress func(int64), use func(slab) error) error {
	var scratch []byte
	var done int64
	for b, err := range a.v.RowBlocks() {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		data, err := a.ordered(b, &scratch)
		if err != nil {
			return err
		}
		if err := use(slab{int(b.Offset[0]), int(b.Shape[0]), data}); err != nil {
			return err
		}
		done += int64(len(data))
		progress(done)
	}
	return nil
}

// ordered returns the bytes of a block in the order to write; scratch is memory to
// reuse.
func (a *array) ordered(b *hdf5.Block, scratch *[]byte) ([]byte, error) {
	data := b.Data
	if a.decode != nil {
		var err error
		if data, err = a.decoded(b); err != nil {
			return nil, err
		}
	} else if b.Type.BigEndian && b.Type.Size > 1 {
		swap(data, b.Type.Size)
	}
	if !slices.IsSorted(a.axes) {
		data = a.transpose(data, b.Shape, scratch)
	}
	return data, nil
}

func swap(data []byte, size int) {
	switch size {
	case 2:
		for i := 0; i+2 <= len(data); i += 2 {
			data[i], data[i+1] = data[i+1], data[i]
		}
	case 4:
		for i := 0; i+4 <= len(data); i += 4 {
			binary.LittleEndian.PutUint32(data[i:], binary.BigEndian.Uint32(data[i:]))
		}
	case 8:
		for i := 0; i+8 <= len(data); i += 8 {
			binary.LittleEndian.PutUint64(data[i:], binary.BigEndian.Uint64(data[i:]))
		}
	}
}

// decoded applies missing values, scale and offset.
func (a *array) decoded(b *hdf5.Block) ([]byte, error) {
	values, err := b.Float64s(make([]float64, 0, b.Len()))
	if err != nil {
		return nil, err
	}
	d := a.decode
	out := make([]byte, 0, len(values)*a.size)
	for _, x := range values {
		if slices.Contains(d.missing, x) {
			x = math.NaN()
		} else if d.scale != 1 || d.offset != 0 {
			x = float64(x*d.scale) + d.offset
		}
		if a.size == 4 {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(x)))
			continue
		}
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(x))
	}
	return out, nil
}

// transpose copies a box of the file's shape count in the order of the axes.
func (a *array) transpose(data []byte, count []uint64, out *[]byte) []byte {
	if cap(*out) < len(data) {
		*out = make([]byte, len(data))
	}
	to := (*out)[:len(data)]
	stride := make([]int, len(count))
	n := 1
	for i := len(count) - 1; i >= 0; i-- {
		stride[i] = n
		n *= int(count[i])
	}
	k := len(a.axes)
	index := make([]int, k)
	from, size := 0, a.size
	for pos := 0; pos < len(to); pos += size {
		copy(to[pos:pos+size], data[from*size:])
		for i := k - 1; i >= 0; i-- {
			from += stride[a.axes[i]]
			if index[i]++; index[i] < int(count[a.axes[i]]) {
				break
			}
			from -= index[i] * stride[a.axes[i]]
			index[i] = 0
		}
	}
	return to
}

// shapeOf returns the shape to write, of the given number of axes.
func (a *array) shapeOf(axes int) []int {
	var s []int
	for _, n := range a.lengths[:axes] {
		s = append(s, int(n))
	}
	return s
}

// npyFile is a .npy file under construction, whose rows are written in any order.
type npyFile struct {
	w     io.WriterAt
	start int64
	width int64 // bytes of a row
}

func newNPY(w interface {
	io.Writer
	io.WriterAt
}, descr string, size int, shape ...int) (*npyFile, error) {
	count := &counter{w: w}
	if err := npy.WriteHeader(count, descr, shape...); err != nil {
		return nil, err
	}
	width := size
	for _, n := range shape[1:] {
		width *= n
	}
	return &npyFile{w, count.n, int64(width)}, nil
}

func (f *npyFile) put(row int, data []byte) error {
	_, err := f.w.WriteAt(data, f.start+int64(row)*f.width)
	return err
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
