package scoring

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// rowsOf are stimuli of one set, as rows of a reading.
type rowsOf struct {
	set *stimuli.StimulusSet
	ids []string
	bin *stimuli.TimeBin // nil for a layer without time
}

// activations are a layer's columns for a pass: the dump's own, or their
// principal components.
type activations struct {
	stream.Columns
	selection *stimuli.Selection // nil for components, which are in memory
	name      string             // as in inputs and progress
	layers    []*stimuli.Layer
	dump      *stimuli.Dump
	exponent  int   // sinks take activations in units of 2^exponent
	step      *step // of the run that the reading is
	// rows are those of the files, once they are read.
	rows *readRows
	// products are what a compact dump has in the place of columns; else nil.
	products *products
}

// Close releases the files.
func (a *activations) Close() {
	for _, l := range a.layers {
		l.Close()
	}
	if a.products != nil {
		a.products.file.Close()
	}
}

// dissimilar reports whether the layer is given as the dissimilarities of its rows.
func (a *activations) dissimilar() bool { return a.selection != nil && a.selection.Dissimilar() }

// bands returns the numbers of features of the layers that the layer is joined of; nil if it
// is not joined, or reduced.
func (a *activations) bands() []int {
	if a.selection == nil {
		return nil
	}
	return a.layers[0].Bands()
}

// checkBands returns an error if an evaluation needs the layers that its layer is joined of,
// but their features are reduced together.
func (s *layerScorer) checkBands(e *binEvaluation, read *layerRead) error {
	info, err := metrics.Lookup(e.definition.Metric.Name)
	if err != nil || !info.Needs.Bands || s.dump.Reduction == nil || len(s.dump.LayerParts(read.key.layer)) < 2 {
		return err
	}
	return &stimuli.FileError{Path: s.dump.Settings(), What: fmt.Sprintf("reduces the features of the layers of %s together, and %s compares these one by one", read.key.layer, info.Name),
		Remedy: "remove the reduction from model.yaml"}
}

// openActivations selects the rows of a reading, one set below the other, and
// reduces them to principal components where the model asks for that. A layer that
// has no more features than there are to be components is left as it is.
func (s *layerScorer) openActivations(ctx context.Context, read *layerRead, rows ...rowsOf) (*activations, error) {
	if a, err := s.openProducts(read, rows); a != nil || err != nil {
		return a, err
	}
	if s.dump.Reduction == nil {
		return s.selectRows(read, rows)
	}
	layer, err := s.dump.OpenLayer(rows[0].set, read.key.layer, rows[0].bin)
	if err != nil {
		return nil, err
	}
	features := layer.Cols()
	layer.Close()
	if layer.Dissimilar() {
		s.options.log("%s: holds dissimilarities, which are not reduced to components", layer.File.Path())
		return s.selectRows(read, rows)
	}
	if reduces(s.dump.Reduction, features) {
		if read.spans != nil {
			return nil, &stimuli.FileError{Path: layer.Path(), What: "is one of several time bins that are scored together, and cannot be reduced to components", Remedy: "remove the reduction from model.yaml"}
		}
		return s.reduce(ctx, read, rows)
	}
	s.options.log("%s: has %d features and is not reduced to %d components", layer.Path(), features, s.dump.Reduction.PCA)
	return s.selectRows(read, rows)
}

// reduces reports whether a layer with that number of features is reduced.
func reduces(r *stimuli.Reduction, features int) bool { return r != nil && features > r.PCA }

// reduce returns the principal components of the rows of a reading. Where the fitting
// stimuli have fewer than are asked for, all evaluations note it.
func (s *layerScorer) reduce(ctx context.Context, read *layerRead, rows []rowsOf) (*activations, error) {
	reduction := s.dump.Reduction
	set, err := s.loader.stimulusSet(reduction.FitStimulusSet)
	if err != nil {
		return nil, err
	}
	_, ids := stimuli.Codes(set.IDs)
	all, err := s.selectRows(read, append([]rowsOf{{set, ids, read.bin}}, rows...))
	if err != nil {
		return nil, err
	}
	defer all.Close()
	sink := stream.NewFitGramSink(len(ids), all.Rows()-len(ids), all.Cols(), false, s.options.Workers)
	if err := s.read(ctx, all, []stream.Sink{sink}); err != nil {
		return nil, err
	}
	scores, kept, err := stream.Components(sink.Gram(), reduction.PCA)
	if err != nil {
		path, _ := all.selection.Locate(0)
		return nil, &stimuli.FileError{Path: path, What: fmt.Sprintf("cannot be reduced to %d components", reduction.PCA), Remedy: err.Error(), Err: err}
	}
	if kept < reduction.PCA {
		where := ""
		if read.bin != nil {
			where = fmt.Sprintf(" in the time bin %s", read.bin)
		}
		for _, e := range read.evaluations {
			e.notes = append(e.notes, fmt.Sprintf("reduced to %d principal components instead of %d%s: the activations to the %d stimuli of %s have no more", kept, reduction.PCA, where, len(ids), set.ID))
		}
	}
	reduced := stream.WithPrecision(stream.InMemory(scores, all.Rows()-len(ids), kept), stream.PrecisionOf(all.Columns))
	return &activations{Columns: reduced, name: all.name, rows: all.rows.from(len(ids))}, nil
}

// selectRows opens the layer on each set.
func (s *layerScorer) selectRows(read *layerRead, rows []rowsOf) (*activations, error) {
	a := &activations{dump: s.dump, exponent: read.exponent, step: read.step}
	for i, part := range rows {
		layer, err := s.dump.OpenLayer(part.set, read.key.layer, part.bin)
		if err != nil {
			a.Close()
			return nil, err
		}
		a.layers = append(a.layers, layer)
		if extra := layer.UnusedRows(part.ids); extra > 0 {
			s.options.log("%s: %d rows are of stimuli that are not compared and are ignored", layer.Path(), extra)
		}
		selection, err := layer.Select(part.ids)
		if err == nil && i > 0 {
			selection, err = a.selection.AppendRows(selection)
		}
		if err != nil {
			a.Close()
			return nil, err
		}
		a.selection = selection
	}
	a.Columns = a.selection
	a.name = nameOf(s.dump, read, rows)
	return a, nil
}

// read runs a pass over the activations, with progress, and records the hash of what
// was read.
func (s *layerScorer) read(ctx context.Context, a *activations, sinks []stream.Sink) error {
	if a.products != nil {
		return a.products.read(ctx, a, sinks, s.loader.inputs)
	}
	if a.selection == nil {
		return stream.RunPass(ctx, a.Columns, sinks, stream.PassOptions{})
	}
	digest := newContentSink(a.Rows())
	bytes := a.selection.Bytes()
	advance := func(int64) {}
	if s.options.Progress != nil {
		advance = s.options.Progress(a.name, bytes)
	}
	a.step.say("reading %s", a.name)
	options := stream.PassOptions{Progress: func(cols int) {
		advance(bytes / int64(a.Cols()) * int64(cols))
		a.step.read(float64(cols) / float64(a.Cols()))
	}}
	magnitude := &magnitudeSink{rows: a.Rows()}
	if a.exponent != 0 {
		sinks = []stream.Sink{&unitSink{sinks: sinks, rows: a.Rows(), exponent: a.exponent}}
	}
	all := slices.Concat(sinks, []stream.Sink{digest, magnitude})
	var hashes *rowHashes
	if a.rows == nil {
		hashes = newRowHashes(a.Rows())
		all = append(all, hashes)
	}
	err := stream.RunPass(ctx, a.Columns, all, options)
	var bad *stream.NonFiniteError
	if errors.As(err, &bad) {
		return notFinite(a.selection, bad)
	}
	overflow := errors.Is(err, stream.ErrOverflow)
	if a.exponent == 0 && (err == nil || overflow) {
		if far := magnitude.far(); far != nil {
			return far
		}
	}
	if overflow {
		path, _ := a.selection.Locate(0)
		return &stimuli.FileError{Path: path, What: "holds activations too large to multiply", Remedy: "rescale the layer", Err: err}
	}
	if err == nil {
		err = a.checkUnchanged(ctx, digest.sum())
	}
	if err == nil {
		s.loader.inputs.record(a.name, digest.sum())
		if hashes != nil {
			a.rows = newReadRows(a.dump, a.selection, hashes)
		}
	}
	return err
}

// checkUnchanged returns an error if a file changed while it was read. If only the times
// of files are new, it reads them again: their content then decides, by its hash.
func (a *activations) checkUnchanged(ctx context.Context, sum string) error {
	err := a.selection.Unchanged()
	changed, ok := errors.AsType[*npy.ChangedError](err)
	if !ok || !changed.TimesOnly {
		return err
	}
	again := newContentSink(a.Rows())
	if err := stream.RunPass(ctx, a.Columns, []stream.Sink{again}, stream.PassOptions{}); err != nil {
		return err
	}
	if again.sum() != sum {
		return err
	}
	return nil
}
