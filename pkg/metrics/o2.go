package metrics

// o2: one d′ for each pair of objects.

func init() {
	registerChoice(Info{
		Name:    "o2",
		Version: 2,
		Summary: "which objects are confused: correlation of one d′ for each pair of objects (O2)",
		Formula: objectFormula + comparison,
	}, objectDprimes,
		func(index, objects int) (stimulus, object, choice int) { return -1, index / objects, index % objects })
}
