package metrics

// o1: one d′ for each object, the mean over the objects it is told from.

const objectFormula = "F[o,c] = mean over stimuli of object o of P[·,c]; d′[o,c] = Z(1 − F[c,o]) − Z(F[o,c]), clipped to ±5"

func init() {
	registerChoice(Info{
		Name:    "o1",
		Version: 2,
		Summary: "how hard each object is: correlation of one d′ for each object (O1)",
		Formula: objectFormula + "; the mean over o, NaN left out" + comparison,
	}, func(m choiceMatrix) []float64 { return meanOfRows(objectDprimes(m), m.objects) },
		func(index, _ int) (stimulus, object, choice int) { return -1, -1, index })
}
