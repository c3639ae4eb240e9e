package fsutil

import "golang.org/x/sys/unix"

func exchange(from, to string) error { return unix.RenamexNp(from, to, unix.RENAME_SWAP) }
