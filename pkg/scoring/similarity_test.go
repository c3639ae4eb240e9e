package scoring

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	_ "github.com/brainscore-go/brainscore/pkg/metrics/all"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// similarityLab is a data home and two models, of three layers and of two.
type similarityLab struct {
	home          benchmarks.Home
	first, second string
	stimuli       int
}

// newSimilarityLab writes layers of so many stimuli and features, whose values edit changes.
func newSimilarityLab(t *testing.T, stimuli, features int, edit func(layer string, values []float64)) similarityLab {
	t.Helper()
	dir := t.TempDir()
	lab := similarityLab{benchmarks.Home{Dir: filepath.Join(dir, "home")}, filepath.Join(dir, "first"), filepath.Join(dir, "second"), stimuli}
	ids := "stimulus_id\n"
	for i := range stimuli {
		ids += fmt.Sprintf("s%03d\n", i)
	}
	write(t, filepath.Join(lab.home.StimulusSetPath("set"), "stimuli.csv"), ids)
	common := rand.New(rand.NewPCG(1, 1))
	shared := make([]float64, stimuli*features)
	for i := range shared {
		shared[i] = common.NormFloat64()
	}
	for k, path := range []string{"first/set/l1", "first/set/l2", "first/set/l10", "second/set/a", "second/set/b"} {
		random := rand.New(rand.NewPCG(2, uint64(k)))
		values := make([]float64, len(shared))
		for i := range values {
			values[i] = shared[i] + random.NormFloat64()
		}
		edit(filepath.Base(path), values)
		var array bytes.Buffer
		if err := npy.Write(&array, stimuli, features, values); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, path+".npy"), array.String())
	}
	return lab
}

func unedited(string, []float64) {}

// compare compares models and returns the result with the number of readings of each layer.
func (lab similarityLab) compare(t *testing.T, request SimilarityRequest) (*Similarities, map[string]int) {
	t.Helper()
	var mutex sync.Mutex
	readings := make(map[string]int)
	runner := NewRunner(lab.home, Options{Workers: 2, Progress: func(label string, _ int64) func(int64) {
		mutex.Lock()
		defer mutex.Unlock()
		readings[label]++
		return func(int64) {}
	}})
	out, err := runner.Similarities(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range out.Failures {
		t.Fatal(f.Err)
	}
	return out, readings
}

// Each layer is read once. Of two models, either may be held.
func TestSimilaritiesReadOnce(t *testing.T) {
	lab := newSimilarityLab(t, 40, 30000, unedited) // more values than are read again in any case
	for _, metric := range []string{"cka", "rdm", "procrustes"} {
		ab, readings := lab.compare(t, SimilarityRequest{Models: []string{lab.first, lab.second}, Metric: metric})
		if len(readings) != 5 {
			t.Errorf("%s: readings of %d layers, want 5", metric, len(readings))
		}
		for layer, n := range readings {
			if n != 1 {
				t.Errorf("%s: %s was read %d times", metric, layer, n)
			}
		}
		ba, _ := lab.compare(t, SimilarityRequest{Models: []string{lab.second, lab.first}, Metric: metric})
		one, _ := lab.compare(t, SimilarityRequest{Models: []string{lab.first}, Metric: metric})
		var names []string
		for i, row := range ab.Rows {
			names = append(names, row.Layer)
			for j := range ab.Columns {
				if v := ab.Values[i][j]; v != ba.Values[j][i] || !(v > 0 && v < 1) {
					t.Errorf("%s of %d and %d is %v, and %v with the models exchanged", metric, i, j, v, ba.Values[j][i])
				}
			}
			for j := range one.Columns {
				if v := one.Values[i][j]; v != one.Values[j][i] || (v == 1) != (i == j) {
					t.Errorf("%s of layers %d and %d of one model is %v and %v", metric, i, j, v, one.Values[j][i])
				}
			}
		}
		if got := strings.Join(names, " "); got != "l1 l2 l10" {
			t.Errorf("layers are in the order %s", got)
		}
		if got := ab.Distances != nil; got != (metric == "procrustes") {
			t.Errorf("%s has distances: %v", metric, got)
		}
	}
}

// What a layer cannot be compared on is left out, reported, and read again if need be. Layers
// in any unit compare alike.
func TestSimilaritiesOfOddLayers(t *testing.T) {
	const stimuli, features = 20, 60
	plain := newSimilarityLab(t, stimuli, features, unedited)
	odd := newSimilarityLab(t, stimuli, features, func(layer string, values []float64) {
		for i := range values {
			switch {
			case layer == "l2":
				values[i] *= 0x1p600
			case layer == "a" && i/features == 3:
				values[i] = 7 // no correlation distance
			}
		}
	})
	for _, metric := range metrics.PairwiseNames() {
		t.Run(metric, func(t *testing.T) {
			want, _ := plain.compare(t, SimilarityRequest{Models: []string{plain.first, plain.second}, Metric: metric})
			got, _ := odd.compare(t, SimilarityRequest{Models: []string{odd.first, odd.second}, Metric: metric})
			for i := range got.Rows {
				for j := range got.Columns {
					same := math.Float64bits(got.Values[i][j]) == math.Float64bits(want.Values[i][j])
					spanned := want.Values[i][j] == 1 // the canonical correlations of so many features
					if same != (got.Columns[j].Layer == "b") && !spanned {
						t.Errorf("%v of %s and %s, and %v of the layers as they were", got.Values[i][j], got.Rows[i].Layer, got.Columns[j].Layer, want.Values[i][j])
					}
				}
			}
			warnings := strings.Join(got.Warnings, "\n")
			if metric == "rdm" && !strings.Contains(warnings, "second/a: rdm: 19 pairs of stimuli have no dissimilarity") {
				t.Errorf("warnings %s", warnings)
			}
		})
	}
}

// A comparison reports how far it is, to the end.
func TestSimilaritiesReportTheirStatus(t *testing.T) {
	lab := newSimilarityLab(t, 40, 300, unedited)
	for _, c := range []struct {
		models []string
		pairs  int
	}{{[]string{lab.first}, 6}, {[]string{lab.first, lab.second}, 6}, {[]string{lab.second}, 3}} {
		var last RunStatus
		runner := NewRunner(lab.home, Options{Workers: 2, Watch: func(s RunStatus) {
			if s.Share < last.Share || s.Done < last.Done {
				t.Errorf("%v after %v", s, last)
			}
			last = s
		}})
		if _, err := runner.Similarities(context.Background(), SimilarityRequest{Models: c.models, Metric: "cka"}); err != nil {
			t.Fatal(err)
		}
		if last.Scores != c.pairs || last.Done != c.pairs || last.Failed != 0 || last.Share != 1 {
			t.Errorf("%d models end with %+v, want %d pairs", len(c.models), last, c.pairs)
		}
	}
}
