package fsutil

import "golang.org/x/sys/unix"

// exchange swaps two paths in one step.
func exchange(from, to string) error { return unix.RenamexNp(from, to, unix.RENAME_SWAP) }
