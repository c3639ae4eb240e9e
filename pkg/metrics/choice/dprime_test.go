package choice

import (
	"math"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// Quantiles of the standard normal, from scipy.stats.norm.ppf.
const (
	z60 = 0.2533471031357997
	z70 = 0.5244005127080407
	z80 = 0.8416212335729143
)

func same(a, b float64) bool {
	return math.Abs(a-b) < 1e-14 || math.IsNaN(a) && math.IsNaN(b)
}

func TestDprime(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct{ hit, falseAlarm, want float64 }{
		{0.8, 0.4, z80 + z60},
		{0.5, 0.5, 0},
		{1, 0, 5},
		{0, 1, -5},
		{1, 0.5, 5},
		{0, 0.5, -5},
		{0.5, 0, 5},
		{0, 0, nan}, // −∞ − −∞
		{1, 1, nan},
		{nan, 0.5, nan},
		{0.5, nan, nan},
		{1 - 1e-12, 1e-12, 5},
	} {
		if got := dprime(series.Ratio(1-tt.hit, 1, 0), series.Ratio(tt.falseAlarm, 1, 0)); !same(got, tt.want) {
			t.Errorf("d′(%v, %v) is %v, want %v", tt.hit, tt.falseAlarm, got, tt.want)
		}
	}
}

// smallMatrix has two objects with two stimuli each.
func smallMatrix() choiceMatrix {
	return matrixOfProbabilities([]float64{
		0.8, 0.2,
		0.6, 0.4,
		0.3, 0.7,
		1.5, 1.5, // need not add up to 1
	}, []int{0, 0, 1, 1}, 2)
}

func TestPatternsByHand(t *testing.T) {
	nan := math.NaN()
	m := smallMatrix()
	check := func(name string, got, want []float64) {
		t.Helper()
		if len(got) != len(want) {
			t.Fatalf("%s has %d cells, want %d", name, len(got), len(want))
		}
		for i := range got {
			if !same(got[i], want[i]) {
				t.Errorf("%s[%d] is %v, want %v", name, i, got[i], want[i])
			}
		}
	}
	check("P", m.p, []float64{nan, 0.2, nan, 0.4, 0.3, nan, 0.5, nan})
	// False alarms: of 1 for stimuli of 0: 0.3; of 0 for stimuli of 1: 0.4.
	i2 := []float64{nan, z80 + z60, nan, z60 + z60, z70 + z70, nan, 0 + z70, nan}
	check("i2", imageDprimes(m, false), i2)
	a, b := (i2[1]+i2[3])/2, (i2[4]+i2[6])/2
	check("i2n", imageDprimes(m, true), []float64{nan, i2[1] - a, nan, i2[3] - a, i2[4] - b, nan, i2[6] - b, nan})
	check("i1", meanOfColumns(imageDprimes(m, false), 2), []float64{i2[1], i2[3], i2[4], i2[6]})
	o2 := []float64{nan, z60 + z70, z70 + z60, nan}
	check("o2", objectDprimes(m), o2)
	check("o1", meanOfRows(objectDprimes(m), 2), []float64{o2[2], o2[1]})
}

func TestMatrixOfTrials(t *testing.T) {
	// Stimulus 0 (object 0) against 1 twice, one wrong; against 2 once, right;
	// stimulus 1 has no trials among those asked for.
	trials := metrics.ChoiceTrials{
		Stimulus: []int{0, 0, 0, 1}, Truth: []int{0, 0, 0, 1}, Sample: []int{0, 1, 0, 1}, Distractor: []int{1, 0, 2, 0},
		Choice: []int{0, 1, 0, 0}, Stimuli: 2, Objects: 4,
	}
	m := matrixOfTrials(trials, []int{0, 1, 2})
	nan := math.NaN()
	for i, want := range []float64{nan, 0.5, 0, nan, nan, nan, nan, nan} {
		if !same(m.p[i], want) {
			t.Errorf("cell %d is %v, want %v", i, m.p[i], want)
		}
	}
	if m.truth[0] != 0 || m.truth[1] != -1 {
		t.Errorf("truths %v", m.truth)
	}
	if n := m.empty(); n != 5 {
		t.Errorf("%d empty cells, want 5", n)
	}
}

func TestHalvingsAreNumpys(t *testing.T) {
	// rs = RandomState(0); twice: i = list(range(7)); rs.shuffle(i)
	halves := halveTrials(7)
	for i, want := range [][]int{{6, 2, 1, 3, 0, 5, 4}, {1, 0, 6, 3, 4, 2, 5}} {
		got := append(append([]int{}, halves[i][0]...), halves[i][1]...)
		if len(halves[i][0]) != 3 {
			t.Errorf("first half has %d of 7", len(halves[i][0]))
		}
		for j := range want {
			if got[j] != want[j] {
				t.Fatalf("halving %d is %v, want %v", i, got, want)
			}
		}
	}
}

func TestChoiceCorrelation(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		name string
		x, y []float64
		want float64
	}{
		{"line", []float64{1, 2, 3}, []float64{2, 4, 6}, 1},
		{"falling line", []float64{1, 2, 3}, []float64{6, 4, 2}, -1},
		{"by hand", []float64{1, 2, 3, 4}, []float64{1, 3, 2, 4}, 0.8},
		{"NaN left out", []float64{1, nan, 2, 3, 4, 9}, []float64{1, 7, 3, 2, 4, nan}, 0.8},
		{"constant", []float64{0.1, 0.1, 0.1}, []float64{1, 2, 3}, nan},
		{"one cell", []float64{1, nan}, []float64{2, 3}, nan},
		{"nothing", nil, nil, nan},
	} {
		if got := choiceCorrelation(tt.x, tt.y); !same(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
