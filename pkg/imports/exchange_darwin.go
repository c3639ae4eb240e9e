package imports

import "golang.org/x/sys/unix"

// exchange swaps two folders in one step, where the file system can.
func exchange(from, to string) error {
	if unix.RenamexNp(from, to, unix.RENAME_SWAP) == nil {
		return nil
	}
	return swapByRename(from, to)
}
