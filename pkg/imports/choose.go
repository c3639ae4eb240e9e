package imports

import (
	"fmt"
	"slices"
	"strings"
)

// choose gives the layers to import and their names: those of the file, or the
// one asked for. One array without a telling name is called as asked. odd are the
// arrays that are no layers.
func (q DumpRequest) choose(layers, odd []string) (chosen, names []string, err error) {
	switch {
	case slices.Contains(odd, q.Layer):
		return nil, nil, bad(q.Path, fmt.Sprintf("has in %s no array stimuli × features", q.Layer), "it has "+strings.Join(layers, ", "))
	case q.Layer == "":
		return layers, layers, nil
	case slices.Contains(layers, q.Layer):
		return []string{q.Layer}, []string{q.Layer}, nil
	case len(layers) == 1:
		return layers, []string{q.Layer}, nil
	}
	return nil, nil, bad(q.Path, fmt.Sprintf("has no layer %q", q.Layer), "it has "+strings.Join(layers, ", "))
}

// chooseInto chooses the layers to import of a file with an array for each, and
// notes them, their rows, and what they are, in out. measure gives the rows and
// the bytes of one; rows must be the same in all.
func (q DumpRequest) chooseInto(out *dumpFiles, layers []string, r *Result, measure func(layer string) (rows int, bytes int64, err error)) (chosen []string, bytes int64, err error) {
	chosen, names, err := q.choose(layers, out.odd)
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
		if out.rows >= 0 && rows != out.rows {
			return nil, 0, bad(q.Path, fmt.Sprintf("has %d rows of %s, but %d of %s", rows, l, out.rows, chosen[0]), "choose a layer with --layer")
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
