package buildinfo

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestRead(t *testing.T) {
	if info := Read(); info.Version == "" {
		t.Errorf("Read() = %+v, without a version", info)
	}
}

func TestDescribe(t *testing.T) {
	clone := func(version string) *debug.BuildInfo {
		return &debug.BuildInfo{
			Main:     debug.Module{Version: version},
			Settings: []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "true"}},
		}
	}
	defer func(v, r, m string) { version, revision, modified = v, r, m }(version, revision, modified)
	for _, c := range []struct {
		name                        string
		version, revision, modified string // set by the linker
		build                       *debug.BuildInfo
		want                        Info
	}{
		{"nothing is known", "", "", "", &debug.BuildInfo{}, Info{Version: "devel"}},
		{"go run or go test", "", "", "", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, Info{Version: "devel"}},
		{"go install of a version", "", "", "", &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, Info{Version: "v1.2.3"}},
		{"go build in a clone without tags", "", "", "", clone("v0.0.0-20261127120000-abcdefabcdef+dirty"),
			Info{Version: "v0.0.0-20261127120000-abcdefabcdef+dirty", Revision: "abc", Modified: true}},
		{"go build in a clone without version control", "", "", "", clone("(devel)"), Info{Version: "devel", Revision: "abc", Modified: true}},
		{"a release", "v1.2.3", "def", "false", clone("v1.2.2"), Info{Version: "v1.2.3", Revision: "def"}},
		{"a snapshot", "v1.2.4-snapshot+def", "def", "true", &debug.BuildInfo{}, Info{Version: "v1.2.4-snapshot+def", Revision: "def", Modified: true}},
		{"the linker's version alone", "v1.2.3", "", "", clone("(devel)"), Info{Version: "v1.2.3", Revision: "abc", Modified: true}},
	} {
		version, revision, modified = c.version, c.revision, c.modified
		c.want.Go, c.want.OS, c.want.Arch = runtime.Version(), runtime.GOOS, runtime.GOARCH
		if got := describe(c.build); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
