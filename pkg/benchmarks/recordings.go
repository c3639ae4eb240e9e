package benchmarks

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

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

	read chan struct{} // closed once the responses are read, or err is set
	err  error
}

// loadRecordings reads recordings whole.
func (r *Runner) loadRecordings(ctx context.Context, d *Definition, bin *stimuli.TimeBin) (*recordings, error) {
	rec, err := r.openRecordings(ctx, d, bin)
	if err != nil {
		return nil, err
	}
	return rec, rec.wait()
}

// openRecordings opens an assembly once and has its responses read beside what
// the caller does next: what a pass needs to start is the design alone, and the
// trials may be many. The caller waits for them before ctx ends.
func (r *Runner) openRecordings(ctx context.Context, d *Definition, bin *stimuli.TimeBin) (*recordings, error) {
	r.loading.Lock()
	defer r.loading.Unlock()
	key := recordingsKey(d, bin)
	if rec, ok := r.recordings[key]; ok {
		return rec, nil
	}
	rec, read, err := r.beginRecordings(d, bin)
	if err != nil {
		return nil, err
	}
	r.recordings[key] = rec
	go func() {
		// One after the other: what averages take is held once.
		r.reading.Lock()
		rec.err = read(ctx)
		r.reading.Unlock()
		if rec.err != nil {
			r.loading.Lock()
			if r.recordings[key] == rec {
				delete(r.recordings, key)
			}
			r.loading.Unlock()
		}
		close(rec.read)
	}()
	return rec, nil
}

// wait returns once the responses are read.
func (rec *recordings) wait() error {
	<-rec.read
	return rec.err
}

// forget lets go of the recordings of a pass's time bin.
func (r *Runner) forget(p *pass) {
	r.loading.Lock()
	defer r.loading.Unlock()
	for _, t := range p.parts {
		if t.bin != nil {
			delete(r.recordings, recordingsKey(t.definition, t.bin))
		}
	}
}

// recordingsKey is everything of a definition that recordings depend on.
func recordingsKey(d *Definition, bin *stimuli.TimeBin) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q", d.Assembly, d.StimulusSet)
	for _, name := range slices.Sorted(maps.Keys(d.Select)) {
		fmt.Fprintf(&b, " %q=%q", name, d.Select[name])
	}
	if c := d.Ceiling; c != nil && c.Value == nil {
		fmt.Fprintf(&b, " %s %d %d", c.Name, c.Splits, c.Seed)
		if c.Name == LeaveOneSubjectOut {
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

// weights are those of the recordings' time bins in the span that is compared;
// nil where there is one bin or no time.
func weights(a *stimuli.NeuralAssembly, d *Definition, bin *stimuli.TimeBin) ([]float64, error) {
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
func (r *Runner) beginRecordings(d *Definition, bin *stimuli.TimeBin) (rec *recordings, read func(context.Context) error, err error) {
	set, err := r.stimulusSet(d.StimulusSet)
	if err != nil {
		return nil, nil, err
	}
	a, err := stimuli.OpenNeural(r.Home.AssemblyPath(d.Assembly))
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
		return nil, nil, d.blameTime(err)
	}
	if a.StimulusSet != d.StimulusSet {
		return nil, nil, d.otherSet(a.AssemblyInfo)
	}
	selected, err := a.SelectNeuroids(d.Select)
	if err != nil {
		return nil, nil, d.blame("select", err)
	}
	rec = &recordings{set: set, precision: a.Precision(), files: append(a.Files(), set.Table.Path), read: make(chan struct{})}
	for _, i := range selected {
		rec.neuroidIDs = append(rec.neuroidIDs, a.NeuroidIDs[i])
	}
	if rec.design, err = a.Design(); err != nil {
		return nil, nil, err
	}
	return rec, func(ctx context.Context) error {
		defer a.Close()
		return rec.readResponses(ctx, a, selected, inTime, d, r.Workers)
	}, nil
}

// readResponses reads the trials, presentation by presentation, into the average
// and into the halves of the ceiling.
func (rec *recordings) readResponses(ctx context.Context, a *stimuli.NeuralAssembly, selected []int, inTime []float64, d *Definition, workers int) error {
	dir := a.Dir()
	average := metrics.NewAverager(len(rec.design.Stimuli), len(selected))
	var halves *metrics.InternalConsistency
	var err error
	if c := d.Ceiling; c != nil && c.Value == nil && c.Name == InternalConsistency {
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
	if d.perSubject() {
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

// splits draws the benchmark's splits over the averaged assembly's order and
// gives them as positions in ascending order of stimuli.
func (rec *recordings) splits(d *Definition) ([]metrics.Split, error) {
	splits, err := rec.drawSplits(d)
	if err != nil {
		return nil, d.blameSplits(err)
	}
	return splits, nil
}

// drawSplits is splits with an error that leaves the definition unnamed.
func (rec *recordings) drawSplits(d *Definition) ([]metrics.Split, error) {
	cv := d.CrossValidation
	if cv == nil {
		return nil, nil
	}
	if cv.Train != nil {
		return rec.fixedSplit(d)
	}
	plan := cv.Plan()
	var splits []metrics.Split
	var err error
	if cv.Stratify == "" {
		splits, err = metrics.ShuffleSplits(len(rec.design.Order), plan)
	} else {
		splits, err = rec.stratified(cv.Stratify, plan)
	}
	if err != nil {
		return nil, err
	}
	for _, s := range splits {
		for _, side := range [][]int{s.Train, s.Test} {
			for i, row := range side {
				side[i] = rec.design.Order[row]
			}
		}
	}
	return splits, nil
}

// fixedSplit is the one split whose sides are the stimuli with the values that
// the definition gives to columns. Stimuli on neither side take no part.
func (rec *recordings) fixedSplit(d *Definition) ([]metrics.Split, error) {
	train, err := rec.where(d, "train", d.CrossValidation.Train)
	if err != nil {
		return nil, err
	}
	test, err := rec.where(d, "test", d.CrossValidation.Test)
	if err != nil {
		return nil, err
	}
	for _, i := range train {
		if _, both := slices.BinarySearch(test, i); both {
			return nil, &stimuli.FileError{Path: d.Source, What: fmt.Sprintf("has the stimulus %q both in train %s and in test %s", rec.design.Stimuli[i], pairs(d.CrossValidation.Train), pairs(d.CrossValidation.Test)), Remedy: "give one column two different values"}
		}
	}
	return []metrics.Split{{Train: train, Test: test}}, nil
}

// where lists the stimuli whose columns equal the given values, in order.
func (rec *recordings) where(d *Definition, side string, equal map[string]string) ([]int, error) {
	rows := make([]int, len(rec.design.Stimuli))
	for i := range rows {
		rows[i] = i
	}
	var exist []string
	for _, column := range slices.Sorted(maps.Keys(equal)) {
		values, err := rec.design.Values(column, rec.set)
		if err != nil {
			return nil, err
		}
		rows = slices.DeleteFunc(rows, func(i int) bool { return values[i] != equal[column] })
		_, names := stimuli.Codes(values)
		if len(names) > 8 {
			names = append(names[:8], "…")
		}
		exist = append(exist, fmt.Sprintf("%s: %s", column, strings.Join(names, ", ")))
	}
	if len(rows) == 0 {
		return nil, &stimuli.FileError{Path: d.Source, What: fmt.Sprintf("keeps no stimulus for %s %s", side, pairs(equal)), Remedy: "the values that exist are " + strings.Join(exist, "; ")}
	}
	return rows, nil
}

// pairs writes columns and values as YAML does.
func pairs(equal map[string]string) string {
	var out []string
	for _, column := range slices.Sorted(maps.Keys(equal)) {
		out = append(out, column+": "+equal[column])
	}
	return "{" + strings.Join(out, ", ") + "}"
}

func (rec *recordings) stratified(column string, plan metrics.SplitPlan) ([]metrics.Split, error) {
	values, err := rec.design.Values(column, rec.set)
	if err != nil {
		return nil, err
	}
	ordered := make([]string, len(values))
	for i, s := range rec.design.Order {
		ordered[i] = values[s]
	}
	labels, names := stimuli.Codes(ordered)
	splits, err := metrics.StratifiedSplits(labels, plan)
	var class *metrics.ClassSizeError
	if errors.As(err, &class) {
		return nil, &classError{column, names[class.Class], class}
	}
	return splits, err
}

// classError names the class that is too small to stratify by.
type classError struct {
	column, class string
	err           *metrics.ClassSizeError
}

func (e *classError) Error() string {
	return fmt.Sprintf("%s %q has %d stimulus, but stratified splits need two a class at least; leave it out or stratify by another column", e.column, e.class, e.err.Rows)
}

func (e *classError) Unwrap() error { return e.err }

// input is what a metric on recordings takes, less the Gram matrix.
func (rec *recordings) input(splits []metrics.Split, workers int) metrics.NeuralInput {
	return metrics.NeuralInput{Stimuli: len(rec.design.Stimuli), Responses: rec.responses, Neuroids: len(rec.neuroidIDs), Splits: splits, Workers: workers, ResponsePrecision: rec.precision}
}

// constantWarning counts the neuroids left out of a mapping.
func (rec *recordings) constantWarning() []string {
	if len(rec.constant) == 0 {
		return nil
	}
	names := rec.constant
	more := ""
	if len(names) > 5 {
		names, more = names[:5], ", …"
	}
	return []string{fmt.Sprintf("%d of %d neuroids respond to all stimuli alike and are left out (%s%s)", len(rec.constant), len(rec.neuroidIDs), strings.Join(names, ", "), more)}
}
