package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

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
	var out outputFlags
	c := &cobra.Command{
		Use:   "status PLAN.json",
		Short: "Show the progress of a batch",
		Long: `Shows how many tasks and scores of a plan are done. A score is done if the folder of
results has it for the present activations, recordings and definitions.

` + exitCodes(exitData),
		Example: "  brainscore batch status plan.json --format json",
		Args:    needArg("one PLAN.json"),
		RunE: func(c *cobra.Command, args []string) error {
			return runBatchStatus(c.Context(), args[0], out, streams)
		},
	}
	out.addFormat(c, output.Table, output.JSON)
	return c
}

func runBatchStatus(ctx context.Context, path string, out outputFlags, streams Streams) error {
	plan, err := readPlan(ctx, path)
	if err != nil {
		return err
	}
	var missing []scoring.Missing
	r := plan.request()
	r.reporter = progress.New(streams.Err, true)
	err = r.readResults(func(runner *scoring.Runner) (err error) {
		_, missing, err = runner.Batch(r.Request).Collect(ctx)
		return err
	})
	if err != nil {
		return err
	}
	status := newBatchStatus(plan, missing)
	return out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		if format == output.JSON {
			return results.WriteJSON(w, status)
		}
		return writeBatchStatus(w, status, color)
	})
}

func newBatchStatus(plan *batchPlan, missing []scoring.Missing) batchStatus {
	missingScores := make(map[scoring.TaskID]int)
	unfinished := make(map[scoring.TaskID]bool)
	s := batchStatus{Schema: results.Schema, Models: []batchModelStatus{}, Missing: []string{}}
	for _, m := range missing {
		s.Missing = append(s.Missing, m.String())
		unfinished[m.TaskID] = true
		if m.Benchmark != "" {
			missingScores[m.TaskID]++
		}
	}
	index := make(map[string]int)
	for _, t := range plan.Tasks {
		i, ok := index[t.Model]
		if !ok {
			i = len(s.Models)
			index[t.Model] = i
			s.Models = append(s.Models, batchModelStatus{Model: t.Model})
		}
		m := &s.Models[i]
		m.Tasks++
		m.Scores += len(t.Benchmarks)
		m.ScoresDone += max(0, len(t.Benchmarks)-missingScores[t.ID()])
		if unfinished[t.ID()] {
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
	g := output.Grid{Columns: []output.Column{{Header: "model"}}}
	for _, header := range []string{"tasks", "done", "scores", "done", "to read"} {
		g.Columns = append(g.Columns, output.Column{Header: header, Right: true})
	}
	for _, m := range s.Models {
		g.Add(output.Text(m.Model), output.Int(m.Tasks), output.Int(m.TasksDone), output.Int(m.Scores), output.Int(m.ScoresDone), output.Bytes(m.BytesLeft))
	}
	if err := g.Write(w, output.Table, color); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d of %d tasks and %d of %d scores are done; %s remain to be read\n", s.TasksDone, s.Tasks, s.ScoresDone, s.Scores, humanize.IBytes(uint64(s.BytesLeft)))
	return err
}
