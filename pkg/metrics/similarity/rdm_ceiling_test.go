package similarity

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
)

// humanIT are the triangles of the four subjects, averaged over sessions, and
// of all of them; then those of monkey IT, animacy and V1.
func humanIT(t *testing.T) (subjects [][]float64, mean []float64, candidates [][]float64) {
	t.Helper()
	const dir = "../pkg/metrics/testdata/kriegeskorte92/"
	values, rows, n := testinput.NPY(t, dir+"human_it.npy")
	mean = make([]float64, n)
	for i := range rows {
		if i%2 == 0 {
			subjects = append(subjects, make([]float64, n))
		}
		dense.AddScaled(.5, values[i*n:(i+1)*n], subjects[i/2])
		dense.AddScaled(1/float64(rows), values[i*n:(i+1)*n], mean)
	}
	values, rows, _ = testinput.NPY(t, dir+"candidates.npy")
	for i := range rows {
		candidates = append(candidates, values[i*n:(i+1)*n])
	}
	return subjects, mean, candidates
}

// TestPublishedRDMs checks figures of real matrices, computed by others.
func TestPublishedRDMs(t *testing.T) {
	_, mean, candidates := humanIT(t)
	for i, want := range []float64{.438924, .588189, .039265} {
		for _, got := range []float64{series.Spearman(mean, candidates[i]), similarityOf("spearman", triangleOf(mean), triangleOf(candidates[i]), 2)} {
			if !(math.Abs(got-want) < .5e-6) {
				t.Errorf("candidate %d: %.6f, want %.6f", i, got, want)
			}
		}
	}
}

func TestSubjectBounds(t *testing.T) {
	subjects, _, candidates := humanIT(t)
	var triangles []triangle
	for _, s := range subjects {
		triangles = append(triangles, triangleOf(s))
	}
	ctx := context.Background()
	got, warnings, err := subjectBounds(ctx, "spearman", false, triangles, 2)
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	// By a program of its own.
	want := []float64{0.4222852499183425, 0.29148516444577777, 0.4483625073750621, 0.3271200818707059}
	for i, v := range want {
		if !(math.Abs(got.Lower.Splits[i]-v) < 1e-12) {
			t.Errorf("subject %d: %v, want %v", i, got.Lower.Splits[i], v)
		}
	}
	if math.Abs(got.Lower.Value-0.3723132509024721) > 1e-12 || math.Abs(got.Upper.Value-0.6657209044705086) > 1e-12 {
		t.Errorf("bounds %v, %v", got.Lower.Value, got.Upper.Value)
	}
	// Monkey IT is between the bounds where it is compared with each subject alone
	// (Nili et al. 2014), though not where it is with the mean of all.
	own := 0.0
	for _, s := range triangles {
		own += similarityOf("spearman", s, triangleOf(candidates[0]), 1) / float64(len(triangles))
	}
	if math.Abs(own-.2963) > .5e-4 {
		t.Errorf("monkey IT: %v", own)
	}
	// No matrix is more like the subjects than the upper bound says.
	for _, compare := range []string{"spearman", "pearson", "cosine"} {
		got, _, err := subjectBounds(ctx, compare, false, triangles, 2)
		if err != nil {
			t.Fatal(err)
		}
		if !(got.Lower.Value < got.Upper.Value) {
			t.Errorf("%s: bounds %v, %v", compare, got.Lower.Value, got.Upper.Value)
		}
		for i, c := range append(candidates, subjects...) {
			sum := 0.0
			for _, s := range subjects {
				sum += similarityOf(compare, triangleOf(s), triangleOf(c), 1) / float64(len(subjects))
			}
			if sum > got.Upper.Value {
				t.Errorf("%s: candidate %d at %v is above the upper bound %v", compare, i, sum, got.Upper.Value)
			}
		}
	}
}

func TestRDMNoiseCeiling(t *testing.T) {
	ctx := context.Background()
	c := simulated.New(21, 40, 10, 24)
	subjects := [][]float64{
		dense.SelectColumns(c.Y, 24, []int{0, 1, 2, 3, 4, 5, 6, 7}),
		dense.SelectColumns(c.Y, 24, []int{8, 9, 10, 11, 12, 13}),
		dense.SelectColumns(c.Y, 24, []int{14, 15, 16, 17, 18, 19, 20, 21, 22, 23}),
	}
	for _, options := range []metrics.Options{nil, {"distance": "euclidean", "compare": "pearson"}, {"compare": "kendall"}} {
		got, _, err := RDMNoiseCeiling(ctx, options, false, subjects, c.N, 2)
		if err != nil {
			t.Fatal(err)
		}
		if !(got.Lower.Value > 0 && got.Lower.Value < got.Upper.Value && got.Upper.Value < 1) || len(got.Lower.Splits) != 3 {
			t.Errorf("%v: %v, %v", options, got.Lower, got.Upper)
		}
	}
	same, _, err := RDMNoiseCeiling(ctx, nil, false, [][]float64{subjects[0], subjects[0]}, c.N, 1)
	if err != nil || math.Abs(same.Lower.Value-1) > 1e-12 || math.Abs(same.Upper.Value-1) > 1e-12 {
		t.Errorf("of one subject twice: %v, %v (%v)", same.Lower, same.Upper, err)
	}
	if _, _, err := RDMNoiseCeiling(ctx, nil, false, subjects[:1], c.N, 1); err == nil || !strings.Contains(err.Error(), "two at least") {
		t.Errorf("of one subject: %v", err)
	}
	one := dense.SelectColumns(c.Y, 24, []int{0})
	if _, _, err := RDMNoiseCeiling(ctx, nil, false, [][]float64{one, one}, c.N, 1); err == nil {
		t.Error("a correlation over one neuroid")
	}
	flat := append([]float64(nil), subjects[0]...)
	for j := range 8 {
		flat[3*8+j] = 1
	}
	_, warnings, err := RDMNoiseCeiling(ctx, nil, false, [][]float64{flat, subjects[1]}, c.N, 1)
	if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], "39 pairs") {
		t.Errorf("of a flat stimulus: %v, %v", warnings, err)
	}
}
