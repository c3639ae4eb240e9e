package scoring

import (
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// recordedSize is the size of the recordings of a benchmark.
type recordedSize struct {
	stimuli, train    int // of all assemblies, and those that one is to train on
	neuroids, largest int // of all subjects, and of the one with most
	each              int // of a neuroid, in time bins
	subjects          int
	trials            int     // of one assembly
	precision         float64 // of the averaged responses
	tables            int64   // bytes of the tables in memory
}

// sizeOfRecordings returns the size of a benchmark's recordings, by their tables; 0 if
// these cannot be read, which scoring it reports.
func (l *loader) sizeOfRecordings(d *benchmarks.Definition) recordedSize {
	key := recordedKey(d)
	l.mu.Lock()
	size, ok := l.recorded[key]
	l.mu.Unlock()
	if ok {
		return size
	}
	size = l.measureRecordings(d)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recorded[key] = size
	return size
}

// recordedKey returns what the size of a benchmark's recordings depends on.
func recordedKey(d *benchmarks.Definition) string {
	return fmt.Sprintf("%q %s %s %s %v", d.Assembly.Names, stimuli.ConditionsText(d.Select), d.SubjectColumn(), d.Time, d.TimeRange)
}

func (l *loader) measureRecordings(d *benchmarks.Definition) (size recordedSize) {
	for i, assembly := range d.Assembly.Names {
		part, ok := l.measureAssembly(d, assembly)
		if !ok {
			return recordedSize{}
		}
		if d.Assembly.Fixed && i == 0 {
			size.train = part.stimuli
		}
		size.stimuli += part.stimuli
		size.tables += part.tables
		size.precision, size.trials = max(size.precision, part.precision), max(size.trials, part.trials)
		size.neuroids, size.largest, size.each, size.subjects = part.neuroids, part.largest, part.each, part.subjects
	}
	return size
}

func (l *loader) measureAssembly(d *benchmarks.Definition, id string) (size recordedSize, ok bool) {
	a, err := stimuli.OpenNeural(l.home.AssemblyPath(id))
	if err != nil {
		return size, false
	}
	defer a.Close()
	ids, err := a.Presentation.Column("stimulus_id")
	if err != nil {
		return size, false
	}
	selected, err := a.SelectNeuroids(d.Select)
	if err != nil {
		return size, false
	}
	each := 1
	switch d.Time {
	case benchmarks.Flat:
		each = len(insideRange(a.TimeBins, d.Range()))
	case benchmarks.Spanned:
		each = max(1, len(d.Bins()), len(a.TimeBins))
	}
	_, names := stimuli.Codes(ids)
	size = recordedSize{trials: len(ids), stimuli: len(names), neuroids: len(selected) * each, largest: len(selected) * each, each: each, subjects: 1, precision: a.Precision(), tables: a.Presentation.Size().Bytes + a.Neuroid.Size().Bytes}
	if len(a.TimeBins) > 1 {
		size.precision = stream.DoublePrecision // of weighted sums
	}
	if column := d.SubjectColumn(); column != "" {
		if subjects, err := a.Neuroid.Column(column); err == nil {
			of := make(map[string]int)
			size.largest = 0
			for _, row := range selected {
				of[subjects[row]] += each
				size.largest = max(size.largest, of[subjects[row]])
			}
			size.subjects = len(of)
		}
	}
	return size, true
}

// memory counts three phases: the layer is read while recordings are averaged; it is read
// again for metrics that take its columns beside their Gram matrix; and metrics are
// scored one by one, of which each leaves something on the Gram matrix.
func (recordingsKind) memory(l *loader, evaluations []*binEvaluation, size ReadSize) holding {
	var h holding
	var needs stream.Needs
	for _, e := range evaluations {
		if own, err := needsOf(e.definition); err == nil {
			needs = needs.Union(own)
		}
	}
	held := make(map[string]int64) // Gram matrices and features, by assembly
	var averaging, tables, first, second, most, kept int64
	products, whole := false, 0
	needed, left := make(map[string]int64), make(map[string]int64) // by metric
	for _, e := range evaluations {
		d := e.definition
		recorded := l.sizeOfRecordings(d)
		s := l.shapeOf(d, size, recorded)
		s.Products, s.Shared = needs.Gram || needs.Bands && s.Bands < 2, len(evaluations) > 1 || recorded.subjects > 1
		s.Triangle = size.triangles && l.holdsTriangle(recorded.stimuli, size.Features)
		metric, err := d.NewMetric()
		if err != nil {
			continue
		}
		info := metric.Info()
		s.Resampled = l.options.Intervals.Samples > 0 && info.Intervals == metrics.OfSubjectsAndStimuli
		if info.Needs.Held() {
			held[d.Assembly.String()] = gramMemory(s, needs)
			if !s.Triangle {
				whole++
			}
			products = products || s.Products || !needs.Features || s.Features > s.Stimuli
		}
		responses := float * int64(s.Stimuli) * int64(recorded.neuroids)
		copied := 2 * responses // of one subject only while stimuli are left out
		if recorded.subjects > 1 {
			responses = copied
		}
		key := recordingsKey(d, e.bin)
		if e.bin != nil && l.once {
			key = recordingsKey(d, nil)
		}
		tables = max(tables, recorded.tables)
		memory := metricMemory(d, s)
		if l.inBlocks(d, e.bin) {
			memory.Working += int64(s.Stimuli) * metrics.BlockNeuroids * (float + metrics.AverageBytes(recorded.precision)) // of the next one
			if d.Ceiling != nil && d.Ceiling.OfTrials() {
				averaging = max(averaging, halvesBlockMemory(d, s.Stimuli-recorded.train, recorded))
			}
		} else {
			h.keep(key, responses)
			averaging = max(averaging, max(copied, l.averagingMemory(d, s, recorded))-responses)
		}
		switch {
		case !info.Needs.Columns:
		case info.Needs.Held():
			second += memory.Streaming
		default:
			first += memory.Streaming
		}
		h.rare = max(h.rare, memory.Rare)
		name := d.Metric.Name
		needed[name], left[name] = max(needed[name], memory.Working), max(left[name], memory.Kept)
	}
	for name, bytes := range needed {
		most = max(most, bytes-left[name])
		kept += left[name]
	}
	blocks := blockMemory(size)
	packed := kernelMemory(size, products)
	fitted := packed
	if whole == 0 { // the columns' share is released once a triangle is complete
		packed, fitted = min(packed, triangleKernelMemory(size)), min(packed, kernelMemory(size, false))
	}
	h.working = max(packed+blocks+tables+averaging+first, packed+blocks+first+second, fitted+first+second+most+kept)
	for _, bytes := range held {
		h.working += bytes
	}
	h.working += idMemory(size.Rows)
	return h
}

// gramMemory returns what a pass makes of a layer for the metrics that hold it.
func gramMemory(s metrics.Shape, needs stream.Needs) int64 {
	if s.Triangle {
		return stream.TriangleBytes(s.Stimuli)
	}
	n, features := int64(s.Stimuli), int64(s.Features)
	var bytes int64
	if needs.ColumnMoments {
		bytes += 2 * float * features
	}
	if needs.Features && features <= n {
		bytes += float * n * features
	}
	if needs.Bands && s.Bands > 1 {
		// Beside each matrix, columns are collected in one slab and centred in another.
		bytes += int64(s.Bands) * float * n * (n + 2*slabColumns)
		if !needs.Gram {
			return bytes
		}
	}
	if needs.Gram || needs.Bands && s.Bands < 2 || bytes == 0 {
		bytes += float * n * n
	}
	return bytes
}

// averagingMemory returns what is held while recordings are averaged and their ceiling is
// estimated.
func (l *loader) averagingMemory(d *benchmarks.Definition, s metrics.Shape, recorded recordedSize) int64 {
	n, t := int64(s.Stimuli), int64(recorded.neuroids)
	bytes := n * t * metrics.AverageBytes(recorded.precision)
	switch last := s.Stimuli - recorded.train; {
	case d.Ceiling == nil || !d.Ceiling.OfTrials():
	case l.manyHalves(d, last, recorded.neuroids): // after the averages
		bytes = max(bytes, float*n*t+halvesBlockMemory(d, last, recorded))
	default:
		bytes += halvesBytes(d, last, recorded.neuroids, recorded.precision)
	}
	if d.Ceiling != nil && d.Ceiling.OfSubjects() {
		// Each subject's responses, and for the ceiling its dissimilarities in three forms.
		const forms = 3
		bytes = max(bytes, float*(2*n*t+n*n+int64(recorded.subjects)*forms*n*n/2))
	}
	if metric := metricOfTrials(d); metric != nil {
		// The trials of all subjects, and what those of one take.
		bytes = max(bytes, float*(2*n*t+int64(recorded.trials)*t+int64(recorded.subjects)*n*n)+metric.TrialMemory(recorded.trials, int(n), recorded.largest))
	}
	return bytes
}

// shapeOf returns the shape of a benchmark's comparison with a layer.
func (l *loader) shapeOf(d *benchmarks.Definition, size ReadSize, recorded recordedSize) metrics.Shape {
	s := metrics.Shape{Stimuli: size.Rows, Features: size.Features, Bands: size.bands, Neuroids: recorded.largest, Splits: 1, Workers: l.options.Workers, Allowed: allowedMemory(l.options), Reading: blockMemory(size)}
	if size.reduced > 0 {
		s.Features = size.reduced
	}
	if recorded.stimuli > 0 {
		s.Stimuli = recorded.stimuli
	}
	s.Train = s.Stimuli
	if recorded.train > 0 {
		s.Train = recorded.train
	}
	if cv := d.CrossValidation; cv != nil {
		s.Splits = max(1, cv.Splits)
		if s.Train = int(cv.TrainSize * float64(s.Stimuli)); s.Train == 0 {
			s.Train = s.Stimuli - int(cv.TestSize*float64(s.Stimuli))
		}
	}
	return s
}
