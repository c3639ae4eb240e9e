package scoring

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// factorsKind is stimuli that differ in their shape and texture, of which a layer encodes
// the one or the other. There are no recordings.
type factorsKind struct{ aloneKind }

func init() { registerKind(&factorsKind{aloneKind{readFactors}}) }

// factorColumns are the columns of the stimulus set that name what each stimulus shows.
var factorColumns = []string{metrics.ShapeColumn, metrics.TextureColumn, metrics.OriginalColumn}

func (*factorsKind) data() Data {
	return Data{Name: "shape and texture of the stimuli", Dump: "layers"}
}

func (*factorsKind) rules() []benchmarks.Rules {
	return []benchmarks.Rules{{Metrics: metrics.KindFactors, Benchmark: benchmarks.KindProperty, SetAlone: true, Score: metrics.Ratio}}
}

// memory counts the codes of the stimuli, and what the metrics hold as the layer is read.
func (*factorsKind) memory(l *loader, evaluations []*binEvaluation, size ReadSize) holding {
	var h holding
	const codes = 4 * float
	for _, e := range evaluations {
		m := metricMemory(e.definition, metrics.Shape{Stimuli: size.Rows, Features: size.Features, Splits: 1, Workers: max(1, l.options.Workers)})
		h.working += m.Streaming
		h.keep(fmt.Sprintf("factors of %s", e.definition.StimulusSet), codes*int64(size.Rows)+idMemory(size.Rows))
	}
	h.working += blockMemory(size) + idMemory(size.Rows)
	return h
}

// readFactors reads the columns that name what each stimulus shows.
func readFactors(s *setAlone, metric metrics.Metric) error {
	s.listed = s.set.IDs
	_, s.ids = stimuli.Codes(s.set.IDs)
	s.found = fmt.Sprintf("%d, each with a partner", len(s.ids))
	codes := make([][]int, len(factorColumns))
	for i, column := range factorColumns {
		names, err := s.set.Table.Names(column)
		if err != nil {
			return err
		}
		if row := slices.Index(names, ""); row >= 0 {
			return s.empty(column, row)
		}
		codes[i], _ = stimuli.Codes(names)
	}
	s.begin = func(rows []int, features, workers int) (stream.Sink, scoreAlone, error) {
		sink, err := metric.(metrics.Factors).NewFactors(metrics.FactorInput{Shape: codes[0], Texture: codes[1], Original: codes[2], Rows: rows, Features: features, Workers: workers})
		if trial, ok := errors.AsType[*metrics.TrialError](err); ok {
			return nil, nil, s.unpaired(trial, err)
		}
		if err != nil {
			return nil, nil, err
		}
		return sink, func(ctx context.Context, _ func(context.Context, stream.Sink) error) (metrics.Score, error) {
			return sink.Score(ctx)
		}, nil
	}
	return nil
}

// unpaired returns the error about stimuli that cannot be paired.
func (s *setAlone) unpaired(trial *metrics.TrialError, err error) error {
	out := &stimuli.FileError{Path: s.set.Table.Path, What: "cannot be paired: " + trial.Problem, Remedy: "list each original image once in each texture, all textures of each shape", Err: err}
	if trial.Trial >= 0 {
		out.Line = s.set.Table.Line(trial.Trial)
		out.What = fmt.Sprintf("has the stimulus %q that cannot be paired: %s", s.set.IDs[trial.Trial], trial.Problem)
	}
	return out
}

func (k *factorsKind) validate(ctx context.Context, c *validator, set *stimuli.StimulusSet) {
	k.check(ctx, c, set, k)
}

func (*factorsKind) usualMetric(d *drafter) (metric, lacks string, err error) {
	return usualAlone(d, metrics.KindFactors, benchmarks.KindProperty)
}

func (*factorsKind) draft(d *drafter, _ metrics.Kind) error {
	return draftAlone(d, "shape, texture and original_image_id", "factor: shape", "or texture", "a layer may encode a factor alone")
}
