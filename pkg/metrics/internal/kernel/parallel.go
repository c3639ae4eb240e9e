package kernel

import (
	"sync"
	"sync/atomic"
)

// parallel runs task(worker, 0..tasks−1), each once, on at most workers goroutines,
// the caller's among them, and returns when all are done. Workers draw the next task
// from a counter, so uneven tasks and busy cores even out.
func parallel(workers, tasks int, task func(worker, i int)) {
	workers = min(workers, tasks)
	if workers <= 1 {
		for i := 0; i < tasks; i++ {
			task(0, i)
		}
		return
	}
	var next atomic.Int64
	run := func(worker int) {
		for {
			i := int(next.Add(1)) - 1
			if i >= tasks {
				return
			}
			task(worker, i)
		}
	}
	var wg sync.WaitGroup
	for worker := 1; worker < workers; worker++ {
		wg.Go(func() { run(worker) })
	}
	run(0)
	wg.Wait()
}
