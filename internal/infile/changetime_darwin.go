package infile

import (
	"io/fs"
	"syscall"
)

// changeTime returns a file's time of change, which programs cannot set, and its
// inode.
func changeTime(info fs.FileInfo) (ns int64, inode uint64) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Ctimespec.Nano(), s.Ino
	}
	return 0, 0
}
