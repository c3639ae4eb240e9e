package scoring

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// packChecker checks the dump of a pack as a whole, before anything of it is scored.
type packChecker struct {
	dump     *stimuli.Dump
	manifest *benchmarks.Manifest
}

// checkPacked returns the first reason, if there is one, why a part of a pack's dump cannot be
// scored: brainscore pack writes no such part.
func checkPacked(ctx context.Context, dump *stimuli.Dump, m *benchmarks.Manifest) error {
	c := &packChecker{dump, m}
	var sets []string
	for _, s := range m.StimulusSets {
		if dump.Has(s.ID) {
			sets = append(sets, s.ID)
		}
	}
	if len(sets) == 0 {
		return &stimuli.FileError{Path: dump.Dir, What: "has no stimulus set of its manifest", Remedy: "dump the model's activations to " + m.StimulusSets[0].ID}
	}
	info, err := dump.Describe(func(string) (*stimuli.StimulusSet, error) { return nil, nil }, sets...)
	if err == nil && len(info.Problems) > 0 {
		err = info.Problems[0]
	}
	if err != nil {
		return err
	}
	for _, set := range sets {
		if err := c.checkArrays(ctx, set); err != nil {
			return err
		}
	}
	return filepath.WalkDir(dump.Dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || e.IsDir() || !strings.HasSuffix(path, stimuli.CompactSuffix) {
			return err
		}
		return c.checkProducts(path)
	})
}

// checkProducts checks all matrices of a file of inner products.
func (c *packChecker) checkProducts(path string) error {
	file, err := stimuli.OpenCompact(path)
	if err != nil {
		return err
	}
	defer file.Close()
	fit := ""
	lists := slices.Clone(file.Tested)
	if file.Fitting != nil {
		fit = file.Fitting.StimulusSet
		lists = append(lists, *file.Fitting)
	}
	for _, l := range file.Lists {
		lists = append(lists, l.Parts...)
	}
	for _, l := range lists {
		if err := c.checkKnown(path, l); err != nil {
			return err
		}
	}
	if c.dump.CompactPath(file.Sets, file.Layer, fit) != path {
		return &stimuli.FileError{Path: path, What: fmt.Sprintf("holds inner products of the layer %q on %s, not of what it is named after", file.Layer, stimuli.Few(file.Sets)), Remedy: "write it again with brainscore compact"}
	}
	for i := range file.Lists {
		if _, err := restoreGram(file, i, checkAlways); err != nil {
			return err
		}
	}
	if file.Fitting != nil {
		_, err = restoreReadout(file, checkAlways)
	}
	return err
}

// checkKnown returns an error if a list has stimuli that the manifest does not have.
func (c *packChecker) checkKnown(path string, list stimuli.StimulusList) error {
	known := make(map[string]bool)
	if set := c.manifest.Set(list.StimulusSet); set != nil {
		for _, id := range set.Stimuli {
			known[id] = true
		}
	}
	unknown := slices.DeleteFunc(slices.Clone(list.IDs), func(id string) bool { return known[id] })
	if len(unknown) == 0 {
		return nil
	}
	return &stimuli.AlignmentError{Path: path, What: "has inner products of", IDs: unknown, Where: "that the manifest has not in " + list.StimulusSet, Remedy: "make the pack again with brainscore pack"}
}

// checkArrays reads the rows of all arrays on a stimulus set that benchmarks of the manifest
// take.
func (c *packChecker) checkArrays(ctx context.Context, id string) error {
	contents, err := c.dump.Contents(id)
	if err != nil {
		return err
	}
	set := &stimuli.StimulusSet{ID: id, IDs: c.manifest.Set(id).Stimuli, Table: &stimuli.Table{Path: "the manifest"}}
	index, err := c.dump.Rows(set)
	if err != nil {
		return err
	}
	var compared []string
	for _, list := range c.manifest.Lists {
		for _, part := range list {
			if part.StimulusSet == id {
				compared = append(compared, part.IDs...)
			}
		}
	}
	for _, b := range c.manifest.Benchmarks {
		if slices.ContainsFunc(b.Parts, func(p benchmarks.ManifestPart) bool { return p.FittingSet == id }) {
			compared = append(compared, set.IDs...)
		}
	}
	_, compared = stimuli.Codes(slices.DeleteFunc(compared, func(id string) bool { return !index.Has(id) }))
	check := func(layer string, bin *stimuli.TimeBin) error {
		if len(compared) == 0 {
			return nil
		}
		return c.checkArray(ctx, set, layer, bin, compared)
	}
	arrays := slices.Concat(contents.Layers, contents.Matrices)
	if contents.Probabilities {
		arrays = append(arrays, stimuli.ProbabilitiesLayer)
	}
	for _, layer := range arrays {
		if c.dump.IsCompact(id, layer) {
			continue
		}
		if err := check(layer, nil); err != nil {
			return err
		}
	}
	for _, layer := range contents.TimeLayers {
		bins, _, err := c.dump.TimeBins(id, layer)
		if err != nil {
			return err
		}
		for i := range bins {
			if err := check(layer, &bins[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkArray reads the rows of some stimuli of an array, whose values must be finite; those of
// a matrix of dissimilarities must be dissimilarities.
func (c *packChecker) checkArray(ctx context.Context, set *stimuli.StimulusSet, layer string, bin *stimuli.TimeBin, ids []string) error {
	opened, err := c.dump.OpenLayer(set, layer, bin)
	if err != nil {
		return err
	}
	defer opened.Close()
	rows, err := opened.Select(ids)
	if err != nil {
		return err
	}
	err = stream.RunPass(ctx, rows, nil, stream.PassOptions{})
	if bad, ok := errors.AsType[*stream.NonFiniteError](err); ok {
		return notFinite(rows, bad)
	}
	return err
}

// notFinite returns the error of a value of some activations that is not finite.
func notFinite(of *stimuli.Selection, bad *stream.NonFiniteError) error {
	path, stimulus := of.Locate(bad.Row)
	return &stimuli.FileError{Path: path, What: fmt.Sprintf("holds %v for stimulus %q in column %d", bad.Value, stimulus, bad.Col), Remedy: "activations must be finite: check the model and the precision it ran in", Err: bad}
}
