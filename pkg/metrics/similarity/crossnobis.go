package similarity

import (
	"context"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dataerr"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// Values of the options dissimilarity and noise.
const (
	ofDistance = "distance"
	crossnobis = "crossnobis"

	noiseShrinkage = "shrinkage"     // towards the variances
	noiseEye       = "shrinkage_eye" // towards the mean variance
	noiseDiagonal  = "diagonal"
	noiseNone      = "none"
)

// crossnobisRDM compares activations with crossnobis dissimilarities of single trials: the
// squared Mahalanobis distance of two stimuli over the neuroids, cross-validated over
// repetitions and divided by the number of neuroids,
//
//	d_ij = mean over repetitions m of (x_i^m − x_j^m)ᵀ Σ⁻¹ (x̄_i^−m − x̄_j^−m)/T,
//
// x^m the mean over the trials of repetition m, x̄^−m over those of all others, Σ the covariance
// of the neuroids' noise. Its expectation is that of the distance without noise, so that it may
// be negative. A pair of stimuli takes the repetitions that both have, besides another one each.
//
// Source: Walther et al. (2016), NeuroImage 137; rsatoolbox, calc_rdm_crossnobis.
type crossnobisRDM struct {
	metrics.Neural        // rdm or activeRDM
	noise          string // how Σ is estimated
}

func (m crossnobisRDM) comparison() rdm { return m.Neural.(interface{ comparison() rdm }).comparison() }

// ScoreNeural compares with dissimilarities that OfTrials returned.
func (m crossnobisRDM) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	if in.Dissimilarities == nil {
		return metrics.Score{}, &metrics.InputError{Problem: "crossnobis is of single trials, of which there are none"}
	}
	return m.Neural.ScoreNeural(ctx, in)
}

// Represent returns an error, as layers have no trials.
func (crossnobisRDM) Represent(context.Context, *stream.Gram, int) (metrics.Represented, error) {
	return nil, dataerr.Error("crossnobis is of the single trials of recordings, which layers do not have: compare them by distance")
}

// PairMemory returns none.
func (crossnobisRDM) PairMemory(metrics.Shape) metrics.Memory { return metrics.Memory{} }

// TrialMemory counts the trials centred and their residuals, means of both sides with their
// products, and the covariance with the squares that shrinkage takes.
func (m crossnobisRDM) TrialMemory(trials, stimuli, neuroids int) int64 {
	n, t, k := int64(stimuli), int64(neuroids), int64(trials)
	bytes := metrics.FloatBytes * (2*k*t + 4*n*t + 3*n*n)
	if m.noise == noiseShrinkage || m.noise == noiseEye {
		bytes += metrics.FloatBytes * (k*t + 2*t*t)
	}
	return bytes
}

// OfTrials returns the crossnobis dissimilarities of trials.
func (m crossnobisRDM) OfTrials(ctx context.Context, t metrics.Trials, workers int) ([]float64, []string, error) {
	folds, err := newFolds(t)
	if err != nil {
		return nil, nil, err
	}
	x, columns, warnings, err := m.whitened(t, workers)
	if err != nil {
		return nil, nil, err
	}
	d, counts := make([]float64, t.Stimuli*t.Stimuli), make([]int, t.Stimuli*t.Stimuli)
	for f := range folds.count {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		folds.add(f, x, columns, d, counts, workers)
	}
	n, lacking, pair := t.Stimuli, 0, []int(nil)
	for i := range n {
		for k := range i {
			if counts[k*n+i] == 0 {
				if lacking++; pair == nil {
					pair = []int{k, i}
				}
				continue
			}
			v := d[k*n+i] / float64(counts[k*n+i]) / float64(columns)
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, nil, dataerr.Error("crossnobis: products of responses overflow: rescale the recordings")
			}
			d[k*n+i], d[i*n+k] = v, v
		}
	}
	if lacking > 0 {
		return nil, nil, &metrics.StimulusError{Stimuli: pair, Problem: fmt.Sprintf("have no repetition in common that leaves each another one, as %d of %d pairs of stimuli, so that crossnobis has no distance between them", lacking, n*(n-1)/2)}
	}
	return d, warnings, nil
}

// folds divide trials by their repetition.
type folds struct {
	metrics.Trials
	count  int
	trials [][]int // of each fold
	all    []int   // trials of each stimulus
}

func newFolds(t metrics.Trials) (*folds, error) {
	f := &folds{Trials: t, all: make([]int, t.Stimuli)}
	first, several := make([]int, t.Stimuli), make([]bool, t.Stimuli)
	for trial, s := range t.Stimulus {
		r := t.Repetition[trial]
		if f.count = max(f.count, r+1); f.all[s] == 0 {
			first[s] = r
		}
		several[s] = several[s] || first[s] != r
		f.all[s]++
	}
	var single []int
	for s, ok := range several {
		if !ok {
			single = append(single, s)
		}
	}
	if len(single) > 0 {
		return nil, &metrics.StimulusError{Stimuli: single, Problem: "have fewer than two repetitions, between which crossnobis cross-validates"}
	}
	f.trials = make([][]int, f.count)
	for trial, r := range t.Repetition {
		f.trials[r] = append(f.trials[r], trial)
	}
	return f, nil
}

// add adds the distances of a fold to the pairs above the diagonal, for whitened trials.
func (f *folds) add(fold int, x []float64, columns int, d []float64, counts []int, workers int) {
	n := f.Stimuli
	count := make([]int, n)
	for _, trial := range f.trials[fold] {
		count[f.Stimulus[trial]]++
	}
	var rows []int // stimuli in the fold and in others
	at := make([]int, n)
	for s := range n {
		at[s] = -1
		if count[s] > 0 && count[s] < f.all[s] {
			at[s] = len(rows)
			rows = append(rows, s)
		}
	}
	test, train := make([]float64, len(rows)*columns), make([]float64, len(rows)*columns)
	for trial, s := range f.Stimulus {
		if at[s] < 0 {
			continue
		}
		to, by := train, 1/float64(f.all[s]-count[s])
		if f.Repetition[trial] == fold {
			to, by = test, 1/float64(count[s])
		}
		dense.AddScaled(by, x[trial*columns:(trial+1)*columns], to[at[s]*columns:(at[s]+1)*columns])
	}
	m := len(rows)
	k := make([]float64, m*m)
	dense.AddProduct(workers, dense.Of(k, m, m), 1, dense.Of(test, m, columns), dense.Of(train, m, columns).T())
	crew.EachRow(workers, m, func(a int) {
		for b := a + 1; b < m; b++ {
			p := rows[a]*n + rows[b]
			d[p] += k[a*m+a] + k[b*m+b] - k[a*m+b] - k[b*m+a]
			counts[p]++
		}
	})
}
