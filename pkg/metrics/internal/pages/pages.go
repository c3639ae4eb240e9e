// Package pages makes large arrays whose first use is cheap.
//
// A new array's memory comes from the operating system page by page, as it is
// first touched. For the tens of megabytes of a Gram matrix and the blocks of a
// pass that is a tenth of a short run's time; with huge pages, which Linux gives
// by default only to who asks, it is half of that.
package pages

import "unsafe"

// Of is a new array of n zeros, of a type without pointers.
func Of[T any](n int) []T {
	x := make([]T, n)
	advise(x)
	touch(x)
	return x
}

// touch writes to each page of an array. One that is read first, as a product does that is
// added to zeros, is touched twice: the second time the system puts a page in the place of
// the one of zeros, and all processors have to notice. Larger arrays are left to those
// who use them, which may be several workers.
func touch[T any](x []T) {
	const page, most = 4 << 10, 32 << 20
	each := int(unsafe.Sizeof(*new(T)))
	if len(x)*each > most {
		return
	}
	for i := 0; i < len(x); i += max(1, page/max(1, each)) {
		x[i] = *new(T)
	}
}
