package pages

import (
	"sync"
	"unsafe"
)

// Pool keeps arrays that are no longer needed for others to take: memory that has
// been touched once costs nothing to touch again. A new Pool is empty; a nil one
// keeps nothing. Several goroutines may use one.
type Pool struct {
	mutex sync.Mutex
	free  [][]uint64 // of full capacity
}

// word is what an array in a pool consists of.
type word interface{ ~float64 | ~uint64 }

// spare is how many times larger than asked for an array may be.
const spare = 4

// Take is an array of n unspecified numbers, the smallest in the pool that holds
// as many, else a new one.
func Take[T word](p *Pool, n int) []T {
	if n == 0 {
		return nil
	}
	words := p.take(n)
	if words == nil {
		words = Of[uint64](n)
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&words[0])), cap(words))[:n]
}

// Give returns an array that Take has given, or any other array that is the start
// of one, to the pool. It may not be used any more.
func Give[T word](p *Pool, x []T) {
	if p == nil || cap(x) == 0 {
		return
	}
	words := unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.SliceData(x))), cap(x))
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.free = append(p.free, words)
}

// Clear lets go of the arrays that are kept.
func (p *Pool) Clear() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.free = nil
}

func (p *Pool) take(n int) []uint64 {
	if p == nil {
		return nil
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	best := -1
	for i, x := range p.free {
		if len(x) >= n && len(x) <= spare*n && (best < 0 || len(x) < len(p.free[best])) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	x, last := p.free[best], len(p.free)-1
	p.free[best], p.free[last] = p.free[last], nil
	p.free = p.free[:last]
	return x
}
