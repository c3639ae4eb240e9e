package stimuli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fileerr"
)

// TimeBin is an interval after stimulus onset, in milliseconds.
type TimeBin struct{ Start, End float64 }

func (b TimeBin) String() string {
	f := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	return f(b.Start) + "-" + f(b.End)
}

// TimeBins are time bins in ascending order.
type TimeBins []TimeBin

func (t TimeBins) String() string {
	names := make([]string, len(t))
	for i, b := range t {
		names[i] = b.String()
	}
	return strings.Join(names, ", ")
}

// overlapping returns the first two bins that share time.
func (t TimeBins) overlapping() (a, b TimeBin, found bool) {
	sorted := slices.SortedFunc(slices.Values(t), func(a, b TimeBin) int { return cmp.Compare(a.Start, b.Start) })
	for i := 1; i < len(sorted); i++ {
		if sorted[i].Start < sorted[i-1].End {
			return sorted[i-1], sorted[i], true
		}
	}
	return TimeBin{}, TimeBin{}, false
}

// Check returns an error about the file of the bins if one is empty or two share
// time.
func (t TimeBins) Check(path string) error {
	for _, b := range t {
		if !(b.Start < b.End) {
			return &FileError{Path: path, What: fmt.Sprintf("has the time bin %s", b), Remedy: "the start of a bin is before its end"}
		}
	}
	if a, b, found := t.overlapping(); found {
		return &FileError{Path: path, What: fmt.Sprintf("has time bins that overlap, %s and %s (of %s)", a, b, t), Remedy: "each moment belongs to one bin"}
	}
	return nil
}

// Weights returns each bin's share in the average over a span, in proportion to
// the time that they have in common, and false if the bins do not cover the span.
func (t TimeBins) Weights(span TimeBin) ([]float64, bool) {
	weights := make([]float64, len(t))
	covered := 0.0
	for i, b := range t {
		weights[i] = max(0, min(b.End, span.End)-max(b.Start, span.Start))
		covered += weights[i]
	}
	length := span.End - span.Start
	for i := range weights {
		weights[i] /= covered
	}
	return weights, covered >= length*(1-1e-9) && covered > 0
}

func readTimeBins(t *Table) (TimeBins, error) {
	starts, err := t.Column("time_bin_start")
	if err != nil {
		return nil, err
	}
	ends, err := t.Column("time_bin_end")
	if err != nil {
		return nil, err
	}
	bins := make(TimeBins, t.Len())
	for i := range bins {
		start, okStart := number(starts[i])
		end, okEnd := number(ends[i])
		if !okStart || !okEnd || !(start < end) {
			return nil, &FileError{Path: t.Path, Line: t.Line(i), What: fmt.Sprintf("has the time bin %q to %q", starts[i], ends[i]), Remedy: "start and end are numbers of milliseconds, the start before the end"}
		}
		bins[i] = TimeBin{start, end}
	}
	return bins, nil
}

// ReadAssemblyTimeBins reads the time bins of the recordings in a folder, without
// opening them. It returns nil if there is no time_bin.csv.
func ReadAssemblyTimeBins(dir string) (TimeBins, error) {
	table, err := ReadTable(filepath.Join(dir, "time_bin.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return readTimeBins(table)
}

// TimeBins returns a dump's bins of a layer in time, in ascending order, and the
// name of each bin's file.
func (d *Dump) TimeBins(set, layer string) (TimeBins, []string, error) {
	dir := filepath.Join(d.Dir, set, layer)
	if len(d.joined[layer]) > 0 {
		return nil, nil, &FileError{Path: d.settings, What: fmt.Sprintf("joins the layers %s, which cannot be read in time", layer), Remedy: "commit the region to one layer"}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, fileerr.Unreadable(dir, err)
	}
	type file struct {
		bin  TimeBin
		name string
	}
	var files []file
	for _, e := range entries {
		stem, isArray := strings.CutSuffix(e.Name(), ".npy")
		if !isArray || strings.HasPrefix(stem, ".") {
			continue
		}
		bin, ok := ParseTimeBin(stem)
		if !ok {
			return nil, nil, &FileError{Path: filepath.Join(dir, e.Name()), What: "is not named after a time bin", Remedy: "name the files of a layer in time <start>-<end>.npy, such as 70-90.npy, in milliseconds"}
		}
		files = append(files, file{bin, e.Name()})
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Compare(a.bin.Start, b.bin.Start) })
	var bins TimeBins
	var names []string
	for _, f := range files {
		bins = append(bins, f.bin)
		names = append(names, f.name)
	}
	return bins, names, bins.Check(dir)
}

// ParseTimeBin reads <start>-<end>, as the files of a layer in time are named, and reports
// whether it is a time bin. Either number may be negative.
func ParseTimeBin(name string) (TimeBin, bool) {
	for i := 1; i < len(name)-1; i++ {
		if name[i] != '-' {
			continue
		}
		start, okStart := number(name[:i])
		end, okEnd := number(name[i+1:])
		if okStart && okEnd {
			return TimeBin{start, end}, start < end
		}
	}
	return TimeBin{}, false
}
