package stimuli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// joint separates the names of layers in the name of a joined one.
const joint = "+"

// layerNames are the layers that a region is committed to: one, or several whose
// features are joined.
type layerNames []string

// UnmarshalText reads a single layer.
func (n *layerNames) UnmarshalText(text []byte) error {
	*n = layerNames{string(text)}
	return nil
}

// commit records the layers of model.yaml by region. Several layers have the name
// A+B, and the features of A before those of B.
func (d *Dump) commit(regions map[string]layerNames) error {
	for _, region := range sortedKeys(regions) {
		names := regions[region]
		if len(names) == 0 {
			return &FileError{Path: d.settings, What: fmt.Sprintf("commits %s to no layer", region), Remedy: "name one, or remove the region"}
		}
		found := map[string]bool{}
		for _, name := range names {
			if !plainName(name) {
				return &FileError{Path: d.settings, What: fmt.Sprintf("commits %s to the layer %q", region, name), Remedy: "name a layer as its file is named, without .npy"}
			}
			if found[name] {
				return &FileError{Path: d.settings, What: fmt.Sprintf("commits %s to the layer %q twice", region, name), Remedy: "name each layer once"}
			}
			found[name] = true
		}
		if d.Commitments == nil {
			d.Commitments, d.joined = map[string]string{}, map[string][]string{}
		}
		layer := strings.Join(names, joint)
		d.Commitments[region] = layer
		if len(names) > 1 {
			d.joined[layer] = names
		}
	}
	return nil
}

// LayerParts returns the layers that a layer is joined of, or itself.
func (d *Dump) LayerParts(layer string) []string {
	if parts, ok := d.joined[layer]; ok {
		return parts
	}
	return []string{layer}
}

// Joined lists the joined layers that regions are committed to, by name.
func (d *Dump) Joined() []string { return sortedKeys(d.joined) }

// Join makes the joined features of layers known under the name A+B.
func (d *Dump) Join(names []string) {
	if d.joined == nil {
		d.joined = map[string][]string{}
	}
	d.joined[strings.Join(names, joint)] = names
}

// NamedParts returns the layers that the name A+B joins, nil if it is not such a name of
// some of the given layers.
func NamedParts(layer string, known []string) []string {
	parts := strings.Split(layer, joint)
	found := map[string]bool{}
	for _, part := range parts {
		if found[part] || !slices.Contains(known, part) {
			return nil
		}
		found[part] = true
	}
	if len(parts) < 2 {
		return nil
	}
	return parts
}

// openJoined opens the layers that a layer is joined of.
func (d *Dump) openJoined(set *StimulusSet, layer string, bin *TimeBin) (*Layer, error) {
	if bin != nil {
		return nil, &FileError{Path: filepath.Join(d.Dir, set.ID), What: fmt.Sprintf("cannot be read as the joined layer %s in time", layer), Remedy: "commit the region to one layer"}
	}
	out := &Layer{Model: d.ID, Name: layer}
	for _, name := range d.joined[layer] {
		part, err := d.OpenLayer(set, name, nil)
		if err == nil {
			out.parts = append(out.parts, part)
			if part.Dissimilar() {
				err = &FileError{Path: part.File.Path(), What: "holds dissimilarities, which cannot be joined with other layers", Remedy: "commit the region to one layer, or dump activations"}
			}
		}
		if err != nil {
			out.Close()
			return nil, err
		}
	}
	out.File, out.rows = out.parts[0].File, out.parts[0].rows
	return out, nil
}

// all returns the layers that a layer is joined of, or itself.
func (l *Layer) all() []*Layer {
	if l.parts != nil {
		return l.parts
	}
	return []*Layer{l}
}

// Close releases the files.
func (l *Layer) Close() error {
	var errs []error
	for _, part := range l.all() {
		if part.compact != nil {
			errs = append(errs, part.compact.Close())
		} else {
			errs = append(errs, part.File.Close())
		}
	}
	return errors.Join(errs...)
}

// Cols returns the number of features.
func (l *Layer) Cols() int {
	if l.matrix != nil {
		return len(l.rows.IDs)
	}
	cols := 0
	for _, part := range l.all() {
		cols += part.width()
	}
	return cols
}

// width returns the number of features of a layer that is not joined.
func (l *Layer) width() int {
	if l.compact != nil {
		return l.compact.Features
	}
	return l.File.Cols()
}

// RowCount returns the number of stimuli.
func (l *Layer) RowCount() int { return len(l.rows.IDs) }

// Bands returns the numbers of features of the layers that a layer is joined of; nil of one
// that is not joined.
func (l *Layer) Bands() []int {
	var bands []int
	for _, part := range l.parts {
		bands = append(bands, part.width())
	}
	return bands
}

// Bytes returns the size of the arrays.
func (l *Layer) Bytes() int64 {
	var bytes int64
	for _, part := range l.all() {
		if part.compact != nil {
			bytes += part.compact.Size()
		} else {
			bytes += part.File.Bytes()
		}
	}
	return bytes
}

// Single reports whether single precision holds all values exactly.
func (l *Layer) Single() bool {
	if l.matrix != nil {
		return false
	}
	for _, part := range l.all() {
		if part.compact == nil && !part.File.Single() {
			return false
		}
	}
	return true
}
