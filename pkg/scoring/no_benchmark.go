package scoring

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// noBenchmark returns the error about a dump that none of the definitions can be scored on,
// with the most likely cause.
func (p *planner) noBenchmark(dump *stimuli.Dump, definitions []*benchmarks.Definition) error {
	fail := func(path, remedy, format string, args ...any) error {
		return &stimuli.FileError{Path: path, What: "has activations for none of the benchmarks: " + fmt.Sprintf(format, args...), Remedy: remedy}
	}
	known := make(map[string][]*benchmarks.Definition) // by stimulus set
	installed, _ := p.home.StimulusSets()              // none if they cannot be read
	for _, set := range installed {
		known[set] = nil
	}
	for _, d := range definitions {
		for _, set := range d.StimulusSet.Names {
			known[set] = append(known[set], d)
		}
	}
	names := slices.Sorted(maps.Keys(known))

	if files, _ := filepath.Glob(filepath.Join(dump.Dir, "*.npy")); len(files) > 0 {
		return fail(dump.Dir, "name the folder that holds the folders of stimulus sets, such as "+filepath.Dir(filepath.Clean(dump.Dir)), "it holds arrays itself, as the folder of one stimulus set does")
	}
	folders, err := dump.Sets()
	if err != nil {
		return err
	}
	if len(folders) == 0 {
		return fail(dump.Dir, "write arrays as <stimulus set>/<layer>.npy in it", "it holds no folders")
	}
	for _, set := range folders {
		definitions, ok := known[set]
		if !ok {
			continue
		}
		dir := filepath.Join(dump.Dir, set)
		contents, err := dump.Contents(set)
		switch {
		case err != nil:
			return err
		case len(contents.Layers)+len(contents.TimeLayers) == 0 && !contents.Probabilities && !contents.Responses:
			return fail(dir, "write each layer as <layer>.npy, or turn files of other kinds into it by brainscore import activations", "%s", filesText(dir))
		case len(definitions) == 0:
			return fail(dir, "write one by brainscore benchmarks new, or fetch published ones by brainscore data fetch", "no benchmark that can be scored here is on the stimulus set %q", set)
		case len(contents.Layers) == 0 && len(contents.TimeLayers) > 0:
			return fail(dir, "set time: per_bin in the definition of a benchmark on recordings in time", "its layers %s are in time, but no benchmark on %q compares in time", strings.Join(contents.TimeLayers, ", "), set)
		}
		return fail(dir, "give --benchmark "+definitions[0].Identifier+" to see what it needs", "none of its files is what the benchmarks on %q compare", set)
	}
	for _, folder := range folders {
		if isModel(filepath.Join(dump.Dir, folder), names) {
			return fail(dump.Dir, "name each model, as in "+filepath.Join(dump.Dir, "*"), "its folder %q is a model dump itself", folder)
		}
	}
	remedy := "name folders after stimulus sets"
	if len(names) > 0 {
		const shown = 5
		listed := strings.Join(names[:min(len(names), shown)], ", ")
		if len(names) > shown {
			listed += fmt.Sprintf(" and %d others", len(names)-shown)
		}
		remedy += "; known are " + listed
	}
	for _, folder := range folders {
		if near := nearest.Suggest(folder, names); near != "" {
			return fail(dump.Dir, near, "its folder %q is not the name of a stimulus set", folder)
		}
	}
	return fail(dump.Dir, remedy, "its folder %q is not the name of a stimulus set", folders[0])
}

// isModel reports whether a folder is a model dump: it has settings, or a folder for one of
// the stimulus sets.
func isModel(dir string, sets []string) bool {
	if _, err := os.Stat(filepath.Join(dir, "model.yaml")); err == nil {
		return true
	}
	inner := stimuli.Dump{Dir: dir}
	return slices.ContainsFunc(sets, inner.Has)
}

// filesText returns what a folder holds instead of activations.
func filesText(dir string) string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "it cannot be read"
	}
	var names []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && e.Name() != "stimulus_ids.csv" && e.Name() != "classes.csv" {
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 {
		return "it holds no arrays"
	}
	return fmt.Sprintf("it holds no .npy arrays, but %q", names[0])
}
