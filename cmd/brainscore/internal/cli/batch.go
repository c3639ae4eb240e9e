package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// newBatchCommand returns `batch`, whose commands score many models in shards.
func newBatchCommand(streams Streams, deps deps) *cobra.Command {
	return newGroupCommand(&cobra.Command{
		Use:   "batch",
		Short: "Score many models in shards, on one machine or a cluster",
		Long: `Scores many models in shards: plan the tasks, run the shards in any order, on any
number of machines that share the folder of results, and merge their scores into
the document that one run of score would write, byte for byte, if all machines compute
with the same kernel; --kernel of batch plan makes them. With --kernel portable,
machines of amd64 and of arm64 can share one batch.

A finished score is never computed again: if a shard was killed, run it again with
the same command.`,
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
	// Folder is the working directory of batch plan, which relative paths start from.
	Folder       string              `json:"folder"`
	Models       []string            `json:"models"`
	Data         string              `json:"data"`
	Results      string              `json:"results"`
	Benchmarks   []string            `json:"benchmarks"`
	Present      bool                `json:"present,omitempty"` // only where a model has the stimuli
	Layers       []string            `json:"layers"`
	AllLayers    bool                `json:"all_layers"`
	Composite    string              `json:"composite"`
	AllowPartial bool                `json:"allow_partial"`
	Kernel       string              `json:"kernel,omitempty"` // that all shards must compute with
	Tasks        []scoring.BatchTask `json:"tasks"`
	Bytes        int64               `json:"bytes"`
	PeakMemory   int64               `json:"peak_memory"`
	ModelOf      map[string]string   `json:"model_folders"` // by identifier
}

// batchSchema is the version of batchPlan.
const batchSchema = 1

// planLimit leaves room for a million tasks.
var planLimit = infile.Limit{Bytes: 512 << 20, What: "a plan", Remedy: "write it by batch plan"}

// planError reports a file that is not a plan.
type planError struct {
	path string
	err  error
}

func (e *planError) Error() string {
	return fmt.Sprintf("%s is not a plan: %s; write one by brainscore batch plan", e.path, infile.JSONReason(e.err))
}
func (e *planError) Unwrap() error   { return e.err }
func (e *planError) DataError() bool { return true }

// readPlan reads a plan. If the working directory is not that of batch plan, relative
// paths are joined with that.
func readPlan(ctx context.Context, path string) (*batchPlan, error) {
	var p batchPlan
	err := infile.ReadJSON(ctx, path, planLimit, &p)
	_, unreadable := errors.AsType[*fileerr.Error](err)
	switch {
	case unreadable, ctx.Err() != nil:
		return nil, err
	case err != nil:
		return nil, &planError{path, err}
	case p.Schema != batchSchema:
		return nil, &planError{path, fmt.Errorf("its schema is %d, but this build reads %d", p.Schema, batchSchema)}
	case len(p.Models) == 0 || p.Results == "" || p.Data == "":
		return nil, &planError{path, errors.New("models, data or results are missing")}
	}
	folder, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if folder == p.Folder {
		return &p, nil
	}
	join := func(path string) string {
		if filepath.IsAbs(path) {
			return path
		}
		return filepath.Join(p.Folder, path)
	}
	for i := range p.Models {
		p.Models[i] = join(p.Models[i])
	}
	for id := range p.ModelOf {
		p.ModelOf[id] = join(p.ModelOf[id])
	}
	p.Data, p.Results = join(p.Data), join(p.Results)
	if isPath(p.Composite) {
		p.Composite = join(p.Composite)
	}
	return &p, nil
}

// isPath reports whether the name of a composite is the path of a file.
func isPath(name string) bool {
	ext := filepath.Ext(name)
	return ext == ".yaml" || ext == ".yml" || strings.ContainsAny(name, `/\`)
}

// request returns the request to score the whole plan.
func (p *batchPlan) request() scoreRequest {
	return scoreRequest{
		Request:   scoring.Request{Models: p.Models, Benchmarks: p.Benchmarks, Present: p.Present, Layers: p.Layers, AllLayers: p.AllLayers, AllowPartial: p.AllowPartial},
		runFlags:  runFlags{data: p.Data, results: p.Results, options: scoring.Options{Workers: runtime.GOMAXPROCS(0), Kernel: p.Kernel}},
		composite: p.Composite,
	}
}
