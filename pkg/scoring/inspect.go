package scoring

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// What a file or folder may be.
const (
	IsArray       = "array"
	IsTable       = "table"
	IsBenchmark   = "benchmark"
	IsComposite   = "composite"
	IsDump        = "model dump"
	IsAssembly    = "assembly"
	IsStimulusSet = "stimulus set"
	IsHome        = "data home"
	IsManifest    = "manifest of benchmarks"
	IsPack        = "pack of a model"
)

// Inspection is what a file or folder is and holds. Of the fields after Is, one
// is set, and of a pack two.
type Inspection struct {
	Path      string                    `json:"path"`
	Is        string                    `json:"is"`
	Array     *stimuli.ArrayInfo        `json:"array,omitempty"`
	Table     *stimuli.TableInfo        `json:"table,omitempty"` // of a stimulus set too
	Benchmark *benchmarks.Definition    `json:"benchmark,omitempty"`
	Missing   []string                  `json:"missing_data,omitempty"` // of a benchmark
	Composite string                    `json:"composite,omitempty"`    // in words
	Dump      *stimuli.DumpInfo         `json:"dump,omitempty"`
	Assembly  *stimuli.AssemblyContents `json:"assembly,omitempty"`
	Home      *HomeInfo                 `json:"home,omitempty"`
	Manifest  *ManifestInfo             `json:"manifest,omitempty"` // of a pack too
	Pack      *PackInfo                 `json:"pack,omitempty"`
	// MemoryAtLeast is what a score of an array needs at least, all its rows being stimuli.
	MemoryAtLeast int64    `json:"memory_bytes_at_least,omitempty"`
	Problems      []string `json:"problems"`
	Errs          []error  `json:"-"` // the problems
}

// HomeInfo is what a data home holds.
type HomeInfo struct {
	StimulusSets []HomeSet      `json:"stimulus_sets"`
	Assemblies   []HomeAssembly `json:"assemblies"`
	Ready        int            `json:"benchmarks_ready"`
	MissingData  int            `json:"benchmarks_missing_data"`
}

// HomeSet is a stimulus set of a home.
type HomeSet struct {
	StimulusSet string   `json:"stimulus_set"`
	Stimuli     int      `json:"stimuli"`
	Columns     []string `json:"columns"`
}

// HomeAssembly is an assembly of a home.
type HomeAssembly struct {
	Assembly    string `json:"assembly"`
	Kind        string `json:"kind"`
	StimulusSet string `json:"stimulus_set"`
	Shape       []int  `json:"shape"` // of recordings; else null
}

func (in *Inspection) problem(errs ...error) {
	in.Errs = append(in.Errs, errs...)
	for _, err := range errs {
		in.Problems = append(in.Problems, err.Error())
	}
}

// homeInspector inspects files and folders and compares their ids with a data home.
type homeInspector struct {
	benchmarks.Home
	workers int // that the memory of a score is estimated for
}

// Inspect describes what a file or folder is and holds; stimulus ids are compared
// with the home's, where it has the stimulus set. Arrays are not read beyond
// their headers. The error is for what is nothing known or cannot be read at
// all; what is wrong with parts is among the problems. The memory of a score is that with
// so many workers.
func Inspect(ctx context.Context, home benchmarks.Home, path string, workers int) (*Inspection, error) {
	h := homeInspector{home, workers}
	info, err := os.Stat(path)
	if err != nil {
		what := "cannot be read"
		if errors.Is(err, fs.ErrNotExist) {
			what = "does not exist"
		}
		return nil, &stimuli.FileError{Path: path, What: what, Err: err}
	}
	in := &Inspection{Path: path, Problems: []string{}}
	if info.IsDir() {
		err = h.inspectFolder(in)
	} else {
		err = h.inspectFile(ctx, in)
	}
	if err != nil {
		return nil, err
	}
	return in, nil
}

func (h homeInspector) inspectFile(ctx context.Context, in *Inspection) (err error) {
	switch strings.ToLower(filepath.Ext(in.Path)) {
	case ".csv":
		in.Is = IsTable
		in.Table, err = stimuli.DescribeTable(in.Path)
		return err
	case ".yaml", ".yml":
		return h.inspectYAML(in)
	case ".json":
		return inspectJSON(ctx, in)
	case ".zip":
		return inspectPack(ctx, in)
	}
	in.Is = IsArray
	if in.Array, err = stimuli.DescribeArray(in.Path); err != nil {
		return err
	}
	in.MemoryAtLeast = leastMemory(in.Array.Rows, in.Array.Features)
	return nil
}

// inspectYAML reads the settings of a dump or assembly for the whole folder.
func (h homeInspector) inspectYAML(in *Inspection) error {
	dir := filepath.Dir(in.Path)
	switch filepath.Base(in.Path) {
	case "model.yaml":
		return h.inspectDump(in, dir)
	case "assembly.yaml":
		return h.inspectAssembly(in, dir)
	}
	data, err := benchmarks.ReadSmall(os.DirFS(dir), filepath.Base(in.Path), in.Path)
	if err != nil {
		return err
	}
	var keys map[string]yaml.Node
	if err := yaml.Unmarshal(data, &keys); err == nil && keys["mean"].Kind != 0 {
		c, err := benchmarks.ParseComposite(in.Path, data)
		if err != nil {
			return err
		}
		in.Is, in.Composite = IsComposite, c.String()
		return nil
	}
	in.Is = IsBenchmark
	if in.Benchmark, err = benchmarks.ParseDefinition(in.Path, data); err != nil {
		return err
	}
	in.Missing = h.Missing(in.Benchmark)
	return nil
}

// inspectFolder recognises a folder by the files that only its kind has.
func (h homeInspector) inspectFolder(in *Inspection) error {
	entries, err := os.ReadDir(in.Path)
	if err != nil {
		return fileerr.Unreadable(in.Path, err)
	}
	has := func(names ...string) bool {
		return slices.ContainsFunc(entries, func(e os.DirEntry) bool { return slices.Contains(names, e.Name()) })
	}
	arrays := slices.ContainsFunc(entries, func(e os.DirEntry) bool { return filepath.Ext(e.Name()) == ".npy" })
	switch {
	case has("assembly.yaml"):
		return h.inspectAssembly(in, in.Path)
	case has("stimuli.csv"):
		in.Is = IsStimulusSet
		in.Table, err = stimuli.DescribeStimulusSet(in.Path)
		return err
	case has("model.yaml"):
		return h.inspectDump(in, in.Path)
	case has("stimuli", "assemblies", "benchmarks"):
		return homeInspector{benchmarks.Home{Dir: in.Path}, h.workers}.inspectHome(in)
	case arrays || has("responses.csv"):
		absolute, err := filepath.Abs(in.Path)
		if err != nil {
			return err
		}
		return h.inspectDump(in, filepath.Join(in.Path, ".."), filepath.Base(absolute))
	}
	for _, e := range entries {
		if _, err := os.Stat(filepath.Join(in.Path, e.Name(), "model.yaml")); err == nil {
			return &stimuli.FileError{Path: in.Path, What: "is a folder of model dumps", Remedy: "name the dumps themselves, as " + filepath.Join(in.Path, e.Name())}
		}
	}
	if err := h.inspectDump(in, in.Path); err != nil {
		var nothing *stimuli.FileError
		if errors.As(err, &nothing) && nothing.Path == in.Path {
			return &stimuli.FileError{Path: in.Path, What: "is no model dump, assembly, stimulus set or data home", Err: err,
				Remedy: "a dump holds <stimulus set>/<layer>.npy, an assembly assembly.yaml, a stimulus set stimuli.csv, a data home the folders stimuli, assemblies and benchmarks"}
		}
		return err
	}
	return nil
}

func (h homeInspector) inspectDump(in *Inspection, dir string, only ...string) error {
	dump, err := stimuli.OpenDump(dir)
	if err != nil {
		return err
	}
	in.Is = IsDump
	if in.Dump, err = dump.Describe(h.find, only...); err != nil {
		return err
	}
	h.addMemory(dir, in.Dump)
	in.problem(in.Dump.Problems...)
	return nil
}

// find returns a stimulus set of the home, or nil if it has none of that name.
func (h homeInspector) find(id string) (*stimuli.StimulusSet, error) {
	if h.Dir == "" || stimuli.SafeID(id) != nil {
		return nil, nil
	}
	dir := h.StimulusSetPath(id)
	if _, err := os.Stat(filepath.Join(dir, "stimuli.csv")); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return stimuli.LoadStimulusSet(dir)
}

func (h homeInspector) inspectAssembly(in *Inspection, dir string) (err error) {
	in.Is = IsAssembly
	if in.Assembly, err = stimuli.DescribeAssembly(dir, behaviorTables()...); err != nil {
		return err
	}
	set, err := h.find(in.Assembly.StimulusSet)
	if err != nil {
		in.problem(err)
	}
	if set == nil {
		return nil
	}
	in.Assembly.Match = set.Match(in.Assembly.StimulusIDs)
	if lacking := set.Missing(in.Assembly.StimulusIDs); len(lacking) > 0 {
		in.problem(&stimuli.AlignmentError{Path: set.Table.Path, What: "has no rows for", IDs: lacking, Where: "of the assembly " + in.Assembly.Identifier,
			Remedy: "name stimuli alike in both, and list them all", Known: set.IDs})
	}
	return nil
}

// HomeAround returns the data home that a file or folder lies in, as far as the
// names of the folders around it tell.
func HomeAround(path string) (home benchmarks.Home, ok bool) {
	at, err := filepath.Abs(path)
	if err != nil {
		return benchmarks.Home{}, false
	}
	up := filepath.Join(path, "..", "..")
	for range 3 {
		at = filepath.Dir(at)
		switch filepath.Base(at) {
		case "assemblies", "benchmarks", "stimuli":
			return benchmarks.Home{Dir: up}, true
		}
		up = filepath.Join(up, "..")
	}
	return benchmarks.Home{}, false
}

func (h homeInspector) inspectHome(in *Inspection) error {
	in.Is = IsHome
	out := &HomeInfo{StimulusSets: []HomeSet{}, Assemblies: []HomeAssembly{}}
	in.Home = out
	sets, err := h.StimulusSets()
	if err != nil {
		return err
	}
	for _, id := range sets {
		set, err := stimuli.DescribeStimulusSet(h.StimulusSetPath(id))
		if err != nil {
			in.problem(err)
			continue
		}
		out.StimulusSets = append(out.StimulusSets, HomeSet{id, set.Rows, set.Columns})
	}
	assemblies, err := h.Assemblies()
	if err != nil {
		return err
	}
	for _, id := range assemblies {
		info, err := stimuli.ReadAssemblyInfo(h.AssemblyPath(id))
		if err != nil {
			in.problem(err)
			continue
		}
		a := HomeAssembly{Assembly: id, Kind: info.Kind, StimulusSet: info.StimulusSet}
		for _, k := range drafting {
			k, ok := k.(interface {
				inspect(info stimuli.AssemblyInfo, dir string) (shape []int, err error)
			})
			if !ok {
				continue
			}
			if a.Shape, err = k.inspect(info, h.AssemblyPath(id)); err != nil {
				in.problem(err)
			}
		}
		out.Assemblies = append(out.Assemblies, a)
	}
	definitions, errs := h.Definitions()
	in.problem(errs...)
	for _, d := range definitions {
		switch {
		case len(h.Missing(d)) == 0 && len(h.MissingColumns(d)) == 0:
			out.Ready++
		case d.Source != benchmarks.Embedded:
			out.MissingData++
		}
	}
	return nil
}
