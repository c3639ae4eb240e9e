package scoring

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// followed is a run whose statuses and finished models are recorded.
type followed struct {
	statuses []RunStatus
	models   []benchmarks.ModelResult
	report   *benchmarks.Report
}

func follow(t *testing.T, home string, store string, request Request) followed {
	t.Helper()
	var f followed
	runner := NewRunner(benchmarks.Home{Dir: home}, Options{
		Workers:  3,
		Watch:    func(s RunStatus) { f.statuses = append(f.statuses, s) },
		Finished: func(m benchmarks.ModelResult) { f.models = append(f.models, m) },
	})
	if store != "" {
		s, err := results.Open(store)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		runner.Store = s
	}
	var err error
	if f.report, err = runner.Score(context.Background(), request); err != nil {
		t.Fatal(err)
	}
	return f
}

// A run is followed to its end: the share of the work and the counts only grow, each model
// is finished once, in the order of the request, and as the report has it.
func TestRunIsFollowed(t *testing.T) {
	const golden = "../../testdata/golden"
	home := golden + "/home"
	models := t.TempDir()
	for _, name := range []string{"c", "a", "b"} {
		if err := os.CopyFS(filepath.Join(models, name), os.DirFS(golden+"/models/mini-net")); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(models, name, "model.yaml"), "commitments: {V4: conv, IT: fc}\n")
	}
	write(t, filepath.Join(models, "b", "hvm-mini", "fc.npy"), "broken")
	request := Request{Models: []string{models + "/c", models + "/a", models + "/b"},
		Benchmarks: []string{"hvm-mini.V4-cka", "hvm-mini.IT-rdm", "hvm-mini.IT-cka"}}
	store := t.TempDir()
	for _, c := range []struct {
		name, store          string
		scores, done, failed int
	}{
		{"without a store", "", 9, 7, 2},
		{"with an empty store", store, 9, 7, 2},
		{"with a full store", store, 2, 0, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := follow(t, home, c.store, request)
			last := f.statuses[len(f.statuses)-1]
			if last.Share < 1-1e-12 || last.Step != "" || last.More != 0 {
				t.Errorf("the last status is %+v", last)
			}
			last.Share = 0
			if want := (RunStatus{Scores: c.scores, Done: c.done, Failed: c.failed}); last != want {
				t.Errorf("the last status is %+v, want %+v", last, want)
			}
			for i, s := range f.statuses[1:] {
				if before := f.statuses[i]; s.Share < before.Share || s.Done < before.Done || s.Failed < before.Failed {
					t.Errorf("%+v follows %+v", s, before)
				}
			}
			if !reflect.DeepEqual(f.models, f.report.Models) && shown(&benchmarks.Report{Models: f.models}) != shown(&benchmarks.Report{Models: f.report.Models}) {
				t.Errorf("finished\n%+v, but the report has\n%+v", f.models, f.report.Models)
			}
		})
	}
}
