package similarity

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// rdm compares representational dissimilarity matrices.
type rdm struct{ distance, compare string }

func (rdm) Info() metrics.Info { return rdmInfo }

func (m rdm) comparison() rdm { return m }

// exactTo is how far rounding may move a score without a warning. Of few stimuli, one
// pair of dissimilarities that are tied or parted by rounding moves ρ by 1e-7.
const exactTo = 1e-9

// measure names the dissimilarities that are computed.
func (m rdm) measure() string {
	if m.distance == "euclidean" && m.ranks() {
		return squaredDistance
	}
	return m.distance
}

// ScoreNeural compares the dissimilarities of all pairs of stimuli.
func (m rdm) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	pool := stream.Attached[pages.Pool](in.Gram)
	recorded, done, err := m.recordedSide(ctx, in, pool)
	if err != nil {
		return metrics.Score{}, err
	}
	done = sync.OnceFunc(done)
	defer done()
	var notes rdmNotes
	score, err := overSplitsResampled(ctx, in, func(rows []int, workers int) (float64, []float64, error) {
		if err := m.checkStimuli(len(rows)); err != nil {
			return 0, nil, err
		}
		sides := []*representation{activationSide(in.Gram), recorded()}
		triangles, kept, faint, err := trianglesOf(ctx, m, sides, rows, workers)
		if err != nil {
			return 0, nil, fmt.Errorf("%s: %w", rdmInfo.Name, err)
		}
		a, b := triangles[0], triangles[1]
		if sides[1].held == nil {
			defer pages.Give(pool, b.values)
		}
		loose := m.looseScore(a, b, pool, workers)
		if len(in.Splits) == 0 {
			done() // the room serves for sorting
		}
		notes.add(len(rows), len(kept), faint, a, b)
		movement := a.movement(m.compare) + b.movement(m.compare)
		var samples []float64
		if in.Samples != nil {
			if samples, err = resample(ctx, in.Samples, kept, workers, m.newSampler(a, b, workers)); err != nil {
				return 0, nil, err
			}
		}
		if sides[1].held == nil && samples == nil {
			b = b.usedUp(pool)
		}
		value := similarityOf(m.compare, a, b, workers)
		notes.addDoubt(m.doubt(value, loose, movement, a, b))
		return value, samples, nil
	})
	score.Warnings = append(score.Warnings, notes.warnings(m)...)
	return score, err
}

// recordedSide returns what makes a side of the recordings for a split, and what is to be
// called once it is needed no more.
func (m rdm) recordedSide(ctx context.Context, in metrics.NeuralInput, pool *pages.Pool) (side func() *representation, done func(), err error) {
	if in.Dissimilarities != nil {
		given := givenSide(in.Dissimilarities, in.Gram.N, pool)
		return func() *representation { return given }, func() {}, nil
	}
	l, done, err := responseGram(ctx, in, rdmInfo.Needs)
	return func() *representation { return responseSide(l, pool, in.Responses) }, done, err
}

// ranks reports whether the coefficient is one of ranks.
func (m rdm) ranks() bool { return coefficients[m.compare].ranked }

// looseScore returns the coefficient with wider bounds of ties, NaN if that is not
// needed or has no coefficient.
func (m rdm) looseScore(a, b triangle, pool *pages.Pool, workers int) float64 {
	if !m.ranks() || a.constant || b.constant || a.settled() && b.settled() {
		return math.NaN()
	}
	x, y := a.looseRanks(pool, workers), b.looseRanks(pool, workers)
	if !series.Varies(x) || !series.Varies(y) {
		return math.NaN()
	}
	return coefficients[m.compare].of(x, y, workers)
}

// doubt estimates how far rounding may have moved a score.
func (m rdm) doubt(value, loose, movement float64, a, b triangle) float64 {
	switch {
	case math.IsNaN(value):
		return 0
	case !m.ranks():
		return movement
	case a.settled() && b.settled():
		return 0
	case a.faint || b.faint || math.IsNaN(loose):
		return a.doubt + b.doubt
	}
	return math.Abs(loose - value)
}

// rdmNotes collects what a score's warnings say, over splits.
type rdmNotes struct {
	mutex                sync.Mutex
	left, faint          int
	constantA, constantB bool // some triangle of the activations or responses is
	zeroA, zeroB         bool // some consists of zeros
	none, single         bool // some have no pair of stimuli, or one
	doubt                float64
}

// add notes a comparison of two triangles over some of a number of stimuli, of which
// faint have none but by rounding.
func (n *rdmNotes) add(stimuli, kept, faint int, a, b triangle) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	n.left += stimuli*(stimuli-1)/2 - kept*(kept-1)/2
	n.faint = max(n.faint, faint)
	switch {
	case kept < 2:
		n.none = true
		return
	case kept == 2:
		n.single = true // and constant, as any is
	default:
		n.constantA, n.constantB = n.constantA || a.constant, n.constantB || b.constant
	}
	n.zeroA, n.zeroB = n.zeroA || a.zero, n.zeroB || b.zero
}

func (n *rdmNotes) addDoubt(doubt float64) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	n.doubt = max(n.doubt, doubt)
}

// warnings returns what was left out, and why a score is NaN or not exact.
func (n *rdmNotes) warnings(m rdm) []string {
	var out []string
	if n.left > 0 {
		what := "the same value"
		if m.distance == "cosine" {
			what = "the value 0"
		}
		out = append(out, fmt.Sprintf("rdm: %d pairs of stimuli have no dissimilarity, since one of them has %s in all features, and are left out", n.left, what))
	}
	if n.faint > 0 {
		out = append(out, fmt.Sprintf("rdm: among these stimuli are %d whose features are so small, or differ so little, beside those of other stimuli that nothing is left of them but rounding", n.faint))
	}
	out = append(out, n.reasons(m)...)
	if n.doubt > exactTo {
		out = append(out, rdmRounding(n.doubt))
	}
	return out
}

// reasons returns why a score is NaN.
func (n *rdmNotes) reasons(m rdm) (out []string) {
	centred := coefficients[m.compare].centred
	if n.none || n.single && centred {
		out = append(out, "rdm: fewer than two pairs of stimuli have dissimilarities, so there is no score")
	}
	for _, side := range []struct {
		what           string
		constant, zero bool
	}{{"activations", n.constantA, n.zeroA}, {"responses", n.constantB, n.zeroB}} {
		switch {
		case !centred && side.zero:
			out = append(out, fmt.Sprintf("rdm: all stimuli are the same to the precision of the %s, so there is no score", side.what))
		case centred && side.constant:
			out = append(out, fmt.Sprintf("rdm: all stimuli are equally dissimilar to the precision of the %s, so there is no score", side.what))
		}
	}
	return out
}

// Memory counts the Gram matrix of the recordings, dissimilarities and ranks, or whitened
// dissimilarities, of both sides, and what sorting takes beside the room of that matrix.
func (rdm) Memory(s metrics.Shape) metrics.Memory {
	const triangles, sorting, kept = 4, 1, 3
	const pair = 3*metrics.FloatBytes + 2*4 // the dissimilarity, its rank and its place
	n, _, _ := s.Sizes()
	rows, concurrent := comparedRows(s)
	matrix, triangle := metrics.FloatBytes*n*n, concurrent*metrics.FloatBytes*rows*rows/2
	return metrics.Memory{Working: matrix + (triangles+sorting)*triangle, Kept: matrix + kept*triangle}.Plus(doubleMemory(s, pair)).Plus(samplesMemory(s))
}

var rdmInfo = metrics.Info{
	Name:    "rdm",
	Version: 7,
	Kind:    metrics.KindSimilarity,

	Dissimilarities: true,

	Ceilings: []string{metrics.LeaveOneSubjectOut, metrics.BetweenSubjects},
	Summary:  "representational similarity: agreement of dissimilarities between stimuli",
	Formula: "dissimilarities 1 − Pearson's r between two stimuli's features (and neuroids), 1 − their cosine, their Euclidean distance or its square; of the p dissimilarities above the diagonals a and b, Spearman's ρ, ties by average rank; Pearson's r; τ-a = Σ sign·sign/(p(p−1)/2); " +
		"ρ-a = 12·Σ(rank_a − (p+1)/2)(rank_b − (p+1)/2)/(p³ − p); a·b/(|a||b|); whitened_cosine aᵀV⁻¹b/√(aᵀV⁻¹a·bᵀV⁻¹b) with V the covariance of dissimilarities whose stimuli have independent noise of equal size, which is the cosine of the doubly centred −½D; whitened_pearson the same of a and b less their means. " +
		"Dissimilarities that differ by no more than a bound of their rounding, some 1e-13 of them, are ties. Those that a layer or recordings are given as are compared as they are",
	Range:     "-1 to 1",
	NaN:       "a stimulus with the same value in all features has no dissimilarity by correlation, one with the value 0 in all none by cosine: its pairs are left out with a warning. NaN, with a warning, where all dissimilarities that remain are equal to the precision of the activations or of the responses; for cosine and whitened_cosine, where all are 0",
	Needs:     stream.Needs{Gram: true, RowSums: true},
	Intervals: metrics.OfSubjectsAndStimuli,
	Options: []metrics.Option{
		{Name: "distance", Type: "one of correlation|euclidean|sqeuclidean|cosine", Default: "correlation", Doc: "dissimilarity of two stimuli"},
		{Name: "compare", Type: "one of " + strings.Join(comparisons, "|"), Default: comparisons[0], Doc: "coefficient between the triangles; kendall is τ-a"},
		{Name: "dissimilarity", Type: "one of distance|crossnobis", Default: "distance", Doc: "of recordings: by distance between mean responses, or crossnobis, the squared Mahalanobis distance cross-validated over the repetitions of single trials, which noise does not bias and which may be negative"},
		{Name: "noise", Type: "one of shrinkage|shrinkage_eye|diagonal|none", Default: "shrinkage", Doc: "of crossnobis: how the covariance of the neuroids' noise is estimated from residuals; shrunk towards the variances, or towards their mean, the variances alone, or 1 (Euclidean)"},
		{Name: "active", Type: "number", Default: "0", Doc: "compare only the features whose mean over the stimuli is further from 0 than this many standard deviations of the means of all features that vary, each z-scored over the stimuli; 0 compares all as they are"},
	},
	References: []string{
		"Kriegeskorte, Mur & Bandettini (2008), Front. Syst. Neurosci. 2",
		"Nili et al. (2014), PLoS Comput. Biol. 10 (Kendall's τ-a)",
		"Diedrichsen et al. (2021), Neurons, Behavior, Data Analysis & Theory 5, arXiv:2007.02789 (whitened cosine)",
		"Schütt et al. (2023), eLife 12:e82566 (ρ-a; rsatoolbox)",
		"Walther et al. (2016), NeuroImage 137 (crossnobis)",
		"Schäfer & Strimmer (2005), Stat. Appl. Genet. Mol. Biol. 4; Ledoit & Wolf (2004), J. Multivar. Anal. 88 (shrinkage)",
		"Coggan & Tong (2024), Evidence of strong amodal completion in both early and high-level visual cortices (active)",
	},
}

func init() {
	metrics.Register(rdmInfo, func(o metrics.Options) (metrics.Metric, error) {
		distance, err := o.OneOf("distance", "correlation", "correlation", "euclidean", squaredDistance, "cosine")
		if err != nil {
			return nil, err
		}
		compare, err := o.OneOf("compare", comparisons[0], comparisons...)
		if err != nil {
			return nil, err
		}
		const maxActive = 1000
		active, err := o.Within("active", 0, 0, maxActive)
		if err != nil {
			return nil, err
		}
		dissimilarity, err := o.OneOf("dissimilarity", ofDistance, ofDistance, crossnobis)
		if err != nil {
			return nil, err
		}
		noise, err := o.OneOf("noise", noiseShrinkage, noiseShrinkage, noiseEye, noiseDiagonal, noiseNone)
		if err != nil {
			return nil, err
		}
		var metric metrics.Neural = rdm{distance, compare}
		if active > 0 {
			metric = activeRDM{rdm{distance, compare}, active}
		}
		if dissimilarity == crossnobis {
			return crossnobisRDM{metric, noise}, nil
		}
		if noise != noiseShrinkage {
			return nil, &metrics.OptionError{Option: "noise", Value: noise, Want: "left out without dissimilarity: crossnobis"}
		}
		return metric, nil
	})
}
