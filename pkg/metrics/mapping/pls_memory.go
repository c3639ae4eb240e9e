package mapping

import "github.com/brainscore-go/brainscore/pkg/metrics"

// shape returns the sizes that the memory of a comparison follows from.
func (m pls) shape(in metrics.NeuralInput) plsShape {
	s := plsShape{in.Gram.N, in.Neuroids, len(in.Splits), m.components, 0}
	if in.Gram.X != nil {
		s.features = in.Gram.Features
	}
	return s
}

// plsShape is the size of a comparison by pls.
type plsShape struct {
	stimuli, neuroids, splits, components int
	features                              int // if they are held, else 0
}

// primal reports whether the fit is that on features.
func (s plsShape) primal() bool {
	return s.features > 0 && covarianceSmall(s.stimuli, s.neuroids, s.splits)
}

// group returns the number of splits advanced together, all of them if their state stays
// small, in groups of about one size. In the primal form the features are read twice for
// each component of a group, and a group takes little more than these do.
func (s plsShape) group() int {
	budget := int64(256 << 20)
	if s.primal() {
		const least = 32 << 20
		budget = least + metrics.FloatBytes*int64(s.stimuli)*int64(s.features)/4
	}
	most := max(1, min(int64(s.splits), budget/max(1, s.splitBytes())))
	groups := (int64(s.splits) + most - 1) / most
	return int((int64(s.splits) + groups - 1) / groups)
}

// splitBytes is what is held for each of the splits that are advanced
// together, mainly scores and covariances.
func (s plsShape) splitBytes() int64 {
	const vectors = 8
	n, t, k := int64(s.stimuli), int64(s.neuroids), int64(s.components)
	bytes := 8 * (n*(k+vectors) + k*t)
	if covarianceSmall(s.stimuli, s.neuroids, s.splits) {
		bytes += 8 * t * t
	}
	if s.primal() {
		bytes += 8 * primalPLSNumbers(int64(s.features), t)
	}
	return bytes
}

// bytes estimates what pls holds beside the Gram matrix or the features and the responses,
// with so many train stimuli in a split and so many workers.
func (s plsShape) bytes(train, workers int) int64 {
	n, t := int64(s.stimuli), int64(s.neuroids)
	bytes := 8*n*t + int64(s.group())*s.splitBytes()
	part := min(int64(train), n-int64(train))
	switch {
	case s.primal():
		return bytes + 8*t*int64(s.features) + 8*min(n, othersAtOnce)*(int64(s.features)+t)
	case !covarianceSmall(s.stimuli, s.neuroids, s.splits):
		return bytes + 8*n*n
	}
	return bytes + 8*(n*t+t*t) + int64(min(workers, s.splits))*8*part*(part+2*t)
}

// Memory counts the responses, products of them, the predictions, and the scores of the
// splits that are advanced together.
func (m pls) Memory(s metrics.Shape) metrics.Memory {
	of := plsShape{s.Stimuli, s.Neuroids, s.Splits, m.components, 0}
	if featuresHeld(s) {
		of.features = s.Features
	}
	memory := metrics.Memory{
		Working: of.bytes(s.Train, int(s.AtOnce())) + predictionMemory(s),
		Kept:    of.bytes(s.Stimuli, 1),
	}
	if s.Triangle {
		memory.Working += triangleRowsMemory(s)
	}
	if !of.primal() {
		memory = memory.Plus(formedMemory(s))
	}
	return orRoot(s, memory.Plus(doubleMemory(s, doublePLSTerms(s.Train, s.Features, s.Neuroids, m.components), doublePLSBytes(s), true)))
}
