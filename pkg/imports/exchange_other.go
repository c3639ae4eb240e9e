//go:build !linux && !darwin

package imports

func exchange(from, to string) error { return swapByRename(from, to) }
