package infile

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

// TimeResolution bounds the resolution of file systems' times, with a margin: a file may
// change twice within it and have the same times.
const TimeResolution = 3 * time.Second

// State identifies the content of a file without reading it.
type State struct {
	Path  string `json:"path"` // absolute
	Size  int64  `json:"size"`
	MTime int64  `json:"mtime"` // ns
	CTime int64  `json:"ctime"` // ns, 0 if the system has none
	Inode uint64 `json:"inode"` // 0 if the system has none
}

// StateOf returns the state of an open file. Network file systems ask the server only
// when a file is opened.
func StateOf(f *os.File) (State, error) {
	info, err := f.Stat()
	if err != nil {
		return State{}, err
	}
	absolute, err := filepath.Abs(f.Name())
	if err != nil {
		return State{}, err
	}
	s := State{Path: absolute, Size: info.Size(), MTime: info.ModTime().UnixNano()}
	s.CTime, s.Inode = changeTime(info)
	return s, nil
}

// StateAt returns the state of the regular file at a path.
func StateAt(path string) (State, error) {
	f, err := Open(context.Background(), path)
	if err != nil {
		return State{}, err
	}
	defer f.Close()
	return f.State()
}

// State returns the state of the file.
func (f *File) State() (State, error) { return StateOf(f.file) }

// IsRacy reports whether a file may change again without a new state. On a system
// without times of change any file may, because other times can be set.
func (s State) IsRacy(now time.Time) bool {
	return s.CTime == 0 || max(s.MTime, s.CTime) > now.Add(-TimeResolution).UnixNano()
}
