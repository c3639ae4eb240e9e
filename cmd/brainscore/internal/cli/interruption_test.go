package cli

import (
	"context"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

func TestInterruptedRunSaysWhatIsKept(t *testing.T) {
	results := "results"
	for _, c := range []struct {
		name   string
		status *scoring.RunStatus
		folder *string
		late   bool // true if the run does not end by itself
		want   string
	}{
		{"before it begins", nil, nil, false, "interrupted"},
		{"while it prepares", &scoring.RunStatus{Step: "reading"}, nil, false, "interrupted"},
		{"without results", &scoring.RunStatus{Scores: 12, Done: 3, Failed: 1}, nil, false,
			"interrupted: 3 of 12 scores were computed, and none is kept; with --results DIR a run keeps each of them, and the same command then goes on"},
		{"with results", &scoring.RunStatus{Scores: 12, Done: 3}, &results, false,
			"interrupted: 3 of 12 scores are computed and kept in results; the same command computes the others"},
		{"in a step that cannot be stopped", &scoring.RunStatus{Scores: 12, Done: 3}, &results, true,
			"interrupted: 3 of 12 scores are computed and kept in results; the same command computes the others"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			d := deps{score: func(_ context.Context, r scoreRequest) (benchmarks.Report, error) {
				if c.status != nil {
					r.run.watch(*c.status)
				}
				r.run.folder.Store(c.folder)
				cancel()
				if c.late {
					<-t.Context().Done()
				}
				return benchmarks.Report{}, ctx.Err()
			}}
			if got, want := try(ctx, d, "score", "m"), (outcome{1, "", "brainscore: " + c.want + "\n"}); got != want {
				t.Errorf("gives %+v, want %+v", got, want)
			}
		})
	}
}
