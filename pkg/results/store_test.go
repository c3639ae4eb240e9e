package results

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/internal/infile"
)

func key(n int) Key {
	return Key{Kind: Scores, Model: "a/model: of *all*", Benchmark: "b", Layer: fmt.Sprint(".layer", n%10), Of: map[string]string{"definition": "<d>", "file": fmt.Sprint(n)}}
}

func open(t *testing.T, dir string) (s *Store, warnings *[]string) {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	warnings = new([]string)
	s.Warn = func(line string) { *warnings = append(*warnings, line) }
	return s, warnings
}

func TestSavedIsFound(t *testing.T) {
	s, warnings := open(t, t.TempDir())
	if _, ok := s.Lookup(key(1)); ok || s.Any(key(1)) {
		t.Error("found what was never saved")
	}
	if err := s.Save(key(1), map[string]string{"a": "<&>"}); err != nil {
		t.Fatal(err)
	}
	body, ok := s.Lookup(key(1))
	var got map[string]string
	if err := json.Unmarshal(body, &got); err != nil || !ok || got["a"] != "<&>" {
		t.Errorf("found %s, %v, %v", body, ok, err)
	}
	if _, ok := s.Lookup(key(11)); ok || !s.Any(key(11)) || s.Any(key(2)) {
		t.Error("found under another key")
	}
	content, err := os.ReadFile(s.path(key(1)))
	if err != nil {
		t.Fatal(err)
	}
	if cut, ok := resultOf(key(1), content); !ok || string(cut) != string(body) {
		t.Errorf("cut out %q, %v", cut, ok)
	}
	if _, ok := resultOf(key(11), content); ok {
		t.Error("cut out under another key")
	}
	if said := s.Changed(key(11)); said != "file changed" {
		t.Errorf("said %q", said)
	}
	if len(*warnings) > 0 {
		t.Errorf("warned %q", *warnings)
	}
}

// TestDamagedIsNamed changes each byte of a file, and cuts it at each length.
func TestDamagedIsNamed(t *testing.T) {
	s, warnings := open(t, t.TempDir())
	k := key(1)
	if err := s.Save(k, []float64{0.25, 1}); err != nil {
		t.Fatal(err)
	}
	path := s.path(k)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	try := func(what string, content []byte) {
		t.Helper()
		*warnings = nil
		s.warned.Clear()
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		if body, ok := s.Lookup(k); ok {
			t.Errorf("%s: found %s", what, body)
		}
		s.Lookup(k)
		if len(*warnings) != 1 || !strings.Contains((*warnings)[0], path) {
			t.Errorf("%s: warned %q", what, *warnings)
		}
	}
	for i := range whole {
		try(fmt.Sprintf("cut at %d", i), whole[:i])
		changed := []byte(string(whole))
		changed[i] ^= 1
		try(fmt.Sprintf("byte %d changed", i), changed)
	}
	try("more at the end", append(whole, ' '))

	other, err := entry{Schema: schema, Key: key(11), Result: json.RawMessage("1")}.render()
	if err != nil {
		t.Fatal(err)
	}
	try("another's content", other)
}

func TestManyWritersLoseNothing(t *testing.T) {
	dir := t.TempDir()
	var writers sync.WaitGroup
	for w := range 32 {
		writers.Go(func() {
			s, err := Open(dir)
			if err != nil {
				t.Error(err)
				return
			}
			for n := range 20 {
				for _, n := range []int{n, 1000 + 20*w + n} { // shared and own
					if err := s.Save(key(n), n); err != nil {
						t.Error(err)
					}
					if body, ok := s.Lookup(key(n)); !ok || string(body) != fmt.Sprint(n) {
						t.Errorf("%d: found %s, %v", n, body, ok)
					}
				}
			}
		})
	}
	writers.Wait()
	s, warnings := open(t, dir)
	found := 0
	err := s.Each(Scores, func(Entry) error { found++; return nil })
	if err != nil || found != 20+32*20 || len(*warnings) > 0 {
		t.Errorf("found %d entries, %v, warned %q", found, err, *warnings)
	}
}

// TestReadersSeeNoHalf reads entries while they are written.
func TestReadersSeeNoHalf(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s.Warn = func(line string) { t.Error(line) }
	result := strings.Repeat("long ", 1<<18)
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for n := range 20 {
				if err := s.Save(key(n), result); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for n := range 20 {
		for there := false; !there && !t.Failed(); {
			_, there = s.Lookup(key(n))
		}
	}
	writers.Wait()
}

// age makes a file look as if it had not changed for long, to an index that
// goes by the given clock.
func age(t *testing.T, x *index, path string) {
	t.Helper()
	if state, ok := x.run[path]; ok && !state.racy {
		return
	}
	time.Sleep(infile.TimeResolution + 100*time.Millisecond)
}

func TestIndex(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for files to be of age")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	write := func(content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	modified := time.Now().Add(-time.Hour)
	os.Chtimes(path, modified, modified)
	hash := func() (sum string, fresh int) {
		t.Helper()
		x := openIndex(filepath.Join(dir, "index"))
		sum, err := x.hash(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		fresh = len(x.fresh)
		if err := x.flush(); err != nil {
			t.Fatal(err)
		}
		if !x.unchanged(t.Context(), path) {
			t.Error("changed by being looked at")
		}
		return sum, fresh
	}
	one, fresh := hash()
	if fresh != 0 {
		t.Error("the hash of a file just changed was kept")
	}
	// The same size and time of modification.
	write("two")
	os.Chtimes(path, modified, modified)
	two, _ := hash()
	if one == two {
		t.Error("an edit within a moment was missed")
	}
	x := openIndex(filepath.Join(dir, "index"))
	if _, err := x.hash(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	age(t, x, path)
	// Of many that ask at once, one reads.
	y := openIndex(filepath.Join(dir, "none"))
	var asking sync.WaitGroup
	for range 16 {
		asking.Go(func() { y.hash(t.Context(), path) })
	}
	asking.Wait()
	if len(y.fresh) != 1 {
		t.Errorf("%d readings by 16 that asked at once", len(y.fresh))
	}
	if sum, fresh := hash(); sum != two || fresh != 1 {
		t.Errorf("hash %s, %d kept", sum, fresh)
	}
	if sum, fresh := hash(); sum != two || fresh != 0 {
		t.Errorf("the second time hash %s, %d kept", sum, fresh)
	}
	write("six")
	os.Chtimes(path, modified, modified)
	if x.unchanged(t.Context(), path) {
		t.Error("a change was missed")
	}
	if six, _ := hash(); six == two {
		t.Error("an edit that hides in size and time was missed")
	}
	// Touched.
	write("two")
	if sum, _ := hash(); sum != two {
		t.Error("the same content has another hash")
	}
}

func TestIndexPassesOverDamage(t *testing.T) {
	dir := t.TempDir()
	good := record{infile.State{Path: "/a", Size: 1, MTime: 2, CTime: 3, Inode: 4}, "sha256:00"}
	for range compactAbove + 1 {
		if err := openIndex(dir).write([]record{good}); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "bad.jsonl"), []byte("{\"path\":\"/b\",\"sha256\":\"sha256:11\"}\t0000\n{\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	x := openIndex(dir)
	x.load()
	if len(x.entries) != 1 || x.entries[good.State] != "sha256:00" {
		t.Errorf("loaded %v", x.entries)
	}
	if names := x.files(); len(names) != 1 {
		t.Errorf("%d files are left", len(names))
	}
	y := openIndex(dir)
	y.load()
	if len(y.entries) != 1 {
		t.Errorf("compaction left %v", y.entries)
	}
}

func TestFileNames(t *testing.T) {
	seen := make(map[string]string)
	for _, name := range []string{"", "%", "a", "a/b", "a%2Fb", "..", ".", "a:b", "a*b", "a\\b", "a\nb", strings.Repeat("é", 400), strings.Repeat("é", 401)} {
		got := fileName(name)
		if got == "" || strings.ContainsAny(got, "/\\:*\n") || strings.HasPrefix(got, ".") || len(got) > maxFolderName {
			t.Errorf("%q is named %q", name, got)
		}
		if other, ok := seen[got]; ok && other+name != "%" {
			t.Errorf("%q and %q are both named %q", name, other, got)
		}
		seen[got] = name
	}
}
