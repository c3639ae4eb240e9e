package scoring

import (
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// What benchmarks on a stimulus set alone share, without recordings or people.

// ceilingOrOne returns the given ceiling, or 1: a layer may encode a factor alone, and a
// read-out may be right in all images.
func ceilingOrOne(d *benchmarks.Definition) metrics.Estimate {
	if given, ok := d.GivenCeiling(); ok {
		return given
	}
	return metrics.Exact(1)
}

// resultOnSet returns the result of a score on stimuli, with counts and the ceiled score.
func resultOnSet(e *binEvaluation, of metrics.Info, score metrics.Score, stimuli, features int) *benchmarks.Result {
	out := e.newResult()
	out.Score = score
	out.Counts = benchmarks.Counts{Stimuli: stimuli, Features: features}
	ceiled, warnings := of.Ceil(out.Raw, out.Ceiling, metrics.Form(e.definition.Score))
	out.Ceiled, out.Warnings = ceiled, append(out.Warnings, warnings...)
	return out
}

// ceilingOnSet returns the ceiling of a benchmark on stimuli.
func ceilingOnSet(d *benchmarks.Definition, stimuli int) *benchmarks.Result {
	out := (&evaluation{definition: d}).newCeiling()
	out.Counts.Stimuli = stimuli
	out.Ceiling = ceilingOrOne(d)
	return out
}
