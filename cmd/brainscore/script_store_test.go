package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha1"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// objectStore serves a folder as the public object store does, or misbehaves. Each
// script has one.
type objectStore struct {
	dir       string
	mu        sync.Mutex
	how       string // how to misbehave; empty for not at all
	remaining int    // requests that are still to be answered badly
}

// storeKey is the key of a script's store.
type storeKey struct{}

// store serves the files of a folder on loopback, and makes the data commands use them:
// the server by $BRAINSCORE_MIRROR, and FILE by $BRAINSCORE_REGISTRY. FILE is the
// published registry with the SHA-1 of the files in the folder.
//
//	store DIR FILE
func store(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: store DIR FILE")
	}
	s := ts.Value(storeKey{}).(*objectStore)
	s.dir = ts.MkAbs(args[0])
	server := httptest.NewServer(s)
	ts.Defer(server.Close)
	text, err := registryOf(filepath.Join(s.dir, "brainio-brainscore"))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), text, 0o666))
	ts.Setenv("BRAINSCORE_MIRROR", server.URL)
	ts.Setenv("BRAINSCORE_REGISTRY", ts.MkAbs(args[1]))
}

// registryOf returns the text of the published registry with the SHA-1 of the files in a
// folder.
func registryOf(dir string) ([]byte, error) {
	published, err := os.ReadFile("../../pkg/data/registry.csv")
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(bytes.NewReader(published)).ReadAll()
	if err != nil {
		return nil, err
	}
	column := func(name string) int { return slices.Index(rows[0], name) }
	for _, row := range rows[1:] {
		base := strings.ReplaceAll(row[column("identifier")], ".", "_")
		for into, file := range map[string]string{"sha1": "assy_" + base + ".nc", "csv_sha1": "stimulus_" + base + ".csv", "zip_sha1": "stimulus_" + base + ".zip"} {
			content, err := os.ReadFile(filepath.Join(dir, file))
			if err == nil {
				row[column(into)] = fmt.Sprintf("%x", sha1.Sum(content))
			}
		}
	}
	var text bytes.Buffer
	err = csv.NewWriter(&text).WriteAll(rows)
	return text.Bytes(), err
}

// zipfile writes a zip archive of files with the names, valid or not, whose contents are
// their names.
//
//	zipfile FILE NAME...
func zipfile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: zipfile FILE NAME...")
	}
	archive, err := zipOf(args[1:])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), archive, 0o666))
}

// zipOf returns a zip archive of files whose contents are their names.
func zipOf(names []string) ([]byte, error) {
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for _, name := range names {
		f, err := z.Create(name)
		if err != nil {
			return nil, err
		}
		if _, err := f.Write([]byte(name)); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return archive.Bytes(), err
}

// misbehave makes the store answer the next TIMES requests badly, or all without TIMES;
// with a star for HOW it makes the store answer well again.
//
//	misbehave HOW [TIMES]
func misbehave(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: misbehave HOW [TIMES]")
	}
	how, remaining := args[0], math.MaxInt
	if code, err := strconv.Atoi(how); misdeeds[how] == nil && (err != nil || http.StatusText(code) == "") && how != "*" {
		ts.Fatalf("unknown way %q to misbehave", how)
	}
	if how == "*" {
		remaining = 0
	}
	if len(args) == 2 {
		var err error
		remaining, err = strconv.Atoi(args[1])
		ts.Check(err)
	}
	s := ts.Value(storeKey{}).(*objectStore)
	s.mu.Lock()
	s.how, s.remaining = how, remaining
	s.mu.Unlock()
}

func (s *objectStore) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	how := ""
	if s.remaining > 0 {
		how = s.how
		s.remaining--
	}
	s.mu.Unlock()
	if code, err := strconv.Atoi(how); err == nil {
		w.WriteHeader(code)
		return
	}
	content, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(path.Clean(r.URL.Path))))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if bad := misdeeds[how]; bad != nil {
		bad(w, r, content)
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// misdeeds are what a server can do wrong, except answering with an error.
var misdeeds = map[string]func(w http.ResponseWriter, r *http.Request, content []byte){
	// Hangs up within the first bytes, or within the file, later each time.
	"cut":   func(w http.ResponseWriter, r *http.Request, content []byte) { part(w, r, content, 100) },
	"break": func(w http.ResponseWriter, r *http.Request, content []byte) { part(w, r, content, 200<<10) },
	// Announces a wrong length of the file.
	"long":  func(w http.ResponseWriter, _ *http.Request, content []byte) { raw(w, len(content)+1000, content) },
	"short": func(w http.ResponseWriter, _ *http.Request, content []byte) { raw(w, len(content)/2, content) },
	"wrong": func(w http.ResponseWriter, _ *http.Request, content []byte) {
		_, _ = w.Write(bytes.Repeat([]byte("no data\n"), len(content)/8))
	},
	"stall": func(w http.ResponseWriter, r *http.Request, content []byte) {
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		_, _ = w.Write(content[:len(content)/2])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	},
	"silent": func(_ http.ResponseWriter, r *http.Request, _ []byte) { <-r.Context().Done() },
}

// part sends some of the requested bytes and hangs up.
func part(w http.ResponseWriter, r *http.Request, content []byte, most int) {
	start := 0
	_, _ = fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &start)
	if start >= len(content) {
		w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		return
	}
	rest := content[start:]
	w.Header().Set("Content-Length", strconv.Itoa(len(rest)))
	if start > 0 {
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", start, len(content)-1, len(content)))
		w.WriteHeader(http.StatusPartialContent)
	}
	_, _ = w.Write(rest[:min(most, len(rest))])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// raw answers with a length that may differ from the content's.
func raw(w http.ResponseWriter, length int, content []byte) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", length)
	_, _ = conn.Write(content)
}

// expected compares scores, as `score` writes them in JSON, with the figures of
// an expected.json: raw, ceiling and ceiled, and the raw ones of each split.
//
//	expected SCORES EXPECTED TOLERANCE BENCHMARK=NAME-THERE...
func expected(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: expected SCORES EXPECTED TOLERANCE BENCHMARK=NAME-THERE...")
	}
	type figure struct {
		Value  float64
		Splits []float64
	}
	type score struct {
		Model, Benchmark, Layer string
		Raw, Ceiling, Score     figure
	}
	var document struct {
		Models []struct {
			Model  string
			Scores []score
		}
	}
	var figures []score
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &document))
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &figures))
	tolerance, err := strconv.ParseFloat(args[2], 64)
	ts.Check(err)
	for _, arg := range args[3:] {
		name, there, _ := strings.Cut(arg, "=")
		compared := 0
		for _, m := range document.Models {
			for _, got := range m.Scores {
				at := slices.IndexFunc(figures, func(f score) bool { return f.Model == m.Model && f.Benchmark == there && f.Layer == got.Layer })
				if got.Benchmark != name || at < 0 {
					continue
				}
				want := figures[at]
				compared++
				values := append([]float64{got.Raw.Value, got.Ceiling.Value, got.Score.Value}, got.Raw.Splits...)
				wanted := append([]float64{want.Raw.Value, want.Ceiling.Value, want.Score.Value}, want.Raw.Splits...)
				if !slices.EqualFunc(values, wanted, func(a, b float64) bool { return math.Abs(a-b) <= tolerance }) {
					ts.Fatalf("%s (%s) has %v, expected is %v", name, got.Layer, values, wanted)
				}
			}
		}
		if compared == 0 {
			ts.Fatalf("no score of %s to compare with %s", name, there)
		}
	}
}
