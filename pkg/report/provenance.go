package report

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// addSources adds the files that figures came from, with their hashes.
func (b *builder) addSources(ctx context.Context) error {
	for _, s := range b.data.Sources() {
		if err := ctx.Err(); err != nil {
			return err
		}
		out := source{Path: visible(s.Path), Kind: "results", Version: visible(s.Version), Go: visible(s.Go)}
		if s.Table {
			var where []string
			for _, c := range s.Where {
				where = append(where, c.Column+"="+c.Value)
			}
			out.Kind, out.Where = "table", visible(strings.Join(where, ", "))
		}
		var err error
		if out.SHA256, err = hashFile(s.Path); err != nil {
			return err
		}
		b.sources[s.Path] = len(b.doc.Sources)
		b.doc.Sources = append(b.doc.Sources, out)
	}
	return nil
}

// sourceOf returns the index of a source, -1 if it is unknown.
func (b *builder) sourceOf(path string) int {
	if index, ok := b.sources[path]; ok {
		return index
	}
	return -1
}

// hashFile returns the SHA-256 of a file, "" if path is not a file, as for standard
// input.
func hashFile(path string) (string, error) {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	return fmt.Sprintf("sha256:%x", h.Sum(nil)), nil
}

// addInputs adds the files that results were computed from: the files of a model's
// dump to the model, all others to the source.
func (b *builder) addInputs() {
	indices := b.modelIndices()
	for i, s := range b.data.Sources() {
		for _, path := range slices.Sorted(maps.Keys(s.Inputs)) {
			line := []string{visible(path), visible(s.Inputs[path])}
			if owner, ok := ownerOf(path, indices); ok {
				if m := &b.doc.Models[owner]; !slices.ContainsFunc(m.Inputs, func(l []string) bool { return slices.Equal(l, line) }) {
					m.Inputs = append(m.Inputs, line)
				}
				continue
			}
			b.doc.Sources[i].Inputs = append(b.doc.Sources[i].Inputs, line)
		}
	}
}

// ownerOf returns the index of the model whose dump contains a path: such paths begin
// with the model's name.
func ownerOf(path string, models map[string]int) (int, bool) {
	for end := strings.LastIndexByte(path, '/'); end > 0; end = strings.LastIndexByte(path[:end], '/') {
		if i, ok := models[path[:end]]; ok {
			return i, true
		}
	}
	return 0, false
}

// benchmark returns the index of the benchmark of a result.
func (b *builder) benchmark(r benchmarks.Result, within span) int {
	index, ok := b.benchmarks[r.Benchmark]
	if !ok {
		index = len(b.doc.Benchmarks)
		b.benchmarks[r.Benchmark] = index
		out := benchmark{Name: visible(r.Benchmark), Region: visible(r.Region), Parent: visible(r.Parent), Metric: b.metric(r.Metric), Low: within.low, High: within.high}
		if d := b.definition(r.Benchmark, r.Version); d != nil {
			if text, err := d.YAML(); err == nil {
				out.Definition, out.Origin = visibleLines(string(text)), b.origin(d)
			}
		}
		b.doc.Benchmarks = append(b.doc.Benchmarks, out)
	}
	return index
}

// definition returns the definition of a benchmark in a version, nil if it is not
// available.
func (b *builder) definition(id string, version int) *benchmarks.Definition {
	for _, d := range b.options.Definitions {
		if d.Identifier == id && d.Version == version {
			return d
		}
	}
	return nil
}

// origin describes where a definition is from, and whether it is known to be the one
// that was used for scoring.
func (b *builder) origin(d *benchmarks.Definition) string {
	if d.Source == benchmarks.Embedded {
		return "embedded in brainscore " + b.options.Version
	}
	name := "benchmarks/" + filepath.Base(d.Source)
	hash, err := hashFile(d.Source)
	for _, s := range b.data.Sources() {
		if scored, ok := s.Inputs[name]; ok && err == nil {
			if scored != hash {
				return "in the data home, but changed since the score"
			}
			return "in the data home, the file that was scored by"
		}
	}
	return "in the data home"
}
