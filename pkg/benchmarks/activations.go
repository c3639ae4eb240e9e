package benchmarks

import (
	"context"
	"errors"
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// stimuliOf are stimuli of one set, as rows of a pass.
type stimuliOf struct {
	set *stimuli.StimulusSet
	ids []string
}

// activations are a layer's columns for a pass: the dump's own, or their
// principal components.
type activations struct {
	metrics.Columns
	selection *stimuli.Selection // nil for components, which are in memory
	name      string             // as in inputs and progress
	layers    []*stimuli.Layer
}

// Close releases the files.
func (a *activations) Close() {
	for _, l := range a.layers {
		l.Close()
	}
}

// open selects the rows of a pass, one set below the other, and reduces them to
// principal components where the model asks for that. A layer that has no more
// features than there are to be components is left as it is.
func (r *Runner) open(ctx context.Context, dump *stimuli.Dump, p *pass, parts ...stimuliOf) (*activations, error) {
	if dump.Reduction == nil {
		return r.selectRows(dump, p, parts)
	}
	layer, err := dump.OpenLayer(parts[0].set, p.key.layer, p.bin)
	if err != nil {
		return nil, err
	}
	features := layer.File.Cols()
	layer.Close()
	if reduces(dump.Reduction, features) {
		return r.reduce(ctx, dump, p, parts)
	}
	r.log("%s: has %d features and is not reduced to %d components", layer.File.Path(), features, dump.Reduction.PCA)
	return r.selectRows(dump, p, parts)
}

// reduces reports whether a layer of so many features is reduced.
func reduces(red *stimuli.Reduction, features int) bool { return red != nil && features > red.PCA }

// reduce gives the principal components of the rows of a pass. Where the fitting
// stimuli have fewer than are asked for, the scores of all parts say so.
func (r *Runner) reduce(ctx context.Context, dump *stimuli.Dump, p *pass, parts []stimuliOf) (*activations, error) {
	set, err := r.stimulusSet(dump.Reduction.FitStimulusSet)
	if err != nil {
		return nil, err
	}
	_, ids := stimuli.Codes(set.IDs)
	all, err := r.selectRows(dump, p, append([]stimuliOf{{set, ids}}, parts...))
	if err != nil {
		return nil, err
	}
	defer all.Close()
	sink := metrics.NewFitGramSink(len(ids), all.Rows()-len(ids), all.Cols(), false, r.Workers)
	if err := r.read(ctx, all, []metrics.Sink{sink}); err != nil {
		return nil, err
	}
	asked := dump.Reduction.PCA
	scores, kept, err := metrics.Components(sink.Gram(), asked)
	if err != nil {
		path, _ := all.selection.Where(0)
		return nil, &stimuli.FileError{Path: path, What: fmt.Sprintf("cannot be reduced to %d components", asked), Remedy: err.Error(), Err: err}
	}
	if kept < asked {
		where := ""
		if p.bin != nil {
			where = fmt.Sprintf(" in the time bin %s", p.bin)
		}
		for _, t := range p.parts {
			t.notes = append(t.notes, fmt.Sprintf("reduced to %d principal components instead of %d%s: the activations to the %d stimuli of %s have no more", kept, asked, where, len(ids), set.ID))
		}
	}
	rows := all.Rows() - len(ids)
	return &activations{Columns: metrics.InMemory(scores, rows, kept), name: all.name}, nil
}

// selectRows opens the layer on each set.
func (r *Runner) selectRows(dump *stimuli.Dump, p *pass, parts []stimuliOf) (*activations, error) {
	a := &activations{}
	for i, part := range parts {
		layer, err := dump.OpenLayer(part.set, p.key.layer, p.bin)
		if err != nil {
			a.Close()
			return nil, err
		}
		a.layers = append(a.layers, layer)
		if extra := layer.Extra(part.ids); extra > 0 {
			r.log("%s: %d rows are of stimuli that are not compared and are ignored", layer.File.Path(), extra)
		}
		selection, err := layer.Select(part.ids)
		if err == nil && i > 0 {
			selection, err = a.selection.Below(selection)
		}
		if err != nil {
			a.Close()
			return nil, err
		}
		a.selection = selection
		if i > 0 {
			a.name += "+"
		}
		a.name += part.set.ID
	}
	a.Columns = a.selection
	a.name = dump.ID + "/" + a.name + "/" + p.key.layer
	if p.bin != nil {
		a.name += "/" + p.bin.String()
	}
	return a, nil
}

// read runs a pass, with progress, and notes the hash of what was read.
func (r *Runner) read(ctx context.Context, a *activations, sinks []metrics.Sink) error {
	if a.selection == nil {
		return metrics.RunPass(ctx, a.Columns, sinks, metrics.PassOptions{})
	}
	digest := newContentSink(a.Rows())
	options := metrics.PassOptions{}
	if r.Progress != nil {
		bytes := a.selection.Bytes()
		advance := r.Progress(a.name, bytes)
		options.Progress = func(cols int) { advance(bytes / int64(a.Cols()) * int64(cols)) }
	}
	err := metrics.RunPass(ctx, a.Columns, append(sinks, digest), options)
	var bad *metrics.NonFiniteError
	if errors.As(err, &bad) {
		path, stimulus := a.selection.Where(bad.Row)
		return &stimuli.FileError{Path: path, What: fmt.Sprintf("holds %v for stimulus %q in column %d", bad.Value, stimulus, bad.Col), Remedy: "activations must be finite: check the model and the precision it ran in", Err: err}
	}
	if errors.Is(err, metrics.ErrOverflow) {
		path, _ := a.selection.Where(0)
		return &stimuli.FileError{Path: path, What: "holds activations too large to multiply", Remedy: "rescale the layer", Err: err}
	}
	if err == nil {
		r.noteContent(a.name, digest.sum())
	}
	return err
}
