// Package pages makes large arrays whose first use is cheap.
//
// A new array's memory comes from the operating system page by page, as it is
// first touched. For the tens of megabytes of a Gram matrix and the blocks of a
// pass that is a tenth of a short run's time; with huge pages, which Linux gives
// by default only to who asks, it is half of that.
package pages

// Of is a new array of n zeros, of a type without pointers.
func Of[T any](n int) []T {
	x := make([]T, n)
	advise(x)
	return x
}
