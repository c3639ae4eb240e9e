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

// kernelBytes is what the dense kernels pack into.
const kernelBytes = 32 << 20

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
	if dump.Reduction != nil {
		s, err := r.layerSize(dump, p, dump.Reduction.FitStimulusSet)
		if err != nil {
			return PassSize{}, err
		}
		size.Bytes += s.Bytes
		m, n := int64(s.Rows), int64(size.Rows)
		reduced = 8*(2*m*m+n*m+n*int64(dump.Reduction.PCA)) + r.blockMemory(s.Rows+size.Rows, size.Features)
	}
	held := r.blockMemory(size.Rows, size.Features) + kernelBytes
	if fit > 0 {
		held += fitMemory(fit, size.Rows-fit)
	} else {
		held += r.neuralMemory(p, size)
	}
	size.Memory = max(held, reduced+kernelBytes)
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

// blockMemory is that of the two block buffers and the slab.
func (r *Runner) blockMemory(rows, features int) int64 {
	block := metrics.PassOptions{}.BlockCols(rows, features)
	buffers := 2
	if block >= features {
		buffers = 1
	}
	return 8 * int64(rows) * int64(buffers*block+256)
}

// fitMemory is that of a fitted read-out.
func fitMemory(fit, rest int) int64 {
	const copies = 3 // of the fitting stimuli's Gram matrix in the solver
	return 8 * (copies*int64(fit)*int64(fit) + int64(rest)*int64(fit))
}

// neuralMemory is that of the Gram matrix and of the largest metric's work.
func (r *Runner) neuralMemory(p *pass, size PassSize) int64 {
	n := int64(size.Rows)
	var gram, streams, work int64
	for _, t := range p.parts {
		neuroids := int64(r.countNeuroids(t.definition))
		splits := int64(1)
		if cv := t.definition.CrossValidation; cv != nil {
			splits = int64(cv.Splits)
		}
		var own int64
		gram = 8 * n * n
		switch t.definition.Metric.Name {
		case "pls":
			own = min(8*splits*(2*n*neuroids+neuroids*min(neuroids, n)), 256<<20) + 8*2*n*neuroids
		case "ridgecv":
			own = int64(min(r.Workers, 4)) * 8 * (2*n*n + 3*n*neuroids)
		case "linear":
			own = 8 * (3*n*n + 2*n*neuroids)
		case "neuron_to_neuron":
			streams += 8 * (2*n*neuroids + 256*neuroids*int64(r.Workers))
		case "rdm":
			own = 8 * 4 * n * n / 2
		case "ost":
			streams += 8 * splits * n * n
		default:
			own = 8 * (n*n + 2*n*neuroids)
		}
		work = max(work, own)
	}
	return gram + streams + work
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
