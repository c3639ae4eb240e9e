package results

import (
	"bufio"
	"bytes"
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
)

// racy is how long after its last change a file may change again without its
// times showing it, on the coarsest file systems, with some to spare.
const racy = 3 * time.Second

// flushEvery is how often new hashes are kept while a run goes on.
const flushEvery = 5 * time.Second

// compactAbove is the number of index files above which they are made one.
const compactAbove = 32

// state is what tells one content of a file from another without reading it.
type state struct {
	Path  string `json:"path"` // absolute
	Size  int64  `json:"size"`
	MTime int64  `json:"mtime"` // ns
	CTime int64  `json:"ctime"` // ns, 0 where there is none
	Inode uint64 `json:"inode"` // 0 where there is none
}

// known is a line of the index.
type known struct {
	state
	SHA256 string `json:"sha256"`
}

// index remembers the hashes of files.
type index struct {
	dir string

	loaded  sync.Once
	looking singleflight.Group // a file is read by one of those that ask for it
	mu      sync.Mutex
	entries map[state]string
	fresh   []known           // not yet kept
	run     map[string]hashed // by path as given, of this run
	flushed time.Time
}

// hashed is a file as this run has hashed it.
type hashed struct {
	known
	racy bool
}

func openIndex(dir string) *index {
	return &index{dir: dir, entries: make(map[state]string), run: make(map[string]hashed), flushed: time.Now()}
}

// stateOf looks at an open file: opening is what makes network file systems
// ask the server.
func stateOf(f *os.File) (state, error) {
	info, err := f.Stat()
	if err != nil {
		return state{}, err
	}
	absolute, err := filepath.Abs(f.Name())
	if err != nil {
		return state{}, err
	}
	s := state{Path: absolute, Size: info.Size(), MTime: info.ModTime().UnixNano()}
	s.CTime, s.Inode = changeTime(info)
	return s, nil
}

// isRacy says whether a file may change once more without a new state. Where
// the system tells no time of change, any file may: times can be set.
func (s state) isRacy(now time.Time) bool {
	return s.CTime == 0 || max(s.MTime, s.CTime) > now.Add(-racy).UnixNano()
}

func (x *index) hash(path string) (string, error) {
	x.loaded.Do(x.load)
	sum, err, _ := x.looking.Do(path, func() (any, error) {
		x.mu.Lock()
		h, ok := x.run[path]
		x.mu.Unlock()
		if ok {
			return h.SHA256, nil
		}
		h, err := x.look(path)
		if err != nil {
			return "", fmt.Errorf("hash an input: %w", err)
		}
		x.mu.Lock()
		x.run[path] = h
		late := time.Since(x.flushed) > flushEvery
		x.mu.Unlock()
		if late {
			err = x.flush()
		}
		return h.SHA256, err
	})
	return sum.(string), err
}

// look hashes a file, or finds its hash by its state.
func (x *index) look(path string) (hashed, error) {
	f, err := os.Open(path)
	if err != nil {
		return hashed{}, err
	}
	defer f.Close()
	for {
		now := time.Now()
		before, err := stateOf(f)
		if err != nil {
			return hashed{}, err
		}
		isRacy := before.isRacy(now)
		x.mu.Lock()
		sum, ok := x.entries[before]
		x.mu.Unlock()
		if ok && !isRacy {
			return hashed{known{before, sum}, false}, nil
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return hashed{}, err
		}
		digest := sha256.New()
		if _, err := io.Copy(digest, f); err != nil {
			return hashed{}, err
		}
		after, err := stateOf(f)
		if err != nil {
			return hashed{}, err
		}
		if after != before {
			continue // changed under our hands
		}
		k := known{before, "sha256:" + hex.EncodeToString(digest.Sum(nil))}
		if !isRacy {
			x.mu.Lock()
			x.entries[before] = k.SHA256
			x.fresh = append(x.fresh, k)
			x.mu.Unlock()
		}
		return hashed{k, isRacy}, nil
	}
}

// unchanged says whether a file that was hashed in this run is still the same:
// by its state, and by its content where the state could hide a change.
func (x *index) unchanged(path string) bool {
	x.mu.Lock()
	was, ok := x.run[path]
	x.mu.Unlock()
	if !ok {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	if is, err := stateOf(f); err == nil && is == was.state && !was.racy {
		return true
	}
	h, err := x.look(path)
	if err != nil || h.SHA256 != was.SHA256 {
		return false
	}
	x.mu.Lock()
	x.run[path] = h
	x.mu.Unlock()
	return true
}

// load reads what former runs have kept. What cannot be read is passed over, as
// it only saves work.
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
	f, err := os.Open(path)
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
		var k known
		if json.Unmarshal(text, &k) == nil && strings.HasPrefix(k.SHA256, "sha256:") {
			x.entries[k.state] = k.SHA256
		}
	}
}

// checksum guards a line of the index against what is not as it was written.
func checksum(line []byte) string {
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:8])
}

// compact makes one file of many. Other runs may do the same at once: a file is
// removed only after its lines are in another.
func (x *index) compact(names []string) {
	last := make(map[string]known) // the latest state of each path
	for s, sum := range x.entries {
		if former, ok := last[s.Path]; !ok || former.CTime < s.CTime {
			last[s.Path] = known{s, sum}
		}
	}
	all := make([]known, 0, len(last))
	for _, k := range last {
		all = append(all, k)
	}
	if x.write(all) != nil {
		return
	}
	for _, name := range names {
		os.Remove(filepath.Join(x.dir, name))
	}
}

// flush keeps the new hashes in a file of their own.
func (x *index) flush() error {
	x.mu.Lock()
	fresh := x.fresh
	x.fresh, x.flushed = nil, time.Now()
	x.mu.Unlock()
	if len(fresh) == 0 {
		return nil
	}
	if err := x.write(fresh); err != nil {
		return fmt.Errorf("keep the hashes of inputs: %w", err)
	}
	return nil
}

func (x *index) write(lines []known) error {
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
