package scoring

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// BatchTask is one unit of a batch: all benchmarks on a layer that one reading of it
// serves.
type BatchTask struct {
	Model              string   `json:"model"`
	StimulusSet        string   `json:"stimulus_set"`
	FittingStimulusSet string   `json:"fitting_stimulus_set,omitempty"`
	Layer              string   `json:"layer"`
	Benchmarks         []string `json:"benchmarks"`
	Bytes              int64    `json:"bytes"`
	Memory             int64    `json:"memory"`
}

// TaskID identifies a task.
type TaskID struct{ Model, StimulusSet, FittingStimulusSet, Layer string }

// ID returns what identifies the task.
func (t BatchTask) ID() TaskID {
	return TaskID{t.Model, t.StimulusSet, t.FittingStimulusSet, t.Layer}
}

func (id TaskID) String() string {
	sets := id.StimulusSet
	if id.FittingStimulusSet != "" {
		sets = id.FittingStimulusSet + "+" + sets
	}
	return id.Model + "/" + sets + "/" + id.Layer
}

// id identifies a sequence as a task of a batch.
func (p *modelPlan) id(s binSequence) TaskID {
	k := s[0].key
	if k.whole != "" { // its name for all its parts
		k.fitSet = s[0].evaluations[0].evaluation.definition.FittingStimulusSet
	}
	return TaskID{p.dump.ID, k.set, k.fitSet, k.layer}
}

// Batch is a request that is divided into tasks, which processes share: each keeps its scores
// in the store of its runner, and the last reads all of them.
type Batch struct {
	runner  *Runner
	request Request
}

// Batch returns a request as a batch. All its methods but Tasks and Models need a store.
func (r *Runner) Batch(request Request) *Batch { return &Batch{r, request} }

var errNoStore = errors.New("a batch needs a folder of results")

// Tasks returns the tasks in the order of models and layers. The failures are scores that
// cannot even be planned.
func (b *Batch) Tasks() ([]BatchTask, []benchmarks.Failure, error) {
	plans, failures, err := b.runner.planner.plan(b.request)
	if err != nil {
		return nil, nil, err
	}
	tasks, more := b.tasksOf(plans, func(binSequence) bool { return true })
	return tasks, append(failures, more...), nil
}

// Unfinished returns the tasks of which the store does not have all scores.
func (b *Batch) Unfinished(ctx context.Context) ([]BatchTask, []benchmarks.Failure, error) {
	r := b.runner
	if r.Store == nil {
		return nil, nil, errNoStore
	}
	plans, failures, err := r.planner.plan(b.request)
	if err == nil {
		err = r.keeper.recallAll(ctx, plans)
	}
	if err != nil {
		return nil, nil, err
	}
	tasks, more := b.tasksOf(plans, func(s binSequence) bool { return !r.keeper.sequenceKept(ctx, s) })
	return tasks, append(failures, more...), nil
}

// Models returns the dumps of the request that have folders for all stimulus sets of at least
// one of its benchmarks.
func (b *Batch) Models() ([]string, error) {
	definitions, _, err := b.runner.planner.definitions(b.request.Benchmarks)
	if err != nil {
		return nil, err
	}
	dumps, err := openDumps(b.request.Models)
	if err != nil {
		return nil, err
	}
	var dirs []string
	for i, dump := range dumps {
		if slices.ContainsFunc(definitions, func(d *benchmarks.Definition) bool {
			return !slices.ContainsFunc(d.StimulusSet.Names, func(set string) bool { return !dump.Has(set) })
		}) {
			dirs = append(dirs, b.request.Models[i])
		}
	}
	return dirs, nil
}

// tasksOf returns the tasks of the sequences that a function chooses.
func (b *Batch) tasksOf(plans []*modelPlan, choose func(binSequence) bool) (tasks []BatchTask, failures []benchmarks.Failure) {
	estimate := b.runner.estimate(plans, nil)
	for _, p := range plans {
		failures = append(failures, p.failures...)
		for _, s := range p.sequences {
			if !choose(s) {
				continue
			}
			id := p.id(s)
			task := BatchTask{Model: id.Model, StimulusSet: id.StimulusSet, FittingStimulusSet: id.FittingStimulusSet, Layer: id.Layer}
			for _, e := range s.evaluations() {
				task.Benchmarks = append(task.Benchmarks, e.definition.Identifier)
			}
			task.Bytes, task.Memory = estimate.bytes[s[0]], estimate.atMost(s)
			tasks = append(tasks, task)
		}
	}
	return tasks, failures
}

// Shards deals tasks out to n shards so that each reads about as much: the
// largest first, each to the shard with the least so far. It returns the indices
// of tasks, ascending.
func Shards(tasks []BatchTask, n int) [][]int {
	const table = 1 << 20 // what a task counts besides what it reads
	order := successive(0, len(tasks))
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(tasks[b].Bytes, tasks[a].Bytes) })
	shards, load := make([][]int, n), make([]int64, n)
	for _, i := range order {
		least := 0
		for s := range load {
			if load[s] < load[least] {
				least = s
			}
		}
		shards[least] = append(shards[least], i)
		load[least] += tasks[i].Bytes + table
	}
	for _, s := range shards {
		slices.Sort(s)
	}
	return shards
}

// BatchResult counts the scores of tasks and lists their failures.
type BatchResult struct {
	Done   int // scores that are in the store now
	Failed []ModelFailure
}

// ModelFailure is a failure of one model.
type ModelFailure struct {
	Model string
	benchmarks.Failure
}

// Run runs some tasks. What the store has is not computed again.
func (b *Batch) Run(ctx context.Context, tasks []TaskID) (*BatchResult, error) {
	r := b.runner
	if r.Store == nil {
		return nil, errNoStore
	}
	preparing := r.tracker.step(0, "reading the data home")
	plans, _, err := r.planner.plan(b.request)
	if err != nil {
		return nil, err
	}
	pending := make(map[TaskID]bool)
	for _, id := range tasks {
		pending[id] = true
	}
	for _, p := range plans {
		p.sequences = slices.DeleteFunc(p.sequences, func(s binSequence) bool {
			id := p.id(s)
			asked := pending[id]
			delete(pending, id)
			return !asked
		})
		p.evaluations = nil
		for _, s := range p.sequences {
			p.evaluations = append(p.evaluations, s.evaluations()...)
		}
	}
	out := &BatchResult{}
	for _, id := range tasks {
		if pending[id] {
			out.Failed = append(out.Failed, ModelFailure{id.Model, benchmarks.Failure{Layer: id.Layer, Err: &stimuli.FileError{
				Path: id.Model + "/" + id.StimulusSet, What: fmt.Sprintf("has no layer %q to score any more, but the plan has", id.Layer), Remedy: "plan again"}}})
		}
	}
	if len(out.Failed) > 0 && r.StopAtFailure {
		return out, nil
	}
	preparing.say("looking for kept scores")
	if err := r.keeper.recallAll(ctx, plans); err != nil {
		return nil, err
	}
	preparing.end()
	err = r.run(ctx, plans, nil)
	var stopped *stopError
	if err != nil && !errors.As(err, &stopped) {
		return nil, err
	}
	for _, p := range plans {
		for _, e := range p.evaluations {
			switch _, err := e.outcome(); {
			case err != nil:
				out.Failed = append(out.Failed, ModelFailure{p.dump.ID, benchmarks.Failure{Benchmark: e.definition.Identifier, Layer: e.layer, Err: err}})
			case e.kept != nil || e.complete():
				out.Done++
			}
		}
	}
	return out, nil
}

// Missing is a score that the store does not have, or where Benchmark is empty,
// the hash of a layer's activations.
type Missing struct {
	TaskID
	Benchmark string
}

func (m Missing) String() string {
	if m.Benchmark == "" {
		return m.TaskID.String() + ": the hash of its activations"
	}
	return m.TaskID.String() + ": " + m.Benchmark
}

// errMissing is the failure of a score that is not there.
var errMissing = errors.New("it was not computed: run the batch to the end")

// Collect returns the report of the request from the store alone, the same as
// Runner.Score returns, and the scores that are missing for it; each of these is a
// failure in the report.
func (b *Batch) Collect(ctx context.Context) (*benchmarks.Report, []Missing, error) {
	r := b.runner
	if r.Store == nil {
		return nil, nil, errNoStore
	}
	plans, unusable, err := r.planner.plan(b.request)
	if err != nil {
		return nil, nil, err
	}
	addUnusable(plans, unusable)
	if err := r.keeper.recallAll(ctx, plans); err != nil {
		return nil, nil, err
	}
	var missing []Missing
	for _, p := range plans {
		for _, s := range p.sequences {
			if r.keeper.sequenceKept(ctx, s) {
				continue
			}
			before := len(missing)
			for _, e := range s.evaluations() {
				if e.kept == nil {
					missing = append(missing, Missing{p.id(s), e.definition.Identifier})
					e.bins[0].err = errMissing
				}
			}
			if len(missing) == before {
				missing = append(missing, Missing{p.id(s), ""})
			}
		}
	}
	report, err := r.report(b.request, plans, nil)
	return report, missing, err
}

// ParseShard parses a shard I/N, I from 1 to N.
func ParseShard(s string) (i, n int, err error) {
	a, b, ok := strings.Cut(s, "/")
	if ok {
		if _, err = fmt.Sscanf(a+" "+b, "%d %d", &i, &n); err == nil && fmt.Sprintf("%d/%d", i, n) == s && 1 <= i && i <= n {
			return i, n, nil
		}
	}
	return 0, 0, fmt.Errorf("invalid shard %q: want I/N, for example 2/4", s)
}

// ModelFolders returns the folder of each model by its identifier.
func ModelFolders(dirs []string) (map[string]string, error) {
	folders := make(map[string]string)
	for _, dir := range dirs {
		dump, err := stimuli.OpenDump(dir)
		if err != nil {
			return nil, err
		}
		folders[dump.ID] = dir
	}
	return folders, nil
}

// Estimates of what a shard needs are generous, as a cluster ends a job that needs
// more than it asked for.
const (
	// estimatedRate is how many bytes a shard reads and scores in a second on the
	// slowest machines.
	estimatedRate = 10 << 20
	// estimatedScore is the time of one score beside the reading.
	estimatedScore = 20 * time.Second
	// smallLayers is the memory that small layers hold which are read concurrently.
	smallLayers = 512 << 20
	// programMemory is what the program holds beside layers.
	programMemory = 256 << 20
)

// ShardMemory returns an estimate of the memory in bytes of a shard whose largest
// task holds peak bytes.
func ShardMemory(peak int64) int64 { return max(peak, smallLayers)*5/4 + programMemory }

// ShardTime returns an estimate of the time that the longest of n shards takes: a
// multiple of ten minutes, at least half an hour.
func ShardTime(tasks []BatchTask, n int) time.Duration {
	var longest time.Duration
	for _, shard := range Shards(tasks, n) {
		var bytes int64
		scores := 0
		for _, i := range shard {
			bytes += tasks[i].Bytes
			scores += len(tasks[i].Benchmarks)
		}
		longest = max(longest, time.Duration(bytes/estimatedRate)*time.Second+time.Duration(scores)*estimatedScore)
	}
	return max(30*time.Minute, (longest + 9*time.Minute).Truncate(10*time.Minute))
}
