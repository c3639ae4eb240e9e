package scoring

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// heldResponses is the size in bytes up to which averaged responses are held.
const heldResponses = 128 << 20

// inBlocks reports whether the responses of a benchmark are read in blocks of neuroids while
// they are scored, instead of being held: if they are many, the metric fits each neuroid for
// itself, and nothing else depends on the responses.
func (l *loader) inBlocks(d *benchmarks.Definition, bin *stimuli.TimeBin) bool {
	info, err := metrics.Lookup(d.Metric.Name)
	if err != nil || !info.Apart || bin != nil || d.Time == benchmarks.Spanned || d.SubjectColumn() != "" || d.Missing != "" || d.SelectCeiling != nil || d.Center {
		return false
	}
	if c := d.Ceiling; c != nil && c.Value == nil && !c.OfColumn() && !c.OfTrials() {
		return false
	}
	size := l.sizeOfRecordings(d)
	return size.neuroids > metrics.BlockNeuroids && float*size.stimuli*size.neuroids > l.held
}

// responseBlocks reads responses in blocks of neuroids. Its files stay open until it is
// collected.
type responseBlocks struct {
	mutex    sync.Mutex // one block after the other: what averages take is held once
	constant map[int]bool
}

// block returns the averaged responses of the neuroids from … to-1, stimuli × neuroids.
func (rec *recordings) block(ctx context.Context, from, to int) ([]float64, error) {
	rec.blocks.mutex.Lock()
	defer rec.blocks.mutex.Unlock()
	each := rec.perNeuroid()
	first, last := from/each, (to+each-1)/each // as keys
	responses := make([]float64, 0, rec.rows()*(to-from))
	for _, p := range rec.parts {
		width := (last - first) * each
		average := metrics.NewAverager(len(p.design.Stimuli), width)
		err := rec.eachTrialOf(ctx, p, first, last, func(trial int, values []float64) error {
			average.Add(p.design.Stimulus[trial], values)
			return nil
		})
		if err != nil {
			return nil, err
		}
		mean := average.Mean()
		for at := 0; at < len(mean); at += width {
			responses = append(responses, mean[at+from-first*each:at+to-first*each]...)
		}
	}
	for i, v := range responses {
		if math.IsNaN(v) {
			p, stimulus := rec.stimulus(i / (to - from))
			return nil, rec.missingTrials(p, "some cells of stimulus and neuroid", stimulus, from+i%(to-from))
		}
	}
	for _, j := range metrics.ConstantNeuroids(responses, to-from) {
		rec.blocks.constant[from+j] = true
	}
	return responses, nil
}

// ceilInBlocks sets the ceilings of recordings that are not held.
func (rec *recordings) ceilInBlocks(ctx context.Context, d *benchmarks.Definition, workers int) error {
	if d.Ceiling != nil && d.Ceiling.OfTrials() {
		if err := rec.halvesInBlocks(ctx, d); err != nil {
			return err
		}
	}
	return rec.otherCeilings(ctx, d, workers)
}

// missingTrials reports that there is no trial for some cells, the first of which is given.
func (rec *recordings) missingTrials(p *recordingsPart, cells, stimulus string, neuroid int) error {
	return &stimuli.FileError{Path: p.Dir(),
		What:   fmt.Sprintf("has no trial for %s, first stimulus %q with neuroid %q", cells, stimulus, rec.neuroidIDs[neuroid]),
		Remedy: "leave out such neuroids with select, or such stimuli with missing: drop"}
}
