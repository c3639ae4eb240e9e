package metrics

// i1 and i1n: one d′ for each stimulus, the mean over its distractors.

const (
	imageFormula = "d′[s,c] = Z(1 − P[s,c]) − Z(mean over stimuli whose truth is c of P[·,o]), clipped to ±5, for stimulus s of object o and distractor c"
	meanFormula  = "; the mean over c, NaN left out"
	centrally    = "; less the mean over the stimuli of the same (o, c)"
	comparison   = "; Pearson r with the same of half of the human trials, mean over two halvings (RandomState 0)"
)

func imageCell(index, _ int) (stimulus, object, choice int) { return index, -1, -1 }

func init() {
	registerChoice(Info{
		Name:    "i1",
		Version: 2,
		Summary: "how hard each image is: correlation of one d′ for each image (I1)",
		Formula: imageFormula + meanFormula + comparison,
	}, func(m choiceMatrix) []float64 { return meanOfColumns(imageDprimes(m, false), m.objects) }, imageCell)
	registerChoice(Info{
		Name:    "i1n",
		Version: 2,
		Summary: "as i1, with the differences between objects taken out (I1 normalised)",
		Formula: imageFormula + centrally + meanFormula + comparison,
	}, func(m choiceMatrix) []float64 { return meanOfColumns(imageDprimes(m, true), m.objects) }, imageCell)
}
