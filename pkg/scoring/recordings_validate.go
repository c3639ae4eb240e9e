package scoring

import (
	"context"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// validate checks a benchmark on recordings.
func (k recordingsKind) validate(ctx context.Context, c *validator, set *stimuli.StimulusSet) {
	parts, selected := c.parts()
	for _, p := range parts {
		defer p.Close()
	}
	if parts == nil {
		c.skip("needs the assembly", "neuroids", "stimuli", "repetitions", "splits", "ceiling")
		return
	}
	last := parts[len(parts)-1]
	design := c.designs(parts)
	if design == nil {
		c.skip("needs the stimuli", "repetitions", "splits", "ceiling")
		return
	}
	c.repetitions(design)
	if selected {
		if spans := c.spans(last); spans != nil && last.Values != stimuli.ValuesDissimilarities {
			c.cells(ctx, parts)
		}
	}
	if ctx.Err() != nil {
		return
	}
	c.splits(set, design)
	if result := c.ceiling(ctx); result != nil {
		c.doubtOne()
		c.quality(ctx, result)
		c.expectedSelf(ctx)
	}
	if selected {
		c.memory(k)
	}
}

// parts opens the assemblies and selects their neuroids; selected is false if that fails,
// parts nil if an assembly cannot be opened.
func (c *validator) parts() (parts []*recordingsPart, selected bool) {
	if err := c.assembly(); err != nil {
		c.fail("assembly", err)
		return nil, false
	}
	selected = true
	for i, id := range c.d.Assembly.Names {
		a, err := stimuli.OpenNeural(c.runner.Home.AssemblyPath(id))
		if err != nil {
			c.fail("assembly", err)
			for _, p := range parts {
				p.Close()
			}
			return nil, false
		}
		parts = append(parts, &recordingsPart{NeuralAssembly: a})
		p := parts[i]
		c.ok("assembly", "%s: %s", a.ID, contentText(a))
		if err := p.checkDissimilarities(c.d); err != nil {
			c.fail("assembly", err)
			selected = false
			continue
		}
		if err := c.d.CheckStimulusSet(i, a.AssemblyInfo); err != nil {
			c.fail("assembly", err)
		}
		if p.columns, err = a.SelectNeuroids(c.d.Select); err != nil {
			c.fail("neuroids", c.d.WrapAt("select", err))
			selected = false
			continue
		}
		if err := a.CheckNeuroids(p.columns, c.d.SubjectColumn()); err != nil {
			c.fail("neuroids", err)
			selected = false
			continue
		}
		if a.Values == stimuli.ValuesDissimilarities {
			c.ok("neuroids", "%d of %d columns of dissimilarities%s", len(p.columns), len(a.NeuroidIDs), selectText(c.d.Select))
			continue
		}
		c.v.Counts.Neuroids = len(p.columns)
		c.ok("neuroids", "%d of %d%s", len(p.columns), len(a.NeuroidIDs), selectText(c.d.Select))
	}
	return parts, selected
}

// designs groups the presentations by stimulus, and returns the design of the last
// assembly, whose repetitions the ceiling is of; nil if that fails.
func (c *validator) designs(parts []*recordingsPart) (last *stimuli.Design) {
	for i, p := range parts {
		var err error
		if p.design, err = p.Design(); err != nil {
			c.fail("stimuli", err)
			return nil
		}
		if err := p.checkTrials(c.d); err != nil {
			c.fail("repetitions", err)
			return nil
		}
		set, err := c.runner.loader.stimulusSet(c.d.StimulusSet.Names[i])
		if err != nil {
			set = nil
		}
		c.v.Counts.Stimuli += len(p.design.Stimuli)
		c.cover(set, p.Presentation.Path, p.design.Stimuli)
		last = p.design
	}
	return last
}

// spans checks the spans of time that are compared, and returns their weights; nil if that
// fails. Recordings without time have one that is nil.
func (c *validator) spans(p *recordingsPart) []*stimuli.TimeBin {
	spans := []*stimuli.TimeBin{c.d.Window()}
	if c.d.Time == benchmarks.PerBin {
		bins, err := c.runner.loader.timeBins(c.d)
		if err != nil {
			c.fail("time", c.d.WrapTimeError(err))
			return nil
		}
		spans = nil
		for _, bin := range bins {
			spans = append(spans, &bin)
		}
	}
	var names stimuli.TimeBins
	for _, span := range spans {
		w, err := weights(p.NeuralAssembly, c.d, span)
		if err != nil {
			c.fail("time", c.d.WrapTimeError(err))
			return nil
		}
		p.weights = append(p.weights, w...)
		if span != nil {
			names = append(names, *span)
		}
	}
	if len(names) > 0 {
		c.ok("time", "%s ms", names)
	} else if len(p.weights) > 1 {
		c.ok("time", "%d time bins, %s", len(p.weights), c.d.Time)
	}
	return spans
}

func selectText(conditions map[string]stimuli.Condition) string {
	if len(conditions) == 0 {
		return ""
	}
	var parts []string
	for _, column := range slices.Sorted(maps.Keys(conditions)) {
		parts = append(parts, column+" "+conditions[column].String())
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// repetitions notes how often each stimulus was shown.
func (c *validator) repetitions(design *stimuli.Design) {
	c.v.Repetitions = stimuli.SpreadOf(design.Presentations())
	finding := spreadText(c.v.Repetitions) + " a stimulus"
	def := c.d.Ceiling
	switch {
	case def != nil && def.OfTrials() && design.Repetitions < 2:
		c.fail("repetitions", c.d.ErrorAt("ceiling", "give the ceiling as {value: …} or {column: …}, or recordings with a repetition column", "the ceiling needs two repetitions at least, but the recordings have %d", design.Repetitions))
	case design.Repetition == nil && c.v.Repetitions.Max > 1:
		c.warn("repetitions", finding+", but presentation.csv has no column repetition, by which the ceiling could be estimated")
	case c.v.Repetitions.Min < c.v.Repetitions.Max:
		c.warn("repetitions", finding+": stimuli with fewer count as much as the others")
	default:
		c.ok("repetitions", "%s", finding)
	}
	if len(design.Varying) > 0 {
		c.warn("repetitions", fmt.Sprintf("presentation column(s) %s differ among the trials of one stimulus and take no part in the order", strings.Join(design.Varying, ", ")))
	}
}

// cells counts the responses that are missing in the last assembly.
func (c *validator) cells(ctx context.Context, parts []*recordingsPart) {
	p := parts[len(parts)-1]
	err := p.EachPresentation(ctx, p.columns, p.weights, func(_ int, responses []float64) error {
		for _, v := range responses {
			if math.IsNaN(v) {
				c.v.MissingCells++
			}
		}
		c.v.Cells += len(responses)
		return nil
	})
	if err != nil {
		if ctx.Err() == nil {
			c.fail("responses", err)
		}
		return
	}
	finding := fmt.Sprintf("%d of %d single-trial responses are missing", c.v.MissingCells, c.v.Cells)
	if c.v.MissingCells > 0 {
		c.warn("responses", finding)
		return
	}
	c.ok("responses", "%s", finding)
}

// splits checks that splits can be drawn.
func (c *validator) splits(set *stimuli.StimulusSet, design *stimuli.Design) {
	cv := c.d.CrossValidation
	if cv == nil {
		return
	}
	if set == nil {
		c.skip("needs the stimulus set", "splits")
		return
	}
	if cv.Stratify != "" {
		values, err := design.Values(cv.Stratify, set)
		if err != nil {
			c.fail("classes", c.d.WrapAt("cross_validation.stratify", err))
			c.skip("needs the classes", "splits")
			return
		}
		c.v.Classes = &Classes{cv.Stratify, stimuli.Groups(values)}
		c.balance("classes", c.v.Classes.Groups, "stimuli")
	}
	splits, err := (splitter{set: set, design: design}).draw(c.d)
	if err != nil {
		c.fail("splits", c.d.WrapSplitsError(err))
		return
	}
	train := len(splits[0].Train)
	c.v.Splits = &SplitSizes{len(splits), train, len(splits[0].Test)}
	c.ok("splits", "%d of %d train and %d test stimuli", len(splits), train, len(splits[0].Test))
	c.trainSize(train)
}

// trainSize checks that the metric can be fitted to so few train stimuli.
func (c *validator) trainSize(train int) {
	metric, err := c.d.NewMetric()
	if err != nil {
		return
	}
	limited, ok := metric.(metrics.TrainChecker)
	if !ok {
		return
	}
	if err := limited.CheckTrain(train); err != nil {
		key := "metric"
		if options := metric.Info().Options; len(options) > 0 {
			key += "." + options[0].Name
		}
		c.fail("splits", c.d.WrapAt(key, err))
	}
}

// quality warns of neuroids without signal.
func (c *validator) quality(ctx context.Context, result *benchmarks.Result) {
	var span *stimuli.TimeBin
	if c.d.Time == benchmarks.PerBin {
		bins, err := c.runner.loader.timeBins(c.d)
		if err != nil {
			return
		}
		span = &bins[0]
	}
	rec, err := c.runner.loader.loadRecordings(ctx, c.d, span) // kept since the ceiling
	if err != nil {
		return
	}
	if c.v.Constant = rec.constant(); rec.given() {
		return
	}
	for i, id := range result.NeuroidIDs {
		if len(result.NeuroidCeilings) > i && !(result.NeuroidCeilings[i] > 0) && !slices.Contains(c.v.Constant, id) {
			c.v.Unreliable = append(c.v.Unreliable, id)
		}
	}
	all := len(result.NeuroidIDs)
	if n := len(c.v.Constant); n > 0 {
		c.warn("neuroids", fmt.Sprintf("%d of %d respond to all stimuli alike (%s) and take no part in mappings", n, all, fewNames(c.v.Constant)))
	}
	if n := len(c.v.Unreliable); n > 0 {
		c.warn("neuroids", fmt.Sprintf("%d of %d have no ceiling above 0 (%s)", n, all, fewNames(c.v.Unreliable)))
	}
	for _, w := range rec.warnings {
		if text, ok := strings.CutPrefix(w, "ceiling: "); ok {
			c.warn("ceiling", text)
		}
	}
}

// inspect returns the shape of an assembly's values, nil if it does not hold recordings. The
// error is about the values, or about tables that do not fit them.
func (recordingsKind) inspect(info stimuli.AssemblyInfo, dir string) (shape []int, err error) {
	if info.Kind != benchmarks.KindNeural {
		return nil, nil
	}
	values, err := stimuli.DescribeArray(filepath.Join(dir, "values.npy"))
	if err != nil {
		return nil, err
	}
	a, err := stimuli.OpenNeural(dir)
	if err != nil {
		return values.Shape, err
	}
	return values.Shape, a.Close()
}
