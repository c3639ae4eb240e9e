package results

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/infile"
)

// flushInterval is the time between writes of new hashes during a run.
const flushInterval = 5 * time.Second

// maxReadings is how often a file is read that changes while it is read.
const maxReadings = 3

// compactAbove is the number of index files above which they are merged.
const compactAbove = 32

// record is a line of the index.
type record struct {
	infile.State
	SHA256 string `json:"sha256"`
}

// index stores the hashes of files.
type index struct {
	dir string

	once    sync.Once
	reads   singleflight.Group // concurrent requests for a file read it once
	mu      sync.Mutex
	entries map[infile.State]string
	fresh   []record          // not yet written
	run     map[string]hashed // by path, of this run
	flushed time.Time
}

// hashed is the record of a file in this run.
type hashed struct {
	record
	racy bool // the file may change without a new state
}

func openIndex(dir string) *index {
	return &index{dir: dir, entries: make(map[infile.State]string), run: make(map[string]hashed), flushed: time.Now()}
}

// hash returns the hash of a file, which it reads at most once per run.
func (x *index) hash(ctx context.Context, path string) (string, error) {
	x.once.Do(x.load)
	sum, err, _ := x.reads.Do(path, func() (any, error) {
		x.mu.Lock()
		h, ok := x.run[path]
		x.mu.Unlock()
		if ok {
			return h.SHA256, nil
		}
		h, err := x.find(ctx, path)
		if err != nil {
			return "", fmt.Errorf("hash an input: %w", err)
		}
		x.mu.Lock()
		x.run[path] = h
		late := time.Since(x.flushed) > flushInterval
		x.mu.Unlock()
		if late {
			_ = x.flush() // it fails again, and is reported, at the end of the run
		}
		return h.SHA256, nil
	})
	return sum.(string), err
}

// find returns the hash of a file by its state, or hashes the file.
func (x *index) find(ctx context.Context, path string) (hashed, error) {
	f, err := infile.Open(ctx, path)
	if err != nil {
		return hashed{}, err
	}
	defer f.Close()
	for range maxReadings {
		now := time.Now()
		before, err := f.State()
		if err != nil {
			return hashed{}, err
		}
		isRacy := before.IsRacy(now)
		x.mu.Lock()
		sum, ok := x.entries[before]
		x.mu.Unlock()
		if ok && !isRacy {
			return hashed{record{before, sum}, false}, nil
		}
		digest := sha256.New()
		if _, err := io.Copy(digest, io.NewSectionReader(f, 0, before.Size)); err != nil {
			return hashed{}, err
		}
		after, err := f.State()
		if err != nil {
			return hashed{}, err
		}
		if after != before {
			continue // the file changed while it was read
		}
		k := record{before, "sha256:" + hex.EncodeToString(digest.Sum(nil))}
		if !isRacy {
			x.mu.Lock()
			x.entries[before] = k.SHA256
			x.fresh = append(x.fresh, k)
			x.mu.Unlock()
		}
		return hashed{k, isRacy}, nil
	}
	return hashed{}, &fileerr.Error{Path: path, What: "changes while it is read", Remedy: "score it once it is written"}
}

// unchanged reports whether a file that was hashed in this run is still the same: by its
// state, or by its content if the state could hide a change.
func (x *index) unchanged(ctx context.Context, path string) bool {
	x.mu.Lock()
	before, ok := x.run[path]
	x.mu.Unlock()
	if !ok {
		return false
	}
	if now, err := infile.StateAt(path); err == nil && now == before.State && !before.racy {
		return true
	}
	h, err := x.find(ctx, path)
	if err != nil || h.SHA256 != before.SHA256 {
		return false
	}
	x.mu.Lock()
	x.run[path] = h
	x.mu.Unlock()
	return true
}

// load reads the hashes of earlier runs. It ignores files that it cannot read,
// because the index only saves work.
func (x *index) load() {
	names := x.files()
	for _, name := range names {
		x.loadFile(filepath.Join(x.dir, name))
	}
	if len(names) > compactAbove {
		x.compact(names)
	}
}

func (x *index) files() []string {
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".jsonl") && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names
}

func (x *index) loadFile(path string) {
	f, err := infile.Open(context.Background(), path)
	if err != nil {
		return
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		text, sum, ok := bytes.Cut(lines.Bytes(), []byte("\t"))
		if !ok || checksum(text) != string(sum) {
			continue
		}
		var k record
		if json.Unmarshal(text, &k) == nil && strings.HasPrefix(k.SHA256, "sha256:") {
			x.entries[k.State] = k.SHA256
		}
	}
}

// checksum returns the checksum of a line of the index.
func checksum(line []byte) string {
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:8])
}

// compact merges the files of the index. Other runs may do the same concurrently: a file
// is removed only after its lines are in another one.
func (x *index) compact(names []string) {
	latest := make(map[string]record) // by path
	for s, sum := range x.entries {
		if previous, ok := latest[s.Path]; !ok || previous.CTime < s.CTime {
			latest[s.Path] = record{s, sum}
		}
	}
	all := make([]record, 0, len(latest))
	for _, k := range latest {
		all = append(all, k)
	}
	if x.write(all) != nil {
		return
	}
	for _, name := range names {
		os.Remove(filepath.Join(x.dir, name))
	}
}

// flush writes the new hashes to a new file. If that fails, they are kept for the next
// flush.
func (x *index) flush() error {
	x.mu.Lock()
	fresh := x.fresh
	x.fresh, x.flushed = nil, time.Now()
	x.mu.Unlock()
	if len(fresh) == 0 {
		return nil
	}
	if err := x.write(fresh); err != nil {
		x.mu.Lock()
		x.fresh = append(fresh, x.fresh...)
		x.mu.Unlock()
		return fmt.Errorf("store the hashes of inputs: %w", err)
	}
	return nil
}

// write writes lines to a new file of the index.
func (x *index) write(lines []record) error {
	var b bytes.Buffer
	for _, k := range lines {
		text, err := json.Marshal(k)
		if err != nil {
			return err
		}
		b.Write(text)
		b.WriteByte('\t')
		b.WriteString(checksum(text))
		b.WriteByte('\n')
	}
	return writeFile(filepath.Join(x.dir, fmt.Sprintf("%016x.jsonl", rand.Uint64())), b.Bytes())
}
