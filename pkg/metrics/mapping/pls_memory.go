package mapping

import "github.com/brainscore-go/brainscore/pkg/metrics"

// plsShape is the size of a comparison by pls on a side.
type plsShape struct {
	stimuli, neuroids, splits, components int
	features                              int // on the primal side, else 0
}

func (m pls) shape(s metrics.Shape, primal bool) plsShape {
	of := plsShape{s.Stimuli, s.Neuroids, s.Splits, m.components, 0}
	if primal {
		of.features = s.Features
	}
	return of
}

func (s plsShape) primal() bool { return s.features > 0 }

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

// Memory counts a fit on the side that the shape leads to, and one in twice the precision or
// on the activations if that may be uncertain.
func (m pls) Memory(s metrics.Shape) metrics.Memory {
	double := doubleMemory(s, doublePLSTerms(s.Train, s.Features, s.Neuroids, m.components), doublePLSBytes(s), true)
	return orRoot(s, sideMemory(m, s).Plus(double))
}

func (m pls) primalMemory(s metrics.Shape) metrics.Memory { return m.sideMemory(s, true) }

func (m pls) dualMemory(s metrics.Shape) metrics.Memory {
	memory := m.sideMemory(s, false).Plus(formedMemory(s))
	if s.Triangle {
		memory.Working += triangleRowsMemory(s)
	}
	return memory
}

// sideMemory counts the responses, products of them, the predictions with as much again that is
// not collected yet, and the scores of the splits that are advanced together.
func (m pls) sideMemory(s metrics.Shape, primal bool) metrics.Memory {
	of := m.shape(s, primal)
	return metrics.Memory{
		Working: of.bytes(s.Train, int(s.AtOnce())) + 2*predictionMemory(s),
		Kept:    of.bytes(s.Stimuli, 1),
	}
}
