package scoring

import (
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Options set how a Runner works. The zero value scores with one worker and keeps
// nothing.
type Options struct {
	Workers int // processors to use; below one counts as one
	// Progress, if set, is called as the reading of a layer starts; the function
	// that it returns is called with the bytes read so far.
	Progress func(label string, bytes int64) func(done int64)
	// Watch, if set, is called with each change of how far a run is, one call at a time. It
	// must return soon.
	Watch func(RunStatus)
	// Finished, if set, is called by Score with the results of each model, in the order of the
	// request, once they and those of the models before it are complete.
	Finished func(benchmarks.ModelResult)
	// Log, if set, receives lines that are worth reading but change no figure;
	// calls may run at the same time.
	Log func(line string)

	// Store, if set, keeps results; what it has is not computed again.
	Store Store
	// Kernel, if set, is the kernel that figures must be computed by: results of others
	// are not taken from the store. The caller makes it that of package metrics.
	Kernel string
	// StopAtFailure ends a run at the first score that fails.
	StopAtFailure bool

	// Intervals, if it asks for samples, adds intervals to scores whose metrics
	// compute them.
	Intervals metrics.Resampling

	// Cluster is the column of neuroid.csv that names what neuroids belong to that
	// are not independent of each other, for intervals; empty for none.
	Cluster string

	// Memory, if above zero, bounds in bytes what the process holds.
	Memory int64
	// Hold, if set, is called with the bytes that the process holds at most, before a run
	// reads layers: whoever owns the process has the garbage collector keep to it.
	Hold func(bytes int64)
}

func (o *Options) log(format string, args ...any) {
	if o.Log != nil {
		o.Log(fmt.Sprintf(format, args...))
	}
}
