// Package crew runs the tasks of short parallel loops.
//
// A mapping is thousands of products of less than a millisecond, one after the
// other. To wake a parked thread for each takes a tenth of that. So a worker that
// has nothing left to do lingers for some ten microseconds and takes part in the
// next loop; meanwhile it gives way to every other goroutine that can run.
package crew

import (
	"runtime"
	"sync/atomic"
)

// linger is how often one that waits gives way before it parks.
const linger = 100

// job is one loop.
type job struct {
	task  func(worker, i int)
	tasks int64
	next  atomic.Int64 // the next task
	seats atomic.Int64 // helpers that have begun
	busy  atomic.Int64 // helpers that have not ended
	done  chan struct{}
}

// Run runs task(worker, 0 … tasks−1), each once, on at most workers goroutines, the
// caller's among them, and returns when all are done. Workers draw the next task
// from a counter, so uneven tasks and busy processors even out; each has a number
// below workers of its own.
func Run(workers, tasks int, task func(worker, i int)) {
	workers = min(workers, tasks)
	if workers <= 1 {
		for i := range tasks {
			task(0, i)
		}
		return
	}
	j := &job{task: task, tasks: int64(tasks), done: make(chan struct{})}
	j.busy.Store(int64(workers - 1))
	for range workers - 1 {
		j.send()
	}
	j.work(0)
	j.wait()
}

func (j *job) work(worker int) {
	for {
		i := j.next.Add(1) - 1
		if i >= j.tasks {
			return
		}
		j.task(worker, int(i))
	}
}

// wait returns once all helpers have ended.
func (j *job) wait() {
	for range linger {
		if j.busy.Load() == 0 {
			return
		}
		runtime.Gosched()
	}
	<-j.done
}

// lingering counts the helpers that wait for a job and are promised none. Who takes
// one off has promised it a job, which it then waits for.
var lingering atomic.Int64

// handed has the promised jobs.
var handed = make(chan *job, 64)

// claim removes one from lingering, if there is one.
func claim() bool {
	for {
		n := lingering.Load()
		if n == 0 {
			return false
		}
		if lingering.CompareAndSwap(n, n-1) {
			return true
		}
	}
}

// send passes the job to a helper that lingers, else to a new one.
func (j *job) send() {
	if claim() {
		handed <- j
	} else {
		go help(j)
	}
}

// help works on jobs until there is none for a while.
func help(j *job) {
	for j != nil {
		j.work(int(j.seats.Add(1)))
		if j.busy.Add(-1) == 0 {
			close(j.done)
		}
		j = another()
	}
}

// another waits for a job; nil if there is none.
func another() *job {
	lingering.Add(1)
	for range linger {
		if len(handed) > 0 {
			select {
			case j := <-handed:
				return j
			default: // another helper was faster
			}
		}
		runtime.Gosched()
	}
	if claim() {
		return nil
	}
	// All that linger are promised a job, this one too.
	return <-handed
}
