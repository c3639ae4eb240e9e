package stream

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

func keptGram(t *testing.T, n, features int, offset float64) *Gram {
	t.Helper()
	random := rand.New(rand.NewPCG(1, uint64(features)))
	x := make([]float64, n*features)
	for i := range x {
		x[i] = offset + random.NormFloat64()
	}
	clear(x[:features])
	sink := NewGramSink(nil, n, features, Needs{Gram: true, RowSums: true}, 2)
	if err := RunPass(t.Context(), InMemory(x, n, features), []Sink{sink}, PassOptions{}); err != nil {
		t.Fatal(err)
	}
	return sink.Gram()
}

// A Gram matrix is the same once its numbers have been in a file, whatever the offset of
// the activations.
func TestRestoreGram(t *testing.T) {
	for _, c := range []struct {
		n, features int
		offset      float64
	}{{1, 5, 0}, {2, 3, 1e6}, {20, 700, 0}, {20, 700, 1e9}, {40, 3, 0}, {12, 300, 1e-150}, {12, 300, 1e120}} {
		g := keptGram(t, c.n, c.features, c.offset)
		text, err := json.Marshal(g.Kept())
		if err != nil {
			t.Fatal(err)
		}
		var kept Kept
		if err := json.Unmarshal(text, &kept); err != nil {
			t.Fatal(err)
		}
		kept.Sums, kept.Shifts = g.Moments.Sums, g.Moments.Shifts
		before := slices.Clone(g.K)
		again, err := RestoreGram(g.N, g.K, kept)
		if !slices.Equal(g.K, before) {
			t.Errorf("%+v: the matrix has changed", c)
		}
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		g.Moments.first = nil
		again.Moments.first = nil
		if !reflect.DeepEqual(again.Moments, g.Moments) || again.Precision != g.Precision || again.Features != g.Features {
			t.Errorf("%+v: %+v, not %+v", c, again.Moments, g.Moments)
		}
	}
}

// Numbers that are those of no activations are an error.
func TestRestoreGramRefuses(t *testing.T) {
	for name, spoil := range map[string]func(k []float64, kept *Kept){
		"NaN in K":               func(k []float64, _ *Kept) { k[3] = math.NaN() },
		"infinite K":             func(k []float64, _ *Kept) { k[0] = math.Inf(1) },
		"a negative diagonal":    func(k []float64, _ *Kept) { k[6] = -k[6] },
		"too large products":     func(k []float64, _ *Kept) { k[7], k[11] = k[6]+k[12], k[6]+k[12] },
		"not positive":           func(k []float64, _ *Kept) { k[6] /= 4 },
		"products of no lengths": func(k []float64, _ *Kept) { clear(k); k[1], k[5] = 1, 1 },
		"NaN sums":               func(_ []float64, kept *Kept) { kept.Sums[1] = math.NaN() },
		"infinite shifts":        func(_ []float64, kept *Kept) { kept.Shifts[4] = math.Inf(-1) },
		"too few sums":           func(_ []float64, kept *Kept) { kept.Sums = kept.Sums[1:] },
		"no shifts":              func(_ []float64, kept *Kept) { kept.Shifts = nil },
		"a row beyond the last":  func(_ []float64, kept *Kept) { kept.Constant = []int{5} },
		"a row before the first": func(_ []float64, kept *Kept) { kept.Zero = []int{-1} },
		"no features":            func(_ []float64, kept *Kept) { kept.Features = 0 },
		"negative squares":       func(_ []float64, kept *Kept) { kept.Squares = -1 },
		"negative precision":     func(_ []float64, kept *Kept) { kept.Precision = -1 },
		"a precision of 1":       func(_ []float64, kept *Kept) { kept.Precision = 1 },
		"an infinite mean":       func(_ []float64, kept *Kept) { kept.Mean = math.Inf(1) },
	} {
		g := keptGram(t, 5, 90, 3)
		kept, k := g.Kept(), slices.Clone(g.K)
		kept.Sums, kept.Shifts = slices.Clone(kept.Sums), slices.Clone(kept.Shifts)
		restore := func() error {
			g, err := RestoreGram(5, k, kept)
			if err == nil {
				err = g.CheckPositive()
			}
			return err
		}
		if err := restore(); err != nil {
			t.Fatalf("%s: unspoilt: %v", name, err)
		}
		spoil(k, &kept)
		if err := restore(); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
