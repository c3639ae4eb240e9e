package imports

import "golang.org/x/sys/unix"

// exchange swaps two folders in one step, where the file system can.
func exchange(from, to string) error {
	if unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_EXCHANGE) == nil {
		return nil
	}
	return swapByRename(from, to)
}
