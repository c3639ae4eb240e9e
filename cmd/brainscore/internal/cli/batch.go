package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
)

func newBatchCommand(streams Streams, deps deps) *cobra.Command {
	return newGroupCommand(&cobra.Command{
		Use:   "batch",
		Short: "Score many models in shards, on one machine or a cluster",
		Long: `Scores many models in shards: plan what to do, run the shards in any order, on
any number of machines that share the folder of results, and merge what they
gave into the document that one run of score would write, the same to the byte.

What is finished is never done again: a shard that was killed is started again as
it was.`,
		Example: `  brainscore batch plan models/* --results results --output plan.json
  brainscore batch run plan.json --shard 2/4
  brainscore batch status plan.json
  brainscore batch merge plan.json --output scores.json
  brainscore batch submit plan.json --slurm --shards 16`,
		GroupID: groupScoring,
	}, newBatchPlanCommand(streams, deps), newBatchRunCommand(streams), newBatchStatusCommand(streams), newBatchMergeCommand(streams), newBatchSubmitCommand(streams))
}

// batchPlan is the file of a plan.
type batchPlan struct {
	Schema int `json:"schema"`
	// Folder is where the plan was made; the paths below are as seen from there.
	Folder       string                 `json:"folder"`
	Models       []string               `json:"models"`
	Data         string                 `json:"data"`
	Results      string                 `json:"results"`
	Benchmarks   []string               `json:"benchmarks"`
	Layers       []string               `json:"layers"`
	AllLayers    bool                   `json:"all_layers"`
	Composite    string                 `json:"composite"`
	AllowPartial bool                   `json:"allow_partial"`
	Tasks        []benchmarks.BatchTask `json:"tasks"`
	Bytes        int64                  `json:"bytes"`
	PeakMemory   int64                  `json:"peak_memory"`
	ModelOf      map[string]string      `json:"model_folders"` // by identifier
}

// batchSchema is the version of batchPlan.
const batchSchema = 1

// planError reports a file that is no plan.
type planError struct {
	path string
	err  error
}

func (e *planError) Error() string   { return fmt.Sprintf("%s is no plan: %v", e.path, e.err) }
func (e *planError) Unwrap() error   { return e.err }
func (e *planError) DataError() bool { return true }

// readPlan reads a plan. From another folder than it was made in, its paths are
// made to lead to the same places.
func readPlan(path string) (*batchPlan, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		if pathErr, ok := errors.AsType[*os.PathError](err); ok {
			err = fmt.Errorf("%w; batch plan writes one", pathErr.Err) // which it is, is said
		}
		return nil, &planError{path, err}
	}
	var p batchPlan
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, &planError{path, err}
	}
	switch {
	case p.Schema != batchSchema:
		return nil, &planError{path, fmt.Errorf("its schema is %d, but this build reads %d", p.Schema, batchSchema)}
	case len(p.Models) == 0 || p.Results == "" || p.Data == "":
		return nil, &planError{path, errors.New("it lacks models, data or results")}
	}
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if here == p.Folder {
		return &p, nil
	}
	at := func(path string) string {
		if filepath.IsAbs(path) {
			return path
		}
		return filepath.Join(p.Folder, path)
	}
	for i := range p.Models {
		p.Models[i] = at(p.Models[i])
	}
	for id := range p.ModelOf {
		p.ModelOf[id] = at(p.ModelOf[id])
	}
	p.Data, p.Results = at(p.Data), at(p.Results)
	if isPath(p.Composite) {
		p.Composite = at(p.Composite)
	}
	return &p, nil
}

// isPath says whether the name of a composite is that of a file.
func isPath(name string) bool {
	ext := filepath.Ext(name)
	return ext == ".yaml" || ext == ".yml" || strings.ContainsAny(name, `/\`)
}

// request is what scoring the whole plan asks for.
func (p *batchPlan) request(told *progress.Reporter, jobs int, memory int64) scoreRequest {
	return scoreRequest{
		Models: p.Models, Data: p.Data, Benchmarks: p.Benchmarks, Layers: p.Layers, AllLayers: p.AllLayers,
		Composite: p.Composite, AllowPartial: p.AllowPartial, Jobs: jobs, Memory: memory, Progress: told, Results: p.Results,
	}
}

// withStore calls do with a runner on the plan's folder of results.
func withStore(r scoreRequest, do func(*benchmarks.Runner, benchmarks.Request) error) (err error) {
	runner, request, err := prepare(r)
	if err != nil {
		return err
	}
	store, err := openResults(runner, r)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := store.Close(); err == nil {
			err = closeErr
		}
	}()
	return do(runner, request)
}

func newBatchPlanCommand(streams Streams, deps deps) *cobra.Command {
	var opts scoreOptions
	c := &cobra.Command{
		Use:   "plan MODEL... --output PLAN.json",
		Short: "Plan a batch",
		Long: `Plans what score would do with the same models and flags: a task for each layer
that has to be read, with all benchmarks that reading it serves, what it reads
and what memory it holds. The same request gives the same plan.

` + exitCodes,
		Example:           "  brainscore batch plan models/* --results results --all-layers --output plan.json",
		Args:              needArgs("at least one MODEL, a dump folder"),
		ValidArgsFunction: completeFolders,
		RunE: func(c *cobra.Command, args []string) error {
			opts.models = args
			return runBatchPlan(c.Context(), opts, streams)
		},
	}
	flags := c.Flags()
	addDataFlag(c, flags, &opts.data)
	flags.StringVar(&opts.results, "results", "", "folder `DIR` that shards keep their scores in (default $"+results.Variable+")")
	flags.StringArrayVar(&opts.benchmarks, "benchmark", nil, "score on benchmark `ID` (repeatable; default all that the dumps have activations for)")
	flags.StringArrayVar(&opts.layers, "layer", nil, "score layer `L` instead of the committed ones (repeatable)")
	flags.BoolVar(&opts.allLayers, "all-layers", false, "score every layer instead of the committed ones")
	flags.StringVar(&opts.composite, "composite", defaultComposite, "form composite `NAME` when merging")
	flags.BoolVar(&opts.allowPartial, "allow-partial", false, "form the composite even where parts are missing")
	flags.StringVarP(&opts.output, "output", "o", output.Stdout, "write the plan to `FILE`, whole or not at all; - is standard output")
	flags.BoolVarP(&opts.quiet, "quiet", "q", false, "tell no notes, only warnings and errors")
	completeWith(c, "results", cobra.ShellCompDirectiveFilterDirs, func(*cobra.Command, []string) []string { return nil })
	completeWith(c, "benchmark", cobra.ShellCompDirectiveNoFileComp, func(c *cobra.Command, _ []string) []string {
		if deps.names.benchmarks == nil {
			return nil
		}
		return deps.names.benchmarks(c.Context(), opts.data)
	})
	return c
}

func runBatchPlan(ctx context.Context, opts scoreOptions, streams Streams) error {
	if err := opts.check(); err != nil {
		return err
	}
	folder := resultsFolder(opts.results)
	if folder == "" {
		return usagef("a batch keeps its scores in a folder: name it by --results DIR or $%s", results.Variable)
	}
	told := progress.New(streams.Err, opts.quiet)
	defer told.Close()
	runner, request, err := prepare(opts.request(told))
	if err != nil {
		return err
	}
	tasks, failures, err := runner.Batch(request)
	if err != nil {
		return err
	}
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	list := func(s []string) []string { return append([]string{}, s...) }
	plan := batchPlan{
		Schema: batchSchema, Folder: here, Models: opts.models, Data: runner.Home.Dir, Results: folder,
		Benchmarks: list(opts.benchmarks), Layers: list(opts.layers), AllLayers: opts.allLayers,
		Composite: opts.composite, AllowPartial: opts.allowPartial, Tasks: append([]benchmarks.BatchTask{}, tasks...),
		ModelOf: make(map[string]string),
	}
	if plan.ModelOf, err = benchmarks.ModelFolders(opts.models); err != nil {
		return err
	}
	scores := 0
	for _, t := range tasks {
		plan.Bytes += t.Bytes
		plan.PeakMemory = max(plan.PeakMemory, t.Memory)
		scores += len(t.Benchmarks)
	}
	err = output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error { return output.WriteJSON(w, plan) })
	if err != nil {
		return err
	}
	told.Note("%d tasks with %d scores read %s; the largest holds %s", len(tasks), scores, humanize.IBytes(uint64(plan.Bytes)), humanize.IBytes(uint64(plan.PeakMemory)))
	return failed(failures, scores, "scores")
}

type batchRunOptions struct {
	shard     string
	jobs      jobsFlag
	memory    memoryFlag
	keepGoing bool
	quiet     bool
}

// shardsVariable tells how many shards there are where the engine tells only
// which one is to run.
const shardsVariable = "BRAINSCORE_SHARDS"

func newBatchRunCommand(streams Streams) *cobra.Command {
	var opts batchRunOptions
	c := &cobra.Command{
		Use:   "run PLAN.json",
		Short: "Run a batch, or one shard of it",
		Long: `Runs the tasks of a plan, or of one shard of it: I/N from 1/N to N/N. Tasks are
dealt to shards so that each reads about as much. Without --shard, the shard is
that of the Slurm array ($SLURM_ARRAY_TASK_ID of $SLURM_ARRAY_TASK_COUNT) or of
the Kubernetes job ($JOB_COMPLETION_INDEX of $` + shardsVariable + `) that it
runs in, else the whole plan.

What is finished is not done again. The first score that fails ends the run;
with --keep-going the others are still computed.

` + exitCodes,
		Example: "  brainscore batch run plan.json --shard 2/4 --keep-going",
		Args:    needArg("one PLAN.json"),
		RunE: func(c *cobra.Command, args []string) error {
			return runBatchRun(c.Context(), args[0], opts, streams)
		},
	}
	c.Flags().StringVar(&opts.shard, "shard", "", "run shard `I/N`")
	addJobsFlag(c.Flags(), &opts.jobs)
	c.Flags().Var(&opts.memory, "memory", "hold at most `SIZE` of memory, such as 2GiB; layers that need more fail")
	c.Flags().BoolVarP(&opts.keepGoing, "keep-going", "k", false, "go on where a score fails")
	c.Flags().BoolVarP(&opts.quiet, "quiet", "q", false, "tell no progress and notes, only warnings and errors")
	return c
}

// chooseShard is the shard that a flag, or else the engine, names.
func chooseShard(flag string, getenv func(string) string) (i, n int, err error) {
	if flag != "" {
		i, n, err := benchmarks.ParseShard(flag)
		if err != nil {
			return 0, 0, usagef("--shard: %v", err)
		}
		return i, n, nil
	}
	number := func(name string, otherwise int) int {
		text := getenv(name)
		if text == "" && otherwise >= 0 {
			return otherwise
		}
		n, convErr := strconv.Atoi(text)
		if convErr != nil {
			err = usagef("$%s is %q, which is no number; name the shard by --shard I/N", name, text)
		}
		return n
	}
	switch {
	case getenv("SLURM_ARRAY_TASK_ID") != "":
		first, step := number("SLURM_ARRAY_TASK_MIN", 0), number("SLURM_ARRAY_TASK_STEP", 1)
		i, n = number("SLURM_ARRAY_TASK_ID", -1)-first, number("SLURM_ARRAY_TASK_COUNT", -1)
		if step > 1 {
			i /= step
		}
	case getenv("JOB_COMPLETION_INDEX") != "":
		i, n = number("JOB_COMPLETION_INDEX", -1), number(shardsVariable, -1)
	default:
		return 1, 1, nil
	}
	if err == nil && (i < 0 || i >= n) {
		err = usagef("the engine names shard %d of %d; name the shard by --shard I/N", i+1, n)
	}
	return i + 1, n, err
}

func runBatchRun(ctx context.Context, path string, opts batchRunOptions, streams Streams) error {
	shard, of, err := chooseShard(opts.shard, os.Getenv)
	if err != nil {
		return err
	}
	plan, err := readPlan(path)
	if err != nil {
		return err
	}
	told := progress.New(streams.Err, opts.quiet)
	defer told.Close()
	r := plan.request(told, opts.jobs.number(), int64(opts.memory))
	var tasks []benchmarks.TaskID
	var models []string
	scores := 0
	named := make(map[string]bool)
	for _, i := range benchmarks.Shards(plan.Tasks, of)[shard-1] {
		t := plan.Tasks[i]
		tasks = append(tasks, t.ID())
		scores += len(t.Benchmarks)
		if folder := plan.ModelOf[t.Model]; !named[t.Model] {
			named[t.Model] = true
			models = append(models, folder)
		}
	}
	told.Note("shard %d/%d: %d tasks with %d scores", shard, of, len(tasks), scores)
	if len(tasks) == 0 {
		return nil
	}
	r.Models = models
	if r.Jobs < runtime.GOMAXPROCS(0) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(r.Jobs))
	}
	if r.Memory > 0 {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(r.Memory))
	}
	var result *benchmarks.BatchResult
	err = withStore(r, func(runner *benchmarks.Runner, request benchmarks.Request) error {
		runner.StopAtFailure = !opts.keepGoing
		var err error
		result, err = runner.RunBatch(ctx, request, tasks)
		return err
	})
	if ctxErr := ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if err != nil {
		return err
	}
	told.Close()
	var failures []benchmarks.Failure
	for _, f := range result.Failed {
		failures = append(failures, benchmarks.Failure{Benchmark: f.Model + ", " + f.Benchmark, Layer: f.Layer, Err: f.Err})
	}
	return failed(failures, result.Done, "scores")
}

// batchStatus is the JSON of `batch status`.
type batchStatus struct {
	Schema     int                `json:"schema"`
	Tasks      int                `json:"tasks"`
	TasksDone  int                `json:"tasks_done"`
	Scores     int                `json:"scores"`
	ScoresDone int                `json:"scores_done"`
	BytesLeft  int64              `json:"bytes_left"`
	Models     []batchModelStatus `json:"models"`
	Missing    []string           `json:"missing"`
}

type batchModelStatus struct {
	Model      string `json:"model"`
	Tasks      int    `json:"tasks"`
	TasksDone  int    `json:"tasks_done"`
	Scores     int    `json:"scores"`
	ScoresDone int    `json:"scores_done"`
	BytesLeft  int64  `json:"bytes_left"`
}

func newBatchStatusCommand(streams Streams) *cobra.Command {
	var format formatFlag
	c := &cobra.Command{
		Use:   "status PLAN.json",
		Short: "Tell what of a batch is done",
		Long: `Tells how many tasks and scores of a plan are among the results: those whose
activations, recordings and definitions are still what they were computed from.

` + exitCodes,
		Example: "  brainscore batch status plan.json --format json",
		Args:    needArg("one PLAN.json"),
		RunE: func(c *cobra.Command, args []string) error {
			return runBatchStatus(c.Context(), args[0], format, streams)
		},
	}
	addFormatFlag(c, c.Flags(), &format, output.Table, output.JSON)
	return c
}

func runBatchStatus(ctx context.Context, path string, format formatFlag, streams Streams) error {
	plan, err := readPlan(path)
	if err != nil {
		return err
	}
	var missing []benchmarks.Missing
	told := progress.New(streams.Err, true)
	err = withStore(plan.request(told, runtime.GOMAXPROCS(0), 0), func(runner *benchmarks.Runner, request benchmarks.Request) error {
		var err error
		_, missing, err = runner.Collect(ctx, request)
		return err
	})
	if err != nil {
		return err
	}
	status := newBatchStatus(plan, missing)
	return output.Write(ctx, output.Stdout, streams.Out, func(w io.Writer) error {
		if format.format == output.JSON {
			return output.WriteJSON(w, status)
		}
		return writeBatchStatus(w, status, output.Colored(streams.Out))
	})
}

func newBatchStatus(plan *batchPlan, missing []benchmarks.Missing) batchStatus {
	lacks := make(map[benchmarks.TaskID]int)
	unread := make(map[benchmarks.TaskID]bool)
	s := batchStatus{Schema: output.Schema, Models: []batchModelStatus{}, Missing: []string{}}
	for _, m := range missing {
		s.Missing = append(s.Missing, m.String())
		unread[m.TaskID] = true
		if m.Benchmark != "" {
			lacks[m.TaskID]++
		}
	}
	at := make(map[string]int)
	for _, t := range plan.Tasks {
		i, ok := at[t.Model]
		if !ok {
			i = len(s.Models)
			at[t.Model] = i
			s.Models = append(s.Models, batchModelStatus{Model: t.Model})
		}
		m := &s.Models[i]
		m.Tasks++
		m.Scores += len(t.Benchmarks)
		m.ScoresDone += max(0, len(t.Benchmarks)-lacks[t.ID()])
		if unread[t.ID()] {
			m.BytesLeft += t.Bytes
		} else {
			m.TasksDone++
		}
	}
	for _, m := range s.Models {
		s.Tasks += m.Tasks
		s.TasksDone += m.TasksDone
		s.Scores += m.Scores
		s.ScoresDone += m.ScoresDone
		s.BytesLeft += m.BytesLeft
	}
	return s
}

func writeBatchStatus(w io.Writer, s batchStatus, color bool) error {
	g := output.Grid{
		Header: []string{"model", "tasks", "done", "scores", "done", "to read"},
		Right:  []bool{false, true, true, true, true, true},
	}
	for _, m := range s.Models {
		g.Rows = append(g.Rows, []string{m.Model, strconv.Itoa(m.Tasks), strconv.Itoa(m.TasksDone), strconv.Itoa(m.Scores), strconv.Itoa(m.ScoresDone), humanize.IBytes(uint64(m.BytesLeft))})
	}
	if err := g.Write(w, output.Table, color); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d of %d tasks and %d of %d scores are done; %s are left to read\n", s.TasksDone, s.Tasks, s.ScoresDone, s.Scores, humanize.IBytes(uint64(s.BytesLeft)))
	return err
}

type batchMergeOptions struct {
	output       string
	allowMissing bool
	quiet        bool
}

func newBatchMergeCommand(streams Streams) *cobra.Command {
	var opts batchMergeOptions
	c := &cobra.Command{
		Use:   "merge PLAN.json --output SCORES.json",
		Short: "Merge what the shards gave",
		Long: `Writes the document that score --format json would write of all models of a plan
in one run, the same to the byte, from the results alone. Where some are missing,
they are listed and nothing is written; with --allow-missing they are errors in
the document.

` + exitCodes,
		Example: "  brainscore batch merge plan.json --output scores.json",
		Args:    needArg("one PLAN.json"),
		RunE: func(c *cobra.Command, args []string) error {
			return runBatchMerge(c.Context(), args[0], opts, streams)
		},
	}
	c.Flags().StringVarP(&opts.output, "output", "o", output.Stdout, "write to `FILE`, whole or not at all; - is standard output")
	c.Flags().BoolVar(&opts.allowMissing, "allow-missing", false, "write the document even where results are missing")
	c.Flags().BoolVarP(&opts.quiet, "quiet", "q", false, "tell no notes, only warnings and errors")
	return c
}

func runBatchMerge(ctx context.Context, path string, opts batchMergeOptions, streams Streams) error {
	if opts.output == "" {
		return usagef("--output is empty; - stands for standard output")
	}
	if err := output.Check(opts.output); err != nil {
		return err
	}
	plan, err := readPlan(path)
	if err != nil {
		return err
	}
	told := progress.New(streams.Err, opts.quiet)
	defer told.Close()
	var report *benchmarks.Report
	var missing []benchmarks.Missing
	err = withStore(plan.request(told, runtime.GOMAXPROCS(0), 0), func(runner *benchmarks.Runner, request benchmarks.Request) error {
		var err error
		report, missing, err = runner.Collect(ctx, request)
		return err
	})
	if err != nil {
		return err
	}
	if len(missing) > 0 && !opts.allowMissing {
		var messages []string
		for _, m := range missing {
			messages = append(messages, "missing "+m.String())
		}
		return &problems{append(messages, fmt.Sprintf("%d results are missing: run the shards that have them again", len(missing))), exitFailed}
	}
	err = output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error {
		return output.WriteReport(w, *report, output.JSON, false)
	})
	if err != nil {
		return err
	}
	return newFailures(*report).problems(nil)
}
