package kernel

import "github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"

// parallel runs task(worker, 0..tasks−1), each once, on at most workers goroutines.
func parallel(workers, tasks int, task func(worker, i int)) { crew.Run(workers, tasks, task) }
