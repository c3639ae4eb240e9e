package scoring

import (
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// layersOf lists the layers of a dump that all parts of a benchmark can be scored on.
func layersOf(data dataKind, dump *stimuli.Dump, d *benchmarks.Definition) ([]string, error) {
	var common []string
	for i, part := range d.Parts() {
		layers, err := data.layers(dump, part)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			common = layers
		}
		common = intersect(common, layers)
	}
	return common, nil
}

// divisions names what an evaluation is divided by.
func (e *evaluation) divisions() string {
	if len(e.definition.Parts()) > 1 {
		return "parts"
	}
	return "time bins"
}

// meanOverParts joins the results of the parts of the evaluation's definition.
func (e *evaluation) meanOverParts() *benchmarks.Result {
	parts := make([]*benchmarks.Result, len(e.bins))
	for i, b := range e.bins {
		parts[i] = b.result
	}
	return meanOfParts(e.definition.PartNames(), parts)
}

// meanOfParts returns the mean of the results of parts, whose values are its splits; the
// only result if there is one. It is NaN if that of a part is. A part counts at most 1 in
// the ceiled score.
func meanOfParts(names []string, parts []*benchmarks.Result) *benchmarks.Result {
	if len(parts) == 1 {
		return parts[0]
	}
	out := *parts[0]
	out.Resampled = nil
	var raw, ceiling, ceiled []float64
	var warnings [][]string
	for _, r := range parts {
		raw, ceiling = append(raw, r.Raw.Value), append(ceiling, r.Ceiling.Value)
		ceiled = append(ceiled, min(r.Ceiled.Value, 1))
		out.Counts.Subjects = max(out.Counts.Subjects, r.Counts.Subjects)
		own := slices.Clone(r.Warnings)
		if r.Ceiled.Value > 1 {
			own = append(own, "the ceiled score is above 1 and counts as 1 in the mean")
		}
		warnings = append(warnings, own)
	}
	out.Raw, out.Ceiling, out.Ceiled = meanOfAll(raw), meanOfAll(ceiling), meanOfAll(ceiled)
	out.Warnings = gatherWarnings(names, warnings)
	return &out
}

// meanOfAll returns the mean and its standard error, NaN if one of the values is.
func meanOfAll(values []float64) metrics.Estimate {
	if slices.ContainsFunc(values, math.IsNaN) {
		return metrics.Estimate{Value: math.NaN(), Error: math.NaN(), Splits: values}
	}
	return metrics.MeanSEM(values)
}

// gatherWarnings lists each warning of parts or subjects once, with the names of those
// that have it unless all have.
func gatherWarnings(names []string, of [][]string) (warnings []string) {
	having := make(map[string][]string)
	for i, own := range of {
		for _, w := range own {
			if having[w] == nil {
				warnings = append(warnings, w)
			}
			having[w] = append(having[w], names[i])
		}
	}
	for i, w := range warnings {
		if len(having[w]) < len(of) {
			warnings[i] = fmt.Sprintf("%s: %s", stimuli.Few(having[w]), w)
		}
	}
	return warnings
}
