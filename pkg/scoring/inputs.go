package scoring

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

func (r *Runner) noteContent(name, sum string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inputs[name] = sum
}

// content is the hash noted of an input, "" where there is none.
func (r *Runner) content(name string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.inputs[name]
}

// noteNumbers notes small arrays of a dump in the same way.
func (r *Runner) noteNumbers(name string, values []float64) string {
	h := sha256.New()
	for _, v := range values {
		_ = binary.Write(h, binary.LittleEndian, v)
	}
	sum := fmt.Sprintf("sha256:%x", h.Sum(nil))
	r.noteContent(name, sum)
	return sum
}

// noteStrings notes a dump's choices, one a line in order of stimuli.
func (r *Runner) noteStrings(name string, values []string) string {
	sum := fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(strings.Join(values, "\n"))))
	r.noteContent(name, sum)
	return sum
}

// addDefinition notes the file of a definition as an input.
func (r *Runner) addDefinition(d *benchmarks.Definition) error {
	if d.Source == "" || d.Source == benchmarks.Embedded {
		return nil
	}
	return r.addInput(d.Source)
}

// addInput notes files, hashed once, by their path in the data home.
func (r *Runner) addInput(paths ...string) error {
	for _, path := range paths {
		name := r.inputName(path)
		r.mu.Lock()
		_, ok := r.inputs[name]
		r.mu.Unlock()
		if ok {
			continue
		}
		sum, err := r.hash(path)
		if err != nil {
			return err
		}
		r.noteContent(name, sum)
	}
	return nil
}

// inputName is a file's path in the data home, or as it is outside of it.
func (r *Runner) inputName(path string) string {
	if inside, err := filepath.Rel(r.Home.Dir, path); err == nil && !strings.HasPrefix(inside, "..") {
		return filepath.ToSlash(inside)
	}
	return path
}

// hash is the SHA-256 of a file; a store remembers it.
func (r *Runner) hash(path string) (string, error) {
	if r.Store != nil {
		return r.Store.Hash(path)
	}
	return hashFile(path)
}

func hashFile(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("hash an input: %w", err)
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", fmt.Errorf("hash an input: %w", err)
	}
	return fmt.Sprintf("sha256:%x", h.Sum(nil)), nil
}

// Inputs lists the files that figures so far depend on, by path.
func (r *Runner) Inputs() []benchmarks.Input { return r.sortedInputs() }

func (r *Runner) sortedInputs() []benchmarks.Input {
	var inputs []benchmarks.Input
	for _, path := range slices.Sorted(maps.Keys(r.inputs)) {
		inputs = append(inputs, benchmarks.Input{Path: path, SHA256: r.inputs[path]})
	}
	return inputs
}
