package choice

import "github.com/brainscore-go/brainscore/pkg/metrics"

// The patterns of choices that are compared: of d′ for each image (i1), each image and
// distractor (i2), each object (o1) and each pair of objects (o2); i1n and i2n are less
// the differences between objects.

const (
	imageFormula  = "d′[s,c] = Z(1 − P[s,c]) − Z(mean over stimuli whose truth is c of P[·,o]), clipped to ±5, for stimulus s of object o and distractor c"
	objectFormula = "F[o,c] = mean over stimuli of object o of P[·,c]; d′[o,c] = Z(1 − F[c,o]) − Z(F[o,c]), clipped to ±5"
	meanFormula   = "; the mean over c, NaN left out"
	centrally     = "; less the mean over the stimuli of the same (o, c)"
	comparison    = "; Pearson r with the same of half of the human trials, mean over two halvings (RandomState 0)"
)

func imageCell(index, _ int) (stimulus, object, choice int) { return index, -1, -1 }

func imageChoiceCell(index, objects int) (stimulus, object, choice int) {
	return index / objects, -1, index % objects
}

func init() {
	registerChoice(metrics.Info{
		Name:    "i1",
		Version: 2,
		Summary: "how hard each image is: correlation of one d′ for each image (I1)",
		Formula: imageFormula + meanFormula + comparison,
	}, func(m choiceMatrix) []float64 { return meanOfColumns(imageDprimes(m, false), m.objects) }, imageCell)
	registerChoice(metrics.Info{
		Name:    "i1n",
		Version: 2,
		Summary: "as i1, with the differences between objects taken out (I1 normalised)",
		Formula: imageFormula + centrally + meanFormula + comparison,
	}, func(m choiceMatrix) []float64 { return meanOfColumns(imageDprimes(m, true), m.objects) }, imageCell)
	registerChoice(metrics.Info{
		Name:    "i2",
		Version: 2,
		Summary: "what each image is confused with: correlation of one d′ for each image and distractor (I2)",
		Formula: imageFormula + comparison,
	}, func(m choiceMatrix) []float64 { return imageDprimes(m, false) }, imageChoiceCell)
	registerChoice(metrics.Info{
		Name:    "i2n",
		Version: 2,
		Summary: "as i2, with the differences between pairs of objects taken out (I2 normalised); the behavioural part of Brain-Score 2018",
		Formula: imageFormula + centrally + comparison,
	}, func(m choiceMatrix) []float64 { return imageDprimes(m, true) }, imageChoiceCell)
	registerChoice(metrics.Info{
		Name:    "o1",
		Version: 2,
		Summary: "how hard each object is: correlation of one d′ for each object (O1)",
		Formula: objectFormula + "; the mean over o, NaN left out" + comparison,
	}, func(m choiceMatrix) []float64 { return meanOfRows(objectDprimes(m), m.objects) },
		func(index, _ int) (stimulus, object, choice int) { return -1, -1, index })
	registerChoice(metrics.Info{
		Name:    "o2",
		Version: 2,
		Summary: "which objects are confused: correlation of one d′ for each pair of objects (O2)",
		Formula: objectFormula + comparison,
	}, objectDprimes,
		func(index, objects int) (stimulus, object, choice int) { return -1, index / objects, index % objects })
}
