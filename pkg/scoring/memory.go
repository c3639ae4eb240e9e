package scoring

import (
	"path/filepath"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// ReadSize is what one reading of a layer reads and holds.
type ReadSize struct {
	Rows, Features int
	Fit            int   // of the rows, those that read-outs are fitted on
	Bytes          int64 // read from files
	Memory         int64 // held at the peak, an upper bound
}

// processBytes is what the program holds beside its data: the dense kernels'
// packed panels, and what the garbage collector has not yet returned.
const processBytes = 64 << 20

// sizeOf looks at the headers of a reading's files and estimates what it takes. A
// table of choices or probabilities counts as nothing.
func (l *loader) sizeOf(dump *stimuli.Dump, read *layerRead) (ReadSize, error) {
	if read.evaluations[0].reading == readsTable {
		return ReadSize{}, nil
	}
	size, err := l.layerSize(dump, read, read.key.set)
	if err != nil {
		return ReadSize{}, err
	}
	if read.key.fitSet != "" {
		fit, err := l.layerSize(dump, read, read.key.fitSet)
		if err != nil {
			return ReadSize{}, err
		}
		size.Fit = fit.Rows
		size.Rows += fit.Rows
		size.Bytes += fit.Bytes
	}
	var reduced int64
	if r := dump.Reduction; reduces(r, size.Features) {
		fit, err := l.layerSize(dump, read, r.FitStimulusSet)
		if err != nil {
			return ReadSize{}, err
		}
		size.Bytes += fit.Bytes
		m, n := int64(fit.Rows), int64(size.Rows)
		reduced = 8*(2*m*m+n*m+n*int64(r.PCA)) + blockMemory(fit.Rows+size.Rows, size.Features)
	}
	size.Memory = max(l.heldBy(read.evaluations, size), reduced) + processBytes
	return size, nil
}

// heldBy returns what evaluations on one layer hold of it: what those of each kind of
// data hold, one beside the other.
func (l *loader) heldBy(evaluations []*binEvaluation, size ReadSize) int64 {
	byKind := make(map[dataKind][]*binEvaluation)
	for _, e := range evaluations {
		byKind[e.data] = append(byKind[e.data], e)
	}
	var total int64
	for data, of := range byKind {
		total += data.memory(l, of, size)
	}
	return total
}

// layerSize returns a layer's shape on one stimulus set.
func (l *loader) layerSize(dump *stimuli.Dump, read *layerRead, set string) (ReadSize, error) {
	s, err := l.stimulusSet(set)
	if err != nil {
		return ReadSize{}, err
	}
	layer, err := dump.OpenLayer(s, read.key.layer, read.bin)
	if err != nil {
		return ReadSize{}, err
	}
	defer layer.Close()
	return ReadSize{Rows: layer.File.Rows(), Features: layer.File.Cols(), Bytes: layer.File.Bytes()}, nil
}

// memory returns what the largest of the evaluations holds, what the others leave on
// the Gram matrix, and what all those that take the columns hold at once.
func (recordingsKind) memory(l *loader, evaluations []*binEvaluation, size ReadSize) int64 {
	var streams int64
	needs, leaves := make(map[string]int64), make(map[string]int64) // by metric
	for _, e := range evaluations {
		d := e.definition
		shape := l.shapeOf(d, size)
		memory := metricMemory(d, shape)
		streams += memory.Streaming
		name := d.Metric.Name
		needs[name] = max(needs[name], recordingsMemory(d, shape)+memory.Working)
		leaves[name] = max(leaves[name], memory.Kept)
	}
	// That of the one for which it comes to most, and what is left of the others.
	var most, kept int64
	for name, bytes := range needs {
		most = max(most, bytes-leaves[name])
		kept += leaves[name]
	}
	return streams + most + kept
}

// shapeOf returns the shape of a benchmark's comparison with a layer.
func (l *loader) shapeOf(d *benchmarks.Definition, size ReadSize) metrics.Shape {
	s := metrics.Shape{Stimuli: size.Rows, Features: size.Features, Neuroids: l.countNeuroids(d), Train: size.Rows, Splits: 1, Workers: l.options.Workers}
	if cv := d.CrossValidation; cv != nil {
		s.Splits = cv.Splits
		if s.Train = int(cv.TrainSize * float64(size.Rows)); s.Train == 0 {
			s.Train = size.Rows - int(cv.TestSize*float64(size.Rows))
		}
	}
	return s
}

// metricMemory returns what a benchmark's metric holds; nothing where the metric
// cannot be made, which scoring it reports.
func metricMemory(d *benchmarks.Definition, s metrics.Shape) metrics.Memory {
	metric, err := d.NewMetric()
	if err != nil {
		return metrics.Memory{}
	}
	if m, ok := metric.(interface {
		Memory(metrics.Shape) metrics.Memory
	}); ok {
		return m.Memory(s)
	}
	return metrics.Memory{}
}

// countNeuroids returns the number of neuroids that a benchmark keeps, 0 where that
// is not known.
func (l *loader) countNeuroids(d *benchmarks.Definition) int {
	table, err := stimuli.ReadTable(filepath.Join(l.home.AssemblyPath(d.Assembly), "neuroid.csv"))
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

// memoryOf returns what a sequence of readings holds at most.
func (l *loader) memoryOf(dump *stimuli.Dump, s binSequence) (int64, error) {
	var most int64
	for _, read := range s {
		size, err := l.sizeOf(dump, read)
		if err != nil {
			return 0, err
		}
		most = max(most, size.Memory)
	}
	return most, nil
}

// PlannedRead is one reading of a layer as a dry run reports it.
type PlannedRead struct {
	Model, Layer, TimeBin, StimulusSet string
	Benchmarks                         []string
	ReadSize
	// Err is what would keep the layer from being read.
	Err error
}

// DryRun is what a request would do, without reading activations.
type DryRun struct {
	Reads    []PlannedRead
	Failures []benchmarks.Failure
}

// DryRun plans a request and looks at the headers of its files.
func (r *Runner) DryRun(request Request) (*DryRun, error) {
	plans, unusable, err := r.planner.plan(request)
	if err != nil {
		return nil, err
	}
	out := &DryRun{Failures: unusable}
	for _, p := range plans {
		out.Failures = append(out.Failures, p.failures...)
		for _, s := range p.sequences {
			for _, read := range s {
				planned := PlannedRead{Model: p.dump.ID, Layer: read.key.layer, TimeBin: read.key.bin, StimulusSet: read.key.set}
				for _, e := range read.evaluations {
					planned.Benchmarks = append(planned.Benchmarks, e.definition.Identifier)
				}
				planned.ReadSize, planned.Err = r.loader.sizeOf(p.dump, read)
				out.Reads = append(out.Reads, planned)
			}
		}
	}
	return out, nil
}
