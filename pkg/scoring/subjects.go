package scoring

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/similarity"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// subject is one of several whose recordings are compared on their own.
type subject struct {
	name      string
	responses []float64 // stimuli × its neuroids
	neuroids  int
}

// subjectCeiling sets the lower bound that leaves one subject out as the
// ceiling: it is what one subject is predicted by others who cannot know it, as
// a model cannot. The upper bound is beside it.
func (rec *recordings) subjectCeiling(ctx context.Context, a *stimuli.NeuralAssembly, selected []int, d *benchmarks.Definition, workers int) error {
	column, err := a.Neuroid.Column(d.Ceiling.Column)
	if err != nil {
		return err
	}
	of := make([]string, len(selected))
	for i, row := range selected {
		of[i] = column[row]
	}
	codes, names := stimuli.Codes(of)
	responses := make([][]float64, len(names))
	for at := 0; at < len(rec.responses); at += len(selected) {
		for j, v := range rec.responses[at : at+len(selected)] {
			responses[codes[j]] = append(responses[codes[j]], v)
		}
	}
	n := len(rec.design.Stimuli)
	bounds, warnings, err := similarity.RDMNoiseCeiling(ctx, d.Metric.Options, responses, n, workers)
	var subjects *similarity.SubjectError
	if errors.As(err, &subjects) {
		return &stimuli.FileError{Path: a.Neuroid.Path, What: fmt.Sprintf("does not serve for a ceiling over %q (%s)", d.Ceiling.Column, strings.Join(names, ", ")), Remedy: err.Error(), Err: err}
	}
	if err != nil {
		return err
	}
	for i, name := range names {
		rec.subjects = append(rec.subjects, subject{name, responses[i], len(responses[i]) / n})
	}
	rec.ceiling = bounds.Lower
	rec.ceilingBounds = []float64{bounds.Lower.Value, bounds.Upper.Value}
	rec.warnings = append(rec.warnings, warnings...)
	rec.warnings = append(rec.warnings, fmt.Sprintf("the ceiling is the lower bound over %d subjects, the upper one is %.4f; the raw score is the mean of the subjects' own", len(names), bounds.Upper.Value))
	return nil
}

// subjectMean is a metric on each subject's recordings.
type subjectMean struct {
	metrics.Neural
	rec *recordings
}

// ScoreNeural returns the mean over subjects of their raw scores, which are its
// splits, with the population standard deviation over √subjects as its error.
// Subjects without a score are left out, as splits are.
func (m subjectMean) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	raw := make([]float64, len(m.rec.subjects))
	var warnings []string
	for i, s := range m.rec.subjects {
		in.Responses, in.Neuroids = s.responses, s.neuroids
		score, err := m.Neural.ScoreNeural(ctx, in)
		if err != nil {
			return metrics.Score{}, fmt.Errorf("subject %s: %w", s.name, err)
		}
		raw[i] = score.Raw.Value
		for _, w := range score.Warnings {
			warnings = append(warnings, fmt.Sprintf("subject %s: %s", s.name, w))
		}
	}
	return metrics.Score{Raw: metrics.MeanSEM(raw), Warnings: warnings}, nil
}
