package scoring

import (
	"context"
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// dataKind is one kind of data that models are compared with, such as recordings or
// two-way choices. Everything that depends on the kind is a method here, so that a
// new kind is one file: a type with these methods, which its init registers.
type dataKind interface {
	// data documents the kind to people.
	data() Data
	// rules describe the kind to definitions, one for each kind of metric that
	// compares with such data; the files follow from data.
	rules() []benchmarks.Rules

	// layers lists the layers of a dump that a benchmark can be scored on.
	layers(dump *stimuli.Dump, d *benchmarks.Definition) ([]string, error)
	// committed reports whether a model's commitments choose among the layers.
	committed() bool
	// whatToDump returns the remedy where a dump has no such layer.
	whatToDump(d *benchmarks.Definition) string
	// reads reports what of a dump a layer stands for.
	reads(d *benchmarks.Definition, layer string) reading
	// bins returns the time bins of a layer that a benchmark is scored in, of
	// those that the layer has; nil where time plays no part.
	bins(l *loader, d *benchmarks.Definition, layer string, dump *stimuli.Dump) (stimuli.TimeBins, error)
	// files lists the files of the assembly that a result depends on.
	files(l *loader, d *benchmarks.Definition) ([]string, error)

	// open prepares what an evaluation compares a layer with. It may go on
	// reading in the background until the target's wait returns.
	open(ctx context.Context, l *loader, e *binEvaluation) (target, error)
	// memory returns what evaluations on one layer, all of this kind of data, hold: the
	// data that they compare with, the layer's inner products, and what their metrics take.
	memory(l *loader, evaluations []*binEvaluation, size ReadSize) holding
	// ceil returns the noise ceiling of a benchmark without a model.
	ceil(ctx context.Context, l *loader, d *benchmarks.Definition) (*benchmarks.Result, error)

	// validate checks a definition against the data.
	validate(ctx context.Context, v *validator, set *stimuli.StimulusSet)
	// usualMetric returns the metric to draft a definition with where none is asked
	// for; "", and what its table lacks, where the assembly holds no such data.
	usualMetric(d *drafter) (metric, lacks string, err error)
	// draft adds the lines of a definition with d.metric, which is of the kind.
	draft(d *drafter, kind metrics.Kind) error
}

// reading is what of a dump an evaluation reads.
type reading int

const (
	readsTable   reading = iota // a table of choices or probabilities
	readsLayer                  // a layer's activations to the stimulus set
	readsFitting                // those to the fitting stimulus set as well
)

// target is what one evaluation compares a layer with.
type target interface {
	// stimuli are the ids of the rows that are needed, ascending, for each stimulus set of
	// the benchmark.
	stimuli() [][]string
	// table is the path of the table that names the stimuli of one of the stimulus sets.
	table(set int) string
	// wait returns once all of it is read.
	wait() error
	// join makes the evaluation part of the reading of a layer: it adds the sinks
	// that it needs, and the function that scores it once they are done.
	join(p *layerPlan, e *binEvaluation) error
	// result completes a raw score.
	result(e *binEvaluation, score metrics.Score, features int) (*benchmarks.Result, error)
	// inputs lists the files of the data home that the result depends on.
	inputs() []string
}

// ofOneSet returns the stimuli of a target that has those of a single stimulus set.
func ofOneSet(ids []string) [][]string { return [][]string{ids} }

// readAtOnce is the part of a target that is read, and its files recorded, when it is opened.
type readAtOnce struct{}

func (readAtOnce) wait() error      { return nil }
func (readAtOnce) inputs() []string { return nil }

// dataKinds are the registered kinds, by the kinds of metrics that they serve;
// drafting tries them in the order of registration.
var (
	dataKinds = map[metrics.Kind]dataKind{}
	drafting  []dataKind
)

// registerKind makes a kind of data known; each kind's file calls it from init.
func registerKind(k dataKind) {
	files := k.data().required()
	for _, r := range k.rules() {
		if _, ok := dataKinds[r.Metrics]; ok {
			panic(fmt.Sprintf("scoring: two kinds of data for metrics of kind %s", r.Metrics))
		}
		dataKinds[r.Metrics] = k
		r.Files = files
		benchmarks.RegisterRules(r)
	}
	drafting = append(drafting, k)
}

// kindOf returns the kind of data of a benchmark. The error is about a metric
// which is not known.
func kindOf(d *benchmarks.Definition) (dataKind, metrics.Kind, error) {
	info, err := metrics.Lookup(d.Metric.Name)
	if err != nil {
		return nil, "", err
	}
	k, ok := dataKinds[info.Kind]
	if !ok {
		return nil, "", fmt.Errorf("no kind of data serves metrics of kind %s", info.Kind)
	}
	return k, info.Kind, nil
}
