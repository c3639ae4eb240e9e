package scoring

import (
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// evaluation is one benchmark on one layer.
type evaluation struct {
	definition *benchmarks.Definition
	data       dataKind
	metricKind metrics.Kind
	layer      string
	reading    reading
	bins       []*binEvaluation // one, or one for each time bin or part of the definition
	spans      stimuli.TimeBins // of a layer in time that is read whole; nil for others
	kept       *keptEvaluation  // set where the store has the result
	key        *evaluationKey   // nil without a store
	shared     any              // what the kind of data shares among the bins
	notes      []string         // of how the layer was read, for the warnings
	counted    bool             // among the scores of the run that are done or failed
}

// binEvaluation is an evaluation in one time bin, of one part of the definition, or a
// whole one: what one reading of a layer serves.
type binEvaluation struct {
	*evaluation
	definition *benchmarks.Definition // the evaluation's, or the part of it
	bin        *stimuli.TimeBin       // nil for a layer without time
	result     *benchmarks.Result
	err        error
	// content is the hash of a table of choices or probabilities.
	content string
	alike   []*alike // stimuli that the layer has the same activations for
}

// layerRead is one reading of a layer's files for all evaluations that live on it.
type layerRead struct {
	key         readKey
	bin         *stimuli.TimeBin
	spans       stimuli.TimeBins // that are read one below the other; nil for one bin or none
	evaluations []*binEvaluation
	exponent    int // activations are passed on in units of 2^exponent
	// rare returns an error if there is no memory for work that rounding asks for.
	rare func() error
	step *step // of the run
}

// readKey names what has to be read: a layer, in one time bin if it has any, on a
// stimulus set, with the stimulus set that a read-out is fitted on.
type readKey struct {
	layer, bin, set, fitSet string
	table                   bool   // logits are read as a table of choices, or as a layer
	whole                   string // the benchmark that a part is read for, "" if it has none
}

// name returns the name of the layer, with its time bin.
func (k readKey) name() string { return strings.TrimSuffix(k.layer+"/"+k.bin, "/") }

// sequence returns the key without what differs within a sequence.
func (k readKey) sequence() readKey {
	k.bin = ""
	if k.whole != "" {
		k.fitSet = ""
	}
	return k
}

// section is one part of the rows of a reading: a stimulus set, in one time bin if the
// layer has any.
type section struct {
	set string
	bin *stimuli.TimeBin
}

// sets returns the stimulus sets of a reading.
func (r *layerRead) sets() []string { return r.evaluations[0].definition.StimulusSet.Names }

// sections returns the parts of a reading's rows, in order.
func (r *layerRead) sections() (all []section) {
	for _, set := range r.sets() {
		if r.spans == nil {
			all = append(all, section{set, r.bin})
		}
		for _, bin := range r.spans {
			all = append(all, section{set, &bin})
		}
	}
	return all
}

// binSequence is the readings of the time bins of one layer, or of the parts of a
// benchmark. They run one after the other, so that only one takes memory.
type binSequence []*layerRead

// evaluations lists the evaluations that a sequence serves.
func (s binSequence) evaluations() []*evaluation {
	var out []*evaluation
	for _, read := range s {
		for _, e := range read.evaluations {
			if !slices.Contains(out, e.evaluation) {
				out = append(out, e.evaluation)
			}
		}
	}
	return out
}

// sections returns a target's stimuli for each section of a reading of the layer: those of
// each stimulus set, or the same ones in each time bin of a layer that is read whole.
func (e *evaluation) sections(stimuli [][]string) [][]string {
	if e.spans == nil {
		return stimuli
	}
	return slices.Repeat(stimuli, len(e.spans))
}

// newResult returns an evaluation's result without figures.
func (e *evaluation) newResult() *benchmarks.Result {
	d := e.definition
	return &benchmarks.Result{Benchmark: d.Identifier, Version: d.Version, Region: d.Region, Parent: d.Parent, Layer: e.layer, Metric: d.Metric.Name, Kernel: metrics.Kernel()}
}

// newCeiling returns the result of a ceiling without a model, as yet without the ceiling.
func (e *evaluation) newCeiling() *benchmarks.Result {
	out := e.newResult()
	out.Raw, out.Ceiling, out.Ceiled = metrics.None(), metrics.None(), metrics.None()
	return out
}

// complete reports whether all time bins of an evaluation have their result.
func (e *evaluation) complete() bool {
	return !slices.ContainsFunc(e.bins, func(b *binEvaluation) bool { return b.err != nil || b.result == nil })
}

// outcome joins the results of an evaluation's time bins.
func (e *evaluation) outcome() (*benchmarks.Result, error) {
	if e.kept != nil {
		return e.kept.result, nil
	}
	for _, b := range e.bins {
		if b.err != nil {
			return nil, b.err
		}
	}
	out := e.bins[len(e.bins)-1].result
	if !e.complete() {
		return out, nil
	}
	switch {
	case e.definition.Time == benchmarks.PerBin:
		out = meanOverBins(e.bins)
	case len(e.definition.Parts()) > 1:
		out = e.meanOverParts()
	default:
		copied := *out
		out = &copied
	}
	out.Warnings = slices.Concat(out.Warnings, e.alikeWarnings())
	return out, nil
}
