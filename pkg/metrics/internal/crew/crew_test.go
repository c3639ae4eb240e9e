package crew

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestEachTaskOnce(t *testing.T) {
	for _, workers := range []int{-1, 0, 1, 2, 3, 16} {
		for _, tasks := range []int{0, 1, 2, 5, 100} {
			done := make([]atomic.Int32, tasks)
			var seen [16]atomic.Int32
			Run(workers, tasks, func(worker, i int) {
				done[i].Add(1)
				if seen[worker].Add(1) > 1 {
					t.Errorf("two have the number %d", worker)
				}
				runtime.Gosched()
				seen[worker].Add(-1)
			})
			for i := range done {
				if n := done[i].Load(); n != 1 {
					t.Errorf("%d workers, %d tasks: task %d was run %d times", workers, tasks, i, n)
				}
			}
		}
	}
}

// TestLoopsTogether runs loops within loops beside each other.
func TestLoopsTogether(t *testing.T) {
	var sum atomic.Int64
	var wait sync.WaitGroup
	const callers, rounds, outer, inner = 8, 200, 3, 4
	for range callers {
		wait.Go(func() {
			for range rounds {
				Run(3, outer, func(_, _ int) {
					Run(2, inner, func(_, _ int) { sum.Add(1) })
				})
			}
		})
	}
	wait.Wait()
	if got := sum.Load(); got != callers*rounds*outer*inner {
		t.Errorf("%d tasks were run, want %d", got, callers*rounds*outer*inner)
	}
}

// TestNoneLingersLong wants every helper gone after a while, and none promised.
func TestNoneLingersLong(t *testing.T) {
	for range 100 {
		Run(4, 8, func(_, _ int) {})
	}
	deadline := time.Now().Add(10 * time.Second)
	for lingering.Load() > 0 {
		if time.Now().After(deadline) {
			t.Fatalf("%d linger", lingering.Load())
		}
		time.Sleep(time.Millisecond)
	}
	if len(handed) != 0 {
		t.Errorf("%d jobs are left", len(handed))
	}
	buffer := make([]byte, 1<<20)
	if stacks := string(buffer[:runtime.Stack(buffer, true)]); strings.Contains(stacks, "crew.another") {
		t.Errorf("a helper waits for a job that nobody has promised:\n%s", stacks)
	}
}

// TestOrder wants what one loop wrote to be seen by the next, by whoever runs it.
func TestOrder(t *testing.T) {
	values := make([]int, 64)
	for round := range 500 {
		Run(4, len(values), func(_, i int) {
			if from := values[i]; from != round {
				t.Errorf("round %d finds %d", round, from)
			}
			values[i]++
		})
	}
}

func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		Run(2, 2, func(_, _ int) {})
	}
}
