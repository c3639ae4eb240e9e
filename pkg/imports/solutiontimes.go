package imports

import (
	"fmt"
	"slices"
	"strings"
)

// decoderDim is the dimension, or the coordinate, of assemblies that hold the
// solution times of several decoders; those of the SVM are what Kar et al. 2019
// compare models with.
const (
	decoderDim  = "decoder"
	usedDecoder = "svm"
)

// solutionTimes adds the column ost, of the SVM where there are several decoders,
// and takes each stimulus once: of those that come again the first counts.
func (d *dataset) solutionTimes(t table, r *Result) (table, error) {
	const expected = "presentation (× decoder) of solution times, with the coordinates stimulus_id, truth and i1"
	if !t.has("ost") {
		values, err := d.decoded(expected)
		if err != nil {
			return nil, err
		}
		t = append(t, column{"ost", values})
	}
	if t.has(decoderDim) {
		var rows []int
		for i, name := range t.find(decoderDim) {
			if name == usedDecoder {
				rows = append(rows, i)
			}
		}
		if len(rows) == 0 {
			return nil, d.noDecoder(t.find(decoderDim))
		}
		t = t.keep(rows)
	}
	if n := len(t[0].values); n > 0 {
		if t = t.firstOfEach(stimulusID); len(t[0].values) < n {
			r.note("%s: %d presentations repeat a stimulus and are left out", d.path, n-len(t[0].values))
		}
	}
	if !t.has("truth") && !t.has("sample_obj") && t.has("image_label") {
		t = append(t, column{"truth", t.find("image_label")})
		r.note("%s: has no coordinate truth; it is that of image_label", d.path)
	}
	return t, nil
}

// decoded reads the data along presentation, of the decoder that is used.
func (d *dataset) decoded(expected string) ([]string, error) {
	names := []string{presentation}
	if _, err := d.data.Axis(decoderDim); err == nil {
		names = append(names, decoderDim)
	}
	axes, err := d.order(expected, names...)
	if err != nil {
		return nil, err
	}
	lengths := d.data.Shape()
	if n := lengths[axes[0]]; n > 1<<24 || len(axes) == 2 && lengths[axes[1]] > 1<<8 {
		return nil, bad(d.path, "has the data "+shape(d.data), "solution times of so many stimuli or decoders are not read")
	}
	stride, offset := 1, 0
	if len(axes) == 2 {
		decoders, err := d.columns(decoderDim, &Result{})
		if err != nil {
			return nil, err
		}
		offset = slices.Index(decoders.find(decoderDim), usedDecoder)
		if offset < 0 {
			return nil, d.noDecoder(decoders.find(decoderDim))
		}
		if axes[1] < axes[0] {
			offset *= int(lengths[axes[0]])
		} else {
			stride = int(lengths[axes[1]])
		}
	}
	all, err := coordinate(d.data, false)
	if err != nil {
		return nil, unreadable(d.path, expectedNetCDF, err)
	}
	values := make([]string, lengths[axes[0]])
	for i := range values {
		values[i] = all[offset+i*stride]
	}
	return values, nil
}

func (d *dataset) noDecoder(found []string) error {
	slices.Sort(found)
	return bad(d.path, fmt.Sprintf("has no decoder %q", usedDecoder), "it has "+strings.Join(slices.Compact(found), ", "))
}
