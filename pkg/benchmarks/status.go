package benchmarks

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fileerr"
)

// Missing lists the data of a benchmark that the home does not have, in words;
// none means that it is ready. It looks for files without reading them.
func (h Home) Missing(d *Definition) []string {
	var missing []string
	lacks := func(what, dir string, files ...string) {
		var absent []string
		for _, name := range files {
			if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.IsDir() {
				absent = append(absent, name)
			}
		}
		switch {
		case len(absent) == len(files):
			missing = append(missing, what)
		case len(absent) > 0:
			missing = append(missing, fmt.Sprintf("%s of %s", strings.Join(absent, ", "), what))
		}
	}
	for _, set := range d.StimulusSet.Names {
		lacks("stimulus set "+set, h.StimulusSetPath(set), "stimuli.csv")
	}
	for _, assembly := range d.Assembly.Names {
		lacks("assembly "+assembly, h.AssemblyPath(assembly), assemblyFiles(d)...)
	}
	for _, set := range d.FittingSets() {
		if !slices.Contains(d.StimulusSet.Names, set) {
			lacks("stimulus set "+set, h.StimulusSetPath(set), "stimuli.csv")
		}
	}
	return missing
}

// LacksFolders reports whether the home lacks the folder of a stimulus set or
// assembly of the benchmark.
func (h Home) LacksFolders(d *Definition) bool {
	var dirs []string
	for _, set := range d.StimulusSet.Names {
		dirs = append(dirs, h.StimulusSetPath(set))
	}
	for _, assembly := range d.Assembly.Names {
		dirs = append(dirs, h.AssemblyPath(assembly))
	}
	for _, set := range d.FittingSets() {
		dirs = append(dirs, h.StimulusSetPath(set))
	}
	return slices.ContainsFunc(dirs, func(dir string) bool {
		info, err := os.Stat(dir)
		return err != nil || !info.IsDir()
	})
}

// assemblyFiles lists the files that a benchmark's assembly has to have.
func assemblyFiles(d *Definition) []string {
	r, _ := d.rulesOf()
	return append([]string{"assembly.yaml"}, r.Files...)
}

// Origin returns where a definition comes from: the data home, the program, or the
// home in place of the program's own.
func (d *Definition) Origin() string {
	switch {
	case d.Source == Embedded:
		return Embedded
	case d.Shadows:
		return "home (replaces embedded)"
	}
	return "home"
}

// folders lists the names of the folders in a folder; none where it is not
// there.
func folders(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fileerr.Unreadable(dir, err)
	}
	var names []string
	for _, e := range entries {
		if info, err := os.Stat(filepath.Join(dir, e.Name())); err == nil && info.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// StimulusSets lists the stimulus sets of the home.
func (h Home) StimulusSets() ([]string, error) { return folders(h.StimuliDir()) }

// Assemblies lists the assemblies of the home.
func (h Home) Assemblies() ([]string, error) { return folders(h.AssembliesDir()) }
