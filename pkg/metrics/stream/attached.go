package stream

import (
	"reflect"
	"sync"
)

// attachments are values by their type.
type attachments struct {
	mutex sync.Mutex
	of    map[reflect.Type]any
}

// Attached returns the value of type T that goes with a Gram matrix, a zero one the first
// time. Metrics keep there what others on the same matrix can use, such as its inverse:
// T is a type of their own, so that no other package reaches it, and guards itself, since
// several metrics may use it at the same time. It lives as long as the matrix.
func Attached[T any](g *Gram) *T {
	g.attached.mutex.Lock()
	defer g.attached.mutex.Unlock()
	key := reflect.TypeFor[T]()
	if v, ok := g.attached.of[key]; ok {
		return v.(*T)
	}
	if g.attached.of == nil {
		g.attached.of = make(map[reflect.Type]any)
	}
	v := new(T)
	g.attached.of[key] = v
	return v
}
