package scoring

import (
	"context"
	"errors"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// layerScorer scores the evaluations on one layer of a model.
type layerScorer struct {
	options *Options
	loader  *loader
	keeper  *keeper
	tracker *tracker
	dump    *stimuli.Dump
}

// score reads a layer once, or twice where metrics need that, for all evaluations on
// it, and scores each. Errors of single evaluations stay with them; the error
// returned stops the run.
func (s *layerScorer) score(ctx context.Context, read *layerRead) error {
	targets, err := s.openTargets(ctx, read)
	if err != nil {
		return err
	}
	defer targets.wait() // nothing is read once this returns
	if len(targets) == 0 || s.keeper.allKept(ctx, read, targets) {
		return nil
	}
	if err := s.checkKnown(read, targets); err != nil {
		return failAll(read.evaluations, err)
	}
	if len(targets) == 0 {
		return nil
	}
	plan, err := s.openLayer(ctx, read, targets)
	if err != nil {
		return failAll(read.evaluations, err)
	}
	defer plan.Close()
	s.planSinks(plan, read, targets)
	plan.failFaulty(targets)
	if err := s.readOnce(ctx, plan, read, targets); err != nil {
		return failAll(read.evaluations, err)
	}
	if allFailed(read.evaluations) {
		return nil
	}
	plan.noteAlike(targets)
	if err := s.keeper.keepContent(ctx, read, targets, plan.source); err != nil {
		return err
	}
	if err := s.readAgain(ctx, plan); err != nil {
		return err
	}
	return s.scoreEach(ctx, plan, read, targets)
}

// targets are what evaluations compare a layer with; an evaluation whose target
// cannot be opened has none.
type targets map[*binEvaluation]target

// wait returns once all targets are read.
func (t targets) wait() {
	for _, one := range t {
		_ = one.wait()
	}
}

// stimuli returns the ascending union of the stimuli of all targets, for each of a number
// of stimulus sets.
func (t targets) stimuli(sets int) [][]string {
	union := make([][]string, sets)
	for i := range union {
		var all []string
		for _, one := range t {
			all = append(all, one.stimuli()[i]...)
		}
		_, union[i] = stimuli.Codes(all)
	}
	return union
}

// openTargets opens what the evaluations compare the layer with.
func (s *layerScorer) openTargets(ctx context.Context, read *layerRead) (targets, error) {
	opened := make(targets)
	for _, e := range read.evaluations {
		t, err := e.data.open(ctx, s.loader, e)
		if errors.Is(err, context.Canceled) {
			opened.wait()
			return nil, err
		}
		if err != nil {
			e.err = err
			continue
		}
		opened[e] = t
	}
	return opened, nil
}

// checkKnown fails the evaluations whose recordings or trials have stimuli that the
// stimulus set does not know, and removes their targets. A table of a dump is checked
// as it is read.
func (s *layerScorer) checkKnown(read *layerRead, targets targets) error {
	if read.evaluations[0].reading == readsTable {
		return nil
	}
	for i, name := range read.sets() {
		set, err := s.loader.stimulusSet(name)
		if err != nil {
			return err
		}
		for e, t := range targets {
			if err := checkKnown(s.dump, set, t.table(i), t.stimuli()[i]); err != nil {
				e.err = err
				_ = t.wait()
				delete(targets, e)
			}
		}
	}
	return nil
}

// checkKnown returns an error about the table at path, of recordings or trials,
// where it has stimuli that neither the stimulus set nor the dump knows: then the
// table is at fault, or stimuli.csv, and not the dump. Stimuli that the dump alone
// names can be scored.
func checkKnown(dump *stimuli.Dump, set *stimuli.StimulusSet, path string, ids []string) error {
	lacking := set.Missing(ids)
	if len(lacking) == 0 {
		return nil
	}
	rows, err := dump.Rows(set)
	if err != nil {
		return nil // opening the layer fails too and says why
	}
	return set.Check(path, slices.DeleteFunc(lacking, rows.Has))
}

// openLayer opens the layer for the rows that the targets need, and plans its reading.
func (s *layerScorer) openLayer(ctx context.Context, read *layerRead, targets targets) (*layerPlan, error) {
	sets := targets.stimuli(len(read.sets()))
	plan := newLayerPlan(s, read.evaluations[0].sections(sets))
	if read.evaluations[0].reading == readsTable {
		return plan, nil
	}
	var rows []rowsOf
	if read.key.fitSet != "" {
		fitSet, err := s.loader.stimulusSet(read.key.fitSet)
		if err != nil {
			return nil, err
		}
		_, plan.fitIDs = stimuli.Codes(fitSet.IDs)
		rows = append(rows, rowsOf{fitSet, plan.fitIDs, read.bin})
	}
	for i, part := range read.sections() {
		set, err := s.loader.stimulusSet(part.set)
		if err != nil {
			return nil, err
		}
		rows = append(rows, rowsOf{set, plan.ids[i], part.bin})
	}
	var err error
	plan.source, err = s.openActivations(ctx, read, rows...)
	if err != nil {
		return nil, err
	}
	for _, e := range read.evaluations {
		needs, err := needsOf(e.definition)
		if err != nil {
			plan.Close()
			return nil, err
		}
		if targets[e] != nil {
			plan.needs = plan.needs.Union(needs)
		}
	}
	plan.features, plan.bands, plan.rare = plan.source.Cols(), plan.source.bands(), read.rare
	plan.triangles = onlyTriangle(read.evaluations) && plan.source.selection != nil && !plan.source.dissimilar()
	plan.again = func(ctx context.Context, sink stream.Sink) error {
		return s.readUnchanged(ctx, plan.source, []stream.Sink{sink})
	}
	return plan, nil
}

// planSinks plans the sinks of the evaluations that no kept result serves.
func (s *layerScorer) planSinks(plan *layerPlan, read *layerRead, targets targets) {
	for _, e := range read.evaluations {
		t := targets[e]
		if t == nil || e.kept != nil {
			continue
		}
		if e.err = s.checkUnits(e, read); e.err == nil {
			e.err = s.checkBands(e, read)
		}
		if e.err == nil {
			e.err = t.join(plan, e)
		}
	}
}

// readOnce reads the layer while the targets are read. Where all of them fail, it
// stops reading.
func (s *layerScorer) readOnce(ctx context.Context, plan *layerPlan, read *layerRead, targets targets) error {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	loaded := make(chan struct{})
	go func() {
		defer close(loaded)
		if plan.load(); allFailed(read.evaluations) {
			stop()
		}
	}()
	var err error
	if plan.source != nil { // also for its hash alone, where all scores are kept
		err = s.read(inner, plan.source, plan.sinks)
	}
	<-loaded
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if allFailed(read.evaluations) {
		return nil
	}
	return err
}

// readAgain reads the layer a second time for the metrics that take its columns
// once their Gram matrix is complete.
func (s *layerScorer) readAgain(ctx context.Context, plan *layerPlan) error {
	evaluations, sinks := plan.secondReading()
	if len(sinks) == 0 {
		return nil
	}
	if err := s.readUnchanged(ctx, plan.source, sinks); err != nil {
		return failAll(evaluations, err)
	}
	return nil
}

// readUnchanged reads a layer that was read before and must not have changed since.
func (s *layerScorer) readUnchanged(ctx context.Context, source *activations, sinks []stream.Sink) error {
	inputs := s.loader.inputs
	before := inputs.hashOf(source.name)
	if err := s.read(ctx, source, sinks); err != nil {
		return err
	}
	if inputs.hashOf(source.name) != before {
		path, _ := source.selection.Locate(0)
		return &stimuli.FileError{Path: path, What: "changed between two readings", Remedy: "score it again once it is written"}
	}
	return nil
}

// scoreEach scores the evaluations one by one and keeps their results.
func (s *layerScorer) scoreEach(ctx context.Context, plan *layerPlan, read *layerRead, targets targets) error {
	for _, e := range read.evaluations {
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.kept != nil {
			s.keeper.recordTable(e.evaluation)
			continue
		}
		if e.err != nil {
			continue
		}
		read.step.say("%s on %s/%s", e.definition.Identifier, s.dump.ID, read.key.name())
		result, err := s.scoreOne(ctx, plan, e, targets[e])
		switch {
		case errors.Is(err, context.Canceled):
			return err
		case err != nil:
			e.err = err
		default:
			for _, note := range e.notes {
				if !slices.Contains(result.Warnings, note) {
					result.Warnings = append(result.Warnings, note)
				}
			}
			e.result = result
		}
		plan.collect()
		read.step.score(e.evaluation)
		if err := s.keeper.keep(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// scoreOne scores one evaluation and records what its result depends on.
func (s *layerScorer) scoreOne(ctx context.Context, plan *layerPlan, e *binEvaluation, t target) (*benchmarks.Result, error) {
	score, err := plan.scorers[e](ctx)
	if err != nil {
		return nil, err
	}
	if why := plan.withoutReadout(e, t); why != "" {
		score = metrics.Score{Raw: metrics.None(), Ceiling: score.Ceiling, Ceiled: metrics.None(), Warnings: append(score.Warnings, why)}
	}
	features := plan.features
	if plan.source != nil && plan.source.dissimilar() {
		features = 0 // its columns are stimuli
	}
	result, err := t.result(e, score, features)
	if err != nil {
		return nil, err
	}
	if err := s.loader.inputs.add(ctx, t.inputs()...); err != nil {
		return nil, err
	}
	return result, s.loader.inputs.addDefinition(ctx, e.definition)
}

// failAll fails all evaluations that have not failed yet with one error, unless the
// run itself was stopped or the layer has to be read in another unit.
func failAll(evaluations []*binEvaluation, err error) error {
	var far *farError
	if errors.Is(err, context.Canceled) || errors.As(err, &far) {
		return err
	}
	for _, e := range evaluations {
		if e.err == nil {
			e.err = err
		}
	}
	return nil
}

// allFailed reports whether each evaluation has failed.
func allFailed(evaluations []*binEvaluation) bool {
	return !slices.ContainsFunc(evaluations, func(e *binEvaluation) bool { return e.err == nil })
}
