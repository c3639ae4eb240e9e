package imports

import (
	"fmt"
	"slices"
	"strings"
)

// choose returns the layers to import and their names: all layers of the file, or
// the one that the request names. A single layer takes the name of the request.
// ignored are the arrays that are not layers.
func (q DumpRequest) choose(layers, ignored []string) (chosen, names []string, err error) {
	noun, _ := q.selector()
	switch {
	case slices.Contains(ignored, q.Layer):
		return nil, nil, bad(q.Path, fmt.Sprintf("has in %s no array stimuli × features", q.Layer), "it has "+strings.Join(layers, ", "))
	case q.Layer == "":
		return layers, layers, nil
	case slices.Contains(layers, q.Layer):
		return []string{q.Layer}, []string{q.Layer}, nil
	case len(layers) == 1 && !q.recordings:
		return layers, []string{q.Layer}, nil
	}
	return nil, nil, bad(q.Path, fmt.Sprintf("has no %s %q", noun, q.Layer), "it has "+strings.Join(layers, ", "))
}

// chooseLayers chooses the layers to import from a file with an array for each,
// and records their names, rows and description in out. measure returns the rows
// and the bytes of a layer; all must have the same number of rows.
func (q DumpRequest) chooseLayers(out *dumpFiles, layers []string, r *Result, measure func(layer string) (rows int, bytes int64, err error)) (chosen []string, bytes int64, err error) {
	chosen, names, err := q.choose(layers, out.ignored)
	if err != nil {
		return nil, 0, err
	}
	if names, err = layerFiles(q.Path, names, r); err != nil {
		return nil, 0, err
	}
	for i, l := range chosen {
		rows, size, err := measure(l)
		if err != nil {
			return nil, 0, err
		}
		if _, flag := q.selector(); out.rows >= 0 && rows != out.rows {
			return nil, 0, bad(q.Path, fmt.Sprintf("has %d rows of %s, but %d of %s", rows, l, out.rows, chosen[0]), "choose one with "+flag)
		}
		out.rows = rows
		bytes += size
		out.names = append(out.names, names[i]+".npy")
	}
	out.layers = chosen
	out.what = fmt.Sprintf("%d layer(s)", len(names))
	if len(names) == 1 {
		out.what = "layer " + names[0]
	}
	return chosen, bytes, nil
}
