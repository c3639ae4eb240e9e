package similarity

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// resampledMetrics are the metrics that are resampled, with all their coefficients.
func resampledMetrics() map[string]metrics.Neural {
	all := map[string]metrics.Neural{"cka": cka{}, "biased cka": cka{true}}
	for _, name := range comparisons {
		all["rdm "+name] = rdm{"sqeuclidean", name}
	}
	return all
}

// samplerOf returns the sampler of a metric on the columns of two matrices.
func samplerOf(t *testing.T, metric metrics.Neural, x, y []float64, n int) sampler {
	t.Helper()
	gram := func(values []float64) *stream.Gram {
		sink := stream.NewGramSink(nil, n, len(values)/n, stream.Needs{Gram: true, RowSums: true}, 1)
		if err := stream.RunPass(t.Context(), stream.InMemory(values, n, len(values)/n), []stream.Sink{sink}, stream.PassOptions{}); err != nil {
			t.Fatal(err)
		}
		return sink.Gram()
	}
	k, l := gram(x), gram(y)
	switch m := metric.(type) {
	case cka:
		a, err := newCentredGram(k, dense.AllRows(n), 1, m.biased)
		b, errB := newCentredGram(l, dense.AllRows(n), 1, m.biased)
		if err != nil || errB != nil {
			t.Fatal(err, errB)
		}
		return m.newSampler(a, b)()
	case rdm:
		triangles, _, _, err := trianglesOf(t.Context(), m, []*representation{activationSide(k), responseSide(l, nil, y)}, dense.AllRows(n), 1)
		if err != nil {
			t.Fatal(err)
		}
		return m.newSampler(triangles[0], triangles[1], 1)()
	}
	t.Fatalf("%T", metric)
	return nil
}

// naive is the value of a metric on a list of stimuli that repeats some, computed from all
// pairs of its elements but those of a stimulus with itself.
func naive(metric metrics.Neural, x, y []float64, n int, list []int) float64 {
	type pair struct{ a, b int }
	var pairs []pair
	for a, i := range list {
		for b := a + 1; b < len(list); b++ {
			if list[b] != i {
				pairs = append(pairs, pair{a, b})
			}
		}
	}
	row := func(values []float64, i int) []float64 {
		f := len(values) / n
		return values[list[i]*f : (list[i]+1)*f]
	}
	m, isRDM := metric.(rdm)
	if isRDM {
		of := func(values []float64) (d []float64) {
			for _, p := range pairs {
				u, v, sum := row(values, p.a), row(values, p.b), 0.0
				for k := range u {
					sum += (u[k] - v[k]) * (u[k] - v[k])
				}
				d = append(d, sum)
			}
			return d
		}
		a, b := of(x), of(y)
		switch m.compare {
		case "spearman":
			return series.Spearman(a, b)
		case "pearson":
			return series.Pearson(a, b)
		case "cosine":
			return cosine(a, b, 1)
		case "kendall":
			return series.KendallA(a, b)
		case "rho_a":
			return rhoA(series.Ranks(nil, 1, a), series.Ranks(nil, 1, b), 1)
		}
		if m.compare == "whitened_pearson" {
			a, b = centredValues(a), centredValues(b)
		}
		// V of independent noise, of the pairs that remain.
		v := make([]float64, len(pairs)*len(pairs))
		for i, p := range pairs {
			for j, q := range pairs {
				common := 0.0
				for _, u := range []pair{{p.a, q.a}, {p.b, q.b}} {
					if u.a == u.b {
						common++
					}
				}
				for _, u := range []pair{{p.a, q.b}, {p.b, q.a}} {
					if u.a == u.b {
						common--
					}
				}
				v[i*len(pairs)+j] = common * common
			}
		}
		factor, ok := dense.FactorCholesky(v, len(pairs))
		if !ok {
			return math.NaN()
		}
		va, vb := slices.Clone(a), slices.Clone(b)
		factor.Solve(va, 1)
		factor.Solve(vb, 1)
		return dense.Dot(a, vb) / math.Sqrt(dense.Dot(a, va)*dense.Dot(b, vb))
	}
	// Each element has a term, which is fitted to the pairs.
	if metric.(cka).biased {
		for a := range list {
			pairs = append(pairs, pair{a, a})
		}
	}
	weight := func(p pair) float64 { // of a matrix's elements
		if p.a == p.b {
			return 1
		}
		return 2
	}
	of := func(values []float64) []float64 {
		normal, terms, k := make([]float64, len(list)*len(list)), make([]float64, len(list)), make([]float64, len(pairs))
		for i, p := range pairs {
			k[i] = dense.Dot(row(values, p.a), row(values, p.b))
			for _, a := range []int{p.a, p.b} {
				terms[a] += weight(p) * k[i]
				for _, b := range []int{p.a, p.b} {
					normal[a*len(list)+b] += weight(p)
				}
			}
		}
		factor, ok := dense.FactorCholesky(normal, len(list))
		if !ok {
			return nil
		}
		factor.Solve(terms, 1)
		for i, p := range pairs {
			k[i] = (k[i] - terms[p.a] - terms[p.b]) * math.Sqrt(weight(p))
		}
		return k
	}
	return cosine(of(x), of(y), 1)
}

// TestSamples compares coefficients on samples with those of their elements one by one, and
// that of the sample of each stimulus once with the score.
func TestSamples(t *testing.T) {
	const n = 12
	c := simulated.New(3, n, 7, 4)
	for i := range c.X { // so that some dissimilarities are tied
		c.X[i] = math.Round(c.X[i])
	}
	for name, metric := range resampledMetrics() {
		t.Run(name, func(t *testing.T) {
			of := samplerOf(t, metric, c.X, c.Y, n)
			r := rand.New(rand.NewPCG(1, 2))
			for k := range 20 {
				counts, list := make([]int32, n), []int{}
				for i := range n {
					draw := i
					if k > 0 {
						draw = r.IntN(n)
					}
					counts[draw]++
					list = append(list, draw)
				}
				slices.Sort(list)
				var s sample
				s.set(counts)
				got, want := of.value(&s), naive(metric, c.X, c.Y, n, list)
				if !(math.Abs(got-want) < 1e-10) {
					t.Errorf("%v: %v, not %v", list, got, want)
				}
				if k > 0 {
					continue
				}
				score, err := metrics.ScoreColumns(t.Context(), metric, c, metrics.NeuralInput{Responses: c.Y, Neuroids: 4, Workers: 1})
				if err != nil || !(math.Abs(got-score.Raw.Value) < 1e-10) {
					t.Errorf("of all stimuli %v, not %v (%v)", got, score.Raw.Value, err)
				}
			}
		})
	}
}

// TestSamplesOfScores checks that samples do not depend on workers, leave the score as it is,
// and are NaN if the score is.
func TestSamplesOfScores(t *testing.T) {
	const n = 15
	c := simulated.New(1, n, 9, 4)
	for name, metric := range resampledMetrics() {
		var before *metrics.Score
		for _, workers := range []int{1, 3} {
			in := metrics.NeuralInput{Responses: c.Y, Neuroids: 4, Workers: workers}
			plain, err := metrics.ScoreColumns(t.Context(), metric, c, in)
			in.Samples = metrics.NewStimulusSamples(50, 1, n, nil)
			score, errSamples := metrics.ScoreColumns(t.Context(), metric, c, in)
			if err != nil || errSamples != nil {
				t.Fatal(err, errSamples)
			}
			if score.Raw.Value != plain.Raw.Value || plain.Resampled != nil || len(score.Resampled.Stimuli) != 50 || len(score.Resampled.Without[0]) != n {
				t.Errorf("%s: %v with samples, %v without", name, score, plain)
			}
			if before != nil && !slices.Equal(before.Resampled.Stimuli, score.Resampled.Stimuli) {
				t.Errorf("%s: samples depend on workers", name)
			}
			before = &score
		}
		equal := make([]float64, n*4)
		in := metrics.NeuralInput{Responses: equal, Neuroids: 4, Workers: 1, Samples: metrics.NewStimulusSamples(9, 1, n, nil)}
		score, err := metrics.ScoreColumns(t.Context(), metric, c, in)
		if err != nil || !math.IsNaN(score.Raw.Value) {
			t.Errorf("%s of equal stimuli: %v, %v", name, score.Raw.Value, err)
		}
		if score.Resampled != nil && slices.ContainsFunc(score.Resampled.Stimuli, func(v float64) bool { return !math.IsNaN(v) }) {
			t.Errorf("%s of equal stimuli has samples %v", name, score.Resampled.Stimuli)
		}
	}
}

// TestSampleWithoutPairs checks samples of so few stimuli that there is no coefficient.
func TestSampleWithoutPairs(t *testing.T) {
	const n = 6
	c := simulated.New(2, n, 5, 3)
	for name, metric := range resampledMetrics() {
		of := samplerOf(t, metric, c.X, c.Y, n)
		for _, counts := range [][]int32{{6, 0, 0, 0, 0, 0}, {3, 3, 0, 0, 0, 0}, {4, 1, 1, 0, 0, 0}, {2, 2, 2, 0, 0, 0}} {
			var s sample
			s.set(counts)
			if v := of.value(&s); math.IsInf(v, 0) || math.Abs(v) > 1 {
				t.Errorf("%s of %v: %v", name, counts, v)
			}
		}
	}
}

func BenchmarkSamples(b *testing.B) {
	for _, n := range []int{92, 500} {
		c := simulated.New(1, n, 50, 30)
		for _, name := range []string{"rdm spearman", "rdm kendall", "cka"} {
			b.Run(fmt.Sprint(name, " ", n), func(b *testing.B) {
				for b.Loop() {
					in := metrics.NeuralInput{Responses: c.Y, Neuroids: 30, Workers: 1, Samples: metrics.NewStimulusSamples(20, 1, n, nil)}
					if _, err := metrics.ScoreColumns(b.Context(), resampledMetrics()[name], c, in); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
