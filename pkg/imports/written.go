package imports

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/hdf5"
)

// checkWritten returns an error if parts of an array were never written, for
// example since its writer was stopped: they would be read as the fill value.
func checkWritten(path, name string, a *array) error {
	u, err := a.v.Unwritten()
	if err != nil || u.Missing == 0 {
		return err
	}
	what := name + " was never written, only declared"
	if u.Parts > 1 || u.Missing < u.Parts {
		what = fmt.Sprintf("%d of %d chunks of %s were never written (%s)", u.Missing, u.Parts, name, a.missingRanges(u))
	}
	return bad(path, what, "the program that wrote the file ended early or is still running: run it again")
}

// missingRanges lists the elements in parts that were never written, by dimension,
// counted from 1. It omits dimensions without any written element, except the first.
func (a *array) missingRanges(u hdf5.Unwritten) string {
	var parts []string
	shape := a.v.Shape()
	for i, axis := range a.axes {
		ranges := u.Ranges[axis]
		if i > 0 && len(ranges) == 1 && ranges[0] == [2]uint64{0, shape[axis]} {
			continue
		}
		name := "rows"
		switch {
		case i == 1 && len(a.axes) == 2:
			name = "columns"
		case i > 0:
			name = fmt.Sprintf("dimension %d:", i+1)
		}
		var texts []string
		for k, r := range ranges {
			if k == 3 {
				texts = append(texts, "…")
				break
			}
			texts = append(texts, fmt.Sprintf("%d–%d", r[0]+1, r[1]))
		}
		parts = append(parts, name+" "+strings.Join(texts, ", "))
	}
	return strings.Join(parts, "; ")
}

// fillIsMissing reports whether parts that were never written are read as missing
// values.
func (a *array) fillIsMissing() (bool, error) {
	fill := 0.0
	if p := a.v.FillValue(); p != nil {
		values, err := (&hdf5.Block{Shape: []uint64{1}, Type: a.v.Type(), Data: p}).Float64s(nil)
		if err != nil || len(values) != 1 {
			return false, err
		}
		fill = values[0]
	}
	return math.IsNaN(fill) || a.decode != nil && slices.Contains(a.decode.missing, fill), nil
}
