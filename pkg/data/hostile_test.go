package data

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// drip sends a text again and again, slowly, until the client hangs up.
func drip(w io.Writer, text string) {
	for range 400 {
		if _, err := io.WriteString(w, text); err != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// raw sends a response as it is, then the drops of a body that has no end.
func raw(head, drop string) handler {
	return func(w http.ResponseWriter, _ *http.Request, _ []byte, _ int) {
		conn := hijack(w)
		defer conn.Close()
		_, _ = io.WriteString(conn, head)
		if drop != "" {
			drip(conn, drop)
		}
	}
}

// endless sends 64 MiB.
func endless(w http.ResponseWriter, _ *http.Request, _ []byte, _ int) {
	block := make([]byte, 1<<20)
	for range 64 {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// piece sends a part of the content as a response to a request for a range.
func piece(w http.ResponseWriter, start, end, total int, content []byte) {
	w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", start, end-1, total))
	w.WriteHeader(http.StatusPartialContent)
	_, _ = w.Write(content[start:end])
}

func start(r *http.Request) (offset int) {
	_, _ = fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &offset)
	return offset
}

// first serves the first request for the recordings (the second of all) by one
// handler, and the others by the other.
func first(one, others handler) handler {
	return func(w http.ResponseWriter, r *http.Request, content []byte, n int) {
		if n == 2 {
			one(w, r, content, n)
		} else {
			others(w, r, content, n)
		}
	}
}

func serve(w http.ResponseWriter, r *http.Request, content []byte, _ int) {
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// tagged serves content under an ETag.
func tagged(tag string, next handler) handler {
	return func(w http.ResponseWriter, r *http.Request, content []byte, n int) {
		w.Header().Set("ETag", tag)
		next(w, r, content, n)
	}
}

func redirect(location string) handler {
	return raw("HTTP/1.1 302 Found\r\nLocation: "+location+"\r\n\r\n", "x")
}

func cutAt(n int) handler {
	return func(w http.ResponseWriter, r *http.Request, content []byte, _ int) { cut(w, r, content, n) }
}

// TestHostileServers fetches from servers that never end, or lie: each fetch ends
// soon, with the file or a message, and keeps no more bytes than are allowed.
func TestHostileServers(t *testing.T) {
	const limit = 1 << 20
	for name, c := range map[string]struct {
		bad      handler
		want     string // text of the error; empty if the data arrive
		requests int    // max, for the table and the recordings; 0 for any
	}{
		"no length, no end":  {endless, "assy_lab_a.nc: the server sends more than the 1.0 MiB that are allowed; raise --max-size if the file is that large", 2},
		"announces too much": {raw("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n", "x"), "the server announces 1000000000000 bytes, more than the 1.0 MiB that are allowed", 2},
		"a range announces too much": {first(cutAt(300<<10), func(w http.ResponseWriter, r *http.Request, content []byte, _ int) {
			conn := hijack(w)
			defer conn.Close()
			fmt.Fprintf(conn, "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes %d-%d/9999999\r\n\r\n", start(r), len(content)-1)
		}), "the server announces 9999999 bytes, more than the 1.0 MiB that are allowed", 4},
		"pieces without end": {func(w http.ResponseWriter, r *http.Request, _ []byte, _ int) {
			conn := hijack(w)
			defer conn.Close()
			status := "200 OK"
			if start(r) > 0 {
				status = fmt.Sprintf("206 Partial Content\r\nContent-Range: bytes %d-99999999/*", start(r))
			}
			fmt.Fprintf(conn, "HTTP/1.1 %s\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n", status)
			_, _ = conn.Write(make([]byte, 128<<10))
		}, "more than the 1.0 MiB that are allowed", 10},
		"the file from the start each time": {func(w http.ResponseWriter, _ *http.Request, content []byte, n int) {
			raw("HTTP/1.1 200 OK\r\nContent-Length: 700000\r\n\r\n"+string(content[:(1+n%2)*100<<10]), "")(w, nil, nil, n)
		}, "the connection broke off", 8},
		"a byte at a time": {raw("HTTP/1.1 200 OK\r\nContent-Length: 700000\r\n\r\n", "x"), "the server sends less than 1024 bytes a second", 2},
		"chunks of a byte": {raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"), "the server sends less than 1024 bytes a second", 2},
		"slow after a good start": {first(func(w http.ResponseWriter, _ *http.Request, c []byte, _ int) {
			w.Header().Set("Content-Length", fmt.Sprint(len(c)))
			_, _ = w.Write(c[:200<<10])
			w.(http.Flusher).Flush()
			for i := range 400 {
				if _, err := w.Write(c[200<<10+i:][:1]); err != nil {
					return
				}
				w.(http.Flusher).Flush()
				time.Sleep(20 * time.Millisecond)
			}
		}, serve), "", 3},
		"header without end":         {raw("HTTP/1.1 200 OK\r\nX: ", "x"), "timeout", 0},
		"a header of 8 MiB":          {raw("HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 8<<20), ""), "server response headers exceeded", 0},
		"hints without end":          {raw("", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), "assy_lab_a.nc: net/http: ", 0},
		"trailers without end":       {raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", "X: y\r\n"), "the connection stalled", 0},
		"no HTTP":                    {raw("220 mail.example ESMTP\r\n", ""), "malformed HTTP", 0},
		"a bad header":               {raw("HTTP/1.1 200 OK\r\n\x1b[31m\r\n\r\n", ""), "malformed MIME header", 0},
		"an unknown status":          {raw("HTTP/1.1 299 \x1b[31mred\r\n\r\n", ""), "assy_lab_a.nc: the server answers 299", 2},
		"404 with a slow text":       {raw("HTTP/1.1 404 Not Found\r\n\r\n", "x"), "the server answers 404 Not Found", 3},
		"503 with a slow text":       {raw("HTTP/1.1 503 Busy\r\n\r\n", "x"), "the server answers 503 Service Unavailable; try again later", 4},
		"503 once, with a slow text": {first(raw("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\n\r\n", "x"), serve), "", 3},
		"redirects":                  {first(redirect("/folder/assy_lab_a.nc?versionId=v1"), serve), "", 3},
		"redirects to itself":        {redirect("?versionId=v1"), "the server redirects wrongly: more than 10 times; try again later, or from another --mirror", 12},
		"redirects to a file":        {redirect("file:///etc/passwd"), "the server redirects wrongly: to an address that begins neither with http:// nor with https://", 2},
		"redirects to FTP":           {redirect("ftp://127.0.0.1/x"), "the server redirects wrongly", 2},
		"redirects to a script":      {redirect("javascript:alert(1)"), "the server redirects wrongly", 2},
		"redirects to no URL":        {redirect("http://[::1"), "failed to parse Location header", 0},
		"redirects nowhere":          {raw("HTTP/1.1 302 Found\r\n\r\n", "x"), "the server answers 302 Found", 2},
		"206 without a range": {first(cutAt(200<<10), func(w http.ResponseWriter, _ *http.Request, _ []byte, _ int) {
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, "hello")
		}), "assy_lab_a.nc: the server does not send the remaining bytes of the file; try again later", 4},
		"206 that was not asked for": {func(w http.ResponseWriter, _ *http.Request, content []byte, _ int) {
			piece(w, 5, 10, len(content), content)
		},
			"the server does not send the remaining bytes of the file", 2},
		"another range once": {first(cutAt(200<<10), func(w http.ResponseWriter, r *http.Request, content []byte, n int) {
			if n == 3 {
				piece(w, 7, len(content), len(content), content)
				return
			}
			serve(w, r, content, n)
		}), "", 4},
		"a range that ends before it starts": {first(cutAt(200<<10), raw("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 204800-3/9\r\n\r\n", "")), "does not send the remaining bytes", 4},
		"ranges in pieces": {func(w http.ResponseWriter, r *http.Request, content []byte, _ int) {
			piece(w, start(r), min(start(r)+100<<10, len(content)), len(content), content)
		}, "", 9},
		"200 for a range": {first(cutAt(200<<10), func(w http.ResponseWriter, _ *http.Request, content []byte, _ int) { _, _ = w.Write(content) }), "", 3},
		"416 for a range once": {first(cutAt(200<<10), func(w http.ResponseWriter, r *http.Request, content []byte, n int) {
			if n == 3 {
				w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
				return
			}
			serve(w, r, content, n)
		}), "", 4},
		"another size meanwhile": {first(cutAt(200<<10), func(w http.ResponseWriter, r *http.Request, content []byte, n int) {
			if n == 3 {
				piece(w, start(r), len(content)-1, len(content)-1, content)
				return
			}
			serve(w, r, content, n)
		}), "", 4},
		"another ETag meanwhile": {first(func(w http.ResponseWriter, _ *http.Request, content []byte, _ int) {
			raw(fmt.Sprintf("HTTP/1.1 200 OK\r\nETag: \"old\"\r\nContent-Length: %d\r\n\r\n%s", len(content), make([]byte, 200<<10)), "")(w, nil, nil, 0)
		}, tagged(`"new"`, serve)), "", 3},
		"another ETag, If-Range not heeded": {first(func(w http.ResponseWriter, _ *http.Request, content []byte, _ int) {
			raw(fmt.Sprintf("HTTP/1.1 200 OK\r\nETag: \"old\"\r\nContent-Length: %d\r\n\r\n%s", len(content), make([]byte, 200<<10)), "")(w, nil, nil, 0)
		}, tagged(`"new"`, func(w http.ResponseWriter, r *http.Request, content []byte, n int) {
			r.Header.Del("If-Range")
			serve(w, r, content, n)
		})), "", 4},
		"a gzipped file": {func(w http.ResponseWriter, _ *http.Request, _ []byte, _ int) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "\x1f\x8b\x08junk")
		}, "the file has the SHA-1", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.bad)
			w.MaxSize, w.Idle = limit, 250*time.Millisecond
			ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
			defer stop()
			err := errors.Join(w.Fetch(ctx, w.set), w.Fetch(ctx, w.assembly))
			if ctx.Err() != nil {
				t.Fatal("has no end")
			}
			if c.want == "" {
				if err != nil {
					t.Fatalf("%v\n%q", err, w.log)
				}
				w.whole(t, true)
			} else if message := fmt.Sprint(err, w.log); err == nil || !strings.Contains(message, c.want) || len(message) > 1000 {
				t.Fatalf("%.2000s\nwant %s", message, c.want)
			} else {
				w.whole(t, false)
			}
			if n := int(w.requests.Load()); c.requests > 0 && n > c.requests {
				t.Errorf("%d requests", n)
			}
			if n := size(w.cached(w.assembly.Table) + ".part"); n > limit {
				t.Errorf("%d bytes are kept", n)
			}
		})
	}
}

// TestSizes bounds downloads by the registry and by MaxSize.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		listed, allowed int64
		want            string
	}{
		{0, 0, ""},
		{700 << 10, 0, ""},
		{700 << 10, 700 << 10, ""},
		{0, 700 << 10, ""},
		{700<<10 - 1, 0, "the server announces 716800 bytes, more than the 716799 bytes that the registry lists"},
		{700<<10 - 1, 1 << 30, "more than the 716799 bytes that the registry lists"},
		{0, 700<<10 - 1, "more than the 700 KiB that are allowed"},
		{700 << 10, 1000, "more than the 1000 B that are allowed"},
	} {
		w := newWorld(t, nil)
		w.assembly.Table.Size = c.listed
		w.MaxSize = c.allowed
		err := w.fetch()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%d listed, %d allowed: %v", c.listed, c.allowed, err)
		}
		w.whole(t, c.want == "")
	}
	for name, want := range map[string]int64{"stimulus_s.csv": 64 << 20, "assy_a.nc": 16 << 30, "stimulus_s.zip": 32 << 30} {
		if got := (&Store{}).maxBytes(File{Name: name}); got != want {
			t.Errorf("%s may have %d bytes", name, got)
		}
	}
	// Bytes of an earlier download that are more than allowed are not continued.
	w := newWorld(t, nil)
	part := w.cached(w.assembly.Table) + ".part"
	if err := errors.Join(os.MkdirAll(filepath.Dir(part), 0o777), os.WriteFile(part, make([]byte, 800<<10), 0o666)); err != nil {
		t.Fatal(err)
	}
	w.MaxSize = 700 << 10
	if err := w.fetch(); err != nil || w.requests.Load() != 2 {
		t.Errorf("%v, %d requests", err, w.requests.Load())
	}
}
