package buildinfo

import (
	"runtime"
	"testing"
)

func TestRead(t *testing.T) {
	info := Read()
	if info.Version == "" || info.Go != runtime.Version() || info.OS != runtime.GOOS || info.Arch != runtime.GOARCH {
		t.Errorf("Read gives %+v", info)
	}
	version = "v1.2.3"
	defer func() { version = "" }()
	if got := Read().Version; got != "v1.2.3" {
		t.Errorf("version %q, want the linker's", got)
	}
}
