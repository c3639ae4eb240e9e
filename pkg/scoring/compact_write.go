package scoring

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// wholeLists returns, for each stimulus set, the stimuli that the dump has rows for,
// ascending.
func (c *compactor) wholeLists(sets []string) ([]rowsOf, error) {
	var all []rowsOf
	for _, id := range sets {
		set, err := c.stimulusSet(id)
		if err != nil {
			return nil, err
		}
		index, err := c.dump.Rows(set)
		if err != nil {
			return nil, err
		}
		_, ids := stimuli.Codes(slices.DeleteFunc(slices.Clone(set.IDs), func(id string) bool { return !index.Has(id) }))
		if len(ids) == 0 {
			return nil, &stimuli.AlignmentError{Path: index.Path(), What: "has none of the stimuli of " + set.Table.Path + ", which are", IDs: set.IDs, Remedy: "write the ids of the stimulus set"}
		}
		all = append(all, rowsOf{set: set, ids: ids})
	}
	return all, nil
}

func idsOf(rows []rowsOf) [][]string {
	var all [][]string
	for _, part := range rows {
		all = append(all, part.ids)
	}
	return all
}

// write makes one pass over a layer and writes its inner products.
func (c *compactor) write(ctx context.Context, r *compactReading) error {
	if !c.compact(r.layer, append(slices.Clone(r.sets), r.fitSet)...) {
		return nil // an earlier pass found a reason to keep it
	}
	tested, err := c.wholeLists(r.sets)
	if err != nil {
		return err
	}
	rows := tested
	if r.fitSet != "" {
		fitting, err := c.wholeLists([]string{r.fitSet})
		if err != nil {
			return err
		}
		if len(fitting[0].ids) < len(fitting[0].set.IDs) {
			return nil // scoring it names the stimuli that are missing
		}
		rows = append(fitting, tested...)
	}
	read := &layerRead{key: readKey{layer: r.layer, set: strings.Join(r.sets, ", "), fitSet: r.fitSet}, evaluations: r.evaluations}
	targets, err := c.openTargets(ctx, read)
	if err != nil {
		return err
	}
	defer targets.wait()
	plan := newLayerPlan(c.layerScorer, idsOf(tested))
	if r.fitSet != "" {
		plan.fitIDs = rows[0].ids
	}
	if plan.source, err = c.openActivations(ctx, read, rows...); err != nil {
		return err
	}
	defer plan.Close()
	plan.features, plan.needs, plan.collects = plan.source.Cols(), stream.Needs{Gram: true, RowSums: true}, true
	if r.fitSet == "" && len(r.sets) == 1 {
		if _, err := plan.gramOf(idsOf(tested), false); err != nil {
			return err
		}
	}
	contents := c.join(plan, r, targets)
	if plan.readouts != nil && plan.readouts.gram.X != nil {
		plan.readouts = nil // of so few features that a read-out holds them
	}
	if len(plan.grams) == 0 && plan.readouts == nil {
		return nil
	}
	if err := c.fits(plan, r); err != nil {
		return err
	}
	sinks, hashes := slices.Clone(plan.sinks), make([]*listContent, len(contents))
	for i, list := range contents {
		hashes[i] = newListContent(plan, list)
		sinks = append(sinks, hashes[i])
	}
	if err := c.read(ctx, plan.source, sinks); err != nil {
		if far, ok := errors.AsType[*farError](err); ok {
			return c.keep(r, far)
		}
		return err
	}
	h := &stimuli.CompactHeader{Model: c.dump.ID, Layer: r.layer, Sets: r.sets, Features: plan.features, Bytes: plan.source.selection.Bytes(), Kernel: metrics.Kernel()}
	h.Contents = []stimuli.CompactContent{{Parts: listOf(rows, idsOf(rows)), SHA256: c.loader.inputs.hashOf(plan.source.name)}}
	for i, list := range contents {
		parts := listOf(tested, list)
		if r.fitSet != "" {
			parts = append(listOf(rows[:1], [][]string{plan.fitIDs}), parts...)
		}
		h.Contents = append(h.Contents, stimuli.CompactContent{Parts: parts, SHA256: hashes[i].content.sum()})
	}
	h.Alike, h.Zeros = alikeRows(plan.source.rows, rows)
	var products stimuli.CompactProducts
	for _, g := range plan.grams {
		kept := g.gram.Kept()
		_, err := stream.RestoreGram(g.gram.N, g.gram.K, kept)
		if err == nil {
			err = g.gram.CheckPositive()
		}
		if err != nil {
			return c.keep(r, err)
		}
		text, err := json.Marshal(kept)
		if err != nil {
			return err
		}
		h.Lists = append(h.Lists, stimuli.CompactList{Parts: listOf(tested, g.stimuli), Kept: text})
		products.Lists = append(products.Lists, stimuli.ListProducts{K: g.gram.K, Sums: kept.Sums, Shifts: kept.Shifts})
	}
	if plan.readouts != nil {
		h.Fitting, h.Tested = &listOf(rows[:1], [][]string{plan.fitIDs})[0], listOf(tested, idsOf(tested))
		products.Fitting, products.Cross = plan.readouts.gram.K, plan.readouts.gram.Cross
	}
	return c.save(r, h, products)
}

// join collects the lists of stimuli that benchmarks compare on, and returns those that
// they read.
func (c *compactor) join(plan *layerPlan, r *compactReading, targets targets) (contents [][][]string) {
	var all [][]string
	add := func(list [][]string) {
		same := func(l [][]string) bool { return slices.EqualFunc(l, list, slices.Equal[[]string]) }
		if !slices.EqualFunc(plan.ids, list, slices.Equal[[]string]) && !slices.ContainsFunc(contents, same) {
			contents = append(contents, list)
		}
	}
	include := func(list [][]string) {
		add(list)
		if all == nil {
			all = make([][]string, len(list))
		}
		for i, ids := range list {
			_, all[i] = stimuli.Codes(append(slices.Clone(all[i]), ids...))
		}
	}
	for _, part := range r.parts {
		if err := c.joinPart(plan, part); err != nil {
			c.options.log("not all is prepared of %s: %v", r.layer, err)
			continue
		}
		include(c.needed.list(part.Read))
	}
	for _, e := range r.evaluations {
		t := targets[e]
		err := e.err
		if t != nil {
			err = c.joinOne(plan, e, t)
		}
		switch {
		case takesColumns(e):
			c.noteColumns(e)
			continue
		case err != nil:
			c.options.log("%s on %s is not prepared: %v", e.definition.Identifier, r.layer, err)
			continue
		}
		include(t.stimuli())
	}
	if all != nil {
		add(all)
	}
	return contents
}

func (c *compactor) joinOne(plan *layerPlan, e *binEvaluation, t target) error {
	if err := plan.checkRead(t.stimuli()); err != nil {
		return err
	}
	return t.join(plan, e)
}

// joinPart is joinOne for a benchmark of which there is a manifest alone.
func (c *compactor) joinPart(plan *layerPlan, part benchmarks.ManifestPart) error {
	if err := plan.checkRead(c.needed.list(part.Read)); err != nil {
		return err
	}
	for _, list := range part.Products {
		ids := c.needed.list(list)
		if err := plan.checkRead(ids); err != nil {
			return err
		}
		if _, err := plan.gramOf(ids, false); err != nil {
			return err
		}
	}
	if part.FittingSet == "" {
		return nil
	}
	return plan.addReadout()
}

// checkRead returns an error unless all of the stimuli are read.
func (p *layerPlan) checkRead(list [][]string) error {
	for i, ids := range list {
		for _, id := range ids {
			if _, ok := p.position[i%len(p.position)][id]; !ok {
				return fmt.Errorf("the dump has no activations to %q", id)
			}
		}
	}
	return nil
}

// fits returns an error if the matrices of a pass take more memory than is allowed.
func (c *compactor) fits(plan *layerPlan, r *compactReading) error {
	bytes := blockMemory(ReadSize{Rows: plan.source.Rows(), Features: plan.features})
	largest := int64(0)
	for _, g := range plan.grams {
		n := int64(g.gram.N)
		bytes += float * n * n
		largest = max(largest, float*n*n)
	}
	if plan.readouts != nil {
		g := plan.readouts.gram
		bytes += float * int64(g.Fit) * int64(g.Fit+g.Rest)
	}
	need := withGarbage(bytes + largest)
	if c.options.Hold != nil {
		c.options.Hold(need)
	}
	if c.options.Memory > 0 && need > c.options.Memory {
		return &MemoryError{Need: need, Limit: c.options.Memory, Layer: c.dump.ID + "/" + r.layer, Remedy: "name fewer benchmarks"}
	}
	return nil
}

// save writes a file of inner products.
func (c *compactor) save(r *compactReading, h *stimuli.CompactHeader, products stimuli.CompactProducts) error {
	inside, err := filepath.Rel(c.dump.Dir, c.dump.CompactPath(r.sets, r.layer, r.fitSet))
	if err != nil {
		return err
	}
	path := filepath.Join(c.dir, inside)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Dir(path), fsutil.Reason(err))
	}
	if err := stimuli.WriteCompact(path, h, products); err != nil {
		return fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if l := c.layers[[2]string{r.sets[0], c.dump.LayerParts(r.layer)[0]}]; l != nil && l.Kept == "" {
		l.After += info.Size()
	}
	return nil
}
