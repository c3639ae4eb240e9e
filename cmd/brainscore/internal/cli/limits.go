package cli

import (
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// heapBallast is the size of an array that counts as live heap while scores are
// computed. It is never touched, so that it needs no memory. With it, the garbage of
// reading small files is collected later, and leaves no holes in which the first Gram
// matrix would be placed and cleared by one processor.
const heapBallast = 16 << 20

// programBytes is what the program's own code and data take of its memory, which the
// garbage collector does not count.
const programBytes = 30 << 20

// givenLimit returns the limit that GOMEMLIMIT sets.
var givenLimit = sync.OnceValue(func() int64 { return debug.SetMemoryLimit(-1) })

// setUpRuntime chooses the kernel, makes the Go runtime keep the request's number of
// workers too and returns a function that lifts all limits: libraries that work in
// parallel follow GOMAXPROCS.
func (r *scoreRequest) setUpRuntime() (lift func(), err error) {
	if err := metrics.UseKernel(r.options.Kernel); err != nil {
		return nil, usagef("--kernel: %w", err)
	}
	ballast := make([]byte, heapBallast)
	processors, memory := runtime.GOMAXPROCS(0), givenLimit()
	if r.options.Workers < processors {
		runtime.GOMAXPROCS(r.options.Workers)
	}
	return func() {
		runtime.KeepAlive(ballast)
		runtime.GOMAXPROCS(processors)
		debug.SetMemoryLimit(memory)
	}, nil
}

// holdTo has the garbage collector keep the process to what it holds at most, unless
// GOMEMLIMIT asks for less: garbage is collected before it makes the process larger. The
// collector goes beyond its limit by what is allocated while it works.
func holdTo(bytes int64) {
	debug.SetMemoryLimit(min(givenLimit(), bytes*10/11-programBytes+heapBallast))
}
