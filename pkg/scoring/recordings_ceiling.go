package scoring

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/similarity"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// halves computes a group's ceiling from halves of the trials of a part.
type halves struct {
	group  *group
	of     *metrics.TrialConsistency
	trials []bool // that count, nil for all
	// stimulus and repetition are those of each presentation among the group's own.
	stimulus, repetition []int
	values               []float64
}

// newHalves returns the halves of each group; shown holds which trials the groups have,
// nil for all. Repetitions are numbered among those that a group has.
func (rec *recordings) newHalves(d *benchmarks.Definition, p *recordingsPart, shown *shownTrials) ([]*halves, error) {
	var all []*halves
	for k, g := range rec.groups {
		h := halvesOf(p, g)
		count, repetitions := len(p.design.Stimuli), p.design.Repetitions
		if shown != nil {
			rows := p.rowsOf(g)
			count, h.trials = len(rows), shown.has[k]
			h.restrict(p, rows)
			repetitions = h.renumber()
		}
		if err := h.draw(d, p, count, repetitions); err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

// halvesOf returns the halves of a group, of all trials, which draw completes.
func halvesOf(p *recordingsPart, g *group) *halves {
	return &halves{group: g, stimulus: p.design.Stimulus, repetition: p.design.Repetition, values: make([]float64, len(g.neuroids))}
}

// draw draws the halves of the repetitions of a number of stimuli.
func (h *halves) draw(d *benchmarks.Definition, p *recordingsPart, count, repetitions int) (err error) {
	if d.Ceiling.Name == benchmarks.PredictorConsistency {
		h.of, err = metrics.NewPredictorConsistency(h.repetitions(count), len(h.group.neuroids), d.Ceiling.Splits, d.Ceiling.Seed)
	} else {
		h.of, err = metrics.NewInternalConsistency(count, len(h.group.neuroids), repetitions, d.Ceiling.Splits, d.Ceiling.Seed)
	}
	if err != nil {
		return &stimuli.FileError{Path: p.Presentation.Path, What: "does not serve for a ceiling" + ofSubject(h.group), Remedy: err.Error(), Err: err}
	}
	return nil
}

// fillHalves adds the responses in the presentations of a part to halves.
func (rec *recordings) fillHalves(ctx context.Context, p *recordingsPart, all []*halves) error {
	return rec.eachTrial(ctx, p, func(trial int, values []float64) error {
		for _, h := range all {
			h.add(trial, values)
		}
		return nil
	})
}

// restrict leaves out the trials of other stimuli than the given ones.
func (h *halves) restrict(p *recordingsPart, rows []int) {
	own := slices.Repeat([]int{-1}, len(p.design.Stimuli))
	for i, row := range rows {
		own[row] = i
	}
	h.stimulus, h.trials = make([]int, len(p.design.Stimulus)), slices.Clone(h.trials)
	for trial, s := range p.design.Stimulus {
		h.stimulus[trial] = own[s]
		h.trials[trial] = h.trials[trial] && own[s] >= 0
	}
}

// renumber numbers the repetitions of the trials that count, and returns how many there are.
func (h *halves) renumber() int {
	if h.repetition == nil {
		return 0
	}
	var distinct []int
	for trial, r := range h.repetition {
		if h.trials[trial] {
			distinct = append(distinct, r)
		}
	}
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	numbers := make([]int, len(h.repetition))
	for trial, r := range h.repetition {
		numbers[trial], _ = slices.BinarySearch(distinct, r)
	}
	h.repetition = numbers
	return len(distinct)
}

// repetitions returns the distinct repetitions of each of a number of stimuli, ascending.
func (h *halves) repetitions(count int) [][]int {
	of := make([][]int, count)
	for trial, s := range h.stimulus {
		if h.repetition != nil && (h.trials == nil || h.trials[trial]) && !slices.Contains(of[s], h.repetition[trial]) {
			of[s] = append(of[s], h.repetition[trial])
		}
	}
	for _, r := range of {
		slices.Sort(r)
	}
	return of
}

func (h *halves) add(trial int, values []float64) {
	if h.trials != nil && !h.trials[trial] {
		return
	}
	for k, j := range h.group.neuroids {
		h.values[k] = values[j]
	}
	h.of.Add(h.stimulus[trial], h.repetition[trial], h.values)
}

// finish sets the group's ceiling.
func (h *halves) finish() {
	var warnings []string
	h.group.ceiling, h.group.neuroidCeilings, warnings = h.of.Ceiling()
	h.group.warnings = append(h.group.warnings, warnings...)
}

// selectByCeiling keeps the neuroids whose own ceiling, from all trials, meets the
// condition of the definition. It leaves out no trial and no stimulus before.
func (rec *recordings) selectByCeiling(ctx context.Context, d *benchmarks.Definition) error {
	p := rec.parts[len(rec.parts)-1]
	whole := *d
	whole.Missing = ""
	if c := d.Ceiling; c == nil || c.Name != benchmarks.InternalConsistency {
		whole.Ceiling = &benchmarks.CeilingDef{Name: benchmarks.InternalConsistency, Splits: benchmarks.DefaultSplits, Seed: benchmarks.DefaultSeed}
	}
	shown := newShownTrials(p, rec.groups, &whole)
	if err := rec.eachTrial(ctx, p, func(trial int, values []float64) error { shown.add(trial, values); return nil }); err != nil {
		return err
	}
	all, err := rec.newHalves(&whole, p, shown)
	if err != nil {
		return err
	}
	if err := rec.fillHalves(ctx, p, all); err != nil {
		return err
	}
	keep := make([]bool, len(rec.neuroidIDs))
	best := math.Inf(-1)
	for _, h := range all {
		_, ceilings, _ := h.of.Ceiling()
		any := false
		for k, c := range ceilings {
			keep[h.group.neuroids[k]] = d.SelectCeiling.Bounds.Meets(c)
			any = any || keep[h.group.neuroids[k]]
			if c > best {
				best = c
			}
		}
		if !any {
			return d.WrapAt("select_ceiling", &stimuli.FileError{Path: p.Neuroid.Path, What: fmt.Sprintf("has no neuroid%s with a ceiling %s: the largest is %.4g", ofSubject(h.group), d.SelectCeiling, best), Remedy: "lower the bound"})
		}
	}
	return rec.keepNeuroids(keep)
}

// keepNeuroids removes the other neuroids.
func (rec *recordings) keepNeuroids(keep []bool) error {
	each := rec.perNeuroid()
	if each > 1 {
		return &stimuli.FileError{Path: rec.parts[0].Dir(), What: "has neuroids in several time bins, which cannot be selected by their ceilings", Remedy: "remove select_ceiling"}
	}
	var keys []neuroidKey
	for j, key := range rec.keys {
		if keep[j] {
			keys = append(keys, key)
		}
	}
	for _, p := range rec.parts {
		var columns []int
		for j, c := range p.columns {
			if keep[j] {
				columns = append(columns, c)
			}
		}
		p.columns = columns
	}
	rec.keys = keys
	rec.regroup()
	return nil
}

// otherCeilings sets the ceilings that are not from halves of trials, and that of all
// groups together.
func (rec *recordings) otherCeilings(ctx context.Context, d *benchmarks.Definition, workers int) error {
	switch c := d.Ceiling; {
	case c == nil || c.Value != nil:
		return nil // recordings serve several values
	case c.OfColumn():
		if err := rec.columnCeiling(d); err != nil {
			return err
		}
	case c.OfSubjects():
		return rec.subjectCeiling(ctx, d, workers)
	}
	rec.ceiling = rec.groups[0].ceiling
	if len(rec.groups) > 1 || d.Per != "" {
		var each []float64
		for _, g := range rec.groups {
			each = append(each, g.ceiling.Value)
		}
		rec.ceiling = overSubjects(each)
	}
	return nil
}

// overSubjects returns the mean over subjects with their population standard deviation
// over the root of their number as its error, which one subject alone does not have.
func overSubjects(values []float64) metrics.Estimate {
	e := metrics.MeanSEM(values)
	if len(values) == 1 {
		e.Error = math.NaN()
	}
	return e
}

// columnCeiling sets each group's ceiling by a column of the neuroids.
func (rec *recordings) columnCeiling(d *benchmarks.Definition) error {
	p, c := rec.parts[len(rec.parts)-1], d.Ceiling
	numbers, err := p.Neuroid.Numbers(c.Column)
	if err != nil {
		return d.WrapAt("ceiling.column", err)
	}
	each, largest, clipped, all := rec.perNeuroid(), 0.0, 0, 0
	for _, g := range rec.groups {
		values := make([]float64, len(g.neuroids))
		for k, j := range g.neuroids {
			row := p.columns[j/each]
			if largest < numbers[row] {
				largest = numbers[row]
			}
			all++
			if c.Percent && numbers[row] > 100 {
				clipped++
			}
			if values[k], err = c.Of(numbers[row]); err != nil {
				return d.WrapAt("ceiling", &stimuli.FileError{Path: p.Neuroid.Path, Line: p.Neuroid.Line(row), What: fmt.Sprintf("has %v in the column %q", numbers[row], c.Column), Remedy: err.Error(), Err: err})
			}
		}
		g.neuroidCeilings = values
		var resampled bool
		if g.ceiling, resampled = metrics.ColumnCeiling(values, c.Average == benchmarks.MeanAverage); !resampled {
			return d.WrapAt("ceiling", &stimuli.FileError{Path: p.Neuroid.Path, What: fmt.Sprintf("has no number in the column %q for any selected neuroid%s", c.Column, ofSubject(g)), Remedy: "name a column of ceilings"})
		}
		if !(g.ceiling.Value > 0) {
			return d.WrapAt("ceiling", &stimuli.FileError{Path: p.Neuroid.Path, What: fmt.Sprintf("gives the ceiling %v by the %s of the column %q over the selected neuroids%s", g.ceiling.Value, c.Average, c.Column, ofSubject(g)), Remedy: "select neuroids with a ceiling above 0, as " + c.Column + ": {above: 0}"})
		}
	}
	if c.Percent && largest <= 1 { // a ceiling of 1 % is of no use
		return d.WrapAt("ceiling", &stimuli.FileError{Path: p.Neuroid.Path, What: fmt.Sprintf("has no percentage above 1 in the column %q for any selected neuroid; the largest is %v", c.Column, largest), Remedy: "remove percent: true if the column holds shares"})
	}
	if clipped > 0 {
		rec.warnings = append(rec.warnings, fmt.Sprintf("%d of the %d ceilings in the column %q are above 100 percent, up to %v, and count as 100", clipped, all, c.Column, largest))
	}
	return nil
}

// subjectCeiling sets a ceiling of single subjects, which need the same stimuli.
func (rec *recordings) subjectCeiling(ctx context.Context, d *benchmarks.Definition, workers int) error {
	column := d.SubjectColumn()
	path := rec.parts[0].Neuroid.Path
	names := rec.subjects()
	if err := rec.sameStimuli(d); err != nil {
		return err
	}
	if d.Ceiling.Name == benchmarks.BetweenSubjects {
		return rec.betweenSubjects(ctx, d, names, workers)
	}
	bounds, warnings, err := rec.noiseCeiling(ctx, d, workers)
	var subjects *similarity.SubjectError
	if errors.As(err, &subjects) {
		return &stimuli.FileError{Path: path, What: fmt.Sprintf("does not serve for a ceiling over %q (%s): %s", column, strings.Join(names, ", "), err), Remedy: "add recordings of another subject, or give the benchmark another ceiling", Err: err}
	}
	if err != nil {
		return err
	}
	which, other := "lower", "upper"
	rec.ceiling = bounds.Lower
	rec.ceilingBounds = []float64{bounds.Lower.Value, bounds.Upper.Value}
	value := bounds.Upper.Value
	if d.Ceiling.Bound == benchmarks.UpperBound {
		rec.ceiling, which, other, value = bounds.Upper, other, which, bounds.Lower.Value
	}
	rec.warnings = append(rec.warnings, warnings...)
	rec.warnings = append(rec.warnings, fmt.Sprintf("the ceiling is the %s bound over %d subjects, the %s one is %.4f; the raw score is the mean of the subjects' own", which, len(names), other, value))
	return nil
}

// between returns the score of a metric between two groups, the first in the place of a layer.
func between(ctx context.Context, metric metrics.Metric, a, b *group, workers int) (metrics.Score, error) {
	if neural, ok := metric.(metrics.Neural); ok && a.dissimilarities != nil && b.dissimilarities != nil {
		n := len(a.rows)
		return neural.ScoreNeural(ctx, metrics.NeuralInput{Gram: stream.GivenGram(a.dissimilarities, n), Stimuli: n, Dissimilarities: b.dissimilarities, Workers: workers})
	}
	return metrics.BetweenRecordings(ctx, metric, a.responses, b.responses, len(a.rows), workers)
}

// sameStimuli returns an error unless all groups have responses to the same stimuli.
func (rec *recordings) sameStimuli(d *benchmarks.Definition) error {
	count := make(map[int]int)
	for _, g := range rec.groups {
		for _, i := range g.rows {
			count[i]++
		}
	}
	common := 0
	for _, n := range count {
		if n == len(rec.groups) {
			common++
		}
	}
	if common == len(rec.groups[0].rows) && common == len(count) {
		return nil
	}
	p := rec.parts[len(rec.parts)-1]
	if common == 0 {
		return d.WrapAt("ceiling", &stimuli.FileError{Path: p.Dir(), What: fmt.Sprintf("has no stimulus that all %d of %s were shown, but %s compares them with each other", len(rec.groups), d.SubjectColumn(), d.Ceiling.Name), Remedy: "take a ceiling of each one's own, as internal_consistency or a column"})
	}
	return d.WrapAt("ceiling", &stimuli.FileError{Path: p.Dir(), What: fmt.Sprintf("has %d stimuli that all %d of %s were shown, and %d that only some were, but %s compares them on the same stimuli", common, len(rec.groups), d.SubjectColumn(), len(count)-common, d.Ceiling.Name), Remedy: "leave the others out of presentation.csv and values.npy"})
}

// betweenSubjects sets the ceiling that is the mean over pairs of subjects of the metric
// between their responses.
func (rec *recordings) betweenSubjects(ctx context.Context, d *benchmarks.Definition, names []string, workers int) error {
	if len(names) < 2 {
		return &stimuli.FileError{Path: rec.parts[0].Neuroid.Path, What: fmt.Sprintf("has one %s alone (%s)", d.SubjectColumn(), strings.Join(names, ", ")), Remedy: "a ceiling between subjects needs two at least"}
	}
	metric, err := d.NewMetric()
	if err != nil {
		return err
	}
	var pairs []float64
	for i, a := range rec.groups {
		for k, b := range rec.groups[i+1:] {
			score, err := between(ctx, metric, a, b, workers)
			if err != nil {
				return fmt.Errorf("ceiling between %s and %s: %w", a.subject, names[i+1+k], err)
			}
			pairs = append(pairs, score.Raw.Value)
			for _, w := range score.Warnings {
				rec.warnings = append(rec.warnings, fmt.Sprintf("ceiling between %s and %s: %s", a.subject, b.subject, w))
			}
		}
	}
	rec.ceiling = overSubjects(pairs)
	return nil
}
