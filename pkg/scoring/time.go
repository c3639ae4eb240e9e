package scoring

import (
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// checkBins checks that a layer has all time bins that a benchmark is scored in, and
// as many features in each of its own.
func (l *loader) checkBins(d *benchmarks.Definition, layer string, dump *stimuli.Dump, want stimuli.TimeBins) error {
	have, _, err := dump.TimeBins(d.StimulusSet.Name(), layer)
	if err != nil {
		return err
	}
	if err := l.checkShape(d, layer, dump, have); err != nil {
		return err
	}
	for _, bin := range want {
		if !slices.Contains(have, bin) {
			return &stimuli.FileError{Path: dump.Dir, What: fmt.Sprintf("has the layer %s in the time bins %s, but %s is scored in %s", layer, have, d.Identifier, want), Remedy: "dump the layer in the benchmark's time bins"}
		}
	}
	return nil
}

// checkShape checks that a layer has as many features in every time bin.
func (l *loader) checkShape(d *benchmarks.Definition, layer string, dump *stimuli.Dump, bins stimuli.TimeBins) error {
	set, err := l.stimulusSet(d.StimulusSet.Name())
	if err != nil {
		return err
	}
	first := 0
	for i, bin := range bins {
		opened, err := dump.OpenLayer(set, layer, &bin)
		if err != nil {
			return err
		}
		path, features := opened.File.Path(), opened.File.Cols()
		opened.Close()
		if i == 0 {
			first = features
		}
		if features != first {
			return &stimuli.FileError{Path: path, What: fmt.Sprintf("has %d features a stimulus, but the time bin %s has %d", features, bins[0], first), Remedy: "dump every time bin from the same layer"}
		}
	}
	return nil
}

// timeBins returns the bins that a benchmark is scored in: its own, else those of
// its recordings.
func (l *loader) timeBins(d *benchmarks.Definition) (stimuli.TimeBins, error) {
	if bins := d.Bins(); len(bins) > 0 {
		return bins, nil
	}
	dir := l.home.AssemblyPath(d.Assembly.Name())
	bins, err := stimuli.ReadAssemblyTimeBins(dir)
	if err != nil {
		return nil, err
	}
	if len(bins) == 0 {
		return nil, &stimuli.FileError{Path: dir, What: fmt.Sprintf("has no time bins, but %s is scored by bin", d.Identifier), Remedy: "remove time: per_bin from the benchmark"}
	}
	return bins, bins.Check(dir)
}

// meanOverBins joins results of time bins.
func meanOverBins(bins []*binEvaluation) *benchmarks.Result {
	var spans stimuli.TimeBins
	var results []*benchmarks.Result
	for _, b := range bins {
		spans, results = append(spans, *b.bin), append(results, b.result)
	}
	return meanOfBins(spans, results)
}

// meanOfBins joins the results in time bins. The figures are means over the bins; the
// error of the raw score is that of its means by split, the ceiled score's the mean
// of the bins' errors.
func meanOfBins(bins stimuli.TimeBins, results []*benchmarks.Result) *benchmarks.Result {
	out := *results[0]
	out.Warnings = nil
	var raw, ceiling, ceiled []metrics.Estimate
	for i, r := range results {
		out.TimeBins = append(out.TimeBins, benchmarks.TimeBinResult{Start: bins[i].Start, End: bins[i].End, Raw: r.Raw, Ceiling: r.Ceiling, Ceiled: r.Ceiled})
		raw, ceiling, ceiled = append(raw, r.Raw), append(ceiling, r.Ceiling), append(ceiled, r.Ceiled)
		for _, w := range r.Warnings {
			if !slices.Contains(out.Warnings, w) {
				out.Warnings = append(out.Warnings, w)
			}
		}
	}
	out.Raw, out.Ceiling, out.Ceiled = meanEstimate(raw), meanEstimate(ceiling), meanEstimate(ceiled)
	out.Neuroids = meanByNeuroid(results, func(r *benchmarks.Result) []float64 { return r.Neuroids })
	out.NeuroidCeilings = meanByNeuroid(results, func(r *benchmarks.Result) []float64 { return r.NeuroidCeilings })
	out.SplitNeuroids, out.Alphas = nil, nil
	var resampled []*metrics.Resampled
	for _, r := range results {
		resampled = append(resampled, r.Resampled)
	}
	out.Resampled = metrics.MeanResampled(resampled)
	return &out
}

// meanEstimate returns the mean of estimates over time bins, split by split where
// they have splits.
func meanEstimate(bins []metrics.Estimate) metrics.Estimate {
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

// meanByNeuroid returns the mean over time bins of values by neuroid, NaN left out.
func meanByNeuroid(bins []*benchmarks.Result, values func(*benchmarks.Result) []float64) []float64 {
	n := len(values(bins[0]))
	if n == 0 {
		return nil
	}
	out := make([]float64, n)
	for j := range out {
		sum, count := 0.0, 0
		for _, b := range bins {
			if v := values(b)[j]; !math.IsNaN(v) {
				sum += v
				count++
			}
		}
		out[j] = sum / float64(count)
	}
	return out
}
