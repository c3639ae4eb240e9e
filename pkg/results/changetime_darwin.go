package results

import (
	"io/fs"
	"syscall"
)

// changeTime is when a file or its times were last changed, which no program
// can set, and its inode.
func changeTime(info fs.FileInfo) (ns int64, inode uint64) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Ctimespec.Nano(), s.Ino
	}
	return 0, 0
}
