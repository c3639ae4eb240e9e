package fsutil

import "golang.org/x/sys/unix"

// exchange swaps two paths in one step.
func exchange(from, to string) error {
	return unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_EXCHANGE)
}
