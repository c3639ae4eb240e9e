package data

import (
	"context"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestKilled kills processes amid fetching and importing: whatever the moment,
// the home then holds an object whole or not at all, and the next try succeeds.
func TestKilled(t *testing.T) {
	if home := os.Getenv("BRAINSCORE_TEST_HOME"); home != "" {
		fetchUntilKilled(home)
		return
	}
	kills := 100
	if testing.Short() {
		kills = 10
	}
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request, content []byte, _ int) { cut(rw, r, content, 200<<10) })
	random := rand.New(rand.NewPCG(1, 2))
	installed := 0
	for i := range kills {
		child := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		child.Env = append(os.Environ(), "BRAINSCORE_TEST_HOME="+w.Dir, "BRAINSCORE_TEST_MIRROR="+w.Mirror, "BRAINSCORE_TEST_REGISTRY="+w.text)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.IntN(60)) * time.Millisecond)
		_ = child.Process.Kill()
		_ = child.Wait()
		for _, o := range []Object{w.set, w.assembly} {
			if _, err := w.Verify(context.Background(), o); err != nil {
				t.Fatalf("after kill %d: %v", i, err)
			}
			if w.State(o) == StateInstalled {
				installed++
			}
		}
		if random.IntN(5) == 0 {
			if err := w.fetch(); err != nil {
				t.Fatalf("after kill %d: %v", i, err)
			}
			w.whole(t, true)
		}
	}
	t.Logf("%d kills, %d objects found installed", kills, installed)
	if err := w.fetch(); err != nil {
		t.Fatal(err)
	}
	w.whole(t, true)
}

// fetchUntilKilled fetches and removes again and again.
func fetchUntilKilled(home string) {
	registry, err := ParseRegistry("r.csv", strings.NewReader(os.Getenv("BRAINSCORE_TEST_REGISTRY")))
	if err != nil {
		panic(err)
	}
	s := &Store{Dir: home, Registry: registry, Importer: &fake{}, Mirror: os.Getenv("BRAINSCORE_TEST_MIRROR"), Wait: time.Millisecond}
	ctx := context.Background()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		for _, o := range registry.Objects {
			if err := s.Fetch(ctx, o); err != nil {
				panic(err)
			}
		}
		for _, o := range registry.Objects {
			if _, err := s.Remove(ctx, o, false); err != nil {
				panic(err)
			}
		}
	}
}
