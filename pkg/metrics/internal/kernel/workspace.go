package kernel

import "sync"

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

var workspaces = sync.Pool{New: func() any { return new(workspace) }}

// grow returns buf with at least n elements, their values unspecified.
func grow(buf []float64, n int) []float64 {
	if cap(buf) < n {
		return make([]float64, n)
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
