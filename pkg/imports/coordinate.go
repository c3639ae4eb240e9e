package imports

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/brainscore-go/brainscore/internal/hdf5"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// textLimit bounds the coordinates of a file as text. A compressed file of a few
// kilobytes can hold gigabytes of it.
type textLimit struct {
	file      int64 // bytes of the file
	asked     bool
	remaining int64 // bytes that all coordinates may still take
}

// stringBytes is the memory of a string besides its text.
const stringBytes = 16

// newTextLimit returns the limit for a file of the given size; asked is the limit that
// the user sets, 0 for the usual.
func newTextLimit(file, asked int64) textLimit {
	if asked > 0 {
		return textLimit{file, true, asked}
	}
	// Numbers and short labels compress well.
	const small, times = 64 << 20, 48
	return textLimit{file, false, small + times*min(file, 1<<40)}
}

// of returns the bytes that a coordinate of n values may take. Its text must not be
// larger than the file, unless its values are short on average.
func (l textLimit) of(n uint64) int64 {
	if l.asked {
		return l.remaining
	}
	const small, short = 1 << 20, 64
	cells := int64(min(n, 1<<40))
	return min(l.remaining, max(l.file, small, short*cells)+stringBytes*cells)
}

func (l *textLimit) spend(values []string) { l.remaining -= sizeOf(values) }

// sizeOf returns the memory of strings.
func sizeOf(values []string) int64 {
	size := stringBytes * int64(len(values))
	for _, v := range values {
		size += int64(len(v))
	}
	return size
}

// coordinate reads a coordinate as text.
func (d *dataset) coordinate(v *hdf5.Variable, chars bool) ([]string, error) {
	limit := d.text.of(v.Len())
	if chars {
		limit = d.text.of(v.Shape()[0])
	}
	values, err := readText(v, chars, limit)
	if errors.Is(err, hdf5.ErrLimit) {
		return nil, &stimuli.FileError{Path: d.path, Err: err, What: fmt.Sprintf("has the coordinate %s with more text than the file of %d bytes warrants (%v)", v.Name, d.text.file, err), Remedy: "remove the coordinate, or allow its text by --max-text SIZE"}
	}
	if err != nil {
		return nil, unreadable(d.path, expectedNetCDF, fmt.Errorf("coordinate %s: %w", v.Name, err))
	}
	d.text.spend(values)
	return values, nil
}

// readText reads a variable as text that takes at most limit bytes.
func readText(v *hdf5.Variable, chars bool, limit int64) ([]string, error) {
	switch {
	case chars:
		return v.ReadCharStrings(limit)
	case v.Type().IsString():
		return v.ReadText(limit)
	}
	values := make([]string, 0, min(v.Len(), uint64(limit)/stringBytes))
	var size int64
	for b, err := range v.RowBlocks() {
		if err != nil {
			return nil, err
		}
		before := len(values)
		if values, err = format(values, v, b); err != nil {
			return nil, err
		}
		if size += sizeOf(values[before:]); size > limit {
			return nil, fmt.Errorf("%w: numbers of more than %d bytes as text", hdf5.ErrLimit, limit)
		}
	}
	return values, nil
}

// format appends a block's elements as text.
func format(values []string, v *hdf5.Variable, b *hdf5.Block) ([]string, error) {
	t := b.Type
	missing, hasMissing, err := v.Missing()
	if err != nil {
		return nil, err
	}
	absent := func(x float64) bool { return hasMissing && x == missing }
	switch {
	case v.IsBool():
		bools, err := b.Bools(nil)
		for _, x := range bools {
			values = append(values, map[bool]string{true: "True", false: "False"}[x])
		}
		return values, err
	case t.Class == hdf5.ClassInteger && !t.Signed:
		numbers, err := b.Uints(nil)
		return appendWhole(values, numbers, absent, strconv.FormatUint), err
	case t.Class == hdf5.ClassInteger:
		numbers, err := b.Ints(nil)
		return appendWhole(values, numbers, absent, strconv.FormatInt), err
	case t.Class == hdf5.ClassFloat:
		floats, err := b.Float64s(nil)
		bits := 64
		if t.Size <= 4 {
			bits = 32
		}
		for _, x := range floats {
			if absent(x) {
				x = math.NaN()
			}
			values = append(values, formatFloat(x, bits))
		}
		return values, err
	case t.Class == hdf5.ClassEnum:
		ints, err := b.Ints(nil)
		for _, x := range ints {
			name := strconv.FormatInt(x, 10)
			for _, m := range t.Enum {
				if m.Value == x {
					name = m.Name
				}
			}
			values = append(values, name)
		}
		return values, err
	}
	return nil, fmt.Errorf("it is %v, neither text nor numbers", t)
}

// appendWhole appends whole numbers in decimal, "" for absent ones.
func appendWhole[T int64 | uint64](values []string, numbers []T, absent func(float64) bool, format func(T, int) string) []string {
	for _, x := range numbers {
		text := ""
		if !absent(float64(x)) {
			text = format(x, 10)
		}
		values = append(values, text)
	}
	return values
}
