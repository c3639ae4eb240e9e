package scoring

import (
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// ReadSize is what one reading of a layer reads and holds.
type ReadSize struct {
	Rows, Features int
	Fit            int   // of the rows, those that read-outs are fitted on
	Bytes          int64 // read from files
	// Memory is what a score needs at its peak, an upper bound in bytes: the process, the
	// data that it compares with, and the layer.
	Memory int64
	// MemoryAtMost is Memory if rounding of the activations' inner products matters, as
	// between features or stimuli that hardly differ: metrics then take the activations.
	MemoryAtMost int64

	compact bool // inner products are read in the place of columns
	// triangles is true if large Gram matrices may be held as triangles.
	triangles bool
	single    bool  // float32 holds the values
	bands     int   // layers that the layer is joined of; 0 if it is not joined
	matrix    int64 // bytes that reading dissimilarities takes, for a layer that is given as them
	reduced   int   // components that the features are reduced to; 0 for none
	holding   holding
}

// processBytes is what the program holds beside its data, its file among it: all of that
// where the system maps files by large pages, as it does with one that was copied.
const processBytes = 46 << 20

// withGarbage returns what a process grows to that holds the given bytes of data, as its
// garbage collector keeps to these but for a part.
func withGarbage(bytes int64) int64 { return (processBytes + bytes) * 11 / 10 }

// withoutGarbage returns the bytes of data that a process of the given size can hold.
func withoutGarbage(process int64) int64 { return process*10/11 - processBytes }

// allowedMemory returns the bytes of data that one score may hold; 0 for any.
func allowedMemory(o *Options) int64 {
	if o.Memory <= 0 {
		return 0
	}
	return max(1, withoutGarbage(o.Memory))
}

// sizeOf looks at the headers of a reading's files and estimates what it takes.
func (l *loader) sizeOf(dump *stimuli.Dump, read *layerRead) (ReadSize, error) {
	size, err := l.readSize(dump, read)
	if err == nil {
		size.Memory = withGarbage(size.holding.total())
		size.MemoryAtMost = withGarbage(size.holding.total() + size.holding.rare)
	}
	return size, err
}

// readSize is sizeOf without the memory of the process.
func (l *loader) readSize(dump *stimuli.Dump, read *layerRead) (ReadSize, error) {
	if read.evaluations[0].reading == readsTable {
		size := ReadSize{}
		size.holding = l.heldBy(read.evaluations, size)
		return size, nil
	}
	size := ReadSize{single: true}
	for _, part := range read.sections() {
		of, err := l.layerSize(dump, read, part)
		if err != nil {
			return ReadSize{}, err
		}
		size.matrix += of.matrix
		size.compact = size.compact || of.compact
		size.Rows, size.Features, size.bands, size.Bytes, size.single = size.Rows+of.Rows, of.Features, of.bands, size.Bytes+of.Bytes, size.single && of.single
	}
	if read.key.fitSet != "" {
		fit, err := l.layerSize(dump, read, section{read.key.fitSet, read.bin})
		if err != nil {
			return ReadSize{}, err
		}
		size.Fit = fit.Rows
		size.Rows += fit.Rows
		size.Bytes += fit.Bytes
		size.single = size.single && fit.single
	}
	reduced, err := l.reduceSize(dump, read, section{bin: read.bin}, &size)
	if err != nil {
		return ReadSize{}, err
	}
	size.holding = l.heldBy(read.evaluations, size)
	size.holding.working = max(size.holding.working, reduced) + size.matrix
	return size, nil
}

// reduceSize adds to the size of a reading what its reduction to principal components reads,
// if there is one, and returns the bytes that this holds. part has the time bin.
func (l *loader) reduceSize(dump *stimuli.Dump, read *layerRead, part section, size *ReadSize) (int64, error) {
	r := dump.Reduction
	if !reduces(r, size.Features) || size.matrix > 0 {
		return 0, nil
	}
	part.set = r.FitStimulusSet
	fit, err := l.layerSize(dump, read, part)
	if err != nil {
		return 0, err
	}
	size.Bytes += fit.Bytes
	m, n := int64(fit.Rows), int64(size.Rows)
	whole := *size
	whole.Rows, whole.single = whole.Rows+fit.Rows, whole.single && fit.single
	size.reduced, size.single = r.PCA, false
	return float*(2*m*m+n*m+n*int64(r.PCA)) + blockMemory(whole), nil
}

// holding is what a reading holds in bytes.
type holding struct {
	// working is held until the reading is scored.
	working int64
	// rare is held beside if rounding of the activations' inner products matters.
	rare int64
	// kept are data that stay for the whole run, by what they are: what several readings
	// compare with is held once.
	kept map[string]int64
}

// keep counts data that stay. What is loaded in several ways counts as the largest.
func (h *holding) keep(name string, bytes int64) {
	if h.kept == nil {
		h.kept = make(map[string]int64)
	}
	h.kept[name] = max(h.kept[name], bytes)
}

// total returns all that is held.
func (h *holding) total() int64 {
	total := h.working
	for _, bytes := range h.kept {
		total += bytes
	}
	return total
}

// heldBy returns what evaluations on one layer hold of it: what those of each kind of
// data hold, one beside the other.
func (l *loader) heldBy(evaluations []*binEvaluation, size ReadSize) holding {
	size.triangles = onlyTriangle(evaluations) && !size.compact && size.reduced == 0 && size.matrix == 0
	byKind := make(map[dataKind][]*binEvaluation)
	for _, e := range evaluations {
		byKind[e.data] = append(byKind[e.data], e)
	}
	var all holding
	for data, of := range byKind {
		h := data.memory(l, of, size)
		all.working += h.working
		all.rare = max(all.rare, h.rare)
		for name, bytes := range h.kept {
			all.keep(name, bytes)
		}
	}
	return all
}

// layerSize returns a layer's shape on one part of a reading's rows.
func (l *loader) layerSize(dump *stimuli.Dump, read *layerRead, part section) (ReadSize, error) {
	s, err := l.stimulusSet(part.set)
	if err != nil {
		return ReadSize{}, err
	}
	layer, err := dump.OpenLayer(s, read.key.layer, part.bin)
	if err != nil {
		return ReadSize{}, err
	}
	defer layer.Close()
	size := ReadSize{Rows: layer.RowCount(), Features: layer.Cols(), Bytes: layer.Bytes(), single: layer.Single(), bands: len(layer.Bands()), compact: dump.IsCompact(part.set, read.key.layer)}
	if layer.Dissimilar() {
		const forms = 3 // as the file has them, square, and of the rows that are compared
		size.matrix = forms * float * int64(size.Rows) * int64(size.Rows)
	}
	return size, nil
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

// slabColumns is the number of columns that are added to a Gram matrix at once.
const slabColumns = 256

const float = 8 // bytes of a number in memory

// wideLayer is the number of features from which on estimates do not grow, but for
// metrics that hold something of each feature.
const wideLayer = 1 << 18

// leastMemory returns what a process needs at its peak that reads a layer into a matrix of
// its stimuli, by these or by the features if they are fewer: no more than any score of the
// layer needs.
func leastMemory(stimuli, features int) int64 {
	size := ReadSize{Rows: stimuli, Features: features, single: true}
	matrix := float * int64(stimuli) * int64(min(stimuli, features))
	if features > stimuli && matrix >= leastTriangle {
		matrix = stream.TriangleBytes(stimuli)
	}
	return withGarbage(matrix + blockMemory(size) + idMemory(stimuli))
}

// blockMemory returns what is held of the columns at once: two blocks, and a slab of those
// that are not added as float32.
func blockMemory(size ReadSize) int64 {
	width := stream.PassOptions{}.BlockCols(size.Rows, size.Features)
	columns := int64(width)
	if width < size.Features {
		columns *= 2
	}
	rows := int64(size.Rows)
	if size.single {
		return rows * columns * float / 2
	}
	return rows * float * (columns + slabColumns)
}

// kernelMemory returns what products are packed into: those of a layer's columns, for a
// Gram matrix, and those of metrics, of which blocks are packed.
func kernelMemory(size ReadSize, gram bool) int64 {
	const buffers, most = 2, 13 << 20
	one := buffers * float * slabColumns * int64(size.Rows)
	bytes := min(most, one)
	if gram {
		bytes += one * int64(min(size.Features, buffers*slabColumns)) / (buffers * slabColumns)
	}
	return bytes
}

// idMemory returns what the ids of stimuli take: sets of rows, and their indices.
func idMemory(stimuli int) int64 {
	const each = 512
	return each * int64(stimuli)
}

// readoutMemory estimates the bytes that a score with a fitted read-out takes: features or
// inner products, their factor, and the solver's arrays.
func readoutMemory(size ReadSize, classes int) int64 {
	const vectors = 16 // fitting stimuli × classes each
	m, n, f := int64(size.Fit), int64(size.Rows), int64(size.Features)
	dimensions, held := m, m*m+m*(n-m)
	if 2*f <= m {
		dimensions, held = f, n*f
	}
	solving := 3*dimensions*dimensions + vectors*m*int64(classes)
	return float*held + max(blockMemory(size)+float*slabColumns*n, float*solving)
}

// triangleKernelMemory returns what products are packed into for a triangle: the columns that
// are added to it at once, and blocks of what it is multiplied with.
func triangleKernelMemory(size ReadSize) int64 {
	return kernelMemory(size, false) + float*int64(size.Rows)*int64(stream.PackedCols(size.Rows))
}
