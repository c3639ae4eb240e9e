package scoring

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Inner products that a store has seen are not checked again, and others are refused however
// often they are scored.
func TestStoreKeepsChecksOfProducts(t *testing.T) {
	l := newCompactLab(t)
	var all []int
	for i := range 60 {
		all = append(all, i)
	}
	l.recordings(t, "rec", all)
	_, products := columnsOf(t)
	l.layer(t, "a", "wide", stream.MaxHeld/60+100)
	l.compact(t, "compact")
	score := func() (string, int, error) {
		store, err := results.Open(l.path("results"))
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		name := l.benchmark(t, "rec", products[0])
		text, failures := l.document(t, "compact", Options{Workers: 2, Store: store}, name)
		checks, _ := filepath.Glob(l.path("results/checks/*/wide/*.json"))
		if len(failures) > 0 {
			err = failures[0].Err
		}
		return text, len(checks), err
	}
	want, checks, err := score()
	if err != nil || checks != 1 {
		t.Fatalf("%d checks are kept; %v", checks, err)
	}
	if err := os.RemoveAll(l.path("results/scores")); err != nil {
		t.Fatal(err)
	}
	if got, checks, err := score(); got != want || checks != 1 || err != nil {
		t.Errorf("%d checks are kept; %v; %s", checks, err, difference(got, want))
	}
	path := l.path("compact/a/wide.compact.npz")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, string(changedCompact(t, data, func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { spoilTriple(p.Lists[0].K) })))
	for range 2 {
		if _, checks, err := score(); checks != 1 || err == nil || !strings.Contains(err.Error(), "not positive semidefinite") {
			t.Errorf("%d checks are kept; %v", checks, err)
		}
	}
}
