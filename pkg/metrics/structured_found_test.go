package metrics_test

import (
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
)

// TestRegressionsFoundWrong repeats structured cases on which regressions were once wrong
// without a warning, one for each cause.
func TestRegressionsFoundWrong(t *testing.T) {
	var all tallies
	for _, found := range []struct {
		seed  uint64
		cause string
	}{
		{162, "responses have an offset that centring rounds to"},
		{539, "a massive feature and noise of 1e-6 make the fit ill-conditioned"},
		{673, "massive features vary in directions in which train rows do not"},
		{1068, "left-out errors of a perfect fit are rounding"},
		{1095, "train rows of one class have equal mean responses, up to rounding"},
		{1179, "small directions lose the digits of a larger feature that they combine"},
		{1301, "penalties decide on a direction of rounding"},
		{3416, "rounding decides of fewer than half of the neuroids whether they have an r"},
	} {
		c := structured.Draw(found.seed, structured.Limits{Stimuli: 60, Features: 400, Neuroids: 40})
		t.Logf("seed %d: %s", found.seed, found.cause)
		checkMappings(t.Context(), &all, c, []string{"linear", "ridge", "ridgecv"},
			matrix{c.Activations, c.Features}, matrix{c.Responses, c.Neuroids}, 1, false)
	}
	all.show(t)
}

// TestReverseFoundWrong is the same of reverse mappings.
func TestReverseFoundWrong(t *testing.T) {
	var all tallies
	for _, found := range []struct {
		seed  uint64
		cause string
	}{
		{1340, "more neuroids than train stimuli, of a lower rank: a direction is rounding, and was brought to the size of others"},
		{2977, "predictions of a feature vary by about the bound of rounding, and it was left out"},
		{3679, "predictions of a feature vary by about the bound of rounding, and it was kept"},
		{1738, "responses determine the features: the loss of the best penalty is rounding"},
		{3232, "a neuroid larger by 1e16 is constant on the test stimuli: the weights of others are its rounding"},
	} {
		limits := structured.Limits{Stimuli: 60, Features: 400, Neuroids: 40}
		if found.seed%10 == 0 {
			limits.Stimuli = 120
		}
		c := structured.Draw(found.seed, limits)
		t.Logf("seed %d: %s", found.seed, found.cause)
		checkMappings(t.Context(), &all, c, []string{"linear", "ridge", "ridgecv"},
			matrix{c.Activations, c.Features}, matrix{c.Responses, c.Neuroids}, 1, true)
	}
	all.show(t)
}

// TestRDMFoundWrong is the same of dissimilarities, over all stimuli.
func TestRDMFoundWrong(t *testing.T) {
	var all tallies
	for _, found := range []struct {
		seed  uint64
		cause string
	}{
		{833, "a change of unit parts ties by about the bound of its rounding"},
		{1005, "a change of unit parts five pairs of ties, which moves the score by 1e-7"},
		{1677, "a change of unit parts ties, which moves the score by 4e-7"},
	} {
		c := structured.Draw(found.seed, structured.Limits{Stimuli: 60, Features: 200, Neuroids: 40})
		t.Logf("seed %d: %s", found.seed, found.cause)
		checkDissimilarities(t.Context(), &all, c, [][]int{everyRow(c.Stimuli)}, nil)
	}
	all.show(t)
}

// TestPLSFoundWrong repeats structured cases on which pls or reverse_pls was once wrong
// without a warning, one for each cause.
func TestPLSFoundWrong(t *testing.T) {
	var all tallies
	for _, found := range []struct {
		seed    uint64
		reverse bool
		cause   string
	}{
		{488, true, "components explain little of activations of which much is never explained"},
		{493, true, "covariances keep rounding of a far larger neuroid that is used up"},
		{673, false, "massive features that train rows use up vary on test rows, and rounding decides on their weights"},
		{1486, true, "centring makes neuroids equal that differ in their last digits"},
		{1491, false, "covariances of a neuroid that is constant on the train rows are rounding"},
		{1815, true, "the first feature has no covariance with the only neuroid but for rounding"},
		{2137, false, "the same of features of float32"},
		{3518, true, "test rows that deflation leaves at 0 are rounding, and predictions that should be constant are not"},
	} {
		c := structured.Draw(found.seed, structured.Limits{Stimuli: 60, Features: 400, Neuroids: 40})
		components := 25
		for _, s := range c.Splits {
			components = min(components, len(s.Train), c.Features, c.Neuroids)
		}
		t.Logf("seed %d: %s", found.seed, found.cause)
		checkMappings(t.Context(), &all, c, []string{"pls"},
			matrix{c.Activations, c.Features}, matrix{c.Responses, c.Neuroids}, components, found.reverse)
	}
	all.show(t)
}
