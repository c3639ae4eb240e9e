package benchmarks

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/internal/strictyaml"
)

// Definitions returns all definitions of the home and those embedded in the
// program, by identifier. One in the home stands in for an embedded one of the
// same identifier and has Shadows set. A file that cannot be used is an error
// of its own and hides no other; two files of one identifier are a
// *DuplicateError, and neither is given.
func (h Home) Definitions() ([]*Definition, []error) {
	c := h.Catalogue()
	ids := c.ids()
	definitions, errs := make([]*Definition, len(ids)), make([]error, len(ids))
	var reading errgroup.Group
	reading.SetLimit(runtime.GOMAXPROCS(0))
	for i, id := range ids {
		reading.Go(func() error {
			definitions[i], errs[i] = c.Lookup(id)
			return nil
		})
	}
	_ = reading.Wait()
	for _, f := range c.failures {
		errs = append(errs, f.err)
	}
	return slices.DeleteFunc(definitions, func(d *Definition) bool { return d == nil }), slices.DeleteFunc(errs, func(err error) bool { return err == nil })
}

// Definition returns one definition. The error is about its file, or an
// *UnknownBenchmarkError.
func (h Home) Definition(id string) (*Definition, error) { return h.Catalogue().Lookup(id) }

// Catalogue holds all definitions of a home and those embedded in the program, for
// several look-ups.
type Catalogue struct {
	home     Home
	own      map[string]*Definition
	embedded map[string]embeddedDefinition // that neither own nor failures stand in for
	failures []failure
}

// Catalogue reads the home's definitions; those embedded are read when they are asked for.
func (h Home) Catalogue() Catalogue {
	c := Catalogue{home: h, own: make(map[string]*Definition)}
	ours, err := embeddedDefinitions()
	if err != nil {
		c.failures = append(c.failures, failure{err: err})
	}
	c.embedded = maps.Clone(ours)
	if h.Dir == "" {
		return c
	}
	files, broken := definitionFiles(os.DirFS(h.Dir), "benchmarks", func(name string) string { return filepath.Join(h.BenchmarksDir(), name) })
	own, failures := readDefinitions(files)
	c.failures = slices.Concat(c.failures, failures, broken)
	for _, d := range own {
		_, d.Shadows = ours[d.Identifier]
		c.own[d.Identifier] = d
		delete(c.embedded, d.Identifier)
	}
	// One of the home's that cannot be used must not leave the embedded one to answer in
	// its place.
	for _, f := range c.failures {
		delete(c.embedded, f.id)
	}
	return c
}

// ids lists the identifiers of all definitions that can be used.
func (c Catalogue) ids() []string {
	return slices.Sorted(func(yield func(string) bool) {
		for id := range c.own {
			if !yield(id) {
				return
			}
		}
		for id := range c.embedded {
			if !yield(id) {
				return
			}
		}
	})
}

// Lookup returns a definition by its identifier. The error is about its file, or an
// *UnknownBenchmarkError.
func (c Catalogue) Lookup(id string) (*Definition, error) {
	if d, ok := c.own[id]; ok {
		return d, nil
	}
	if read, ok := c.embedded[id]; ok {
		return read()
	}
	for _, f := range c.failures {
		if f.id == id {
			return nil, f.err
		}
	}
	names := c.ids()
	near := nearest.To(id, names)
	if near == "" && id != "" {
		// The reference implementation stores some under a shorter name.
		if i := slices.IndexFunc(names, func(name string) bool { return hasPrefixFold(name, id) }); i >= 0 {
			near = names[i]
		}
	}
	return nil, &UnknownBenchmarkError{Name: id, Nearest: near, Known: names, Dir: c.home.BenchmarksDir(), Unusable: len(c.failures)}
}

// UnknownBenchmarkError reports a benchmark that neither the data home nor the
// program knows.
type UnknownBenchmarkError struct {
	Name     string
	Nearest  string   // the known one most like it, or ""
	Known    []string // all known ones
	Dir      string   // the folder that was searched
	Unusable int      // files there that could not be used
}

func (e *UnknownBenchmarkError) Error() string {
	msg := fmt.Sprintf("unknown benchmark %q", e.Name)
	if e.Nearest != "" {
		msg += ": " + nearest.Question(e.Nearest)
	}
	const most = 12 // more would bury the message
	switch {
	case len(e.Known) > most:
		msg += fmt.Sprintf(" (%d are known: see brainscore benchmarks list)", len(e.Known))
	case len(e.Known) > 0:
		msg += " (known: " + strings.Join(e.Known, ", ") + ")"
	default:
		msg += ": there are no definitions in " + e.Dir
	}
	if e.Unusable > 0 {
		msg += fmt.Sprintf("; %d file(s) in %s could not be used", e.Unusable, e.Dir)
	}
	return msg
}

// DataError reports that the cause is invalid data.
func (e *UnknownBenchmarkError) DataError() bool { return true }

// DuplicateError reports an identifier that several files claim.
type DuplicateError struct {
	Identifier string
	Files      []string
}

func (e *DuplicateError) Error() string {
	return fmt.Sprintf("the benchmark %q is defined by several files: %s; keep one, or give each its own identifier", e.Identifier, strings.Join(e.Files, ", "))
}

// DataError reports that the cause is invalid data.
func (e *DuplicateError) DataError() bool { return true }

// failure is a file that holds no valid definition; id is the benchmark that it is
// meant for, as far as known.
type failure struct {
	id  string
	err error
}

// definitionFile is a YAML file of a definition. id is the benchmark that it is meant
// for, as far as its name says; read parses it.
type definitionFile struct {
	id   string
	read func() (*Definition, error)
}

// definitionFiles lists the YAML files of a folder, in the order of their names. A
// folder that does not exist has none.
func definitionFiles(fsys fs.FS, dir string, label func(name string) string) (files []definitionFile, failures []failure) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		reason := err
		if path, ok := errors.AsType[*fs.PathError](err); ok {
			reason = path.Err
		}
		failures = append(failures, failure{err: &FileError{Path: label(""), What: fmt.Sprintf("cannot be read: %v", reason), Err: err}})
	}
	for _, entry := range entries {
		name := entry.Name()
		if ext := path.Ext(name); ext != ".yaml" && ext != ".yml" || strings.HasPrefix(name, ".") {
			continue
		}
		files = append(files, definitionFile{strings.TrimSuffix(name, path.Ext(name)), func() (*Definition, error) {
			return readDefinition(fsys, path.Join(dir, name), label(name))
		}})
	}
	return files, failures
}

// readDefinitions parses files. Those of one identifier are an error.
func readDefinitions(files []definitionFile) (definitions []*Definition, failures []failure) {
	// Reading YAML is most of a short command's time.
	read, errs := make([]*Definition, len(files)), make([]error, len(files))
	var reading errgroup.Group
	reading.SetLimit(runtime.GOMAXPROCS(0))
	for i, file := range files {
		reading.Go(func() error {
			read[i], errs[i] = file.read()
			return nil
		})
	}
	_ = reading.Wait()
	byID := map[string][]*Definition{}
	for i, file := range files {
		if errs[i] != nil {
			failures = append(failures, failure{file.id, errs[i]})
			continue
		}
		byID[read[i].Identifier] = append(byID[read[i].Identifier], read[i])
	}
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		same := byID[id]
		if len(same) == 1 {
			definitions = append(definitions, same[0])
			continue
		}
		e := &DuplicateError{Identifier: id}
		for _, d := range same {
			e.Files = append(e.Files, d.Source)
		}
		failures = append(failures, failure{id, e})
	}
	return definitions, failures
}

func readDefinition(fsys fs.FS, name, label string) (*Definition, error) {
	data, err := ReadSmall(fsys, name, label)
	if err != nil {
		return nil, err
	}
	return ParseDefinition(label, data)
}

// ReadSmall reads a file that is small enough for a definition.
func ReadSmall(fsys fs.FS, name, label string) ([]byte, error) {
	return infile.ReadFS(fsys, name, label, infile.Limit{Bytes: strictyaml.MaxSize, What: "a definition", Remedy: "name a YAML file written for brainscore"})
}
