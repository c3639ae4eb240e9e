//go:build !linux

package pages

// advise does nothing: only Linux can be asked for huge pages.
func advise[T any]([]T) {}
