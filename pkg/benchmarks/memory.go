package benchmarks

import (
	"path/filepath"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// PassSize is what one pass reads and holds.
type PassSize struct {
	Rows, Features int
	Bytes          int64 // read from files
	Memory         int64 // held at the peak, an upper bound
}

// processBytes is what the program holds beside its data: the dense kernels'
// packed panels, and what the garbage collector has not yet returned.
const processBytes = 64 << 20

// classesAssumed stands for a read-out's classes, which matter little.
const classesAssumed = 32

// passSize looks at the headers of a pass's files and estimates what it takes.
func (r *Runner) passSize(dump *stimuli.Dump, p *pass) (PassSize, error) {
	switch first := p.parts[0]; {
	case first.kind == metrics.KindConsistency, first.kind == metrics.KindBehavior && !first.fitted:
		return PassSize{}, nil // a table of choices or probabilities
	}
	test, err := r.layerSize(dump, p, p.key.set)
	if err != nil {
		return PassSize{}, err
	}
	size := test
	fit := 0
	if p.key.fitSet != "" {
		s, err := r.layerSize(dump, p, p.key.fitSet)
		if err != nil {
			return PassSize{}, err
		}
		fit = s.Rows
		size.Rows += s.Rows
		size.Bytes += s.Bytes
	}
	var reduced int64
	if reduces(dump.Reduction, size.Features) {
		s, err := r.layerSize(dump, p, dump.Reduction.FitStimulusSet)
		if err != nil {
			return PassSize{}, err
		}
		size.Bytes += s.Bytes
		m, n := int64(s.Rows), int64(size.Rows)
		reduced = 8*(2*m*m+n*m+n*int64(dump.Reduction.PCA)) + blockMemory(s.Rows+size.Rows, size.Features)
	}
	held := r.neuralMemory(p, size)
	if fit > 0 {
		held = readoutMemory(fit, size.Rows-fit, size.Features, classesAssumed)
	}
	size.Memory = max(held, reduced) + processBytes
	return size, nil
}

// layerSize is a layer's shape on one stimulus set.
func (r *Runner) layerSize(dump *stimuli.Dump, p *pass, set string) (PassSize, error) {
	s, err := r.stimulusSet(set)
	if err != nil {
		return PassSize{}, err
	}
	layer, err := dump.OpenLayer(s, p.key.layer, p.bin)
	if err != nil {
		return PassSize{}, err
	}
	defer layer.Close()
	return PassSize{Rows: layer.File.Rows(), Features: layer.File.Cols(), Bytes: layer.File.Bytes()}, nil
}

// neuralMemory is that of the largest of a pass's benchmarks, of what the others
// leave for further ones, and of what all those that take the columns themselves
// hold at once.
func (r *Runner) neuralMemory(p *pass, size PassSize) int64 {
	n := int64(size.Rows)
	var streams int64
	needs, leaves := make(map[string]int64), make(map[string]int64) // by metric
	for _, t := range p.parts {
		d, neuroids := t.definition, r.countNeuroids(t.definition)
		train, splits := size.Rows, 1
		if cv := d.CrossValidation; cv != nil {
			splits = cv.Splits
			if train = int(cv.TrainSize * float64(size.Rows)); train == 0 {
				train = size.Rows - int(cv.TestSize*float64(size.Rows))
			}
		}
		switch d.Metric.Name {
		case "neuron_to_neuron":
			streams += float * (2*n*int64(neuroids) + 256*int64(neuroids)*int64(r.Workers))
		case "ost":
			streams += float * int64(splits) * n * n
		}
		name := d.Metric.Name
		needs[name] = max(needs[name], neuralMemory(d, size.Rows, size.Features, neuroids, train, splits, r.Workers))
		leaves[name] = max(leaves[name], leftMemory(d, size.Rows, neuroids, splits))
	}
	// That of the one for which it comes to most, and what is left of the others.
	var most, left int64
	for name, bytes := range needs {
		most = max(most, bytes-leaves[name])
		left += leaves[name]
	}
	return streams + most + left
}

// countNeuroids is the number of neuroids that a benchmark keeps, 0 where that
// cannot be told.
func (r *Runner) countNeuroids(d *Definition) int {
	table, err := stimuli.ReadTable(filepath.Join(r.Home.AssemblyPath(d.Assembly), "neuroid.csv"))
	if err != nil {
		return 0
	}
	count := table.Len()
	for column, want := range d.Select {
		values, err := table.Column(column)
		if err != nil {
			return 0
		}
		kept := 0
		for _, v := range values {
			if v == want {
				kept++
			}
		}
		count = min(count, kept)
	}
	return count
}

// memoryOf is what a group holds at most.
func (r *Runner) memoryOf(dump *stimuli.Dump, g group) (int64, error) {
	var most int64
	for _, p := range g {
		size, err := r.passSize(dump, p)
		if err != nil {
			return 0, err
		}
		most = max(most, size.Memory)
	}
	return most, nil
}

// PlannedPass is one pass as a dry run tells it.
type PlannedPass struct {
	Model, Layer, TimeBin, StimulusSet string
	Benchmarks                         []string
	PassSize
	// Err is what would keep the pass from running.
	Err error
}

// DryRun is what a request would do, without reading activations.
type DryRun struct {
	Passes   []PlannedPass
	Failures []Failure
}

// DryRun plans a request and looks at the headers of its files.
func (r *Runner) DryRun(request Request) (*DryRun, error) {
	plans, unusable, err := r.plans(request)
	if err != nil {
		return nil, err
	}
	out := &DryRun{Failures: unusable}
	for _, p := range plans {
		out.Failures = append(out.Failures, p.failures...)
		for _, g := range p.groups {
			for _, pass := range g {
				planned := PlannedPass{Model: p.dump.ID, Layer: pass.key.layer, TimeBin: pass.key.bin, StimulusSet: pass.key.set}
				for _, t := range pass.parts {
					planned.Benchmarks = append(planned.Benchmarks, t.definition.Identifier)
				}
				planned.PassSize, planned.Err = r.passSize(p.dump, pass)
				out.Passes = append(out.Passes, planned)
			}
		}
	}
	return out, nil
}
