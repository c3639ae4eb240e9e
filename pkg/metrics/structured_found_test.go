package metrics_test

import (
	"context"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
)

// foundWrong is a structured case on which a metric was once wrong without a warning.
type foundWrong struct {
	seed  uint64
	cause string
}

// checkFound repeats such cases.
func checkFound(t *testing.T, draw func(seed uint64) *structured.Case, check func(ctx context.Context, all *tallies, c *structured.Case), cases []foundWrong) {
	t.Helper()
	var all tallies
	for _, found := range cases {
		t.Logf("seed %d: %s", found.seed, found.cause)
		check(t.Context(), &all, draw(found.seed))
	}
	all.show(t)
}

// checkFoundMappings repeats such cases of mappings.
func checkFoundMappings(t *testing.T, names []string, reverse bool, cases []foundWrong) {
	t.Helper()
	checkFound(t, mappingCase, func(ctx context.Context, all *tallies, c *structured.Case) {
		checkCaseMappings(ctx, all, c, names, reverse)
	}, cases)
}

var regressions = []string{"linear", "ridge", "ridgecv"}

func TestRegressionsFoundWrong(t *testing.T) {
	checkFoundMappings(t, regressions, false, []foundWrong{
		{162, "responses have an offset that centring rounds to"},
		{539, "a massive feature and noise of 1e-6 make the fit ill-conditioned"},
		{673, "massive features vary in directions in which train rows do not"},
		{1068, "left-out errors of a perfect fit are rounding"},
		{1095, "train rows of one class have equal mean responses, up to rounding"},
		{1179, "small directions lose the digits of a larger feature that they combine"},
		{1301, "penalties decide on a direction of rounding"},
		{3416, "rounding decides of fewer than half of the neuroids whether they have an r"},
		{2526, "losses of all penalties agree to ten digits"},
		{2953, "a massive feature is nearly that of one stimulus, which is left out"},
		{3118, "an offset of 1e7 that centring rounds to"},
		{5889, "a neuroid depends on directions in which the features hardly differ"},
		{8581, "the least loss is close to the rounding of losses"},
		{9659, "responses vary by some units in the last place of their offset"},
	})
}

func TestReverseFoundWrong(t *testing.T) {
	checkFoundMappings(t, regressions, true, []foundWrong{
		{1340, "more neuroids than train stimuli, of a lower rank: a direction is rounding, and was brought to the size of others"},
		{2977, "predictions of a feature vary by about the bound of rounding, and it was left out"},
		{3679, "predictions of a feature vary by about the bound of rounding, and it was kept"},
		{1738, "responses determine the features: the loss of the best penalty is rounding"},
		{2976, "predictions vary by rounding beside a neuroid that is far off, but the same, on all test stimuli"},
		{7340, "a silent neuroid and one that fires to one stimulus"},
		{9226, "responses determine the features, whose losses are rounding"},
		{3232, "a neuroid larger by 1e16 is constant on the test stimuli: the weights of others are its rounding"},
	})
}

func TestPLSFoundWrong(t *testing.T) {
	checkFoundMappings(t, []string{"pls"}, false, []foundWrong{
		{673, "massive features that train rows use up vary on test rows, and rounding decides on their weights"},
		{1491, "covariances of a neuroid that is constant on the train rows are rounding"},
		{2137, "the same of features of float32"},
		{2190, "the first two directions of the inner loop are nearly as strong"},
		{4042, "the same of responses of another unit"},
		{5510, "the inner loop stops between two directions, of one neuroid's components alone"},
		{7777, "responses of 0 and 1 with an offset of 1e7"},
		{7784, "a feature larger by 1e3 is used up"},
		{7923, "eleven stimuli, some with the same responses, and an offset of 1e7"},
		{8926, "a prediction that is constant in exact arithmetic varies by rounding"},
		{9659, "responses vary by some units in the last place of their offset"},
	})
}

func TestReversePLSFoundWrong(t *testing.T) {
	checkFoundMappings(t, []string{"pls"}, true, []foundWrong{
		{488, "components explain little of activations of which much is never explained"},
		{493, "covariances keep rounding of a far larger neuroid that is used up"},
		{1486, "centring makes neuroids equal that differ in their last digits"},
		{1815, "the first feature has no covariance with the only neuroid but for rounding"},
		{3518, "test rows that deflation leaves at 0 are rounding, and predictions that should be constant are not"},
		{4843, "a massive feature and silent neuroids"},
		{6529, "a component is rounding beside the features that are explained"},
		{7963, "features name classes, of which most are constant"},
	})
}

// TestLargeLayersFoundWrong fits as large layers are fitted, in float64.
func TestLargeLayersFoundWrong(t *testing.T) {
	fitInFloat64(t)
	checkFoundMappings(t, []string{"pls"}, false, []foundWrong{
		{32161, "predictions hardly vary over the test stimuli"},
		{32255, "rounding of inner products reaches scores by ‖u‖, which is more than their size"},
		{33661, "predictions vary by less than the bound of their rounding"},
		{34002, "the first neuroid has no covariance with the only feature but for rounding"},
		{34409, "a neuroid is far larger on the test stimuli than on the train stimuli"},
		{34634, "a neuroid has an offset of 1e7 on the train stimuli alone"},
		{31945, "a neuroid is constant on the train stimuli at 1e14 times the size of others"},
	})
	checkFoundMappings(t, []string{"neuron_to_neuron"}, false, []foundWrong{
		{34410, "a feature with an offset of 1e7 that hardly varies on the train stimuli ties with others"},
	})
	checkFoundMappings(t, regressions, false, []foundWrong{
		{30489, "the axis of a stimulus is within the features but for rounding, and so is what is left of its responses"},
		{31388, "the same beside massive activations"},
		{33014, "the same of activations that are 0 or 1e7"},
		{42044, "test stimuli differ by 1e-22 of what they have in common"},
		{42789, "two stimuli without activations beside a penalty that is rounding"},
		{42819, "responses that vary by 1e-9 of their mean"},
	})
	checkFoundMappings(t, regressions, true, []foundWrong{
		{30369, "inner products of activations with a massive feature are rounded by their size before centring"},
		{31124, "the same of an offset"},
		{31666, "responses have an offset and a direction of rounding"},
		{33474, "losses of penalties differ by less than rounding"},
		{34337, "a direction of the responses is 1e-8 of the largest"},
		{34782, "stimuli that alone move a neuroid, known to 1e-6"},
	})
}

// TestRDMFoundWrong takes dissimilarities over all stimuli.
func TestRDMFoundWrong(t *testing.T) {
	checkFound(t, similarityCase, func(ctx context.Context, all *tallies, c *structured.Case) {
		checkDissimilarities(ctx, all, c, [][]int{everyRow(c.Stimuli)}, nil)
	}, []foundWrong{
		{833, "a change of unit parts ties by about the bound of its rounding"},
		{1005, "a change of unit parts five pairs of ties, which moves the score by 1e-7"},
		{1677, "a change of unit parts ties, which moves the score by 4e-7"},
		{9659, "distances of some units in the last place were taken as 0"},
	})
}

func TestConsistencyFoundWrong(t *testing.T) {
	var all tallies
	for _, found := range []foundWrong{
		{1838, "averages of the same trials in another order differ in their last digit"},
		{2751, "a half is constant but for such a difference"},
	} {
		t.Logf("seed %d: %s", found.seed, found.cause)
		checkConsistency(t, &all, found.seed)
	}
	all.show(t)
}
