package metrics

import (
	"context"
	"fmt"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
)

// rdm compares representational dissimilarity matrices.
type rdm struct{ distance, compare string }

func (rdm) Info() Info { return rdmInfo }

// measure names the dissimilarities that are computed.
func (m rdm) measure() string {
	if m.distance == "euclidean" && (m.compare == "spearman" || m.compare == "kendall") {
		return squaredDistance
	}
	return m.distance
}

// ScoreNeural compares the dissimilarities of all pairs of stimuli.
func (m rdm) ScoreNeural(ctx context.Context, in NeuralInput) (Score, error) {
	l, done, err := responseGram(ctx, in, rdmInfo.Needs)
	if err != nil {
		return Score{}, err
	}
	done = sync.OnceFunc(done)
	defer done()
	pool := &in.Gram.scratch
	var notes rdmNotes
	score, err := overSplits(ctx, in, func(rows []int, workers int) (float64, error) {
		if len(rows) < 3 {
			return 0, &TooFewError{rdmInfo.Name, len(rows), 3}
		}
		kept, err := m.comparable(&notes, rows, in.Gram, l)
		if err != nil {
			return 0, err
		}
		a, err := in.Gram.rdm(m.measure(), kept, workers)
		if err != nil {
			return 0, err
		}
		b, err := newTriangle(l, pool, m.measure(), kept, workers)
		if err != nil {
			return 0, err
		}
		defer pages.Give(pool, b.values)
		if len(in.Splits) == 0 {
			done() // the room serves for sorting
		}
		notes.add(a, b)
		return similarityOf(m.compare, a, b.usedUp(pool), workers), nil
	})
	score.Warnings = append(score.Warnings, notes.warnings(m)...)
	return score, err
}

// comparable returns the rows that have dissimilarities in all of the Gram matrices.
func (m rdm) comparable(notes *rdmNotes, rows []int, grams ...*Gram) ([]int, error) {
	kept := rows
	faint := 0
	for _, g := range grams {
		_, defined, few, err := g.lengths(m.measure(), kept)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", rdmInfo.Name, err)
		}
		kept = rowsWhere(kept, defined)
		faint += few
	}
	n, left := len(rows), len(kept)
	notes.mutex.Lock()
	defer notes.mutex.Unlock()
	notes.left += n*(n-1)/2 - left*(left-1)/2
	notes.faint = max(notes.faint, faint)
	return kept, nil
}

// rdmNotes collects what a score's warnings say, over splits.
type rdmNotes struct {
	mutex                sync.Mutex
	left, faint          int
	constantA, constantB bool // some triangle of the activations or responses is
	zeroA, zeroB         bool // some consists of zeros
	doubt                float64
}

func (n *rdmNotes) add(a, b triangle) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	n.constantA, n.constantB = n.constantA || a.constant, n.constantB || b.constant
	n.zeroA, n.zeroB = n.zeroA || a.zero, n.zeroB || b.zero
	n.doubt = max(n.doubt, a.doubt+b.doubt)
}

// warnings says what was left out, and why a score is NaN or not exact.
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
	for _, side := range []struct {
		what           string
		constant, zero bool
	}{{"activations", n.constantA, n.zeroA}, {"responses", n.constantB, n.zeroB}} {
		switch {
		case m.compare == "cosine" && side.zero:
			out = append(out, fmt.Sprintf("rdm: there are no dissimilarities of the %s but 0, so there is no score", side.what))
		case m.compare != "cosine" && side.constant:
			out = append(out, fmt.Sprintf("rdm: all stimuli are equally dissimilar to the precision of the %s, so there is no score", side.what))
		}
	}
	const exact = 1e-6
	if n.doubt > exact {
		out = append(out, fmt.Sprintf("rdm: some stimuli are so alike, beside how far they are from others, that rounding may move the score by %.0e", n.doubt))
	}
	return out
}

// Memory counts the Gram matrix of the recordings, dissimilarities and ranks of both
// sides, and what sorting takes.
func (rdm) Memory(s Shape) Memory {
	n, _, _ := s.sizes()
	const triangles, sorting, kept = 4, 4, 3
	matrix, triangle := floatBytes*n*n, floatBytes*n*n/2
	return Memory{Working: matrix + (triangles+sorting)*triangle, Kept: matrix + kept*triangle}
}

var rdmInfo = Info{
	Name:     "rdm",
	Version:  2,
	Kind:     KindSimilarity,
	Ceilings: []string{LeaveOneSubjectOut},
	Summary:  "representational similarity: agreement of dissimilarities between stimuli",
	Formula:  "dissimilarities 1 − Pearson's r between two stimuli's features (and neuroids); Spearman's ρ, ties by average rank, of the upper triangles. Dissimilarities that differ by no more than a bound of their rounding, some 1e-13 of them, are ties",
	Range:    "-1 to 1",
	NaN:      "a stimulus with the same value in all features has no dissimilarity by correlation, one with the value 0 in all none by cosine: its pairs are left out with a warning. NaN, with a warning, where all dissimilarities that remain are equal to the precision of the activations or of the responses",
	Needs:    Needs{Gram: true, RowSums: true},
	Options: []Option{
		{Name: "distance", Type: "one of correlation|euclidean|cosine", Default: "correlation", Doc: "dissimilarity of two stimuli"},
		{Name: "compare", Type: "one of spearman|pearson|kendall|cosine", Default: "spearman", Doc: "coefficient between the triangles; kendall is τ-a"},
	},
	References: []string{
		"Kriegeskorte, Mur & Bandettini (2008), Front. Syst. Neurosci. 2",
		"Nili et al. (2014), PLoS Comput. Biol. 10 (Kendall's τ-a)",
	},
}

func init() {
	register(rdmInfo, func(o Options) (Metric, error) {
		distance, err := o.OneOf("distance", "correlation", "correlation", "euclidean", "cosine")
		if err != nil {
			return nil, err
		}
		compare, err := o.OneOf("compare", "spearman", "spearman", "pearson", "kendall", "cosine")
		return rdm{distance, compare}, err
	})
}
