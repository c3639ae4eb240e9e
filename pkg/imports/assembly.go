package imports

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// AssemblyRequest asks for the import of an assembly.
type AssemblyRequest struct {
	Home        stimuli.Home
	Path        string
	ID          string
	StimulusSet string
	Kind        string // neural, behavioral, or "" to infer it from the dimensions
	Merge       bool   // add the stimulus set's columns to those of presentations
	MaxText     int64  // bytes that the coordinates may take as text; 0 for the usual
	Force       bool
	Progress    Progress
}

// Assembly installs a netCDF-4 assembly.
func Assembly(ctx context.Context, q AssemblyRequest) (*Result, error) {
	set, err := checkAssembly(q.Home, q.ID, q.StimulusSet, q.Force)
	if err != nil {
		return nil, err
	}
	d, err := openDataset(ctx, q.Path, q.MaxText)
	if err != nil {
		return nil, err
	}
	defer d.close()
	dims := d.data.DimNames()
	if isProperties(dims) && q.Kind != "neural" && q.Kind != "behavioral" {
		return q.properties(ctx, d)
	}
	if isThresholds(dims) && q.Kind != "neural" {
		return q.thresholds(d)
	}
	if !slices.Contains(dims, presentation) {
		return nil, d.wrongDims("presentation × neuroid (× time_bin) of recordings, or presentation of trials")
	}
	r := &Result{}
	t, err := d.columns(presentation, r)
	if err != nil {
		return nil, err
	}
	for _, v := range d.file.Vars {
		if len(v.Dims) == 0 && v != d.data {
			r.note("%s: ignores the coordinate %s, which is a single value", q.Path, v.Name)
		}
	}
	t.rename(imageID, stimulusID)
	if !t.has(stimulusID) {
		return nil, bad(q.Path, "has no coordinate stimulus_id or image_id along presentation", "it has "+t.names())
	}
	if row := slices.Index(t.find(stimulusID), ""); row >= 0 {
		return nil, bad(q.Path, fmt.Sprintf("has an empty stimulus_id for presentation %d", row+1), "")
	}
	if err := checkNames(q.Path, stimulusID, t.find(stimulusID)); err != nil {
		return nil, err
	}
	if err := checkInSet(q.Path, t.find(stimulusID), set); err != nil {
		return nil, err
	}
	if q.Merge {
		if t, err = merge(t, set); err != nil {
			return nil, err
		}
	}
	if isMatrices(dims) && q.Kind != "behavioral" {
		return q.matrices(ctx, d, t.first(stimulusID), set, r)
	}
	kind := q.Kind
	if kind == "" {
		kind = "neural"
		if !slices.Contains(dims, neuroid) {
			kind = "behavioral"
		}
	}
	s, err := stage(q.Home.AssembliesDir(), q.ID, q.Force)
	if err != nil {
		return nil, err
	}
	defer s.discard()
	if kind == "neural" {
		err = q.neural(ctx, d, t.first(stimulusID), s, r)
	} else {
		err = q.behavioral(d, t, set, s, r)
	}
	if err != nil {
		return nil, err
	}
	if err := s.writeInfo(q.ID, kind, q.StimulusSet); err != nil {
		return nil, err
	}
	if kind == "neural" {
		// An assembly that cannot be scored is not installed.
		a, err := stimuli.OpenNeural(s.dir)
		if err != nil {
			return nil, err
		}
		a.Close()
	}
	r.Path = s.target
	return r, s.commit()
}

// merge appends the stimulus set's columns that t does not have.
func merge(t table, set *stimuli.StimulusSet) (table, error) {
	ids := t.find(stimulusID)
	for _, name := range set.Table.Columns {
		if t.has(name) {
			continue
		}
		values, err := set.Values(name, ids)
		if err != nil {
			return nil, err
		}
		t = append(t, column{name, values})
	}
	return t, nil
}

// order returns the axes of the data by the names of its dimensions. All other
// axes must be of length 1.
func (d *dataset) order(expected string, names ...string) ([]int, error) {
	var axes []int
	shape := d.data.Shape()
	for _, n := range names {
		axis, err := d.data.Axis(n)
		if err != nil {
			return nil, d.wrongDims(expected)
		}
		axes = append(axes, axis)
	}
	for i, n := range shape {
		if !slices.Contains(axes, i) && n != 1 {
			return nil, d.wrongDims(expected)
		}
		if n == 0 {
			return nil, bad(d.path, "has no data: "+d.data.Dims[i].Name+" is of length 0", "")
		}
	}
	return axes, nil
}

func (q AssemblyRequest) neural(ctx context.Context, d *dataset, t table, s *staging, r *Result) error {
	const expected = "presentation × neuroid (× time_bin) of recordings"
	names := []string{presentation, neuroid}
	bins := 0
	if axis, err := d.data.Axis(timeBin); err == nil && d.data.Shape()[axis] > 1 {
		names = append(names, timeBin)
		bins = int(d.data.Shape()[axis])
	}
	axes, err := d.order(expected, names...)
	if err != nil {
		return err
	}
	a, err := newArray(d.data.Dataset, axes, d.data)
	if err != nil {
		return bad(d.path, fmt.Sprintf("the data %s %v", d.data.Name, err), "recordings are numbers; import trials with --kind behavioral")
	}
	if missing, err := a.fillIsMissing(); err != nil {
		return d.explain(ctx, err)
	} else if !missing {
		if err := checkWritten(d.path, d.data.Name, a); err != nil {
			return d.explain(ctx, err)
		}
	}
	units, err := neuroids(d, r)
	if err != nil {
		return err
	}
	if err := s.writeTable("presentation.csv", t); err != nil {
		return err
	}
	if err := s.writeTable("neuroid.csv", units); err != nil {
		return err
	}
	r.What = fmt.Sprintf("%d presentations × %d neuroids", a.lengths[0], a.lengths[1])
	if bins > 0 {
		times, err := timeBins(d)
		if err != nil {
			return err
		}
		if err := s.writeTable("time_bin.csv", times); err != nil {
			return err
		}
		r.What += fmt.Sprintf(" × %d time bins", bins)
	}
	r.What += ", " + a.descr[1:]
	return q.writeValues(ctx, d, s, "values.npy", a)
}

// writeValues writes an array as a file of the folder.
func (q AssemblyRequest) writeValues(ctx context.Context, d *dataset, s *staging, name string, a *array) error {
	return s.write(name, func(f *os.File) error {
		out, err := newNPY(f, a.descr, a.size, a.shapeOf(len(a.lengths))...)
		if err != nil {
			return err
		}
		err = a.slabs(ctx, q.Progress.start(d.path, a.bytes()), func(p slab) error {
			if err := out.put(p.row, p.data); err != nil {
				return fmt.Errorf("writing %s: %w", s.target, fsutil.Reason(err))
			}
			return nil
		})
		return d.explain(ctx, err)
	})
}

// neuroids returns the neuroid table. Neuroids without ids are numbered.
func neuroids(d *dataset, r *Result) (table, error) {
	t, err := d.columns(neuroid, r)
	if err != nil {
		return nil, err
	}
	t.rename(neuroid, neuroidID)
	if !t.has(neuroidID) {
		axis, err := d.data.Axis(neuroid)
		if err != nil {
			return nil, err
		}
		n := d.data.Shape()[axis]
		if n > 1<<22 {
			return nil, bad(d.path, fmt.Sprintf("has %d neuroids without a neuroid_id", n), "write a coordinate neuroid_id")
		}
		ids := make([]string, n)
		for i := range ids {
			ids[i] = strconv.Itoa(i)
		}
		t = append(t, column{neuroidID, ids})
		r.note("%s: has no neuroid_id; neuroids are numbered from 0", d.path)
	}
	return t.first(neuroidID), checkNeuroids(d.path, t)
}

// timeBins returns the table of a time axis.
func timeBins(d *dataset) (table, error) {
	t, err := d.columns(timeBin, &Result{})
	if err != nil {
		return nil, err
	}
	if !t.has("time_bin_start") || !t.has("time_bin_end") {
		return nil, bad(d.path, "has no coordinates time_bin_start and time_bin_end along time_bin", "it has "+t.names())
	}
	return t.first("time_bin_start", "time_bin_end"), nil
}

// explain names the file of an error of the HDF5 reader.
func (d *dataset) explain(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil || !isReader(err) {
		return err
	}
	return unreadable(d.path, expectedNetCDF, err)
}

// writeInfo writes assembly.yaml, with further lines. Safe ids need quoting at most.
func (s *staging) writeInfo(id, kind, set string, more ...string) error {
	return s.write("assembly.yaml", func(f *os.File) error {
		_, err := fmt.Fprintf(f, "identifier: %s\nkind: %s\nstimulus_set: %s\n%s", scalar(id), kind, scalar(set), strings.Join(more, ""))
		return err
	})
}

// scalar returns a YAML string, quoted if it would be read as another type.
func scalar(s string) string {
	plain := strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == ""
	_, err := strconv.ParseFloat(s, 64)
	word := slices.Contains([]string{"true", "false", "yes", "no", "on", "off", "null", "y", "n"}, strings.ToLower(s))
	if plain && err != nil && !word && s[0] != '-' && !digits(s[:1]) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// digits reports whether a text consists of digits only.
func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
