package scoring

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// similarityPlan is the layers to compare, on the stimuli that they have in common.
type similarityPlan struct {
	runner *Runner
	metric metrics.Pairwise
	set    *stimuli.StimulusSet
	ids    []string // ascending
	// rows are compared with columns, or with each other if there are no columns.
	rows, columns []*plannedLayer
	// held are rows or columns, whichever are fewer, and stay in memory while the others, if
	// there are any, are read one by one.
	held, others []*plannedLayer
	angles       bool // the scores are the cosines of angles
	pairWarnings []*pairWarning
}

// plannedLayer is a layer to compare.
type plannedLayer struct {
	ComparedLayer
	scorer   *layerScorer
	read     *layerRead
	warnings []string
	err      error // why it cannot be compared
}

func (l *plannedLayer) name() string { return l.Model + "/" + l.Layer }

// pairWarning is a warning with the pairs of layers that it is about.
type pairWarning struct {
	text  string
	first string
	more  int
}

// warn adds a warning about a pair of layers.
func (p *similarityPlan) warn(text string, a, b *plannedLayer) {
	for _, w := range p.pairWarnings {
		if w.text == text {
			w.more++
			return
		}
	}
	p.pairWarnings = append(p.pairWarnings, &pairWarning{text: text, first: a.name() + " and " + b.name()})
}

func (w *pairWarning) line() string {
	if w.more > 0 {
		return fmt.Sprintf("%s, and %d more pairs: %s", w.first, w.more, w.text)
	}
	return w.first + ": " + w.text
}

// planSimilarity opens the dumps and finds the stimuli and the layers.
func (r *Runner) planSimilarity(request SimilarityRequest) (*similarityPlan, error) {
	metric, err := metrics.New(request.Metric, request.Options)
	if err != nil {
		return nil, err
	}
	p := &similarityPlan{runner: r}
	var ok bool
	if p.metric, ok = metric.(metrics.Pairwise); !ok {
		known := metrics.PairwiseNames()
		return nil, &metrics.UnknownError{What: "metric between layers", Name: request.Metric, Nearest: nearest.To(request.Metric, known), Known: known}
	}
	dumps, err := openDumps(request.Models)
	if err != nil {
		return nil, err
	}
	name := request.StimulusSet
	if name == "" {
		if name, err = sharedSet(dumps, p.metric.Info().Dissimilarities); err != nil {
			return nil, err
		}
	}
	if p.set, err = r.loader.stimulusSet(name); err != nil {
		return nil, err
	}
	if p.ids, err = sharedStimuli(dumps, p.set); err != nil {
		return nil, err
	}
	layers, err := r.layersToCompare(dumps, name, request.Layers, p.metric.Info().Dissimilarities)
	if err != nil {
		return nil, err
	}
	if p.rows = slices.Concat(layers...); len(dumps) == 2 {
		p.rows, p.columns = layers[0], layers[1]
	}
	if p.held, p.others = p.rows, p.columns; p.turned() {
		p.held, p.others = p.columns, p.rows
	}
	return p, nil
}

// turned reports whether the columns are held.
func (p *similarityPlan) turned() bool { return len(p.columns) > 0 && len(p.columns) < len(p.rows) }

// setsOf lists the stimulus sets that a dump has layers for.
func setsOf(dump *stimuli.Dump, dissimilarities bool) ([]string, error) {
	all, err := dump.Sets()
	if err != nil {
		return nil, err
	}
	var sets []string
	for _, set := range all {
		c, err := dump.Contents(set)
		if err != nil {
			return nil, err
		}
		if len(layersWith(c, dissimilarities)) > 0 {
			sets = append(sets, set)
		}
	}
	return sets, nil
}

// sharedSet returns the one stimulus set that all dumps have layers for.
func sharedSet(dumps []*stimuli.Dump, dissimilarities bool) (string, error) {
	var shared []string
	var each []string // what each dump has
	for i, dump := range dumps {
		sets, err := setsOf(dump, dissimilarities)
		if err != nil {
			return "", err
		}
		if len(sets) == 0 {
			return "", &stimuli.FileError{Path: dump.Dir, What: "has no layers", Remedy: "dump activations into <stimulus set>/<layer>.npy"}
		}
		each = append(each, fmt.Sprintf("%s to %s", dump.ID, strings.Join(sets, ", ")))
		if i == 0 {
			shared = sets
		}
		shared = intersect(shared, sets)
	}
	switch len(shared) {
	case 1:
		return shared[0], nil
	case 0:
		return "", &stimuli.FileError{Path: dumps[0].Dir, What: "has no stimulus set in common with the other models (" + strings.Join(each, "; ") + ")", Remedy: "dump the activations of all of them to one stimulus set"}
	}
	return "", &stimuli.FileError{Path: dumps[0].Dir, What: "has layers for several stimulus sets (" + strings.Join(shared, ", ") + ")", Remedy: "name the one to compare on by --stimulus-set"}
}

// sharedStimuli returns the stimuli of a set that the dumps have rows for, ascending: the
// same in all of them.
func sharedStimuli(dumps []*stimuli.Dump, set *stimuli.StimulusSet) ([]string, error) {
	var first *stimuli.RowIndex
	var ids []string
	for _, dump := range dumps {
		if !dump.Has(set.ID) {
			return nil, &stimuli.FileError{Path: dump.Dir, What: fmt.Sprintf("has no folder for the stimulus set %q", set.ID), Remedy: "dump the model's activations to these stimuli there"}
		}
		rows, err := dump.Rows(set)
		if err != nil {
			return nil, err
		}
		var missing, extra []string
		for _, id := range set.IDs {
			switch {
			case first == nil && rows.Has(id):
				ids = append(ids, id)
			case first != nil && first.Has(id) && !rows.Has(id):
				missing = append(missing, id)
			case first != nil && !first.Has(id) && rows.Has(id):
				extra = append(extra, id)
			}
		}
		const remedy = "layers are compared on the same stimuli: dump all models to the same ones"
		switch {
		case len(ids) == 0:
			return nil, &stimuli.AlignmentError{Path: rows.Path(), What: "has none of the stimuli of " + set.Table.Path + ", which are", IDs: set.IDs, Remedy: "write the ids of the stimulus set", Known: rows.IDs}
		case len(missing) > 0:
			return nil, &stimuli.AlignmentError{Path: rows.Path(), What: fmt.Sprintf("has no rows for stimuli that %s has:", first.Path()), IDs: missing, Remedy: remedy, Known: rows.IDs}
		case len(extra) > 0:
			return nil, &stimuli.AlignmentError{Path: first.Path(), What: fmt.Sprintf("has no rows for stimuli that %s has:", rows.Path()), IDs: extra, Remedy: remedy, Known: first.IDs}
		}
		if first == nil {
			first = rows
		}
	}
	_, ids = stimuli.Codes(ids)
	return ids, nil
}

// layersToCompare lists the layers of each dump in the natural order of their names, those
// of the given names if there are any.
func (r *Runner) layersToCompare(dumps []*stimuli.Dump, set string, names []string, dissimilarities bool) ([][]*plannedLayer, error) {
	all := make([][]*plannedLayer, len(dumps))
	found := make(map[string]bool)
	var known []string
	for i, dump := range dumps {
		c, err := dump.Contents(set)
		if err != nil {
			return nil, err
		}
		if n := len(c.TimeLayers); n > 0 {
			r.log("%s: %d layers in time are not compared (%s)", dump.ID, n, fewNames(c.TimeLayers))
		}
		if n := len(c.Matrices); n > 0 && !dissimilarities {
			r.log("%s: %d layers that are given as dissimilarities are not compared (%s)", dump.ID, n, fewNames(c.Matrices))
		}
		layers := layersWith(c, dissimilarities)
		slices.SortFunc(layers, benchmarks.CompareNatural)
		known = append(known, layers...)
		for _, layer := range layers {
			if len(names) > 0 && !slices.Contains(names, layer) {
				continue
			}
			found[layer] = true
			// The evaluation collects notes on how the layer is read.
			read := &layerRead{key: readKey{layer: layer, set: set}, evaluations: []*binEvaluation{{evaluation: new(evaluation)}}}
			all[i] = append(all[i], &plannedLayer{ComparedLayer: ComparedLayer{Model: dump.ID, Layer: layer}, scorer: r.scorerOf(dump), read: read})
		}
		if len(all[i]) == 0 && (len(names) == 0 || len(layers) == 0) {
			return nil, &stimuli.FileError{Path: dump.Dir, What: fmt.Sprintf("has no layers for the stimulus set %q", set), Remedy: fmt.Sprintf("dump activations into %s/<layer>.npy", set)}
		}
	}
	for _, name := range names {
		if !found[name] {
			slices.SortFunc(known, benchmarks.CompareNatural)
			known = slices.Compact(known)
			return nil, &stimuli.FileError{Path: dumps[0].Dir, What: fmt.Sprintf("has no layer %q, nor have other models", name), Remedy: nearest.Remedy(name, known, "they have "+strings.Join(known, ", "))}
		}
	}
	for i, layers := range all {
		if len(layers) == 0 {
			return nil, &stimuli.FileError{Path: dumps[i].Dir, What: "has none of the layers " + strings.Join(names, ", "), Remedy: "name a layer of each model"}
		}
	}
	return all, nil
}
