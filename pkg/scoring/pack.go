package scoring

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// needed is what benchmarks of a manifest need of a dump; nil stands for all of it.
type needed struct {
	manifest *benchmarks.Manifest
	layers   map[string][]string // by benchmark
	wanted   map[[2]string]bool  // stimulus set and layer
	unserved []string            // benchmarks of which the dump has nothing
}

// newNeeded returns what a score of the dump would read: committed layers, else all.
func newNeeded(dump *stimuli.Dump, m *benchmarks.Manifest, all bool) (*needed, error) {
	n := &needed{manifest: m, layers: make(map[string][]string), wanted: make(map[[2]string]bool)}
	for _, b := range m.Benchmarks {
		if slices.ContainsFunc(b.StimulusSets, func(set string) bool { return !dump.Has(set) }) {
			n.unserved = append(n.unserved, b.Identifier)
			continue
		}
		contents, err := dump.Contents(b.StimulusSets[0])
		if err != nil {
			return nil, err
		}
		logits := slices.Contains(contents.Layers, stimuli.LogitsLayer)
		tables := b.Choices && (contents.Responses || contents.Probabilities || logits)
		switch {
		case tables && !all:
			// The most direct table is scored.
			contents = stimuli.Contents{}
			if logits {
				contents.Layers = []string{stimuli.LogitsLayer}
			}
		case dump.Commitments[b.Region] != "" && !all:
			contents = stimuli.Contents{Layers: []string{dump.Commitments[b.Region]}}
		}
		layers := slices.Concat(contents.Layers, contents.TimeLayers, contents.Matrices)
		if committed := dump.Commitments[b.Region]; all && len(dump.LayerParts(committed)) > 1 {
			layers = append(layers, committed)
		}
		if len(layers) == 0 && !tables {
			n.unserved = append(n.unserved, b.Identifier)
		}
		n.layers[b.Identifier] = layers
		for _, layer := range layers {
			for _, part := range dump.LayerParts(layer) {
				for _, set := range b.StimulusSets {
					n.wanted[[2]string{set, part}] = true
				}
				for _, p := range b.Parts {
					n.wanted[[2]string{p.FittingSet, part}] = true
				}
			}
		}
	}
	if len(n.unserved) == len(m.Benchmarks) {
		return nil, nothingFor(dump, m)
	}
	return n, nil
}

// nothingFor returns the error of a dump that has nothing for a manifest, with the most likely
// cause.
func nothingFor(dump *stimuli.Dump, m *benchmarks.Manifest) error {
	var sets []string
	for _, s := range m.StimulusSets {
		sets = append(sets, s.ID)
	}
	err := &stimuli.FileError{Path: dump.Dir, What: "has no layers or choices for any benchmark of the manifest", Remedy: "dump the model's activations to " + m.Benchmarks[0].StimulusSets[0]}
	folder := filepath.Clean(dump.Dir)
	if slices.Contains(sets, filepath.Base(folder)) {
		err.Remedy = "it is the folder of one stimulus set: name the one that holds it, " + filepath.Dir(folder)
		return err
	}
	if inner := InnerModel(folder, sets); inner != "" {
		err.Remedy = "it holds model dumps: name one of them, such as " + inner
	}
	return err
}

// set reports whether a stimulus set is needed.
func (n *needed) set(id string) bool { return n == nil || n.manifest.Set(id) != nil }

// layer reports whether a layer on a stimulus set is needed.
func (n *needed) layer(set, layer string) bool { return n == nil || n.wanted[[2]string{set, layer}] }

// choices reports whether tables of choices on a stimulus set are needed.
func (n *needed) choices(set string) bool {
	return n == nil || slices.ContainsFunc(n.manifest.Benchmarks, func(b benchmarks.ManifestBenchmark) bool {
		return b.Choices && slices.Contains(b.StimulusSets, set)
	})
}

// list returns the stimuli of a list of the manifest, for each stimulus set.
func (n *needed) list(index int) [][]string {
	var ids [][]string
	for _, part := range n.manifest.Lists[index] {
		ids = append(ids, part.IDs)
	}
	return ids
}

// needParts adds the comparisons of a manifest to the readings that prepare them.
func (c *compactor) needParts(find func(layer, fitSet string, sets []string) *compactReading) {
	for _, b := range c.needed.manifest.Benchmarks {
		if b.Needs == benchmarks.NeedsColumns {
			c.out.Columns = append(c.out.Columns, b.Identifier)
		}
		for _, layer := range c.needed.layers[b.Identifier] {
			for _, part := range b.Parts {
				sets := slices.Clone(b.StimulusSets)
				if part.FittingSet != "" {
					sets = append(sets, part.FittingSet)
				}
				if c.hasLayer(layer, sets) && c.compact(layer, sets...) {
					r := find(layer, part.FittingSet, b.StimulusSets)
					r.parts = append(r.parts, part)
				}
			}
		}
	}
}

// hasLayer reports whether the dump has the activations of a layer to all of some stimulus sets.
func (c *compactor) hasLayer(layer string, sets []string) bool {
	for _, part := range c.dump.LayerParts(layer) {
		for _, set := range sets {
			if c.layers[[2]string{set, part}] == nil {
				return false
			}
		}
	}
	return true
}

// Pack writes an archive of what benchmarks of the request's manifest need of a model, to its
// Output: inner products, small layers, choices and model.yaml.
func Pack(ctx context.Context, options Options, request CompactRequest) (*Compacted, error) {
	dir, err := tempFolder(request.Output)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", request.Output, fsutil.Reason(err))
	}
	defer os.RemoveAll(dir)
	inner := request
	inner.Output = filepath.Join(dir, "dump")
	made, err := Compact(ctx, benchmarks.Home{}, options, inner)
	if err != nil {
		return nil, err
	}
	dump, err := stimuli.OpenDump(inner.Output)
	if err == nil {
		err = checkPacked(ctx, dump, request.Manifest)
	}
	if err != nil {
		return nil, &PackedError{Pack: request.Model, Dir: inner.Output, Err: err}
	}
	return made, stimuli.WritePack(ctx, request.Output, made.Model, request.Manifest.Encode(), packLimits(request.Manifest), inner.Output)
}

// packLimits returns what a pack for a manifest may hold.
func packLimits(m *benchmarks.Manifest) stimuli.PackLimits {
	const layers = 64 // whose files are all as large as they may be
	l := stimuli.PackLimits{File: m.LargestFile(), Total: layers * m.LargestFile()}
	for _, s := range m.StimulusSets {
		l.Sets = append(l.Sets, s.ID)
	}
	return l
}

// Unpack checks a pack and writes its dump into a folder, which must be empty. It returns
// the manifest that the pack was made for, which must be that of the data home as it is now.
func (r *Runner) Unpack(ctx context.Context, path, dir string) (*benchmarks.Manifest, error) {
	p, err := stimuli.OpenPack(ctx, path)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	m, err := benchmarks.ParseManifest(path, p.Manifest)
	if err != nil {
		return nil, err
	}
	if err := checkManifest(ctx, r.Home, r.Options, path, m); err != nil {
		return nil, err
	}
	if err := p.Unpack(ctx, packLimits(m), dir); err != nil {
		return nil, err
	}
	dump, err := stimuli.OpenDump(dir)
	if err == nil {
		err = checkPacked(ctx, dump, m)
	}
	if err != nil {
		return nil, &PackedError{Pack: path, Dir: dir, Err: err}
	}
	if dump.ID != p.Model {
		return nil, &stimuli.FileError{Path: path, What: "names another model than its model.yaml does", Remedy: "make it again with brainscore pack"}
	}
	r.loader.checked.Store(dump.Dir, true)
	return m, nil
}

// checkManifest returns an error if the manifest of a pack is not that of the data home.
func checkManifest(ctx context.Context, home benchmarks.Home, options Options, path string, m *benchmarks.Manifest) error {
	options.Log = nil
	now, err := Manifest(ctx, home, options, m.Identifiers())
	if err != nil {
		return &stimuli.FileError{Path: path, What: "is for benchmarks that cannot be scored here: " + err.Error(), Remedy: "score it with the data home that its manifest is of", Err: err}
	}
	now.Kernel = m.Kernel
	if difference := m.Difference(now); difference != "" {
		return &stimuli.FileError{Path: path, What: "is for another version of the manifest, " + m.Hash()[:len("sha256:")+12] + ": " + difference,
			Remedy: "make it again with brainscore pack and the manifest of brainscore benchmarks manifest " + strings.Join(now.Identifiers(), " ")}
	}
	return nil
}

// PackedError is an error about a file of a pack, which it names in the place of the file
// that it was unpacked to.
type PackedError struct {
	Pack, Dir string
	Err       error
}

// DataError reports whether the cause is about data.
func (e *PackedError) DataError() bool {
	about, ok := errors.AsType[interface {
		error
		DataError() bool
	}](e.Err)
	return ok && about.DataError()
}

func (e *PackedError) Error() string {
	text := strings.ReplaceAll(e.Err.Error(), e.Dir+string(filepath.Separator), e.Pack+": ")
	return strings.ReplaceAll(text, e.Dir, e.Pack)
}

// Unwrap returns the cause.
func (e *PackedError) Unwrap() error { return e.Err }
