package scoring

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// CompactRequest asks for a dump with inner products in the place of activations.
type CompactRequest struct {
	Model  string // dump folder
	Output string // the folder to make
	// Benchmarks are those whose lists of stimuli and read-outs are prepared; none takes
	// every benchmark of the home that the dump can be scored on.
	Benchmarks []string
	// Manifest, if set, takes the place of benchmarks: the dump has what they need of the
	// model and nothing else, of all layers if AllLayers is true.
	Manifest  *benchmarks.Manifest
	AllLayers bool
}

// CompactedLayer is what became of a layer's activations to a stimulus set.
type CompactedLayer struct {
	StimulusSet, Layer string
	Stimuli, Features  int
	// Kept is the reason why the activations were copied as they are, "" if they were
	// not.
	Kept          string
	Before, After int64 // bytes
}

// Compacted is a compact dump.
type Compacted struct {
	Model  string
	Layers []CompactedLayer
	// Columns lists benchmarks that take the activations themselves.
	Columns []string
	// Unserved lists benchmarks of a manifest of which the model's dump has nothing.
	Unserved []string
}

// compactor makes one compact dump.
type compactor struct {
	*layerScorer
	runner *Runner
	dir    string
	layers map[[2]string]*CompactedLayer // by stimulus set and layer
	order  [][2]string
	out    Compacted
	sets   map[string]*stimuli.StimulusSet
	needed *needed // nil if all of the dump is
}

// Compact writes a dump whose layers are their Gram matrices wherever that is smaller and
// metrics do not take the activations themselves: scores of it are those of the dump, byte
// for byte. Each reading of a layer is one pass over its activations. The folder appears
// whole or not at all.
func Compact(ctx context.Context, home benchmarks.Home, options Options, request CompactRequest) (*Compacted, error) {
	dump, err := openDump(request.Model)
	if err != nil {
		return nil, err
	}
	if dump.Reduction != nil {
		return nil, &stimuli.FileError{Path: dump.Settings(), What: "asks for principal components, which are made of the activations", Remedy: "score the dump itself, or remove the reduction"}
	}
	folder, err := startFolder(request.Output)
	if err != nil {
		return nil, err
	}
	defer folder.discard()
	r := NewRunner(home, options)
	c := &compactor{dir: folder.dir, layerScorer: r.scorerOf(dump), runner: r, layers: make(map[[2]string]*CompactedLayer), sets: make(map[string]*stimuli.StimulusSet)}
	c.out.Model = dump.ID
	if request.Manifest != nil {
		if c.needed, err = newNeeded(dump, request.Manifest, request.AllLayers); err != nil {
			return nil, err
		}
		c.out.Unserved = c.needed.unserved
	}
	if err := c.choose(); err != nil {
		return nil, err
	}
	readings, err := c.readings(request.Benchmarks)
	if err != nil {
		return nil, err
	}
	for _, reading := range readings {
		if err := c.write(ctx, reading); err != nil {
			return nil, err
		}
	}
	if err := c.copyRest(ctx); err != nil {
		return nil, err
	}
	for _, key := range c.order {
		c.out.Layers = append(c.out.Layers, *c.layers[key])
	}
	return &c.out, folder.commit()
}

// stimulusSet returns a stimulus set of the home, or, if it has none, one of the stimuli
// that the dump lists.
func (c *compactor) stimulusSet(id string) (*stimuli.StimulusSet, error) {
	if set, ok := c.sets[id]; ok {
		return set, nil
	}
	if c.needed != nil {
		set := c.needed.manifest.Set(id)
		return &stimuli.StimulusSet{ID: id, IDs: set.Stimuli, Table: &stimuli.Table{Path: "the manifest"}}, nil
	}
	set, err := c.loader.stimulusSet(id)
	if err != nil {
		index, listed := c.dump.Rows(&stimuli.StimulusSet{ID: id, Table: &stimuli.Table{}})
		if listed != nil || len(index.IDs) == 0 {
			return nil, err
		}
		set = &stimuli.StimulusSet{ID: id, IDs: index.IDs, Table: &stimuli.Table{Path: index.Path()}}
	}
	c.sets[id] = set
	return set, nil
}

// choose decides which layers become inner products.
func (c *compactor) choose() error {
	sets, err := setsOf(c.dump, false)
	if err != nil {
		return err
	}
	whole := make(map[string]string) // why a layer is kept on all sets
	for _, id := range sets {
		if !c.needed.set(id) {
			continue
		}
		set, err := c.stimulusSet(id)
		if err != nil {
			return err
		}
		contents, err := c.dump.Contents(id)
		if err != nil {
			return err
		}
		for _, name := range contents.Layers {
			if !c.needed.layer(id, name) {
				continue
			}
			if c.dump.IsCompact(id, name) {
				return &stimuli.FileError{Path: c.dump.Dir, What: "is a compact dump already", Remedy: "name the dump that it was made of"}
			}
			layer, err := c.dump.OpenLayer(set, name, nil)
			if err != nil {
				return err
			}
			l := &CompactedLayer{StimulusSet: id, Layer: name, Stimuli: layer.RowCount(), Features: layer.Cols(), Before: layer.Bytes()}
			layer.Close()
			n := int64(l.Stimuli)
			switch {
			case name == stimuli.LogitsLayer:
				l.Kept = "choices are made of it"
			case l.Features <= l.Stimuli:
				l.Kept = "no more features than stimuli"
				whole[name] = fmt.Sprintf("no more features than the stimuli of %s", id)
			case l.Stimuli*l.Features <= stream.MaxHeld:
				l.Kept = "few values, which metrics compute with in twice the precision"
			case float*(n*(n+1)/2+2*n) >= l.Before:
				l.Kept = "inner products would be no smaller"
			}
			c.layers[[2]string{id, name}] = l
			c.order = append(c.order, [2]string{id, name})
		}
	}
	for _, l := range c.layers {
		if why := whole[l.Layer]; why != "" && l.Kept == "" {
			l.Kept = why
		}
	}
	return nil
}

// compact reports whether a layer, or one that it is joined of, becomes inner products on
// one of the stimulus sets.
func (c *compactor) compact(layer string, sets ...string) bool {
	return slices.ContainsFunc(c.dump.LayerParts(layer), func(part string) bool {
		return slices.ContainsFunc(sets, func(set string) bool {
			l := c.layers[[2]string{set, part}]
			return l != nil && l.Kept == ""
		})
	})
}

// compactReading is one pass over a layer, with the evaluations whose lists of stimuli it
// prepares.
type compactReading struct {
	layer, fitSet string
	sets          []string
	evaluations   []*binEvaluation
	parts         []benchmarks.ManifestPart // in the place of evaluations
}

// readings lists the passes: each layer on each stimulus set, and what benchmarks read
// beside that.
func (c *compactor) readings(names []string) ([]*compactReading, error) {
	var all []*compactReading
	find := func(layer, fitSet string, sets []string) *compactReading {
		at := slices.IndexFunc(all, func(r *compactReading) bool {
			return r.layer == layer && r.fitSet == fitSet && slices.Equal(r.sets, sets)
		})
		if at < 0 {
			at = len(all)
			all = append(all, &compactReading{layer: layer, fitSet: fitSet, sets: sets})
		}
		return all[at]
	}
	for _, key := range c.order {
		if c.compact(key[1], key[0]) {
			find(key[1], "", []string{key[0]})
		}
	}
	if c.needed != nil {
		c.needParts(find)
		return all, nil
	}
	planner := c.runner.planner
	definitions, _, err := planner.definitions(names)
	if err != nil {
		return nil, err
	}
	problem := planner.problems()
	for _, request := range []Request{{AllLayers: true}, {}} { // joined layers are among the committed ones alone
		m, err := planner.planModel(c.dump, definitions, request, problem)
		if err != nil {
			return nil, err
		}
		for _, s := range m.sequences {
			for _, read := range s {
				sets := read.sets()
				if read.key.table || read.bin != nil || read.spans != nil || !c.compact(read.key.layer, append(slices.Clone(sets), read.key.fitSet)...) {
					continue
				}
				r := find(read.key.layer, read.key.fitSet, sets)
				r.evaluations = append(r.evaluations, read.evaluations...)
			}
		}
	}
	return all, nil
}

// noteColumns notes a benchmark that takes the activations themselves.
func (c *compactor) noteColumns(e *binEvaluation) {
	if id := e.evaluation.definition.Identifier; !slices.Contains(c.out.Columns, id) {
		c.out.Columns = append(c.out.Columns, id)
	}
}

// keep has a layer that cannot be compact copied instead. Of joined layers, of several
// stimulus sets and of read-outs there will be nothing, which scoring them reports.
func (c *compactor) keep(r *compactReading, why error) error {
	l := c.layers[[2]string{r.sets[0], r.layer}]
	if l == nil || r.fitSet != "" || len(r.sets) > 1 {
		c.options.log("%s on %s cannot be compact: %v", r.layer, strings.Join(r.sets, " and "), why)
		return nil
	}
	l.Kept = why.Error()
	return nil
}

// takesColumns reports whether a benchmark's metric takes the activations themselves.
func takesColumns(e *binEvaluation) bool {
	needs, err := needsOf(e.definition)
	return err == nil && needs.OfColumns()
}
