package imports

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// rowDims are the names that the dimension of stimuli can have.
var rowDims = []string{presentation, stimulusID, imageID, "stimulus", "stimulus_path"}

// fromNetCDF reads model features or class probabilities as xarray writes them.
func (q DumpRequest) fromNetCDF(ctx context.Context, r *Result) (*dumpFiles, func(), error) {
	d, err := openDataset(ctx, q.Path, q.MaxText)
	if err != nil {
		return nil, nil, err
	}
	out, err := q.features(ctx, d, r)
	if err != nil {
		d.close()
		return nil, nil, err
	}
	return out, d.close, nil
}

func (q DumpRequest) features(ctx context.Context, d *dataset, r *Result) (*dumpFiles, error) {
	const expected = "presentation × neuroid (× time_bin) of features, or presentation × choice of probabilities"
	dims := d.data.DimNames()
	row := slices.IndexFunc(dims, func(n string) bool { return slices.Contains(rowDims, n) })
	if row < 0 || len(dims) < 2 {
		return nil, d.wrongDims(expected)
	}
	t, err := d.columns(dims[row], r)
	if err != nil {
		return nil, err
	}
	out := &dumpFiles{rows: int(d.data.Shape()[row])}
	if out.candidates, err = d.rowNames(dims[row], t); err != nil {
		return nil, err
	}
	// Rows, then features in the file's order, then time.
	names := []string{dims[row]}
	bins := 0
	for i, n := range dims {
		switch {
		case i == row:
		case n == timeBin:
			if bins = int(d.data.Shape()[i]); bins == 1 {
				bins = 0
			}
		default:
			names = append(names, n)
		}
	}
	if bins > 0 {
		names = append(names, timeBin)
	}
	axes, err := d.order(expected, names...)
	if err != nil {
		return nil, err
	}
	a, err := newArray(d.data.Dataset, axes, d.data)
	if err != nil {
		return nil, bad(d.path, fmt.Sprintf("the data %s %v", d.data.Name, err), "features are numbers")
	}
	if slices.Contains(dims, choiceDim) {
		return out, q.probabilities(ctx, d, a, out, r)
	}
	width := a.cols() / max(1, bins)
	var layers []string
	if slices.Contains(dims, neuroid) && len(names) == 2+min(1, bins) {
		units, err := d.columns(neuroid, &Result{})
		if err != nil {
			return nil, err
		}
		layers = units.find("layer")
	}
	parts, err := q.split(layers, width, r)
	if err != nil {
		return nil, err
	}
	if bins == 0 {
		for _, p := range parts {
			out.names = append(out.names, p.name+".npy")
		}
	} else {
		for _, p := range parts {
			out.names = append(out.names, p.name)
		}
	}
	if err := checkWritten(d.path, d.data.Name, a); err != nil {
		return nil, d.explain(ctx, err)
	}
	out.what = fmt.Sprintf("%d layer(s)", len(parts))
	if len(parts) == 1 {
		out.what = fmt.Sprintf("layer %s of %d features", parts[0].name, parts[0].width)
	}
	var times stimuli.TimeBins
	if bins > 0 {
		if times, err = d.bins(); err != nil {
			return nil, err
		}
		out.what += fmt.Sprintf(" in %d time bins", bins)
	}
	out.write = func(s *staging) error { return q.writeLayers(ctx, d, a, parts, times, s) }
	return out, nil
}

// rowNames lists the coordinates along the dimension of stimuli, whose values t has.
func (d *dataset) rowNames(dim string, t table) ([]*rowNames, error) {
	var candidates []*rowNames
	for _, v := range d.file.Vars {
		if v == d.data || len(v.Dims) == 0 || v.Dims[0].Name != dim {
			continue
		}
		values := t.find(v.Name)
		if bare, ok := strings.CutSuffix(v.Name, "_"); ok && values == nil {
			values = t.find(bare)
		}
		if values == nil && isIndex(v) {
			// A dimension's own count from 0 is not in t, but can be ids.
			var err error
			if values, err = d.coordinate(v, false); err != nil {
				return nil, err
			}
		}
		if values != nil {
			candidates = append(candidates, &rowNames{array: v.Name, length: len(values), number: !v.Type().IsString(), read: func(int64) ([]string, error) { return values, nil }})
		}
	}
	return candidates, nil
}

// bins reads a time axis as bins, in the file's order.
func (d *dataset) bins() (stimuli.TimeBins, error) {
	t, err := timeBins(d)
	if err != nil {
		return nil, err
	}
	var bins stimuli.TimeBins
	for i, v := range t.find("time_bin_start") {
		var b stimuli.TimeBin
		if _, err := fmt.Sscan(v+" "+t.find("time_bin_end")[i], &b.Start, &b.End); err != nil {
			return nil, bad(d.path, fmt.Sprintf("has the time bin %q to %q", v, t.find("time_bin_end")[i]), "start and end are numbers of milliseconds")
		}
		bins = append(bins, b)
	}
	return bins, bins.Check(d.path)
}

// part is the columns of one layer.
type part struct {
	name  string
	runs  [][2]int // from, to
	width int
}

// split groups columns by layer, in order of first appearance.
func (q DumpRequest) split(layers []string, width int, r *Result) ([]part, error) {
	if layers == nil {
		name := q.Layer
		if name == "" {
			name = stem(q.Path)
			r.note("%s: has no coordinate layer along neuroid; the layer is named %s", q.Path, name)
		}
		names, err := layerFiles(q.Path, []string{name}, r)
		if err != nil {
			return nil, err
		}
		return []part{{names[0], [][2]int{{0, width}}, width}}, nil
	}
	index := map[string]int{}
	var order []string
	var parts []part
	for i, l := range layers {
		layer, ok := index[l]
		if !ok {
			layer = len(parts)
			index[l] = layer
			order = append(order, l)
			parts = append(parts, part{})
		}
		p := &parts[layer]
		p.width++
		if n := len(p.runs); n > 0 && p.runs[n-1][1] == i {
			p.runs[n-1][1]++
		} else {
			p.runs = append(p.runs, [2]int{i, i + 1})
		}
	}
	if q.Layer != "" {
		layer, ok := index[q.Layer]
		if !ok {
			return nil, bad(q.Path, fmt.Sprintf("has no layer %q", q.Layer), "it has "+strings.Join(order, ", "))
		}
		order, parts = []string{q.Layer}, parts[layer:layer+1]
	}
	names, err := layerFiles(q.Path, order, r)
	if err != nil {
		return nil, err
	}
	for i := range parts {
		parts[i].name = names[i]
	}
	return parts, nil
}

// writeLayers writes each layer's columns to its own file, or to a file for each
// time bin.
func (q DumpRequest) writeLayers(ctx context.Context, d *dataset, a *array, parts []part, times stimuli.TimeBins, s *staging) error {
	bins := max(1, len(times))
	files := make([][]*npyFile, len(parts))
	var open []*os.File
	defer func() {
		for _, f := range open {
			f.Close()
		}
	}()
	for i, p := range parts {
		for b := range bins {
			path := s.path(p.name + ".npy")
			if times != nil {
				if err := os.MkdirAll(s.path(p.name), 0o777); err != nil {
					return fmt.Errorf("writing %s: %w", s.target, fsutil.Reason(err))
				}
				path = filepath.Join(s.path(p.name), times[b].String()+".npy")
			}
			f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
			if err != nil {
				return fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
			}
			open = append(open, f)
			out, err := newNPY(f, a.descr, a.size, a.rows(), p.width)
			if err != nil {
				return err
			}
			files[i] = append(files[i], out)
		}
	}
	row := a.cols() * a.size
	err := a.slabs(ctx, q.Progress.start(d.path, a.bytes()), func(sl slab) error {
		var part []byte
		for i, p := range parts {
			for b := range bins {
				part = part[:0]
				for r := range sl.rows {
					line := sl.data[r*row:][:row]
					for _, run := range p.runs {
						if bins == 1 {
							part = append(part, line[run[0]*a.size:run[1]*a.size]...)
							continue
						}
						for c := run[0]; c < run[1]; c++ {
							part = append(part, line[(c*bins+b)*a.size:][:a.size]...)
						}
					}
				}
				if err := files[i][b].put(sl.row, part); err != nil {
					return fmt.Errorf("writing %s: %w", s.target, fsutil.Reason(err))
				}
			}
		}
		return nil
	})
	if err != nil {
		return d.explain(ctx, err)
	}
	for _, f := range open {
		if err := f.Sync(); err != nil {
			return fmt.Errorf("writing %s: %w", f.Name(), fsutil.Reason(err))
		}
	}
	return nil
}

// probabilities imports an array stimuli × choices.
func (q DumpRequest) probabilities(ctx context.Context, d *dataset, a *array, out *dumpFiles, r *Result) error {
	if len(a.axes) != 2 {
		return d.wrongDims("presentation × choice of probabilities")
	}
	t, err := d.columns(choiceDim, r)
	if err != nil {
		return err
	}
	choices := t.find("choice")
	if choices == nil {
		return bad(d.path, "does not name its choices by a coordinate choice_ along choice", "it has "+t.names())
	}
	if err := checkUnique(d.path, "choice", choices); err != nil {
		return err
	}
	if q.Layer != "" && q.Layer != stimuli.ProbabilitiesLayer {
		return bad(d.path, "holds class probabilities, whose layer is called probabilities", "remove --layer")
	}
	out.names = []string{"choices.csv", "probabilities.npy"}
	out.what = fmt.Sprintf("probabilities of %d choices", len(choices))
	out.write = func(s *staging) error {
		if err := s.writeTable("choices.csv", table{{"choice", choices}}); err != nil {
			return err
		}
		all := part{"probabilities", [][2]int{{0, len(choices)}}, len(choices)}
		return q.writeLayers(ctx, d, a, []part{all}, nil, s)
	}
	return nil
}
