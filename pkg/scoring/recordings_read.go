package scoring

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// recordings are the responses that a neural benchmark compares with, averaged
// over repetitions, in ascending order of the stimuli of each assembly, with their ceiling.
type recordings struct {
	parts      []*recordingsPart
	fixed      bool // the first part is to train on, the second to test on
	keys       []neuroidKey
	neuroidIDs []string // names of the columns of responses
	precision  float64  // of the responses, relative
	// groups are what is compared on its own: all neuroids, those of each subject, or those
	// in each time bin of a mapping that spans several.
	groups        []*group
	spans         stimuli.TimeBins // of such a mapping
	ceiling       metrics.Estimate
	ceilingBounds []float64
	warnings      []string
	files         []string

	// blocks is set if responses are read while they are scored, and not held.
	blocks *responseBlocks

	read chan struct{} // closed once the responses are read, or err is set
	err  error
}

// loadRecordings reads recordings whole.
func (l *loader) loadRecordings(ctx context.Context, d *benchmarks.Definition, bin *stimuli.TimeBin) (*recordings, error) {
	rec, err := l.openRecordings(ctx, d, bin, false)
	if err != nil {
		return nil, err
	}
	return rec, rec.wait()
}

// openRecordings opens assemblies once and reads their responses in the background: a
// reading of a layer needs no more than the design to start, and the trials may be
// many. The caller waits for them before ctx ends. In blocks, only a ceiling from the trials is
// computed then, and responses are read later.
func (l *loader) openRecordings(ctx context.Context, d *benchmarks.Definition, bin *stimuli.TimeBin, blocks bool) (*recordings, error) {
	l.opening.Lock()
	defer l.opening.Unlock()
	key := recordingsKey(d, bin)
	if blocks {
		key += " in blocks"
	}
	if rec, ok := l.recordings[key]; ok {
		return rec, nil
	}
	rec, err := l.beginRecordings(d, bin)
	if err != nil {
		return nil, err
	}
	l.recordings[key] = rec
	if blocks {
		rec.blocks = &responseBlocks{constant: make(map[int]bool)}
	}
	go func() {
		// One after the other: what averages take is held once.
		l.reading.Lock()
		if blocks {
			rec.err = rec.ceilInBlocks(ctx, d, l.options.Workers)
		} else {
			rec.err = rec.readResponses(ctx, l, d)
			rec.close()
		}
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
	of := benchmarks.Definition{Assembly: d.Assembly, StimulusSet: d.StimulusSet, Select: d.Select, SelectCeiling: d.SelectCeiling,
		Missing: d.Missing, Per: d.Per, Center: d.Center, Time: d.Time, TimeBins: d.TimeBins, TimeWindow: d.TimeWindow, TimeRange: d.TimeRange}
	if c := d.Ceiling; c != nil && c.Value == nil {
		of.Ceiling = c
		if c.OfSubjects() {
			of.Metric = d.Metric
		}
	}
	if metricOfTrials(d) != nil {
		of.Metric = d.Metric
	}
	text, err := of.MarshalJSON()
	if err != nil {
		return d.Identifier // which no other definition has
	}
	if bin != nil {
		return string(text) + bin.String()
	}
	return string(text)
}

// close closes the assemblies.
func (rec *recordings) close() {
	for _, p := range rec.parts {
		p.Close()
	}
}

// beginRecordings reads everything of recordings but the responses.
func (l *loader) beginRecordings(d *benchmarks.Definition, bin *stimuli.TimeBin) (*recordings, error) {
	rec := &recordings{fixed: d.Assembly.Fixed, read: make(chan struct{})}
	if err := rec.open(l, d, bin); err != nil {
		rec.close()
		return nil, err
	}
	return rec, nil
}

// open opens the assemblies.
func (rec *recordings) open(l *loader, d *benchmarks.Definition, bin *stimuli.TimeBin) error {
	rows := 0
	for i := range d.Assembly.Names {
		p, err := l.openPart(d, i, bin)
		if err != nil {
			return err
		}
		rec.parts = append(rec.parts, p)
		p.first = rows
		rows += len(p.design.Stimuli)
		rec.files = append(rec.files, append(p.Files(), p.set.Table.Path)...)
		rec.precision = max(rec.precision, p.Precision())
		if len(p.design.Varying) > 0 {
			rec.warnings = append(rec.warnings, fmt.Sprintf("presentation column(s) %s differ among the trials of one stimulus and take no part in the order", strings.Join(p.design.Varying, ", ")))
		}
	}
	if d.Time == benchmarks.Spanned {
		if rec.spans = d.Bins(); rec.spans == nil {
			rec.spans = rec.parts[0].TimeBins
		}
	}
	return rec.match(d)
}

// match puts the neuroids of all parts in one order and forms the groups.
func (rec *recordings) match(d *benchmarks.Definition) error {
	first, column := rec.parts[0], d.SubjectColumn()
	var err error
	if rec.keys, err = first.keys(column); err != nil {
		return err
	}
	for _, p := range rec.parts {
		keys, err := p.keys(column)
		if err != nil {
			return err
		}
		if err := p.checkSubjects(d, keys); err != nil {
			return err
		}
		if p == first {
			continue
		}
		if err := p.matchTo(first, rec.keys, column); err != nil {
			return err
		}
		if !slices.Equal(p.binNames(d), first.binNames(d)) {
			return &stimuli.FileError{Path: p.Dir(), What: fmt.Sprintf("has the time bins %s, but %s has %s", strings.Join(p.binNames(d), ", "), first.Dir(), strings.Join(first.binNames(d), ", ")), Remedy: "average both into the same bins, or give a time_range in which they are the same"}
		}
	}
	rec.regroup()
	if d.Time == benchmarks.Flat {
		return rec.nameBins(first.binNames(d))
	}
	return nil
}

// binNames returns the time bins that are neuroids, none unless they are.
func (p *recordingsPart) binNames(d *benchmarks.Definition) (names []string) {
	if d.Time == benchmarks.Flat {
		for _, i := range insideRange(p.TimeBins, d.Range()) {
			names = append(names, p.TimeBins[i].String())
		}
	}
	return names
}

// nameBins adds the time bin to the name of each neuroid.
func (rec *recordings) nameBins(bins []string) error {
	for j := range rec.neuroidIDs {
		rec.neuroidIDs[j] += "@" + bins[j%len(bins)]
	}
	return nil
}

// perNeuroid returns how many responses each neuroid has to a stimulus.
func (rec *recordings) perNeuroid() int { return max(1, len(rec.parts[0].weights)) }

// rows counts the stimuli of all parts.
func (rec *recordings) rows() int {
	last := rec.parts[len(rec.parts)-1]
	return last.first + len(last.design.Stimuli)
}

// readResponses reads the trials, presentation by presentation, into the averages and the
// halves of the ceiling.
func (rec *recordings) readResponses(ctx context.Context, l *loader, d *benchmarks.Definition) error {
	workers := l.options.Workers
	if d.SelectCeiling != nil {
		if err := rec.selectByCeiling(ctx, d); err != nil {
			return err
		}
	}
	last := rec.parts[len(rec.parts)-1]
	// One reading serves the average and the halves, unless these depend on which trials
	// and stimuli there are.
	var halves []*halves
	var err error
	columns := len(rec.neuroidIDs)
	ofTrials := d.Ceiling != nil && d.Ceiling.OfTrials()
	atOnce := ofTrials && d.SubjectColumn() == "" && d.Missing == ""
	inBlocks := l.manyHalves(d, len(last.design.Stimuli), columns)
	if atOnce && !inBlocks {
		if halves, err = rec.newHalves(d, last, nil); err != nil {
			return err
		}
	}
	var responses []float64
	var shown *shownTrials
	for _, p := range rec.parts {
		average := metrics.NewAverager(len(p.design.Stimuli), columns)
		shown = newShownTrials(p, rec.groups, d)
		err := rec.eachTrial(ctx, p, func(trial int, values []float64) error {
			average.Add(p.design.Stimulus[trial], values)
			if !atOnce && p == last {
				shown.add(trial, values)
			}
			if p == last {
				for _, h := range halves {
					h.add(trial, values)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if mean := average.Mean(); responses == nil {
			responses = mean
		} else {
			responses = append(responses, mean...)
		}
	}
	for _, g := range rec.groups {
		if rec.given() {
			if err := rec.arrange(g, responses); err != nil {
				return err
			}
			continue
		}
		if err := rec.restrict(g, responses, d); err != nil {
			return err
		}
		if d.Center {
			rec.precision = max(rec.precision, g.center(max(rec.precision, stream.DoublePrecision)))
		}
	}
	if ofTrials && !atOnce {
		if halves, err = rec.newHalves(d, last, shown); err != nil {
			return err
		}
		if err := rec.fillHalves(ctx, last, halves); err != nil {
			return err
		}
	}
	for _, h := range halves {
		h.finish()
	}
	if inBlocks {
		if err := rec.halvesInBlocks(ctx, d); err != nil {
			return err
		}
	}
	if err := rec.compareTrials(ctx, d, workers); err != nil {
		return err
	}
	return rec.otherCeilings(ctx, d, workers)
}

// eachTrial reads the responses of the recordings' neuroids in each presentation of a part.
func (rec *recordings) eachTrial(ctx context.Context, p *recordingsPart, yield func(trial int, responses []float64) error) error {
	return rec.eachTrialOf(ctx, p, 0, len(p.columns), yield)
}

// eachTrialOf is eachTrial for the neuroids from … to-1, without their time bins.
func (rec *recordings) eachTrialOf(ctx context.Context, p *recordingsPart, from, to int, yield func(trial int, responses []float64) error) error {
	return rec.eachTrialAmong(ctx, p, successive(from, to), yield)
}

// eachTrialAmong is eachTrial for some neuroids, without their time bins. What lies between them in
// the file is read too.
func (rec *recordings) eachTrialAmong(ctx context.Context, p *recordingsPart, neuroids []int, yield func(trial int, responses []float64) error) error {
	columns, each := make([]int, len(neuroids)), rec.perNeuroid()
	for k, j := range neuroids {
		columns[k] = p.columns[j]
	}
	return p.EachPresentation(ctx, columns, p.weights, func(trial int, responses []float64) error {
		for j, v := range responses {
			if math.IsInf(v, 0) {
				return &stimuli.FileError{Path: p.Dir(), What: fmt.Sprintf("has an infinite response of neuroid %q to stimulus %q", rec.neuroidIDs[neuroids[j/each]*each+j%each], p.design.Stimuli[p.design.Stimulus[trial]])}
			}
		}
		return yield(trial, responses)
	})
}
