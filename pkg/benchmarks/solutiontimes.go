package benchmarks

import (
	"context"
	"errors"
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// series is a comparison with object solution times as it goes through the
// time bins of a layer.
type series struct {
	data   *stimuli.SolutionTimes
	series metrics.Series
	bins   int // done so far
}

// solutionTimes gives the series of a part, begun at its first bin.
func (r *Runner) solutionTimes(t *part) (compared, error) {
	s := t.series
	if s.data != nil {
		return s, nil
	}
	d := t.definition
	data, err := stimuli.OpenSolutionTimes(r.Home.AssemblyPath(d.Assembly))
	if err != nil {
		return nil, err
	}
	metric, err := d.NewMetric()
	if err != nil {
		return nil, err
	}
	plan := metrics.SplitPlan{Splits: defaultSplits, TestSize: 0.1, Seed: defaultSeed}
	if d.CrossValidation != nil {
		plan = d.CrossValidation.Plan()
	}
	splits, err := metrics.ShuffleSplits(len(data.StimulusIDs), plan)
	if err != nil {
		return nil, err
	}
	s.series, err = metric.(metrics.SolutionTimes).NewSeries(metrics.SolutionInput{
		Truth: data.Truth, Classes: len(data.Objects), I1: data.I1, Times: data.Times,
		Splits: splits, Workers: r.Workers,
	})
	var unseen *metrics.UnseenClassError
	if errors.As(err, &unseen) {
		return nil, &stimuli.FileError{Path: data.Dir(), What: fmt.Sprintf("has no image of %q to train on in split %d", data.Objects[unseen.Class], unseen.Split+1), Remedy: "every object needs more images", Err: err}
	}
	if err != nil {
		return nil, err
	}
	if err := r.addInput(data.Files()...); err != nil {
		return nil, err
	}
	s.data = data
	return s, nil
}

func (s *series) stimuli() []string { return s.data.StimulusIDs }

func (s *series) table() string { return s.data.Table() }

func (s *series) wait() error { return nil }

// join adds a bin's sinks to its pass; what the pass gives is the score once
// the last bin is done.
func (s *series) join(c *comparisons, t *part) error {
	sinks, err := s.series.Bin(t.bin.Start, c.rows(s.data.StimulusIDs), c.features)
	if err != nil {
		return err
	}
	c.sinks = append(c.sinks, sinks...)
	c.of[t] = func(ctx context.Context) (metrics.Score, error) {
		if err := s.series.EndBin(ctx); err != nil {
			return metrics.Score{}, err
		}
		if s.bins++; s.bins < len(t.parts) {
			return metrics.Score{}, nil
		}
		return s.series.Score(ctx)
	}
	return nil
}

// result completes the score after the last bin.
func (s *series) result(r *Runner, t *part, score metrics.Score, features int) (*Result, error) {
	out := t.newResult()
	out.Score = score
	out.Counts = Counts{Stimuli: len(s.data.StimulusIDs), Features: features}
	overrideCeiling(out, t.definition)
	return out, r.addDefinition(t.definition)
}
