package benchmarks

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// HomeVariable is the environment variable that names the data home.
const HomeVariable = "BRAINSCORE_DATA"

// Home is a data home: the folder of stimulus sets, assemblies and benchmark
// definitions.
type Home stimuli.Home

// ResolveHome finds the data home: the flag's value if any, else
// $BRAINSCORE_DATA, else $XDG_DATA_HOME/brainscore, which is
// ~/.local/share/brainscore where XDG_DATA_HOME is not set to an absolute
// path. It does not look whether the folder exists; Check does.
func ResolveHome(flag string, getenv func(string) string) (Home, error) {
	if flag != "" {
		return Home{flag}, nil
	}
	if dir := getenv(HomeVariable); dir != "" {
		return Home{dir}, nil
	}
	if dir := getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return Home{filepath.Join(dir, "brainscore")}, nil
	}
	for _, variable := range []string{"HOME", "USERPROFILE"} {
		if dir := getenv(variable); dir != "" {
			return Home{filepath.Join(dir, ".local", "share", "brainscore")}, nil
		}
	}
	return Home{}, &HomeError{Err: errors.New("there is no home folder to look in")}
}

// HomeError reports a data home that cannot be used.
type HomeError struct {
	Dir string
	Err error
}

func (e *HomeError) Error() string {
	const remedy = "give one by --data DIR or $" + HomeVariable
	if e.Dir == "" {
		return fmt.Sprintf("no data home: %v; %s", e.Err, remedy)
	}
	if errors.Is(e.Err, fs.ErrNotExist) {
		return fmt.Sprintf("no data home at %s: the folder does not exist; %s, or make one by brainscore data fetch or import", e.Dir, remedy)
	}
	return fmt.Sprintf("data home %s: %v; %s", e.Dir, e.Err, remedy)
}

// DataError reports that the cause is invalid data.
func (e *HomeError) DataError() bool { return true }

func (e *HomeError) Unwrap() error { return e.Err }

// Check reports, as a *HomeError, a home that is not there.
func (h Home) Check() error {
	info, err := os.Stat(h.Dir)
	if err == nil && !info.IsDir() {
		err = errors.New("it is not a folder")
	}
	if err != nil {
		return &HomeError{Dir: h.Dir, Err: err}
	}
	return nil
}

// StimulusSetPath returns the folder of a stimulus set. The identifier must be
// safe (stimuli.SafeID); those of parsed definitions are.
func (h Home) StimulusSetPath(id string) string { return stimuli.Home(h).StimulusSetPath(id) }

// AssemblyPath returns the folder of an assembly. The identifier must be safe
// (stimuli.SafeID); those of parsed definitions are.
func (h Home) AssemblyPath(id string) string { return stimuli.Home(h).AssemblyPath(id) }

// StimuliDir returns the folder of all stimulus sets.
func (h Home) StimuliDir() string { return stimuli.Home(h).StimuliDir() }

// AssembliesDir returns the folder of all assemblies.
func (h Home) AssembliesDir() string { return stimuli.Home(h).AssembliesDir() }

// BenchmarksDir returns the folder of definitions.
func (h Home) BenchmarksDir() string { return filepath.Join(h.Dir, "benchmarks") }
