package scoring

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// recordings are the responses that a neural benchmark compares with, averaged
// over repetitions, in ascending order of stimuli, with their ceiling.
type recordings struct {
	set             *stimuli.StimulusSet
	design          *stimuli.Design
	neuroidIDs      []string
	responses       []float64 // stimuli × neuroids
	precision       float64   // of the responses, relative
	constant        []string  // neuroids that respond to all stimuli alike
	ceiling         metrics.Estimate
	neuroidCeilings []float64
	ceilingBounds   []float64
	subjects        []subject // where the ceiling is of single ones
	warnings        []string
	files           []string
	presentations   string // the path of presentation.csv

	read chan struct{} // closed once the responses are read, or err is set
	err  error
}

// loadRecordings reads recordings whole.
func (l *loader) loadRecordings(ctx context.Context, d *benchmarks.Definition, bin *stimuli.TimeBin) (*recordings, error) {
	rec, err := l.openRecordings(ctx, d, bin)
	if err != nil {
		return nil, err
	}
	return rec, rec.wait()
}

// openRecordings opens an assembly once and reads its responses in the background: a
// reading of a layer needs no more than the design to start, and the trials may be
// many. The caller waits for them before ctx ends.
func (l *loader) openRecordings(ctx context.Context, d *benchmarks.Definition, bin *stimuli.TimeBin) (*recordings, error) {
	l.opening.Lock()
	defer l.opening.Unlock()
	key := recordingsKey(d, bin)
	if rec, ok := l.recordings[key]; ok {
		return rec, nil
	}
	rec, read, err := l.beginRecordings(d, bin)
	if err != nil {
		return nil, err
	}
	l.recordings[key] = rec
	go func() {
		// One after the other: what averages take is held once.
		l.reading.Lock()
		rec.err = read(ctx)
		l.reading.Unlock()
		if rec.err != nil {
			l.opening.Lock()
			if l.recordings[key] == rec {
				delete(l.recordings, key)
			}
			l.opening.Unlock()
		}
		close(rec.read)
	}()
	return rec, nil
}

// release releases the recordings of a reading's time bin.
func (l *loader) release(read *layerRead) {
	l.opening.Lock()
	defer l.opening.Unlock()
	for _, e := range read.evaluations {
		if e.bin != nil {
			delete(l.recordings, recordingsKey(e.definition, e.bin))
		}
	}
}

// recordingsKey returns everything of a definition that recordings depend on.
func recordingsKey(d *benchmarks.Definition, bin *stimuli.TimeBin) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q", d.Assembly, d.StimulusSet)
	for _, name := range slices.Sorted(maps.Keys(d.Select)) {
		fmt.Fprintf(&b, " %q=%q", name, d.Select[name])
	}
	if c := d.Ceiling; c != nil && c.Value == nil {
		fmt.Fprintf(&b, " %s %d %d", c.Name, c.Splits, c.Seed)
		if c.Name == benchmarks.LeaveOneSubjectOut {
			fmt.Fprintf(&b, " %q %q", c.Column, d.Metric.Options)
		}
	}
	if bin == nil {
		bin = d.Window()
	}
	if bin != nil {
		fmt.Fprintf(&b, " %s", bin)
	}
	return b.String()
}

// weights returns those of the recordings' time bins in the span that is compared;
// nil where there is one bin or no time.
func weights(a *stimuli.NeuralAssembly, d *benchmarks.Definition, bin *stimuli.TimeBin) ([]float64, error) {
	dir := a.Dir()
	if bin == nil {
		bin = d.Window()
	}
	switch {
	case bin != nil && len(a.TimeBins) == 0:
		return nil, &stimuli.FileError{Path: dir, What: fmt.Sprintf("has no time bins, but %s is scored in time", d.Identifier)}
	case bin != nil:
		if err := a.TimeBins.Check(dir); err != nil {
			return nil, err
		}
		w, ok := a.TimeBins.Weights(*bin)
		if !ok {
			return nil, &stimuli.FileError{Path: dir, What: fmt.Sprintf("has the time bins %s, which do not cover %s of %s", a.TimeBins, bin, d.Identifier)}
		}
		return w, nil
	case len(a.TimeBins) > 1:
		return nil, &stimuli.FileError{Path: dir, What: fmt.Sprintf("has %d time bins (%s)", len(a.TimeBins), a.TimeBins), Remedy: "add time: per_bin, or a time_window, to the benchmark"}
	}
	return nil, nil
}

// beginRecordings reads everything of recordings but the responses, which read
// then reads.
func (l *loader) beginRecordings(d *benchmarks.Definition, bin *stimuli.TimeBin) (rec *recordings, read func(context.Context) error, err error) {
	set, err := l.stimulusSet(d.StimulusSet)
	if err != nil {
		return nil, nil, err
	}
	a, err := stimuli.OpenNeural(l.home.AssemblyPath(d.Assembly))
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	inTime, err := weights(a, d, bin)
	if err != nil {
		return nil, nil, d.WrapTimeError(err)
	}
	if a.StimulusSet != d.StimulusSet {
		return nil, nil, d.WrongStimulusSet(a.AssemblyInfo)
	}
	selected, err := a.SelectNeuroids(d.Select)
	if err != nil {
		return nil, nil, d.WrapAt("select", err)
	}
	rec = &recordings{set: set, precision: a.Precision(), files: append(a.Files(), set.Table.Path), presentations: a.Presentation.Path, read: make(chan struct{})}
	for _, i := range selected {
		rec.neuroidIDs = append(rec.neuroidIDs, a.NeuroidIDs[i])
	}
	if rec.design, err = a.Design(); err != nil {
		return nil, nil, err
	}
	return rec, func(ctx context.Context) error {
		defer a.Close()
		return rec.readResponses(ctx, a, selected, inTime, d, l.options.Workers)
	}, nil
}

// readResponses reads the trials, presentation by presentation, into the average
// and into the halves of the ceiling.
func (rec *recordings) readResponses(ctx context.Context, a *stimuli.NeuralAssembly, selected []int, inTime []float64, d *benchmarks.Definition, workers int) error {
	dir := a.Dir()
	average := metrics.NewAverager(len(rec.design.Stimuli), len(selected))
	var halves *metrics.InternalConsistency
	var err error
	if c := d.Ceiling; c != nil && c.Value == nil && c.Name == benchmarks.InternalConsistency {
		halves, err = metrics.NewInternalConsistency(len(rec.design.Stimuli), len(selected), rec.design.Repetitions, c.Splits, c.Seed)
		if err != nil {
			return &stimuli.FileError{Path: a.Presentation.Path, What: "does not serve for a ceiling", Remedy: err.Error(), Err: err}
		}
	}
	err = a.EachPresentation(ctx, selected, inTime, func(p int, responses []float64) error {
		for j, v := range responses {
			if math.IsInf(v, 0) {
				return &stimuli.FileError{Path: dir, What: fmt.Sprintf("has an infinite response of neuroid %q to stimulus %q", rec.neuroidIDs[j], rec.design.Stimuli[rec.design.Stimulus[p]])}
			}
		}
		average.Add(rec.design.Stimulus[p], responses)
		if halves != nil {
			halves.Add(rec.design.Stimulus[p], rec.design.Repetition[p], responses)
		}
		return nil
	})
	if err != nil {
		return err
	}
	rec.responses = average.Mean()
	if err := rec.complete(dir); err != nil {
		return err
	}
	if halves != nil {
		var warnings []string
		rec.ceiling, rec.neuroidCeilings, warnings = halves.Ceiling()
		rec.warnings = append(rec.warnings, warnings...)
	}
	if d.PerSubject() {
		if err := rec.subjectCeiling(ctx, a, selected, d, workers); err != nil {
			return err
		}
	}
	for _, j := range metrics.ConstantNeuroids(rec.responses, len(selected)) {
		rec.constant = append(rec.constant, rec.neuroidIDs[j])
	}
	if len(rec.design.Varying) > 0 {
		rec.warnings = append(rec.warnings, fmt.Sprintf("presentation column(s) %s differ among the trials of one stimulus and take no part in the order", strings.Join(rec.design.Varying, ", ")))
	}
	return nil
}

// complete checks that each neuroid has a response to each stimulus.
func (rec *recordings) complete(dir string) error {
	missing, first := 0, -1
	for i, v := range rec.responses {
		if math.IsNaN(v) {
			missing++
			if first < 0 {
				first = i
			}
		}
	}
	if missing == 0 {
		return nil
	}
	n := len(rec.neuroidIDs)
	return &stimuli.FileError{Path: dir,
		What:   fmt.Sprintf("has no trial for %d of %d cells of stimulus and neuroid, first stimulus %q with neuroid %q", missing, len(rec.responses), rec.design.Stimuli[first/n], rec.neuroidIDs[first%n]),
		Remedy: "leave out such neuroids with select, or such stimuli from presentation.csv and values.npy"}
}
