package benchmarks

import (
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// addParts divides a task by time bins: those of the recordings for a
// benchmark by bin, those of the model for solution times.
func (r *Runner) addParts(t *task, dump *stimuli.Dump) error {
	if !inTime(t.definition, t.kind) {
		t.parts = []*part{{task: t}}
		return nil
	}
	have, _, err := dump.TimeBins(t.definition.StimulusSet, t.layer)
	if err != nil {
		return err
	}
	want := have
	var s *series
	if t.kind == metrics.KindSolutionTime {
		s = &series{}
	} else if want, err = r.timeBins(t.definition); err != nil {
		return err
	}
	if err := r.sameShape(dump, t, have); err != nil {
		return err
	}
	for _, bin := range want {
		if !slices.Contains(have, bin) {
			return &stimuli.FileError{Path: dump.Dir, What: fmt.Sprintf("has the layer %s in the time bins %s, but %s is scored in %s", t.layer, have, t.definition.Identifier, want), Remedy: "dump the layer in the benchmark's time bins"}
		}
		t.parts = append(t.parts, &part{task: t, bin: &bin, series: s})
	}
	return nil
}

// sameShape checks that a layer has as many features in every time bin.
func (r *Runner) sameShape(dump *stimuli.Dump, t *task, bins stimuli.TimeBins) error {
	set, err := r.stimulusSet(t.definition.StimulusSet)
	if err != nil {
		return err
	}
	first := 0
	for i, bin := range bins {
		layer, err := dump.OpenLayer(set, t.layer, &bin)
		if err != nil {
			return err
		}
		path, features := layer.File.Path(), layer.File.Cols()
		layer.Close()
		if i == 0 {
			first = features
		}
		if features != first {
			return &stimuli.FileError{Path: path, What: fmt.Sprintf("has %d features a stimulus, but the time bin %s has %d", features, bins[0], first), Remedy: "dump every time bin from the same layer"}
		}
	}
	return nil
}

// timeBins are the bins that a benchmark is scored in: its own, else those of
// its recordings.
func (r *Runner) timeBins(d *Definition) (stimuli.TimeBins, error) {
	if bins := d.Bins(); len(bins) > 0 {
		return bins, nil
	}
	dir := r.Home.AssemblyPath(d.Assembly)
	bins, err := stimuli.ReadAssemblyTimeBins(dir)
	if err != nil {
		return nil, err
	}
	if len(bins) == 0 {
		return nil, &stimuli.FileError{Path: dir, What: fmt.Sprintf("has no time bins, but %s is scored by bin", d.Identifier), Remedy: "remove time: per_bin from the benchmark"}
	}
	return bins, bins.Check(dir)
}

// TimeBinResult is a benchmark's figures in one time bin.
type TimeBinResult struct {
	Start, End           float64
	Raw, Ceiling, Ceiled metrics.Estimate
}

// outcome joins the results of a task's parts. Over time bins the figures are
// means over the bins; the error of the raw score is that of its means by
// split, the ceiled score's the mean of the bins' errors.
func (t *task) outcome() (*Result, error) {
	if t.recalled != nil {
		return t.recalled.result, nil
	}
	for _, p := range t.parts {
		if p.err != nil {
			return nil, p.err
		}
	}
	last := t.parts[len(t.parts)-1].result
	if !t.complete() {
		return last, nil
	}
	if t.definition.Time != PerBin {
		out := *last
		out.Warnings = slices.Concat(last.Warnings, t.alikeWarnings())
		return &out, nil
	}
	out := *t.parts[0].result
	out.Warnings = nil
	var raw, ceiling, ceiled []metrics.Estimate
	for _, p := range t.parts {
		r := p.result
		out.TimeBins = append(out.TimeBins, TimeBinResult{p.bin.Start, p.bin.End, r.Raw, r.Ceiling, r.Ceiled})
		raw, ceiling, ceiled = append(raw, r.Raw), append(ceiling, r.Ceiling), append(ceiled, r.Ceiled)
		for _, w := range r.Warnings {
			if !slices.Contains(out.Warnings, w) {
				out.Warnings = append(out.Warnings, w)
			}
		}
	}
	out.Raw, out.Ceiling, out.Ceiled = meanOverBins(raw), meanOverBins(ceiling), meanOverBins(ceiled)
	out.Neuroids = meanOverParts(t.parts, func(r *Result) []float64 { return r.Neuroids })
	out.NeuroidCeilings = meanOverParts(t.parts, func(r *Result) []float64 { return r.NeuroidCeilings })
	out.SplitNeuroids, out.Alphas = nil, nil
	out.Warnings = append(out.Warnings, t.alikeWarnings()...)
	return &out, nil
}

// meanOverBins is the mean of estimates over time bins, split by split where
// they have splits.
func meanOverBins(bins []metrics.Estimate) metrics.Estimate {
	n := len(bins[0].Splits)
	if n > 0 {
		splits := make([]float64, n)
		for _, b := range bins {
			for i, v := range b.Splits {
				splits[i] += v / float64(len(bins))
			}
		}
		return metrics.MeanSEM(splits)
	}
	value, uncertainty := 0.0, 0.0
	for _, b := range bins {
		value += b.Value / float64(len(bins))
		uncertainty += b.Error / float64(len(bins))
	}
	return metrics.Estimate{Value: value, Error: uncertainty}
}

// meanOverParts is the mean over bins of values by neuroid, NaN left out.
func meanOverParts(parts []*part, of func(*Result) []float64) []float64 {
	n := len(of(parts[0].result))
	if n == 0 {
		return nil
	}
	out := make([]float64, n)
	for j := range out {
		sum, count := 0.0, 0
		for _, p := range parts {
			if v := of(p.result)[j]; !math.IsNaN(v) {
				sum += v
				count++
			}
		}
		out[j] = sum / float64(count)
	}
	return out
}
