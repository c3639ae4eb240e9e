package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/data"
)

// slow sends a file in pieces, so that a fetch can be killed during a download.
func slow(dir string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, err := os.ReadFile(filepath.Join(dir, filepath.Base(r.URL.Path)))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		http.ServeContent(pieces{w}, r, "", time.Time{}, bytes.NewReader(content))
	})
}

type pieces struct{ http.ResponseWriter }

func (p pieces) Write(b []byte) (int, error) {
	n, err := p.ResponseWriter.Write(b)
	p.ResponseWriter.(http.Flusher).Flush()
	time.Sleep(time.Millisecond)
	return n, err
}

// folderSum returns the hash of all files in a folder, except source.json, and their
// names; "" if there is no folder.
func folderSum(t *testing.T, dir string) string {
	t.Helper()
	sum := sha256.New()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == "source.json" {
			return err
		}
		content, err := os.ReadFile(path)
		fmt.Fprintf(sum, "%s %d\n%s", strings.TrimPrefix(path, dir), len(content), content)
		return err
	})
	if os.IsNotExist(err) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}

// TestKilledFetchesAndImports kills fetches and imports at random moments, a hundred times
// where all is asked for: the data home then holds each folder whole, old or new, or not at
// all; the command succeeds when it runs again; no temporary files remain.
func TestKilledFetchesAndImports(t *testing.T) {
	kills := 15
	switch {
	case testing.Short():
		kills = 10
	case thorough.Asked():
		kills = 100
	}
	testdata, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	served := filepath.Join(dir, "served")
	for from, to := range map[string]string{
		"golden/home/stimuli/hvm-mini/stimuli.csv":              "stimulus_hvm-public.csv",
		"brainio/assy_dicarlo_HvmMini.nc":                       "assy_dicarlo_MajajHong2015_public.nc",
		"golden/home/stimuli/objectome-mini.public/stimuli.csv": "stimulus_objectome_public.csv",
	} {
		if err := errors.Join(os.MkdirAll(served, 0o777), copyFile(filepath.Join(testdata, from), filepath.Join(served, to))); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	for i := range 400 {
		names = append(names, fmt.Sprintf("image%03d.png", i))
	}
	archive, err := zipOf(names)
	if err == nil {
		err = os.WriteFile(filepath.Join(served, "stimulus_objectome_public.zip"), archive, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(slow(served))
	t.Cleanup(server.Close)
	text, err := registryOf(served)
	if err != nil {
		t.Fatal(err)
	}
	listed := filepath.Join(dir, "registry.csv")
	if err := os.WriteFile(listed, text, 0o666); err != nil {
		t.Fatal(err)
	}
	registry, err := data.ParseRegistry(listed, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	command := func(home string, words ...string) *exec.Cmd {
		c := exec.Command("brainscore", append(words, "--data", home)...)
		c.Env = append(os.Environ(), "BRAINSCORE_MIRROR="+server.URL, "BRAINSCORE_REGISTRY="+listed)
		return c
	}
	run := func(home string, words ...string) {
		t.Helper()
		if out, err := command(home, words...).CombinedOutput(); err != nil {
			t.Fatalf("%q: %v\n%s", words, err, out)
		}
	}
	fetch := []string{"data", "fetch", "MajajHong2015.public", "--quiet"}
	pictures := []string{"data", "fetch", "objectome.public", "--images", "--quiet"}
	imported := func(file string) []string {
		return []string{"import", "assembly", filepath.Join(testdata, "brainio", file), "--id", "lab", "--stimulus-set", "hvm-public", "--force", "--quiet"}
	}
	imports := [][]string{imported("assy_dicarlo_HvmMini.nc"), imported("assy_plain_bigendian.nc")}

	// What each command makes if it is not killed, and how long it takes.
	reference, home := filepath.Join(dir, "reference"), filepath.Join(dir, "home")
	published := func(home string) string { return filepath.Join(home, "assemblies", "MajajHong2015.public") }
	lab := func(home string) string { return filepath.Join(home, "assemblies", "lab") }
	started := time.Now()
	run(reference, fetch...)
	lengths := []time.Duration{time.Since(started)}
	want := folderSum(t, published(reference))
	var whole []string
	started = time.Now()
	run(reference, pictures...)
	lengths = append(lengths, time.Since(started))
	shown := func(home string) string { return filepath.Join(home, "stimuli", "objectome.public", "images") }
	wantShown := folderSum(t, shown(reference))
	for _, words := range imports {
		started := time.Now()
		run(reference, words...)
		lengths = append(lengths, time.Since(started))
		whole = append(whole, folderSum(t, lab(reference)))
	}

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, a fetch, one of images and the imports take %v", seed, lengths)
	rng := rand.New(rand.NewPCG(seed, 0))
	run(home, "data", "fetch", "hvm-public", "--quiet")
	store := &data.Store{Dir: home, Registry: registry}
	ended, installed, stopped, remaining := 0, 0, 0, 0
	for i := 0; stopped < kills; i++ {
		words, length := fetch, lengths[0]
		switch i % 4 {
		case 1, 3:
			which := rng.IntN(len(imports))
			words, length = imports[which], lengths[2+which]
		case 2:
			words, length = pictures, lengths[1]
		}
		c := command(home, words...)
		var out bytes.Buffer
		c.Stderr = &out
		before := folderSum(t, lab(home))
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rng.Int64N(int64(length))))
		_ = c.Process.Kill()
		_ = c.Wait()
		if c.ProcessState.Success() {
			ended++
		} else {
			stopped++
		}
		if out.Len() > 0 {
			t.Errorf("kill %d: %q says %s", i, words, &out)
		}
		for _, o := range registry.Objects {
			if _, err := store.Verify(context.Background(), o); err != nil {
				t.Fatalf("kill %d: %v", i, err)
			}
		}
		switch got := folderSum(t, published(home)); got {
		case want:
			installed++
		case "":
		default:
			t.Fatalf("kill %d: the fetched assembly is there in part", i)
		}
		if got := folderSum(t, lab(home)); got != before && got != whole[0] && got != whole[1] {
			t.Fatalf("kill %d: the imported assembly is there in part", i)
		}
		if got := folderSum(t, shown(home)); got != "" && got != wantShown {
			t.Fatalf("kill %d: the images are there in part", i)
		} else if got != "" {
			run(home, "data", "rm", "objectome.public")
		}
		remaining += len(leftovers(t, home))
		if folderSum(t, published(home)) == want {
			run(home, "data", "rm", "MajajHong2015.public")
		}
	}
	t.Logf("%d were killed and %d had ended; %d times the published assembly was there; %d temporary files remained", stopped, ended, installed, remaining)
	run(home, fetch...)
	run(home, pictures...)
	run(home, imports[0]...)
	if folderSum(t, published(home)) != want || folderSum(t, lab(home)) != whole[0] || folderSum(t, shown(home)) != wantShown {
		t.Error("what is made after it all differs")
	}
	if l := leftovers(t, home); len(l) > 0 {
		t.Errorf("temporary files remain: %v", l)
	}
}

// leftovers returns the temporary files of unfinished fetches and imports in a home.
func leftovers(t *testing.T, home string) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"stimuli/.*", "assemblies/.*", "cache/staging/*"} {
		found, err := filepath.Glob(filepath.Join(home, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	return all
}
