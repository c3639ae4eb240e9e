package imports

import (
	"fmt"
	"slices"
	"strings"
)

// decoderDim is the dimension, or the coordinate, of assemblies that hold the
// solution times of several decoders; Kar et al. 2019 compare models with those of
// the SVM.
const (
	decoderDim  = "decoder"
	usedDecoder = "svm"
)

// solutionTimes adds the column ost, of the SVM if there are several decoders, and
// keeps the first row of each stimulus.
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
		t = t.selectRows(rows)
	}
	if n := len(t[0].values); n > 0 {
		if t = t.firstOfEach(stimulusID); len(t[0].values) < n {
			r.note("%s: ignores %d presentations that repeat a stimulus", d.path, n-len(t[0].values))
		}
	}
	if !t.has("truth") && !t.has("sample_obj") && t.has("image_label") {
		t = append(t, column{"truth", t.find("image_label")})
		r.note("%s: has no coordinate truth; image_label is used instead", d.path)
	}
	return t, nil
}

// decoded reads the data along presentation, of the SVM if there are several
// decoders.
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
		return nil, bad(d.path, "has the data "+shape(d.data), "solution times have at most 2²⁴ stimuli and 256 decoders")
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
	all, err := d.coordinate(d.data, false)
	if err != nil {
		return nil, err
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
