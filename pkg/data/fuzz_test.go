package data

import (
	"archive/zip"
	"bytes"
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func FuzzParseRegistry(f *testing.F) {
	f.Add(registry)
	f.Add([]byte(registryHeader + "p,data_registry,a,lab.a,bucket/f," + strings.Repeat("a", 40) + ",v1,,,,,s\n"))
	f.Add([]byte("\ufeff" + registryHeader))
	f.Add([]byte(registryHeader[:20]))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ParseRegistry("r.csv", bytes.NewReader(text))
		if err != nil {
			return
		}
		for _, o := range r.Objects {
			if !filepath.IsLocal(o.ID) || strings.ContainsAny(o.ID, `/\`) {
				t.Errorf("the ID %q", o.ID)
			}
			for _, file := range o.files() {
				if urls, err := file.urls(""); err != nil || len(urls) != 1 || file.Size < 0 || filepath.Base(file.Name) != file.Name {
					t.Errorf("%+v: %v, %v", file, urls, err)
				}
			}
		}
	})
}

// FuzzURLs joins mirrors and names; no message shows what may be a secret.
func FuzzURLs(f *testing.F) {
	for _, seed := range []string{"http://h", "https://user:pass@h:1/a?token=x", "http://[::1%25eth0]/", "http://h/%2f..", "http://h/;x?y&versionId=z"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, mirror string) {
		file := File{Name: "x.csv", bucket: "bucket/folder", version: "a b&c"}
		urls, err := file.urls(mirror)
		if mirror == "" {
			return
		}
		if (err == nil) != (CheckMirror(mirror) == nil) {
			t.Fatalf("%q: %v", mirror, err)
		}
		for _, u := range urls {
			text := shown(u)
			if u.Host == "" || path.Base(u.Path) != "x.csv" || !slices.Contains(u.Query()["versionId"], "a b&c") {
				t.Errorf("%q: %v", mirror, u)
			}
			if strings.ContainsAny(text, "@?#") && !strings.ContainsAny(u.Host+u.EscapedPath(), "@?#") {
				t.Errorf("%q is shown as %s", mirror, text)
			}
		}
	})
}

func FuzzContentRange(f *testing.F) {
	for _, seed := range []string{"bytes 0-9/10", "bytes 5-9/*", "bytes */10", "bytes 9-5/10", "bytes 0-99999999999999999999/1", "items 0-1/2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if start, total, ok := contentRange(header); ok && (start < 0 || total < 0 || total > 0 && start >= total) {
			t.Errorf("%q: %d of %d", header, start, total)
		}
	})
}

func FuzzManifest(f *testing.F) {
	f.Add(`{"schema":1,"identifier":"a","file":"f","sha1":"x","files":{"a":"x","../b":"y"}}`)
	f.Add(`{"files":{"":""}}`)
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, manifestName), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		m, err := readManifest(dir)
		if err != nil {
			return
		}
		for _, content := range []bool{false, true} {
			if err := m.check(t.Context(), dir, content); err == nil && len(m.Files) > 0 && content {
				t.Errorf("%q: files that do not exist are as they were", text)
			}
		}
	})
}

// FuzzUnpack unpacks archives: whatever they hold stays within the folder and the
// limits.
func FuzzUnpack(f *testing.F) {
	for _, entries := range [][]struct{ name, content string }{
		{{"a.png", "1"}, {"b/c.png", "22"}},
		{{"../a", "1"}},
		{{"a", "1"}, {"a", "2"}},
		{{"a/b", "1"}, {"a", "2"}},
		{{"/etc/x", "1"}, {"C:\\x", "2"}},
	} {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, e := range entries {
			if to, err := w.Create(e.name); err == nil {
				_, _ = to.Write([]byte(e.content))
			}
		}
		w.Close()
		f.Add(b.Bytes())
	}
	limits := unpackLimits{files: 8, bytes: 1 << 16, plain: 1 << 12, ratio: 4}
	f.Fuzz(func(t *testing.T, archive []byte) {
		dir := t.TempDir()
		inside := filepath.Join(dir, "inside")
		file := filepath.Join(dir, "a.zip")
		if err := os.WriteFile(file, archive, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(inside, 0o777); err != nil {
			t.Fatal(err)
		}
		_ = unpack(context.Background(), file, inside, limits, func(int64) func(int64) { return func(int64) {} })
		var bytes int64
		err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := e.Info()
			if err == nil && !e.IsDir() && p != file {
				bytes += info.Size()
				if !strings.HasPrefix(p, inside) || !info.Mode().IsRegular() {
					t.Errorf("%s is written", p)
				}
			}
			return err
		})
		if err != nil || bytes > limits.bytes {
			t.Errorf("%d bytes, %v", bytes, err)
		}
	})
}
