package similarity

import (
	"context"
	"fmt"
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

// TestPublishedComparisons checks the mean over the four subjects of every comparison with
// monkey IT, animacy and V1, and the bounds of its ceiling, with those of a program that
// solves the covariance matrix of the 4,186 pairs.
func TestPublishedComparisons(t *testing.T) {
	subjects, _, candidates := humanIT(t)
	var triangles []triangle
	for _, s := range subjects {
		triangles = append(triangles, triangleOf(s))
	}
	check := func(what string, got, want float64) {
		t.Helper()
		if !(math.Abs(got-want) < 1e-10) {
			t.Errorf("%s: %.15g, want %.15g", what, got, want)
		}
	}
	for _, c := range []struct {
		compare        string
		own            []float64
		matched, plain [2]float64 // lower and upper
	}{
		{"spearman", []float64{0.296324446995709, 0.386219672925339, 0.0265135816899047}, [2]float64{0.372313250902472, 0.665720904470509}, [2]float64{0.378563749062118, 0.660684408471275}},
		{"pearson", []float64{0.333537273474963, 0.387142020634947, 0.0249994869265131}, [2]float64{0.394409937059825, 0.680413226427456}, [2]float64{0.395154404852868, 0.679602451629821}},
		{"kendall", []float64{0.200863976810681, 0.223028117277767, 0.017926598361381}, [2]float64{0.253943879610079, 0.476654416696492}, [2]float64{0.258497603378389, 0.476079878253791}},
		{"rho_a", []float64{0.296324446981342, 0.334462275707451, 0.0265135816893394}, [2]float64{0.372313234887284, 0.665720881919505}, [2]float64{0.378563749038983, 0.660684408437957}},
		{"cosine", []float64{0.988390600238627, 0.744710535346011, 0.954245438861688}, [2]float64{0.988142949831065, 0.993337444807841}, [2]float64{0.988149920902527, 0.993333885203896}},
		{"whitened_cosine", []float64{0.650076857238876, 0.405075940983428, 0.493661357164651}, [2]float64{0.664684671834465, 0.817319175056807}, [2]float64{0.664306453995838, 0.817000570191965}},
		{"whitened_pearson", []float64{0.36557224606604, 0.428152352201275, 0.11045918977509}, [2]float64{0.429768603640463, 0.695778760387586}, [2]float64{0.430106084435442, 0.694041462008005}},
	} {
		for i, candidate := range candidates {
			own := 0.0
			for _, s := range triangles {
				own += similarityOf(c.compare, s, triangleOf(candidate), 2) / float64(len(triangles))
			}
			check(fmt.Sprintf("%s of candidate %d", c.compare, i), own, c.own[i])
			if own > c.matched[1] {
				t.Errorf("%s: candidate %d at %v is above the upper bound %v", c.compare, i, own, c.matched[1])
			}
		}
		for plain, want := range map[bool][2]float64{false: c.matched, true: c.plain} {
			got, warnings, err := subjectBounds(context.Background(), c.compare, plain, triangles, 2)
			if err != nil || len(warnings) > 0 {
				t.Fatal(err, warnings)
			}
			check(fmt.Sprintf("lower bound of %s, plain: %v", c.compare, plain), got.Lower.Value, want[0])
			check(fmt.Sprintf("upper bound of %s, plain: %v", c.compare, plain), got.Upper.Value, want[1])
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
