package scoring

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// validate checks a benchmark on recordings.
func (recordingsKind) validate(ctx context.Context, c *validator, set *stimuli.StimulusSet) {
	d := c.d
	a, err := c.neuralAssembly()
	if err != nil {
		c.fail("assembly", err)
		c.skip("needs the assembly", "neuroids", "stimuli", "repetitions", "splits", "ceiling")
		return
	}
	defer a.Close()
	c.ok("assembly", "%s: %d presentations × %d neuroids", a.ID, a.Presentation.Len(), len(a.NeuroidIDs))
	c.sameSet(a.AssemblyInfo)
	spans, err := c.spans(a)
	if err != nil {
		c.fail("time", err)
	}
	selected, err := a.SelectNeuroids(d.Select)
	if err != nil {
		c.fail("neuroids", c.d.WrapAt("select", err))
	} else {
		c.v.Counts.Neuroids = len(selected)
		c.ok("neuroids", "%d of %d%s", len(selected), len(a.NeuroidIDs), selectText(d.Select))
	}
	design, err := a.Design()
	if err != nil {
		c.fail("stimuli", err)
		c.skip("needs the stimuli", "repetitions", "splits", "ceiling")
		return
	}
	c.v.Counts.Stimuli = len(design.Stimuli)
	c.cover(set, a.Presentation.Path, design.Stimuli)
	c.repetitions(design)
	if selected != nil && spans != nil {
		c.cells(ctx, a, spans, selected)
	}
	if ctx.Err() != nil {
		return
	}
	train := c.splits(set, design)
	if result := c.ceiling(ctx); result != nil {
		c.quality(ctx, result)
		c.expectedSelf(ctx)
	}
	if selected != nil {
		splits := 0
		if d.CrossValidation != nil {
			splits = d.CrossValidation.Splits
		}
		shape := metrics.Shape{Stimuli: len(design.Stimuli), Neuroids: len(selected), Train: train, Splits: max(1, splits), Workers: c.runner.Workers}
		recorded := c.runner.loader.sizeOfRecordings(d)
		c.v.Memory = withGarbage(ReadingMemory(shape.Stimuli, 0) + max(averagingMemory(d, shape, recorded), metricMemory(d, shape).Working))
		c.memory()
	}
}

// spans returns the spans of time that are compared, nil standing for recordings
// without time.
func (c *validator) spans(a *stimuli.NeuralAssembly) ([]*stimuli.TimeBin, error) {
	spans := []*stimuli.TimeBin{c.d.Window()}
	if c.d.Time == benchmarks.PerBin {
		bins, err := c.runner.loader.timeBins(c.d)
		if err != nil {
			return nil, c.d.WrapTimeError(err)
		}
		spans = nil
		for _, bin := range bins {
			spans = append(spans, &bin)
		}
	}
	var names stimuli.TimeBins
	for _, span := range spans {
		if _, err := weights(a, c.d, span); err != nil {
			return nil, c.d.WrapTimeError(err)
		}
		if span != nil {
			names = append(names, *span)
		}
	}
	if len(names) > 0 {
		c.ok("time", "%s ms", names)
	}
	return spans, nil
}

func (c *validator) neuralAssembly() (*stimuli.NeuralAssembly, error) {
	if err := c.assembly(); err != nil {
		return nil, err
	}
	return stimuli.OpenNeural(c.runner.Home.AssemblyPath(c.d.Assembly))
}

func selectText(equal map[string]string) string {
	if len(equal) == 0 {
		return ""
	}
	var parts []string
	for name, value := range equal {
		parts = append(parts, name+" "+value)
	}
	slices.Sort(parts)
	return " (" + strings.Join(parts, ", ") + ")"
}

// repetitions notes how often each stimulus was shown.
func (c *validator) repetitions(design *stimuli.Design) {
	c.v.Repetitions = stimuli.SpreadOf(design.Presentations())
	finding := spreadText(c.v.Repetitions) + " a stimulus"
	def := c.d.Ceiling
	switch {
	case def != nil && def.Value == nil && design.Repetitions < 2:
		c.fail("repetitions", c.d.ErrorAt("ceiling", "give the ceiling as {value: …}, or recordings with a repetition column", "the ceiling needs two repetitions at least, but the recordings have %d", design.Repetitions))
	case c.v.Repetitions.Min < c.v.Repetitions.Max:
		c.warn("repetitions", finding+": stimuli with fewer count as much as the others")
	default:
		c.ok("repetitions", "%s", finding)
	}
	if len(design.Varying) > 0 {
		c.warn("repetitions", fmt.Sprintf("presentation column(s) %s differ among the trials of one stimulus and take no part in the order", strings.Join(design.Varying, ", ")))
	}
}

// cells counts the responses that are missing.
func (c *validator) cells(ctx context.Context, a *stimuli.NeuralAssembly, spans []*stimuli.TimeBin, selected []int) {
	for _, span := range spans {
		inTime, err := weights(a, c.d, span)
		if err != nil {
			return
		}
		err = a.EachPresentation(ctx, selected, inTime, func(_ int, responses []float64) error {
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
	}
	finding := fmt.Sprintf("%d of %d single-trial responses are missing", c.v.MissingCells, c.v.Cells)
	if c.v.MissingCells > 0 {
		c.warn("responses", finding)
		return
	}
	c.ok("responses", "%s", finding)
}

// splits checks that splits can be drawn, and returns their train size.
func (c *validator) splits(set *stimuli.StimulusSet, design *stimuli.Design) (train int) {
	cv := c.d.CrossValidation
	if cv == nil {
		return 0
	}
	if set == nil {
		c.skip("needs the stimulus set", "splits")
		return 0
	}
	if cv.Stratify != "" {
		values, err := design.Values(cv.Stratify, set)
		if err != nil {
			c.fail("classes", c.d.WrapAt("cross_validation.stratify", err))
			c.skip("needs the classes", "splits")
			return 0
		}
		c.v.Classes = &Classes{cv.Stratify, stimuli.Groups(values)}
		c.balance("classes", c.v.Classes.Groups, "stimuli")
	}
	splits, err := (&recordings{set: set, design: design}).drawSplits(c.d)
	if err != nil {
		c.fail("splits", c.d.WrapSplitsError(err))
		return 0
	}
	train = len(splits[0].Train)
	c.v.Splits = &SplitSizes{len(splits), train, len(splits[0].Test)}
	c.ok("splits", "%d of %d train and %d test stimuli", len(splits), train, len(splits[0].Test))
	c.trainSize(train)
	return train
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
	c.v.Constant = rec.constant
	for i, id := range result.NeuroidIDs {
		if len(result.NeuroidCeilings) > i && !(result.NeuroidCeilings[i] > 0) && !slices.Contains(rec.constant, id) {
			c.v.Unreliable = append(c.v.Unreliable, id)
		}
	}
	all := len(result.NeuroidIDs)
	if n := len(rec.constant); n > 0 {
		c.warn("neuroids", fmt.Sprintf("%d of %d respond to all stimuli alike (%s) and take no part in mappings", n, all, fewNames(rec.constant)))
	}
	if n := len(c.v.Unreliable); n > 0 {
		c.warn("neuroids", fmt.Sprintf("%d of %d have no ceiling above 0 (%s)", n, all, fewNames(c.v.Unreliable)))
	}
	for _, w := range rec.warnings {
		if strings.HasPrefix(w, "ceiling: ") {
			c.warn("ceiling", strings.TrimPrefix(w, "ceiling: "))
		}
	}
}
