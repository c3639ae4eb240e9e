package data

import (
	"bytes"
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// fake imports by copying, or fails.
type fake struct {
	err   error
	calls atomic.Int32
}

func (f *fake) write(from, to string) error {
	f.calls.Add(1)
	content, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o777)
	}
	if err == nil {
		err = os.WriteFile(to, content, 0o666)
	}
	return errors.Join(err, f.err)
}

func (f *fake) ImportStimuli(_ context.Context, home, csv, id string) ([]string, error) {
	return []string{"note of " + id}, f.write(csv, filepath.Join(home, "stimuli", id, "stimuli.csv"))
}

func (f *fake) ImportAssembly(_ context.Context, home, nc, id, set, kind string) ([]string, error) {
	if _, err := os.Stat(filepath.Join(home, "stimuli", set, "stimuli.csv")); err != nil {
		return nil, err
	}
	return nil, errors.Join(f.write(nc, filepath.Join(home, "assemblies", id, "values")), f.write(nc, filepath.Join(home, "assemblies", id, kind)))
}

// world is a store of two objects with a server that misbehaves as told.
type world struct {
	*Store
	set, assembly Object
	csv, nc       []byte
	importer      *fake
	requests      atomic.Int32
	text          string // of the registry
	server        *httptest.Server
	log           []string
}

// handler serves a file in a way of its own; nil serves it as it is.
type handler func(w http.ResponseWriter, r *http.Request, content []byte, request int)

func newWorld(t *testing.T, misbehave handler) *world {
	t.Helper()
	w := &world{csv: []byte("stimulus_id\na\nb\n"), nc: make([]byte, 700<<10), importer: &fake{}}
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(w.nc)
	text := registryHeader +
		fmt.Sprintf("p,stimulus_set_registry,s,s,bucket/folder,,,%x,null,,,\n", sha1.Sum(w.csv)) +
		fmt.Sprintf("p,data_registry,a,lab.a,bucket/folder,%x,v1,,,,,s\n", sha1.Sum(w.nc))
	w.text = text
	registry, err := ParseRegistry("r.csv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		n := int(w.requests.Add(1))
		content := w.csv
		switch r.URL.Path {
		case "/folder/stimulus_s.csv":
			http.ServeContent(rw, r, "", time.Time{}, bytes.NewReader(content))
			return
		case "/folder/assy_lab_a.nc":
			if r.URL.RawQuery != "versionId=v1" {
				t.Errorf("query %s", r.URL.RawQuery)
			}
			content = w.nc
		default:
			http.NotFound(rw, r)
			return
		}
		if misbehave != nil {
			misbehave(rw, r, content, n)
			return
		}
		http.ServeContent(rw, r, "", time.Time{}, bytes.NewReader(content))
	}))
	t.Cleanup(server.Close)
	w.server = server
	w.Store = &Store{Dir: filepath.Join(t.TempDir(), "home"), Registry: registry, Importer: w.importer, Mirror: server.URL,
		Idle: 400 * time.Millisecond, Retries: 2, Wait: time.Millisecond,
		Log: func(line string) { w.log = append(w.log, line) }}
	w.set, w.assembly = registry.Objects[0], registry.Objects[1]
	return w
}

func (w *world) fetch() error {
	err := w.Fetch(context.Background(), w.set)
	if err == nil {
		err = w.Fetch(context.Background(), w.assembly)
	}
	return err
}

// whole checks that the assembly is there, or else that nothing of it is.
func (w *world) whole(t *testing.T, want bool) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(w.installed(w.assembly), "values"))
	if !want {
		if _, err := os.Stat(w.installed(w.assembly)); !os.IsNotExist(err) {
			t.Errorf("something is installed: %v", err)
		}
	} else if err != nil || !bytes.Equal(got, w.nc) {
		t.Errorf("not installed: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(w.Dir, "cache", "staging", "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if want {
		if n, err := w.Verify(context.Background(), w.assembly); n != 3 || err != nil {
			t.Errorf("%d files right, %v", n, err)
		}
	}
}

// hijack takes over the connection.
func hijack(w http.ResponseWriter) net.Conn {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	return conn
}

// cut sends a part of the content from the range asked for on, and hangs up.
func cut(w http.ResponseWriter, r *http.Request, content []byte, n int) {
	start := 0
	_, _ = fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &start)
	conn := hijack(w)
	defer conn.Close()
	rest := content[start:]
	status := "200 OK"
	if start > 0 {
		status = "206 Partial Content"
	}
	fmt.Fprintf(conn, "HTTP/1.1 %s\r\nContent-Length: %d\r\nContent-Range: bytes %d-%d/%d\r\n\r\n", status, len(rest), start, len(content)-1, len(content))
	_, _ = conn.Write(rest[:min(n, len(rest))])
}

func TestFetch(t *testing.T) {
	answer := func(code int) handler {
		return func(w http.ResponseWriter, _ *http.Request, _ []byte, _ int) { w.WriteHeader(code) }
	}
	// until misbehaves on the first requests alone; the first is for the csv.
	until := func(n int, bad handler) handler {
		return func(w http.ResponseWriter, r *http.Request, content []byte, request int) {
			if request <= n+1 {
				bad(w, r, content, request)
				return
			}
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
		}
	}
	stall := func(w http.ResponseWriter, r *http.Request, content []byte, _ int) {
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		_, _ = w.Write(content[:1000])
		w.(http.Flusher).Flush()
		select {
		case <-r.Context().Done():
		case <-time.After(3 * time.Second):
		}
	}
	silent := func(_ http.ResponseWriter, r *http.Request, _ []byte, _ int) {
		select {
		case <-r.Context().Done():
		case <-time.After(3 * time.Second):
		}
	}
	lie := func(length func(n int) int, send int) handler {
		return func(w http.ResponseWriter, _ *http.Request, content []byte, _ int) {
			conn := hijack(w)
			defer conn.Close()
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", length(len(content)))
			_, _ = conn.Write(content[:min(send, len(content))])
		}
	}
	const all = 1 << 30
	wrong := func(w http.ResponseWriter, _ *http.Request, content []byte, _ int) {
		_, _ = w.Write(bytes.Repeat([]byte{7}, len(content)))
	}
	badRange := func(w http.ResponseWriter, r *http.Request, content []byte, n int) {
		if r.Header.Get("Range") == "" {
			cut(w, r, content, 1000)
			return
		}
		w.Header().Set("Content-Range", "bytes 0-9/10")
		w.WriteHeader(http.StatusPartialContent)
		_, _ = w.Write(content[:10])
	}
	hangUp := func(w http.ResponseWriter, _ *http.Request, _ []byte, _ int) { hijack(w).Close() }
	for name, c := range map[string]struct {
		bad  handler
		want string // text of the error; empty where the data arrive
	}{
		"well":                {nil, ""},
		"403":                 {answer(403), "a: the data are private"},
		"401":                 {answer(401), "a: the data are private"},
		"404":                 {answer(404), "404 Not Found"},
		"500":                 {answer(500), "500 Internal Server Error; try again later"},
		"503":                 {answer(503), "503 Service Unavailable; try again later"},
		"503 once":            {until(1, answer(503)), ""},
		"429 twice":           {until(2, answer(429)), ""},
		"hangs up":            {hangUp, "EOF"},
		"hangs up once":       {until(1, hangUp), ""},
		"cut often":           {func(w http.ResponseWriter, r *http.Request, c []byte, _ int) { cut(w, r, c, 100<<10) }, ""},
		"cut at once":         {func(w http.ResponseWriter, r *http.Request, c []byte, _ int) { cut(w, r, c, 10) }, "the connection broke off"},
		"cut, no range":       {until(1, lie(func(n int) int { return n }, 1000)), ""},
		"stalls":              {stall, "the connection stalled"},
		"stalls once":         {until(1, stall), ""},
		"is silent":           {silent, "timeout"},
		"is silent once":      {until(1, silent), ""},
		"length too long":     {lie(func(n int) int { return n + 1000 }, all), ""},
		"length too short":    {lie(func(n int) int { return n - 1000 }, all), "nothing was kept"},
		"wrong content":       {wrong, "nothing was kept"},
		"wrong content once":  {until(1, wrong), "nothing was kept"},
		"wrong range":         {badRange, "the connection broke off"},
		"wrong range at once": {until(2, badRange), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad := c.bad
			var behave atomic.Bool
			w := newWorld(t, func(rw http.ResponseWriter, r *http.Request, content []byte, n int) {
				if bad == nil || behave.Load() {
					http.ServeContent(rw, r, "", time.Time{}, bytes.NewReader(content))
					return
				}
				bad(rw, r, content, n)
			})
			err := w.fetch()
			if c.want == "" {
				if err != nil {
					t.Fatalf("%v\n%v", err, w.log)
				}
				w.whole(t, true)
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %s", err, c.want)
			}
			w.whole(t, false)
			behave.Store(true)
			if err := w.fetch(); err != nil {
				t.Fatalf("the second try: %v", err)
			}
			w.whole(t, true)
		})
	}
}

func TestNoNetwork(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	for _, mirror := range []string{"http://" + listener.Addr().String(), "http://no-such-host.invalid", "nonsense://x", "::"} {
		w := newWorld(t, nil)
		w.Mirror = mirror
		start := time.Now()
		err := w.fetch()
		var network *NetworkError
		if !errors.As(err, &network) || time.Since(start) > 10*time.Second {
			t.Errorf("%s: %v after %v", mirror, err, time.Since(start))
		}
	}
}

func TestFetchAgain(t *testing.T) {
	w := newWorld(t, nil)
	if err := w.fetch(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(w.log, "\n"), "note of s") {
		t.Errorf("told %q", w.log)
	}
	if err := w.fetch(); err != nil || w.requests.Load() != 2 || w.importer.calls.Load() != 3 {
		t.Errorf("%v, %d requests, %d imports", err, w.requests.Load(), w.importer.calls.Load())
	}
	// An installed folder that lost a file is told.
	if err := os.Remove(filepath.Join(w.installed(w.assembly), "values")); err != nil {
		t.Fatal(err)
	}
	if err := w.fetch(); err == nil || !strings.Contains(err.Error(), "is missing; brainscore data rm it") {
		t.Error(err)
	}
	if found, err := w.Remove(context.Background(), w.assembly, false); !found || err != nil {
		t.Error(found, err)
	}
	if found, err := w.Remove(context.Background(), w.assembly, false); found || err != nil {
		t.Error(found, err)
	}
	w.whole(t, false)
	if err := w.fetch(); err != nil {
		t.Fatal(err)
	}
	w.whole(t, true)
}

func TestResumes(t *testing.T) {
	var asked []string
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request, content []byte, _ int) {
		asked = append(asked, r.Header.Get("Range"))
		http.ServeContent(rw, r, "", time.Time{}, bytes.NewReader(content))
	})
	part := w.cached(w.assembly.Table) + ".part"
	for _, c := range []struct {
		left []byte
		want string
	}{
		{w.nc[:5000], "[bytes=5000-]"},
		{w.nc, "[bytes=716800-]"}, // whole but for its name
		{[]byte("something else"), "[bytes=14- ]"},
		{append(bytes.Clone(w.nc), 1), "[bytes=716801- ]"},
	} {
		asked = nil
		if err := errors.Join(os.RemoveAll(w.Dir), os.MkdirAll(filepath.Dir(part), 0o777), os.WriteFile(part, c.left, 0o666)); err != nil {
			t.Fatal(err)
		}
		if err := w.fetch(); err != nil || fmt.Sprint(asked) != c.want {
			t.Errorf("%d bytes: %v, asked for %q, want %s", len(c.left), err, asked, c.want)
		}
		w.whole(t, true)
	}
}

func TestImportFails(t *testing.T) {
	w := newWorld(t, nil)
	w.importer.err = errors.New("bad file")
	if err := w.fetch(); err == nil || !strings.Contains(err.Error(), "importing s: bad file") {
		t.Fatal(err)
	}
	w.whole(t, false)
	// What a killed run left is no hindrance.
	if err := os.MkdirAll(filepath.Join(w.staging(w.set), "stimuli", "s", "junk"), 0o777); err != nil {
		t.Fatal(err)
	}
	w.importer.err = nil
	if err := w.fetch(); err != nil || w.requests.Load() != 2 {
		t.Fatalf("%v, %d requests", err, w.requests.Load())
	}
	w.whole(t, true)
	if err := w.Fetch(context.Background(), Object{ID: "x", Kind: Assembly, StimulusSet: "never", Table: w.assembly.Table}); err == nil || !strings.Contains(err.Error(), "never/stimuli.csv: is missing; fetch the stimulus set first") {
		t.Error(err)
	}
}

// What killed runs left of other objects goes, unless a process works on them.
func TestSweep(t *testing.T) {
	w := newWorld(t, nil)
	for _, o := range []Object{w.set, w.assembly} {
		if err := os.MkdirAll(filepath.Join(w.staging(o), "junk"), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	unlock, err := w.lock(context.Background(), w.set)
	if err != nil {
		t.Fatal(err)
	}
	w.Sweep()
	_, errSet := os.Stat(w.staging(w.set))
	_, errAssembly := os.Stat(w.staging(w.assembly))
	if errSet != nil || !os.IsNotExist(errAssembly) {
		t.Errorf("what is at work: %v, what is not: %v", errSet, errAssembly)
	}
	unlock()
	w.Sweep()
	w.whole(t, false)
}

func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request, content []byte, _ int) {
		_, _ = rw.Write(content[:1000])
		rw.(http.Flusher).Flush()
		cancel()
		<-r.Context().Done()
	})
	w.Idle = time.Minute
	if err := w.Fetch(ctx, w.set); err != nil {
		t.Fatal(err)
	}
	if err := w.Fetch(ctx, w.assembly); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	w.whole(t, false)
}

// A file that is complete is taken without a retry, whatever length was announced.
func TestCompleteWithoutRetry(t *testing.T) {
	w := newWorld(t, func(w http.ResponseWriter, _ *http.Request, content []byte, _ int) {
		conn := hijack(w)
		defer conn.Close()
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(content)+1000, content)
	})
	w.Retries = -1
	if err := w.fetch(); err != nil || w.requests.Load() != 2 {
		t.Fatalf("%v, %d requests", err, w.requests.Load())
	}
	w.whole(t, true)
}

// Several at a time download once and leave one right folder.
func TestConcurrent(t *testing.T) {
	w := newWorld(t, nil)
	var wait sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wait.Go(func() {
			s := *w.Store // another process has its own
			s.Log = nil
			errs[i] = s.Fetch(context.Background(), w.set)
			if errs[i] == nil {
				errs[i] = s.Fetch(context.Background(), w.assembly)
			}
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil || w.requests.Load() != 2 {
		t.Errorf("%v, %d requests", err, w.requests.Load())
	}
	w.whole(t, true)
}

func TestYours(t *testing.T) {
	w := newWorld(t, nil)
	own := filepath.Join(w.installed(w.set), "stimuli.csv")
	if err := errors.Join(os.MkdirAll(filepath.Dir(own), 0o777), os.WriteFile(own, []byte("mine"), 0o666)); err != nil {
		t.Fatal(err)
	}
	if err := w.fetch(); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(own); string(got) != "mine" || w.State(w.set) != StateYours || w.State(w.assembly) != StateInstalled {
		t.Errorf("%s, %s", got, w.State(w.set))
	}
	if _, err := w.Remove(context.Background(), w.set, false); err == nil || !strings.Contains(err.Error(), "--force") {
		t.Error(err)
	}
	if found, err := w.Remove(context.Background(), w.set, true); !found || err != nil || w.State(w.set) != StateAbsent {
		t.Error(found, err)
	}
}

func TestVerify(t *testing.T) {
	w := newWorld(t, nil)
	if n, err := w.Verify(context.Background(), w.assembly); n != 0 || err != nil {
		t.Error(n, err)
	}
	if err := w.fetch(); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		w.cached(w.assembly.Table):                           "was published",
		filepath.Join(w.installed(w.assembly), "neural"):     "was changed since it was installed",
		filepath.Join(w.installed(w.assembly), manifestName): "is damaged",
	} {
		old, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("spoilt"), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Verify(context.Background(), w.assembly); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
		if err := os.WriteFile(path, old, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := w.Verify(context.Background(), w.assembly); n != 3 || err != nil {
		t.Error(n, err)
	}
	// A damaged file in the cache is fetched again where it is needed.
	if _, err := w.Remove(context.Background(), w.assembly, false); err != nil {
		t.Fatal(err)
	}
	cached := w.cached(w.assembly.Table)
	if err := errors.Join(os.MkdirAll(filepath.Dir(cached), 0o777), os.WriteFile(cached, []byte("spoilt"), 0o666)); err != nil {
		t.Fatal(err)
	}
	if err := w.fetch(); err != nil {
		t.Fatal(err)
	}
	w.whole(t, true)
}

func TestFrom(t *testing.T) {
	for name, c := range map[string]struct {
		nc, want string
		spoil    bool
	}{
		"by name":         {"lab_a/assy_lab_a.nc", "", false},
		"by content":      {"renamed.nc", "", false},
		"wrong content":   {"assy_lab_a.nc", "is not the published file", true},
		"not there":       {"assy_lab_a.txt", "has no file assy_lab_a.nc, nor one with its SHA-1", false},
		"name then other": {"other/assy_lab_a.nc", "", false},
	} {
		w := newWorld(t, nil)
		w.From = t.TempDir()
		content := w.nc
		if c.spoil {
			content = []byte("spoilt")
		}
		path := filepath.Join(w.From, c.nc)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, content, 0o666), os.WriteFile(filepath.Join(w.From, "stimulus_s.csv"), w.csv, 0o666)); err != nil {
			t.Fatal(err)
		}
		err := w.fetch()
		if w.requests.Load() > 0 {
			t.Errorf("%s: the network was used", name)
		}
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", name, err)
			}
			w.whole(t, false)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		w.whole(t, true)
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
	w := newWorld(t, nil)
	w.From = filepath.Join(t.TempDir(), "none")
	if err := w.fetch(); err == nil || !strings.Contains(err.Error(), "searching for stimulus_s.csv") {
		t.Error(err)
	}
}

// Without an importer files are downloaded and kept.
func TestNoImporter(t *testing.T) {
	w := newWorld(t, nil)
	w.Importer = nil
	if err := w.fetch(); err != nil || w.State(w.assembly) != StateCached {
		t.Errorf("%v, %s", err, w.State(w.assembly))
	}
}
