// Package buildinfo tells which build of the toolkit is running.
package buildinfo

import (
	"runtime"
	"runtime/debug"
)

// version is set by the linker in releases:
// -ldflags "-X …/cmd/brainscore/internal/buildinfo.version=v1.2.3".
var version string

// Info describes the running build.
type Info struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"` // commit, where the build knows it
	Modified bool   `json:"modified,omitempty"` // with changes that are not committed
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

// Read describes the running build. The version is the linker's, else that of
// the module, else "devel".
func Read() Info {
	info := Info{Version: version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	build, ok := debug.ReadBuildInfo()
	if ok {
		for _, s := range build.Settings {
			switch s.Key {
			case "vcs.revision":
				info.Revision = s.Value
			case "vcs.modified":
				info.Modified = s.Value == "true"
			}
		}
	}
	if info.Version == "" && ok && build.Main.Version != "(devel)" {
		info.Version = build.Main.Version
	}
	if info.Version == "" {
		info.Version = "devel"
	}
	return info
}
