package scoring

import (
	"context"
	"errors"
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// trials opens the trials of a behavioural benchmark; nil where that fails.
func (c *validator) trials(needed ...string) *stimuli.BehavioralAssembly {
	err := c.assembly()
	var a *stimuli.BehavioralAssembly
	if err == nil {
		a, err = c.runner.behavioral(c.d)
	}
	if err != nil {
		if e, ok := errors.AsType[*excludeError](err); ok {
			err = c.d.WrapAt("exclude", e.error)
		}
		c.fail("assembly", err)
		c.skip("needs the assembly", needed...)
		return nil
	}
	without := ""
	if len(c.d.Exclude) > 0 {
		without = ", without " + c.d.ExcludedText()
	}
	c.ok("assembly", "%s: %d trials%s", a.ID, a.Trials.Len(), without)
	c.sameSet(a.AssemblyInfo)
	return a
}

// choices checks a benchmark on two-way choices.
func (c *validator) choices(ctx context.Context, set *stimuli.StimulusSet) {
	a := c.trials("trials", "stimuli")
	if a == nil {
		c.labels(nil)
		c.skip("needs the assembly", "ceiling")
		return
	}
	trials, err := a.ChoiceTrials()
	if err != nil {
		c.fail("trials", err)
		c.skip("needs the trials", "stimuli")
		c.labels(nil)
		c.skip("needs the trials", "ceiling")
		return
	}
	n := len(trials.Stimulus)
	c.v.Counts = benchmarks.Counts{Stimuli: len(trials.StimulusIDs), Trials: n}
	counts := make([]int, len(trials.StimulusIDs))
	for _, s := range trials.Stimulus {
		counts[s]++
	}
	c.v.Repetitions = stimuli.SpreadOf(counts)
	c.ok("trials", "%d choices between two of %d objects, %s a stimulus", n, len(trials.Objects), spreadText(c.v.Repetitions))
	if trials.Dropped > 0 {
		c.warn("trials", fmt.Sprintf("%d of %d trials chose neither of their two objects and are left out", trials.Dropped, trials.Dropped+n))
	}
	c.cover(set, a.Trials.Path, trials.StimulusIDs)
	c.labels(trials)
	c.ceiling(ctx)
	c.memory()
}

// consistency checks a benchmark on the choices of subjects.
func (c *validator) consistency(ctx context.Context, set *stimuli.StimulusSet) {
	a := c.trials("trials", "stimuli", "ceiling")
	if a == nil {
		return
	}
	trials, err := a.SubjectTrials()
	if err != nil {
		c.fail("trials", err)
		c.skip("needs the trials", "stimuli", "ceiling")
		return
	}
	c.v.Counts = benchmarks.Counts{Stimuli: len(trials.StimulusIDs), Trials: len(trials.Stimulus), Subjects: len(trials.Subjects)}
	counts := make([]int, len(trials.StimulusIDs))
	cells := make([]int, len(trials.Subjects)*len(trials.Conditions))
	for i, s := range trials.Stimulus {
		counts[s]++
		cells[trials.Subject[i]*len(trials.Conditions)+trials.Condition[i]]++
	}
	c.v.Repetitions = stimuli.SpreadOf(counts)
	finding := fmt.Sprintf("%d by %d subjects in %d conditions, %s each", len(trials.Stimulus), len(trials.Subjects), len(trials.Conditions), spreadText(stimuli.SpreadOf(cells)))
	empty := 0
	for _, n := range cells {
		if n == 0 {
			empty++
		}
	}
	if empty > 0 {
		c.warn("trials", fmt.Sprintf("%s; %d of %d have none", finding, empty, len(cells)))
	} else {
		c.ok("trials", "%s", finding)
	}
	c.cover(set, a.Trials.Path, trials.StimulusIDs)
	c.v.Classes = &Classes{"truth", stimuli.Groups(trials.TruthOf)}
	c.balance("objects", c.v.Classes.Groups, "stimuli")
	c.ceiling(ctx)
	// Choices are compared, no activations: what a score holds are the trials.
	const trial = 64
	c.v.Memory = trial*int64(len(trials.Stimulus)) + processBytes
	c.memory()
}

// solutionTimes checks a benchmark on the times at which images are solved.
func (c *validator) solutionTimes(ctx context.Context, set *stimuli.StimulusSet) {
	err := c.assembly()
	var times *stimuli.SolutionTimes
	if err == nil {
		times, err = stimuli.OpenSolutionTimes(c.runner.Home.AssemblyPath(c.d.Assembly))
	}
	if err != nil {
		c.fail("assembly", err)
		c.skip("needs the assembly", "stimuli", "splits", "ceiling")
		return
	}
	solved := 0
	for _, at := range times.Times {
		if at == at {
			solved++
		}
	}
	n := len(times.StimulusIDs)
	c.v.Counts = benchmarks.Counts{Stimuli: n}
	c.ok("assembly", "%s: %d of %d images are solved, of %d objects", times.ID, solved, n, len(times.Objects))
	c.sameSet(times.AssemblyInfo)
	c.cover(set, c.runner.Home.AssemblyPath(c.d.Assembly), times.StimulusIDs)
	if cv := c.d.CrossValidation; cv != nil {
		splits, err := metrics.ShuffleSplits(n, cv.Plan())
		if err != nil {
			c.fail("splits", c.d.WrapAt("cross_validation", err))
		} else {
			c.v.Splits = &SplitSizes{len(splits), len(splits[0].Train), len(splits[0].Test)}
			c.ok("splits", "%d of %d train and %d test images", len(splits), len(splits[0].Train), len(splits[0].Test))
		}
	}
	c.ceiling(ctx)
	if c.v.Splits != nil {
		c.v.Memory = ReadingMemory(n, 0) + float*int64(c.v.Splits.Splits)*int64(n)*int64(n)
		c.memory()
	}
}
