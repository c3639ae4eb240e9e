package benchmarks

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// contentSink hashes activations as numbers, not as a file: the same values
// give the same hash in any dtype, memory order and order of rows. The numbers
// run stimulus by stimulus within slabs of 256 columns, little-endian: each slab
// as 'f' and float32 where these hold all its values exactly, which halves the
// work, else as 'd' and float64.
type contentSink struct {
	hash   hash.Hash
	rows   int
	buffer []byte
}

const contentSlab = 256

// contentVersion is that of the hash.
const contentVersion = 1

func newContentSink(rows int) *contentSink {
	return &contentSink{hash: sha256.New(), rows: rows, buffer: make([]byte, 8*contentSlab)}
}

func (s *contentSink) Block(_ context.Context, _, cols int, x []float64, ld int) error {
	for at := 0; at < cols; at += contentSlab {
		width := min(contentSlab, cols-at)
		if singlePrecision(x[at:], s.rows, width, ld) {
			s.hash.Write([]byte{'f'})
			for i := range s.rows {
				for j, v := range x[i*ld+at : i*ld+at+width] {
					binary.LittleEndian.PutUint32(s.buffer[4*j:], math.Float32bits(float32(v)))
				}
				s.hash.Write(s.buffer[:4*width])
			}
			continue
		}
		s.hash.Write([]byte{'d'})
		for i := range s.rows {
			for j, v := range x[i*ld+at : i*ld+at+width] {
				binary.LittleEndian.PutUint64(s.buffer[8*j:], math.Float64bits(v))
			}
			s.hash.Write(s.buffer[:8*width])
		}
	}
	return nil
}

// singlePrecision says whether float32 holds all values exactly.
func singlePrecision(x []float64, rows, width, ld int) bool {
	for i := range rows {
		for _, v := range x[i*ld : i*ld+width] {
			if float64(float32(v)) != v {
				return false
			}
		}
	}
	return true
}

func (s *contentSink) Done(context.Context) error { return nil }

func (s *contentSink) sum() string { return fmt.Sprintf("sha256:%x", s.hash.Sum(nil)) }

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
func (r *Runner) addDefinition(d *Definition) error {
	if d.Source == "" || d.Source == Embedded {
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
func (r *Runner) Inputs() []Input { return r.sortedInputs() }

func (r *Runner) sortedInputs() []Input {
	var inputs []Input
	for _, path := range slices.Sorted(maps.Keys(r.inputs)) {
		inputs = append(inputs, Input{path, r.inputs[path]})
	}
	return inputs
}
