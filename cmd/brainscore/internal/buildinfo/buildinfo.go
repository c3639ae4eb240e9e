// Package buildinfo describes the build of the toolkit that is running.
package buildinfo

import (
	"runtime"
	"runtime/debug"
)

// Releases set these by the linker, as in
// -ldflags "-X …/cmd/brainscore/internal/buildinfo.version=v1.2.3".
var (
	version  string
	revision string
	modified string // "true" or "false"
)

// Info describes a build.
type Info struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"` // commit, if the build knows it
	Modified bool   `json:"modified,omitempty"` // with changes that are not committed
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

// Read returns a description of the running build.
func Read() Info {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		build = &debug.BuildInfo{}
	}
	return describe(build)
}

// describe returns a description of a build. Values that the linker set take precedence
// over those that the go command recorded. The version of the module is that of
// `go install …@v1.2.3`, or the one that the go command derives from the tags of a
// clone; else it is "devel".
func describe(build *debug.BuildInfo) Info {
	info := Info{Version: version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info.Version == "" && build.Main.Version != "(devel)" {
		info.Version = build.Main.Version
	}
	if info.Version == "" {
		info.Version = "devel"
	}
	if revision != "" {
		info.Revision, info.Modified = revision, modified == "true"
		return info
	}
	for _, s := range build.Settings {
		switch s.Key {
		case "vcs.revision":
			info.Revision = s.Value
		case "vcs.modified":
			info.Modified = s.Value == "true"
		}
	}
	return info
}
