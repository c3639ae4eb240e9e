package imports

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// write writes the tables and the values, in single precision if all parts are.
func (j *joinedRecordings) write(ctx context.Context, s *staging) error {
	if err := s.writeTable("presentation.csv", j.presentation); err != nil {
		return err
	}
	if err := s.writeTable("neuroid.csv", j.neuroid); err != nil {
		return err
	}
	descr, size := "<f4", 4
	for _, p := range j.parts {
		if !p.values.Single() {
			descr, size = "<f8", 8
		}
	}
	rows, shape := j.presentation.len(), []int{j.presentation.len(), j.neuroid.len()}
	if j.timeBins != nil {
		if err := s.writeTable("time_bin.csv", j.timeBins); err != nil {
			return err
		}
		shape = append(shape, j.bins)
	}
	width := j.neuroid.len() * j.bins
	if width > maxElements/rows {
		return bad(j.parts[0].dir, fmt.Sprintf("and the others have the shape %v together, which is too large for an array", shape), "join fewer")
	}
	var texts []string
	for _, n := range shape {
		texts = append(texts, strconv.Itoa(n))
	}
	j.result.What = fmt.Sprintf("%s of %d parts, %s", strings.Join(texts, " × "), len(j.parts), descr[1:])
	progress := j.Progress.start(j.ID, int64(rows)*int64(width)*int64(size))
	return s.write("values.npy", func(f *os.File) error {
		out, err := newNPY(f, descr, size, shape...)
		if err != nil {
			return err
		}
		b := joinedBlock{step: min(rows, max(1, slabBytes/(8*width))), width: width}
		var bytes []byte
		for lo := 0; lo < rows; lo += b.step {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := b.read(j, lo, min(b.step, rows-lo)); err != nil {
				return err
			}
			bytes = bytes[:0]
			for _, x := range b.values {
				if size == 4 {
					bytes = binary.LittleEndian.AppendUint32(bytes, math.Float32bits(float32(x)))
				} else {
					bytes = binary.LittleEndian.AppendUint64(bytes, math.Float64bits(x))
				}
			}
			if err := out.put(lo, bytes); err != nil {
				return fmt.Errorf("writing %s: %w", s.target, fsutil.Reason(err))
			}
			progress(int64(lo)*int64(width)*int64(size) + int64(len(bytes)))
		}
		for _, p := range j.parts {
			if err := p.values.Unchanged(); err != nil {
				return err
			}
		}
		return nil
	})
}

// joinedBlock holds the values of some joined presentations.
type joinedBlock struct {
	step, width int
	values      []float64
	own         []float64
	scratch     npy.Scratch
}

func (b *joinedBlock) read(j *joinedRecordings, lo, rows int) error {
	b.values = slices.Grow(b.values[:0], rows*b.width)[:rows*b.width]
	for i := range b.values {
		b.values[i] = math.NaN()
	}
	for _, p := range j.parts {
		var at, source []int
		for i, row := range p.rows[lo : lo+rows] {
			if row >= 0 {
				at, source = append(at, i), append(source, row)
			}
		}
		if len(source) == 0 {
			continue
		}
		cols := p.values.Cols()
		b.own = slices.Grow(b.own[:0], len(source)*cols)[:len(source)*cols]
		if err := p.values.ReadBlock(source, 0, cols, b.own, cols, &b.scratch); err != nil {
			return err
		}
		for k, i := range at {
			copy(b.values[i*b.width+p.first*j.bins:], b.own[k*cols:(k+1)*cols])
		}
	}
	return nil
}
