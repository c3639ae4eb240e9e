package scoring

import (
	"cmp"
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

// misfit is the most likely cause why no benchmark can be scored on a dump.
type misfit struct {
	path, cause, remedy string
	other               bool // the dump may well be as its writer wants it, for other benchmarks
}

// noBenchmark returns the error about a dump that none of the definitions can be scored on,
// with the most likely cause.
func (p *planner) noBenchmark(dump *stimuli.Dump, definitions []*benchmarks.Definition) error {
	m, err := p.misfit(dump, definitions)
	if err != nil {
		return err
	}
	return &stimuli.FileError{Path: m.path, What: "has activations for none of the benchmarks: " + m.cause, Remedy: m.remedy}
}

// misfit finds the cause why none of the definitions can be scored on a dump.
func (p *planner) misfit(dump *stimuli.Dump, definitions []*benchmarks.Definition) (misfit, error) {
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
		folder := filepath.Clean(dump.Dir)
		if _, ok := known[filepath.Base(folder)]; ok {
			return misfit{dump.Dir, "it holds arrays itself, as the folder of one stimulus set does", "name the folder that holds the folders of stimulus sets, such as " + filepath.Dir(folder), false}, nil
		}
		return misfit{dump.Dir, "it holds arrays itself", "move them into a folder named after their stimulus set, such as " + filepath.Join(folder, exampleSet(names)), false}, nil
	}
	folders, err := dump.Sets()
	if err != nil {
		return misfit{}, err
	}
	if len(folders) == 0 {
		return misfit{dump.Dir, "it holds no folders", "write arrays as <stimulus set>/<layer>.npy in it", false}, nil
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
			return misfit{}, err
		case len(contents.Layers)+len(contents.TimeLayers)+len(contents.Matrices) == 0 && !contents.Probabilities && !contents.Responses:
			return misfit{dir, filesText(dir), "write each layer as <layer>.npy, or turn files of other kinds into it by brainscore import activations", false}, nil
		case len(definitions) == 0:
			return misfit{dir, fmt.Sprintf("no benchmark that can be scored here is on the stimulus set %q", set), "write one by brainscore benchmarks new, or fetch published ones by brainscore data fetch", true}, nil
		case len(contents.Layers) == 0 && len(contents.TimeLayers) > 0:
			return misfit{dir, fmt.Sprintf("its layers %s are in time, but no benchmark on %q compares in time", strings.Join(contents.TimeLayers, ", "), set), "set time: per_bin in the definition of a benchmark on recordings in time", false}, nil
		case len(contents.Layers) == 0 && len(contents.Matrices) > 0:
			return misfit{dir, fmt.Sprintf("its layers %s are dissimilarities, and no benchmark on %q compares these", strings.Join(contents.Matrices, ", "), set), "score a benchmark with the metric " + strings.Join(dissimilarityMetrics(), " or ") + ", or dump activations", false}, nil
		}
		return misfit{dir, fmt.Sprintf("none of its files is what the benchmarks on %q compare", set), "give --benchmark " + definitions[0].Identifier + " to see what it needs", true}, nil
	}
	for _, folder := range folders {
		if isModel(filepath.Join(dump.Dir, folder), names) {
			return misfit{dump.Dir, fmt.Sprintf("its folder %q is a model dump itself", folder), "name each model, as in " + filepath.Join(dump.Dir, "*"), false}, nil
		}
	}
	for _, folder := range folders {
		if near := nearest.Suggest(folder, names); near != "" {
			return misfit{dump.Dir, fmt.Sprintf("its folder %q is not the name of a stimulus set", folder), near, false}, nil
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
	return misfit{dump.Dir, fmt.Sprintf("its folder %q is not the name of a stimulus set", folders[0]), remedy, true}, nil
}

// otherTime returns the remedy for a layer that a dump has in time and a benchmark wants
// without, or the other way round; else "".
func otherTime(dump *stimuli.Dump, d *benchmarks.Definition, layer string) string {
	contents, err := dump.Contents(d.StimulusSet.Names[0])
	switch {
	case err != nil:
		return ""
	case slices.Contains(contents.TimeLayers, layer) && d.Time != benchmarks.PerBin:
		return "it is in time: set time: per_bin in the definition of a benchmark on recordings in time, or dump it as " + layer + ".npy too"
	case slices.Contains(contents.Layers, layer) && d.Time == benchmarks.PerBin:
		return "it is not in time: " + whatToDumpInTime(d)
	}
	return ""
}

// exampleSet returns the only name of a stimulus set, else a placeholder.
func exampleSet(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return "STIMULUS_SET"
}

// unserved are the benchmarks on stimuli that a model was shown which its dump cannot be
// scored on, those together that need the same on whatever stimulus set.
type unserved []*unservedGroup

type unservedGroup struct {
	general string // what is to be dumped, for any stimulus set
	remedy  string // the same for the set of all benchmarks of the group, "" if they have several
	ids     []string
}

// add adds a benchmark and what is to be dumped for it.
func (u *unserved) add(d *benchmarks.Definition, remedy string) {
	general := remedy
	for _, set := range d.StimulusSet.Names {
		general = strings.ReplaceAll(general, set+"/", "<stimulus set>/")
	}
	i := slices.IndexFunc(*u, func(g *unservedGroup) bool { return g.general == general })
	if i < 0 {
		i = len(*u)
		*u = append(*u, &unservedGroup{general: general, remedy: remedy})
	}
	g := (*u)[i]
	g.ids = append(g.ids, d.Identifier)
	if g.remedy != remedy {
		g.remedy = ""
	}
}

// notes returns a note for each group.
func (u unserved) notes() []string {
	const shown = 3
	var notes []string
	for _, g := range u {
		listed := strings.Join(g.ids[:min(len(g.ids), shown)], ", ")
		if len(g.ids) > shown {
			listed += fmt.Sprintf(" and %d more", len(g.ids)-shown)
		}
		notes = append(notes, fmt.Sprintf("not scored: %s: %s", listed, cmp.Or(g.remedy, g.general)))
	}
	return notes
}

// noLayer returns the error of a benchmark that was asked for and has no layer to be scored
// on.
func (p *planner) noLayer(dump *stimuli.Dump, d *benchmarks.Definition, data dataKind, found []string, request Request) error {
	what := fmt.Sprintf("has no layer for %s", d.Identifier)
	if len(request.Layers) > 0 {
		what = fmt.Sprintf("has no layer %s for %s", strings.Join(request.Layers, " or "), d.Identifier)
	}
	if matrices := dissimilarLayers(dump, d.StimulusSet.Names); len(matrices) > 0 && (len(request.Layers) == 0 || len(intersect(matrices, request.Layers)) > 0) {
		what += fmt.Sprintf(", as it has %s as dissimilarities alone (.rdm.npy), and %s needs activations", strings.Join(matrices, ", "), d.Metric.Name)
		return &stimuli.FileError{Path: dump.Dir, What: what, Remedy: data.whatToDump(d) + ", or score a benchmark with the metric " + strings.Join(dissimilarityMetrics(), " or ") + " on one stimulus set"}
	}
	if len(found) > 0 {
		return &stimuli.FileError{Path: dump.Dir, What: what, Remedy: "it has " + strings.Join(found, ", ")}
	}
	return p.withCause(dump, d, what, data.whatToDump(d))
}

// withCause returns the error that a dump is not what a benchmark needs, with the most
// likely cause if there is one.
func (p *planner) withCause(dump *stimuli.Dump, d *benchmarks.Definition, what, remedy string) error {
	if m, err := p.misfit(dump, []*benchmarks.Definition{d}); err == nil && !m.other {
		what, remedy = what+": "+m.cause, remedy+", or "+m.remedy
	}
	return &stimuli.FileError{Path: dump.Dir, What: what, Remedy: remedy}
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
