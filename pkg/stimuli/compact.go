package stimuli

import (
	"fmt"
	"path/filepath"
	"slices"
)

// CompactPath returns the file of a reading's inner products: those of a layer on a
// stimulus set are beside its activations, and those of several sets, of a read-out that
// is fitted on another set, or of joined layers in a folder below.
func (d *Dump) CompactPath(sets []string, layer, fitSet string) string {
	path := []string{d.Dir, sets[0]}
	if len(sets) > 1 {
		path = append(append(path, "with"), sets[1:]...)
	}
	if fitSet != "" {
		path = append(path, "fitted-on", fitSet)
	}
	if d.joined[layer] != nil {
		path = append(path, "joined")
	}
	return filepath.Join(append(path, layer+CompactSuffix)...)
}

// IsCompact reports whether the dump has inner products in the place of the activations
// of a layer, or of one that it is joined of.
func (d *Dump) IsCompact(set, layer string) bool {
	return slices.ContainsFunc(d.LayerParts(layer), func(part string) bool {
		return plainName(part) && !exists(filepath.Join(d.Dir, set, part+".npy")) && exists(d.CompactPath([]string{set}, part, ""))
	})
}

// compactReading reports whether a reading is of inner products.
func (d *Dump) compactReading(sets []string, layer, fitSet string) bool {
	return slices.ContainsFunc(sets, func(set string) bool { return d.IsCompact(set, layer) }) || fitSet != "" && d.IsCompact(fitSet, layer)
}

// CompactOf opens the inner products of a reading; it returns nil if the dump has the
// activations.
func (d *Dump) CompactOf(sets []string, layer, fitSet string) (*CompactFile, error) {
	if !d.compactReading(sets, layer, fitSet) {
		return nil, nil
	}
	path := d.CompactPath(sets, layer, fitSet)
	if !exists(path) {
		what := fmt.Sprintf("has inner products of the layer %q, but none of this reading", layer)
		switch {
		case fitSet != "":
			what = fmt.Sprintf("has inner products of the layer %q, but none of %s with %s, which a read-out is fitted on", layer, sets[0], fitSet)
		case len(sets) > 1:
			what = fmt.Sprintf("has inner products of the layer %q, but none of the stimulus sets %s together", layer, few(sets))
		case d.joined[layer] != nil:
			what = fmt.Sprintf("has inner products of layers, but none of %s joined", layer)
		}
		return nil, &FileError{Path: d.Dir, What: what, Remedy: "make the compact dump again with this benchmark in the data home, or score the dump that it was made of"}
	}
	c, err := OpenCompact(path)
	if err != nil {
		return nil, err
	}
	fit := ""
	if c.Fitting != nil {
		fit = c.Fitting.StimulusSet
	}
	if c.Layer != layer || !slices.Equal(c.Sets, sets) || fit != fitSet {
		c.Close()
		return nil, &FileError{Path: path, What: fmt.Sprintf("holds inner products of the layer %q on %s, not of what it is named after", c.Layer, few(c.Sets)), Remedy: compactAgain}
	}
	return c, nil
}

// CompactFiles lists the files of inner products that figures of a layer depend on beside
// those of each stimulus set: of several sets, of joined layers, of read-outs. None is
// listed that is missing, which reading it reports.
func (d *Dump) CompactFiles(sets []string, layer string, fitSets []string) []string {
	var files []string
	add := func(fit string) {
		if path := d.CompactPath(sets, layer, fit); d.compactReading(sets, layer, fit) && exists(path) {
			files = append(files, path)
		}
	}
	if len(sets) > 1 || d.joined[layer] != nil {
		add("")
	}
	for _, fit := range fitSets {
		if fit != "" {
			add(fit)
		}
	}
	return files
}

// NeedsColumns returns the error of whoever needs a layer's activations themselves.
func (c *CompactFile) NeedsColumns() error {
	return &FileError{Path: c.path, What: "holds inner products, and this takes the activations themselves", Remedy: "score the dump that it was made of"}
}

// Inexact returns the error of a metric on inner products that needs the activations again.
func (c *CompactFile) Inexact() error {
	return &FileError{Path: c.path, What: "holds inner products, and this figure takes the activations too, by its options or because rounding of inner products would move it", Remedy: "score the dump that it was made of"}
}

// openCompact opens a layer of which inner products are all that there is.
func (d *Dump) openCompact(set *StimulusSet, layer string) (*Layer, error) {
	c, err := d.CompactOf([]string{set.ID}, layer, "")
	if err != nil {
		return nil, err
	}
	rows, err := d.rowIndex(set, maxRows(len(set.IDs)))
	if err != nil {
		c.Close()
		return nil, err
	}
	return &Layer{Model: d.ID, Name: layer, rows: rows, compact: c}, nil
}
