package imports

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"strconv"

	"github.com/brainscore-go/brainscore/internal/fsutil"
)

// repetition is the column that numbers the presentations of the same stimulus.
const repetition = "repetition"

// write writes the values, one row a presentation, and the tables.
func (v *recorded) write(ctx context.Context, s *staging, r *Result) error {
	descr, size := "<f8", 8
	if v.a.Single() {
		descr, size = "<f4", 4
	}
	kept, err := v.presentations(ctx)
	if err != nil {
		return err
	}
	padded := v.rows*max(1, v.repetitions) - len(kept)
	if len(kept) == 0 {
		return bad(v.Path, "holds no values, only NaN", "save the recordings")
	}
	err = s.write("values.npy", func(f *os.File) error {
		out, err := newNPY(f, descr, size, len(kept), v.neuroids)
		if err != nil {
			return err
		}
		var line []byte
		next := 0
		return v.each(ctx, v.Progress.start(v.Path, v.a.Bytes()), func(presentation int, values []float64) error {
			if next == len(kept) || kept[next] != presentation {
				return nil
			}
			line = line[:0]
			for _, x := range values {
				if size == 4 {
					line = binary.LittleEndian.AppendUint32(line, math.Float32bits(float32(x)))
				} else {
					line = binary.LittleEndian.AppendUint64(line, math.Float64bits(x))
				}
			}
			next++
			if err := out.put(next-1, line); err != nil {
				return fmt.Errorf("writing %s: %w", s.target, fsutil.Reason(err))
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	t := v.presentationTable(kept, r)
	if err := s.writeTable("presentation.csv", t); err != nil {
		return err
	}
	r.What = fmt.Sprintf("%d presentations × %d neuroids, %s", len(kept), v.neuroids, descr[1:])
	if v.repetitions > 0 {
		r.note("%s: read as %d stimuli × %d repetitions × %d neuroids", v.Path, v.rows, v.repetitions, v.neuroids)
	}
	if padded > 0 {
		r.note("%s: omits %d repetitions whose values are all NaN", v.Path, padded)
	}
	return s.writeTable("neuroid.csv", v.neuroidTable)
}

// presentations lists the presentations to keep: all, but of an array with an axis of
// repetitions only those with a value, since NaN fills the repetitions that a stimulus
// lacks.
func (v *recorded) presentations(ctx context.Context) ([]int, error) {
	var kept []int
	if v.repetitions == 0 {
		for i := range v.rows {
			kept = append(kept, i)
		}
		return kept, nil
	}
	err := v.each(ctx, func(int64) {}, func(presentation int, values []float64) error {
		for _, x := range values {
			if !math.IsNaN(x) {
				kept = append(kept, presentation)
				break
			}
		}
		return nil
	})
	return kept, err
}

// each calls use with the values of each presentation, in order: the repetitions of a
// stimulus follow each other. The slice is reused.
func (v *recorded) each(ctx context.Context, progress func(int64), use func(presentation int, values []float64) error) error {
	const blockValues = 1 << 18
	repetitions, width := max(1, v.repetitions), v.neuroids
	// A block is some rows, or some repetitions of one row.
	reps := min(repetitions, max(1, blockValues/width))
	step := 1
	if reps == repetitions {
		step = min(v.rows, max(1, blockValues/(repetitions*width)))
	}
	buffer := make([]float64, step*reps*width)
	var done int64
	for lo := 0; lo < v.rows; lo += step {
		var rows []int
		for i := lo; i < min(lo+step, v.rows); i++ {
			rows = append(rows, i)
		}
		for first := 0; first < repetitions; first += reps {
			if err := ctx.Err(); err != nil {
				return err
			}
			count := min(reps, repetitions-first)
			if err := v.a.ReadBlock(rows, first*width, (first+count)*width, buffer, count*width, nil); err != nil {
				return err
			}
			for i := range len(rows) * count {
				if err := use(rows[i/count]*repetitions+first+i%count, buffer[i*width:][:width]); err != nil {
					return err
				}
			}
			done += int64(len(rows)*count*width) * int64(v.a.DType().Size)
			progress(done)
		}
	}
	return nil
}

// presentationTable returns the table of presentations. Trials that repeat stimuli and
// have no column repetition are numbered in their order.
func (v *recorded) presentationTable(kept []int, r *Result) table {
	repetitions := max(1, v.repetitions)
	rows, numbers := make([]int, len(kept)), make([]string, len(kept))
	for i, presentation := range kept {
		rows[i] = presentation / repetitions
		numbers[i] = strconv.Itoa(presentation % repetitions)
	}
	t := v.rowTable.selectRows(rows)
	if v.repetitions == 0 {
		ids := t.find(stimulusID)
		if t.has(repetition) || distinct(ids) {
			return t
		}
		shown := map[string]int{}
		for i, id := range ids {
			numbers[i] = strconv.Itoa(shown[id])
			shown[id]++
		}
		r.note("%s: the repetitions of each stimulus are numbered in the order of rows", v.Path)
	}
	return append(t, column{repetition, numbers}).first(stimulusID, repetition)
}
