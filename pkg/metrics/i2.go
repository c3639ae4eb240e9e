package metrics

// i2 and i2n: one d′ for each stimulus and distractor.

func imageChoiceCell(index, objects int) (stimulus, object, choice int) {
	return index / objects, -1, index % objects
}

func init() {
	registerChoice(Info{
		Name:    "i2",
		Version: 2,
		Summary: "what each image is confused with: correlation of one d′ for each image and distractor (I2)",
		Formula: imageFormula + comparison,
	}, func(m choiceMatrix) []float64 { return imageDprimes(m, false) }, imageChoiceCell)
	registerChoice(Info{
		Name:    "i2n",
		Version: 2,
		Summary: "as i2, with the differences between pairs of objects taken out (I2 normalised); the behavioural part of Brain-Score 2018",
		Formula: imageFormula + centrally + comparison,
	}, func(m choiceMatrix) []float64 { return imageDprimes(m, true) }, imageChoiceCell)
}
