package kernel

import (
	"runtime"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
)

// workspace holds the packing buffers of one running product. They are kept
// between calls: a caller that streams a layer makes thousands of them.
type workspace struct {
	// shared has two buffers, so that the next block is packed by whoever runs out
	// of tiles of the present one.
	shared [2][]float64
	local  [][]float64
	pair   []float64 // two factors side by side, see beside
	tiles  []tile
}

// tile is a rectangle of C: rows i0..i1 and columns j0..j1.
type tile struct{ i0, i1, j0, j1 int }

// idle holds the workspaces that no product uses: as many as have ever run at once,
// up to the number of processors. A sync.Pool would keep one for each processor
// that a single caller happened to visit.
var idle struct {
	sync.Mutex
	list []*workspace
}

func takeWorkspace() *workspace {
	idle.Lock()
	defer idle.Unlock()
	last := len(idle.list) - 1
	if last < 0 {
		return new(workspace)
	}
	ws := idle.list[last]
	idle.list = idle.list[:last]
	return ws
}

func (ws *workspace) release() {
	idle.Lock()
	defer idle.Unlock()
	if len(idle.list) < runtime.GOMAXPROCS(0) {
		idle.list = append(idle.list, ws)
	}
}

// DropIdle releases the packing buffers that no product uses.
func DropIdle() {
	idle.Lock()
	defer idle.Unlock()
	idle.list = nil
}

// grow returns buf with at least n elements, their values unspecified.
func grow(buf []float64, n int) []float64 {
	if cap(buf) < n {
		return pages.Of[float64](n)
	}
	return buf[:n]
}

// locals makes a buffer of n elements for each worker.
func (ws *workspace) locals(workers, n int) {
	for len(ws.local) < workers {
		ws.local = append(ws.local, nil)
	}
	for i := range workers {
		ws.local[i] = grow(ws.local[i], n)
	}
}
