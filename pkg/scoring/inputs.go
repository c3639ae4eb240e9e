package scoring

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// inputLog records the content of what figures depend on, by name: files of the
// data home by their path in it, layers of a dump by model, stimulus set and layer.
// It may be used by several goroutines.
type inputLog struct {
	home    benchmarks.Home
	options *Options

	mu     sync.Mutex
	hashes map[string]string // name → sha256:…
}

// record sets the hash of an input.
func (l *inputLog) record(name, sum string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hashes[name] = sum
}

// hashOf returns the recorded hash of an input, "" where there is none.
func (l *inputLog) hashOf(name string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.hashes[name]
}

// recordNumbers records a small array of a dump and returns its hash.
func (l *inputLog) recordNumbers(name string, values []float64) string {
	h := sha256.New()
	for _, v := range values {
		_ = binary.Write(h, binary.LittleEndian, v)
	}
	sum := fmt.Sprintf("sha256:%x", h.Sum(nil))
	l.record(name, sum)
	return sum
}

// recordStrings records a dump's choices, one a line in order of stimuli, and
// returns their hash.
func (l *inputLog) recordStrings(name string, values []string) string {
	sum := fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(strings.Join(values, "\n"))))
	l.record(name, sum)
	return sum
}

// addDefinition records the file of a definition.
func (l *inputLog) addDefinition(ctx context.Context, d *benchmarks.Definition) error {
	if d.Source == "" || d.Source == benchmarks.Embedded {
		return nil
	}
	return l.add(ctx, d.Source)
}

// add records files by their path in the data home; each is hashed once.
func (l *inputLog) add(ctx context.Context, paths ...string) error {
	for _, path := range paths {
		name := l.name(path)
		if l.hashOf(name) != "" {
			continue
		}
		sum, err := l.hash(ctx, path)
		if err != nil {
			return err
		}
		l.record(name, sum)
	}
	return nil
}

// addTables is add for a caller without a context; the limits of tables keep it short.
func (l *inputLog) addTables(paths ...string) error {
	return l.add(context.Background(), paths...)
}

// name returns a file's path in the data home, or the path itself outside of it.
func (l *inputLog) name(path string) string {
	if inside, err := filepath.Rel(l.home.Dir, path); err == nil && !strings.HasPrefix(inside, "..") {
		return filepath.ToSlash(inside)
	}
	return path
}

// hash returns the SHA-256 of a file, which a store remembers.
func (l *inputLog) hash(ctx context.Context, path string) (string, error) {
	if l.options.Store != nil {
		return l.options.Store.Hash(ctx, path)
	}
	return hashFile(ctx, path)
}

func hashFile(ctx context.Context, path string) (string, error) {
	file, err := infile.Open(ctx, path)
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

// sorted lists the inputs by name.
func (l *inputLog) sorted() []benchmarks.Input {
	l.mu.Lock()
	defer l.mu.Unlock()
	var inputs []benchmarks.Input
	for _, name := range slices.Sorted(maps.Keys(l.hashes)) {
		inputs = append(inputs, benchmarks.Input{Path: name, SHA256: l.hashes[name]})
	}
	return inputs
}
