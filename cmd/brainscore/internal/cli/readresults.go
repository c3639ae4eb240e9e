package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// readModels holds the models of a source.
type readModels struct {
	source ranking.Source
	models []benchmarks.ModelResult
}

// readResults reads the results that arguments name: documents of scores, folders of
// such documents, and folders of kept scores. It returns warnings about scores that it
// does not use.
func readResults(ctx context.Context, args []string, stdin io.Reader) (sources []readModels, warnings []string, err error) {
	files, stores, err := resultFiles(args)
	if err != nil {
		return nil, nil, err
	}
	for _, file := range files {
		doc, err := readScores(ctx, file, stdin)
		if err != nil {
			return nil, nil, err
		}
		sources = append(sources, readModels{sourceOf(file, doc), doc.Results()})
	}
	for _, dir := range stores {
		stored, storeWarnings, err := readStore(dir)
		if err != nil {
			return nil, nil, err
		}
		sources, warnings = append(sources, stored...), append(warnings, storeWarnings...)
	}
	return sources, warnings, nil
}

// sourceOf describes a document of scores as a source of results.
func sourceOf(path string, doc results.Document) ranking.Source {
	from := doc.Provenance
	s := ranking.Source{Path: path, Version: from.Version, Go: from.Go, Inputs: from.Inputs, Bases: map[string]ranking.Basis{}}
	for name, b := range from.Benchmarks {
		s.Bases[name] = ranking.Basis(b)
	}
	return s
}

// readStore reads a folder of kept scores. Scores on recordings that have changed since
// are a source of their own.
func readStore(dir string) (sources []readModels, warnings []string, err error) {
	store, err := results.Open(dir)
	if err != nil {
		return nil, nil, err
	}
	store.Warn = func(line string) { warnings = append(warnings, line) }
	groups, older, err := scoring.ReadKept(store)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the results in %s: %w", dir, err)
	}
	if older > 0 {
		warnings = append(warnings, fmt.Sprintf("%s: %d scores are not used, as there are later ones of the same model, benchmark and layer", dir, older))
	}
	for i, k := range groups {
		s := ranking.Source{Path: dir, Inputs: map[string]string{}, Bases: map[string]ranking.Basis{}}
		if i > 0 {
			s.Path = fmt.Sprintf("%s (%d)", dir, i+1)
		}
		for _, input := range k.Inputs {
			s.Inputs[input.Path] = input.SHA256
		}
		for _, b := range k.Bases {
			s.Bases[b.Benchmark] = ranking.Basis{Definition: b.Definition, Inputs: b.Inputs}
		}
		sources = append(sources, readModels{s, k.Models})
	}
	return sources, warnings, nil
}

// resultFiles returns the files that arguments name, the .json files of each folder in
// the order of their names, and the folders of kept scores.
func resultFiles(args []string) (files, stores []string, err error) {
	for _, arg := range args {
		if arg == output.Stdout {
			files = append(files, arg)
			continue
		}
		info, err := os.Stat(arg)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, nil, &stimuli.FileError{Path: arg, What: "is missing", Remedy: "name a file that score --format json wrote, or a folder of results", Err: err}
		case err != nil:
			return nil, nil, err
		case !info.IsDir():
			files = append(files, arg)
			continue
		}
		before := len(files) + len(stores)
		// The separator makes WalkDir follow a link.
		err = filepath.WalkDir(arg+string(filepath.Separator), func(path string, entry fs.DirEntry, err error) error {
			path = filepath.Clean(path)
			switch {
			case err != nil:
				return err
			case entry.IsDir() && isPartOfStore(path, results.Scores):
				stores = append(stores, filepath.Join(path, ".."))
				return fs.SkipDir
			case entry.IsDir() && slices.ContainsFunc(results.Kinds(), func(kind string) bool { return isPartOfStore(path, kind) }):
				return fs.SkipDir
			case !entry.IsDir() && filepath.Ext(path) == ".json" && !strings.HasPrefix(entry.Name(), "."):
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
		if len(files)+len(stores) == before {
			return nil, nil, &stimuli.FileError{Path: arg, What: "has no .json files and no kept scores",
				Remedy: "write them by score --format json --output FILE, or keep them by score --results DIR"}
		}
	}
	listed := make(map[string]bool, len(files))
	for _, path := range append(files[:len(files):len(files)], stores...) {
		if listed[path] {
			return nil, nil, usagef("%s is given twice", path)
		}
		listed[path] = true
	}
	return files, stores, nil
}

// scoresLimit leaves room for tens of thousands of models.
var scoresLimit = infile.Limit{Bytes: 2 << 30, What: "a document of scores", Remedy: "write one by score --format json --output FILE"}

// readScores reads a document of scores.
func readScores(ctx context.Context, path string, stdin io.Reader) (results.Document, error) {
	if path == output.Stdout {
		doc, err := results.ReadJSON(infile.Bound(ctx, "standard input", stdin, scoresLimit))
		return doc, inFile("standard input", err)
	}
	f, err := infile.OpenBounded(ctx, path, scoresLimit)
	if err != nil {
		return results.Document{}, err
	}
	defer f.Close()
	doc, err := results.ReadJSON(f)
	if err != nil {
		return doc, inFile(path, err)
	}
	if doc.Models == nil {
		remedy := "write one by score --format json --output FILE"
		if dir := storeOf(path); dir != "" {
			remedy = "it is a kept score: name the folder of results, " + dir
		}
		return doc, &stimuli.FileError{Path: path, What: "is not a document of scores: it has no models", Remedy: remedy}
	}
	return doc, nil
}

// inFile returns an error that names the document that it is about.
func inFile(path string, err error) error {
	if _, named := errors.AsType[*stimuli.FileError](err); named || err == nil {
		return err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// isPartOfStore reports whether a folder is the part of that name of a folder of kept
// scores.
func isPartOfStore(dir, name string) bool {
	absolute, err := filepath.Abs(dir) // the name of . is not its own
	return err == nil && filepath.Base(absolute) == name && results.Is(filepath.Dir(absolute))
}

// storeOf returns the folder of kept scores that a file is in, "" if it is in none.
func storeOf(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	for dir := filepath.Dir(absolute); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if isPartOfStore(dir, results.Scores) {
			return filepath.Dir(dir)
		}
	}
	return ""
}
