package similarity

import (
	"cmp"
	"context"
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/plain"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// plainRDM compares features by Pearson, distance or cosine, pair by pair.
func plainRDM(x []float64, features int, rows []int, distance string) []float64 {
	var out []float64
	for a, i := range rows {
		for _, j := range rows[a+1:] {
			u, v := x[i*features:(i+1)*features], x[j*features:(j+1)*features]
			switch distance {
			case "correlation":
				out = append(out, 1-series.Pearson(u, v))
			case "euclidean":
				d := 0.0
				for k := range u {
					d += (u[k] - v[k]) * (u[k] - v[k])
				}
				out = append(out, math.Sqrt(d))
			default:
				out = append(out, 1-dense.Dot(u, v)/math.Sqrt(dense.Dot(u, u)*dense.Dot(v, v)))
			}
		}
	}
	return out
}

func TestRDMEqualsPlain(t *testing.T) {
	c := simulated.New(11, 60, 130, 20)
	for i := range c.Features {
		c.X[7*c.Features+i] = 2 // no correlation distance
	}
	in := testinput.Neural(t, c, 2)
	for _, distance := range []string{"correlation", "euclidean", "cosine"} {
		for _, compare := range []string{"spearman", "pearson", "kendall", "cosine"} {
			metric := rdm{distance, compare}
			check := func(got float64, rows []int) {
				t.Helper()
				a, b := plainRDM(c.X, c.Features, rows, distance), plainRDM(c.Y, c.Neuroids, rows, distance)
				var x, y []float64
				for i := range a {
					if !math.IsNaN(a[i]) {
						x, y = append(x, a[i]), append(y, b[i])
					}
				}
				want := 0.0
				switch compare {
				case "spearman":
					want = series.Pearson(plain.Ranks(x), plain.Ranks(y))
				case "pearson":
					want = series.Pearson(x, y)
				case "kendall":
					for i := range x {
						for j := range i {
							want += float64(cmp.Compare(x[i], x[j]) * cmp.Compare(y[i], y[j]))
						}
					}
					want /= float64(len(x)) * float64(len(x)-1) / 2
				default:
					want = dense.Dot(x, y) / math.Sqrt(dense.Dot(x, x)*dense.Dot(y, y))
				}
				if !(math.Abs(got-want) < 1e-11) {
					t.Errorf("%s %s of %d rows: %v, want %v", distance, compare, len(rows), got, want)
				}
			}
			all := in
			all.Splits = nil
			for range 2 { // computed, then kept
				score, err := metric.ScoreNeural(context.Background(), all)
				if err != nil {
					t.Fatal(err)
				}
				check(score.Raw.Value, dense.AllRows(c.N))
				if holes := distance == "correlation"; (len(score.Warnings) > 0) != holes {
					t.Errorf("%s warns %v", distance, score.Warnings)
				}
			}
			score, err := metric.ScoreNeural(context.Background(), in)
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range in.Splits {
				check(score.Raw.Splits[i], slices.Sorted(slices.Values(s.Test)))
			}
		}
	}
}

// plainCKA is from the definition, on features.
func plainCKA(c simulated.Case, rows []int, biased bool) float64 {
	gram := func(x []float64, f int) []float64 {
		x = dense.SelectRows(x, f, rows)
		if biased {
			dense.CenterColumns(x, f)
		}
		n := len(rows)
		k := make([]float64, n*n)
		for i := range n {
			for j := range n {
				if biased || i != j {
					k[i*n+j] = dense.Dot(x[i*f:(i+1)*f], x[j*f:(j+1)*f])
				}
			}
		}
		return k
	}
	k, l := gram(c.X, c.Features), gram(c.Y, c.Neuroids)
	hsic := func(a, b []float64) float64 {
		n := len(rows)
		if biased {
			return dense.Dot(a, b)
		}
		var sumA, sumB, cross float64
		for i := range n {
			for j := range n {
				sumA += a[i*n+j]
				sumB += b[i*n+j]
				for m := range n {
					cross += a[i*n+j] * b[j*n+m]
				}
			}
		}
		f := float64(n)
		return (dense.Dot(a, b) + sumA*sumB/((f-1)*(f-2)) - 2*cross/(f-2)) / (f * (f - 3))
	}
	return hsic(k, l) / math.Sqrt(hsic(k, k)*hsic(l, l))
}

func TestCKAEqualsPlain(t *testing.T) {
	c := simulated.New(12, 50, 80, 15)
	in := testinput.Neural(t, c, 3)
	for _, biased := range []bool{false, true} {
		score, err := cka{biased}.ScoreNeural(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range in.Splits {
			if want := plainCKA(c, s.Test, biased); !(math.Abs(score.Raw.Splits[i]-want) < 1e-9) {
				t.Errorf("biased %v split %d: %v, want %v", biased, i, score.Raw.Splits[i], want)
			}
		}
		in := in
		in.Splits = nil
		score, err = cka{biased}.ScoreNeural(context.Background(), in)
		if want := plainCKA(c, dense.AllRows(c.N), biased); err != nil || !(math.Abs(score.Raw.Value-want) < 1e-10) {
			t.Errorf("biased %v: %v, want %v (%v)", biased, score.Raw.Value, want, err)
		}
	}
}

// TestSimilarityBits checks that no figure depends on workers.
func TestSimilarityBits(t *testing.T) {
	c := simulated.New(13, 700, 40, 15)
	for _, metric := range []metrics.Neural{rdm{"correlation", "spearman"}, rdm{"euclidean", "pearson"}, cka{}, cka{true}} {
		var want float64
		for workers := 1; workers < 5; workers++ {
			in := metrics.NeuralInput{Gram: testinput.Gram(t, c, stream.Needs{Gram: true, RowSums: true}), Stimuli: c.N, Responses: c.Y, Neuroids: c.Neuroids, Workers: workers}
			score, err := metric.ScoreNeural(context.Background(), in)
			if err != nil {
				t.Fatal(err)
			}
			if workers == 1 {
				want = score.Raw.Value
			} else if score.Raw.Value != want {
				t.Errorf("%v: %v with %d workers, %v with one", metric, score.Raw.Value, workers, want)
			}
		}
	}
}

func benchmarkSimilarity(b *testing.B, metric metrics.Neural, kept bool) {
	c := simulated.New(1, 2560, 512, 168)
	in := metrics.NeuralInput{Gram: testinput.Gram(b, c, stream.Needs{Gram: true, RowSums: true}), Stimuli: c.N, Responses: c.Y, Neuroids: c.Neuroids, Workers: 2}
	for b.Loop() {
		if !kept {
			stream.Attached[rdmCache](in.Gram).of = nil
		}
		if _, err := metric.ScoreNeural(context.Background(), in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRDM(b *testing.B)      { benchmarkSimilarity(b, rdm{"correlation", "spearman"}, false) }
func BenchmarkRDMAgain(b *testing.B) { benchmarkSimilarity(b, rdm{"correlation", "spearman"}, true) }
func BenchmarkCKA(b *testing.B)      { benchmarkSimilarity(b, cka{}, false) }
