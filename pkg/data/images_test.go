package data

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/internal/fileerr"
)

// entry is a file of a test's archive.
type entry struct {
	name, content string
	mode          fs.FileMode
}

func zipped(t *testing.T, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.mode != 0 {
			h.SetMode(e.mode)
		}
		f, err := w.CreateHeader(h)
		if err == nil {
			_, err = f.Write([]byte(e.content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUnpack(t *testing.T) {
	limits := unpackLimits{files: 6, bytes: 4000, plain: 3000, ratio: 2}
	long := strings.Repeat("x", 1001)
	// An archive that says 10 bytes where 5,000 come.
	lying := zipped(t, entry{name: "a", content: strings.Repeat("y", 5000)})
	central := bytes.LastIndex(lying, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(lying[central+24:], 10)
	encrypted := zipped(t, entry{name: "a", content: "1"})
	encrypted[bytes.LastIndex(encrypted, []byte("PK\x01\x02"))+8] |= 1
	spoilt := zipped(t, entry{name: "a", content: long})
	spoilt[40] ^= 0x55
	for name, c := range map[string]struct {
		archive []byte
		want    string // text of the error
	}{
		"plain":              {zipped(t, entry{name: "a.png", content: "1"}, entry{name: "dir/"}, entry{name: "dir/b.png", content: "2"}, entry{name: "./c.png", content: "3"}), ""},
		"folder twice":       {zipped(t, entry{name: "dir/"}, entry{name: "dir/"}, entry{name: "dir/a", content: "1"}), ""},
		"no archive":         {[]byte("nothing of the kind"), "is not a zip archive"},
		"up":                 {zipped(t, entry{name: "../evil", content: "1"}), `holds "../evil", which leads out`},
		"up and down":        {zipped(t, entry{name: "a/../../evil", content: "1"}), "which leads out"},
		"up inside":          {zipped(t, entry{name: "a/../b", content: "1"}), "which leads out"},
		"absolute":           {zipped(t, entry{name: "/tmp/evil", content: "1"}), "which leads out"},
		"backslash":          {zipped(t, entry{name: `..\evil`, content: "1"}), "which leads out"},
		"no name":            {zipped(t, entry{name: "", content: "1"}), "which leads out"},
		"link":               {zipped(t, entry{name: "link", content: "/etc/passwd", mode: fs.ModeSymlink | 0o777}), "neither a file nor a folder but a link"},
		"pipe":               {zipped(t, entry{name: "pipe", mode: fs.ModeNamedPipe | 0o666}), "a device or pipe"},
		"twice":              {zipped(t, entry{name: "a", content: "1"}, entry{name: "a", content: "2"}), `holds "a" twice`},
		"twice, otherwise":   {zipped(t, entry{name: "a", content: "1"}, entry{name: "./a", content: "2"}), `holds "a" twice`},
		"file and folder":    {zipped(t, entry{name: "a", content: "1"}, entry{name: "a/b", content: "2"}), `"a" both as a file and as a folder`},
		"our name":           {zipped(t, entry{name: "source.json", content: "{}"}), "a reserved name"},
		"many":               {zipped(t, entry{name: "1"}, entry{name: "2"}, entry{name: "3"}, entry{name: "4"}, entry{name: "5"}, entry{name: "6"}, entry{name: "7"}), "holds 7 files, more than 6"},
		"bomb":               {zipped(t, entry{name: "a", content: strings.Repeat("x", 3001)}), "unpacks to more than the 3000 bytes"},
		"bomb of many":       {zipped(t, entry{name: "a", content: long}, entry{name: "b", content: long}, entry{name: "c", content: long}), "unpacks to more than"},
		"lies about size":    {lying, "cannot be unpacked: a:"},
		"encrypted":          {encrypted, `holds "a" encrypted`},
		"damaged":            {spoilt, "cannot be unpacked: a:"},
		"cut":                {zipped(t, entry{name: "a", content: long})[:100], "is not a zip archive"},
		"within the archive": {zipped(t, entry{name: "a", content: string(noise(2500))}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			archive, into := filepath.Join(dir, "x.zip"), filepath.Join(dir, "deep", "into")
			if err := errors.Join(os.WriteFile(archive, c.archive, 0o666), os.MkdirAll(into, 0o777)); err != nil {
				t.Fatal(err)
			}
			err := unpack(context.Background(), archive, into, limits, func(int64) func(int64) { return func(int64) {} })
			var damage *fileerr.Error
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (!errors.As(err, &damage) || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%v, want %s", err, c.want)
			}
			if escaped, _ := filepath.Glob(filepath.Join(dir, "*evil*")); len(escaped) > 0 {
				t.Errorf("%v was written", escaped)
			}
			if entries, _ := os.ReadDir(filepath.Join(dir, "deep")); len(entries) != 1 {
				t.Errorf("%v was written", entries)
			}
		})
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	archive := filepath.Join(t.TempDir(), "x.zip")
	if err := os.WriteFile(archive, zipped(t, entry{name: "a", content: "1"}), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := unpack(stopped, archive, t.TempDir(), limits, func(int64) func(int64) { return func(int64) {} }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// noise does not shrink.
func noise(n int) []byte {
	sum, out := sha1.Sum(nil), []byte{}
	for len(out) < n {
		sum = sha1.Sum(sum[:])
		out = append(out, sum[:]...)
	}
	return out[:n]
}

// Images come only when asked for, also later, whole or not at all.
func TestFetchImages(t *testing.T) {
	ctx := context.Background()
	good := zipped(t, entry{name: "a.png", content: "1"}, entry{name: "b.png", content: "2"})
	evil := zipped(t, entry{name: "a.png", content: "1"}, entry{name: "../../evil", content: "2"})
	csv := "stimulus_id\na\nb\n"
	answers := map[string]string{"/folder/stimulus_s.csv": csv, "/folder/stimulus_s.zip": string(good), "/folder/stimulus_e.csv": csv, "/folder/stimulus_e.zip": string(evil), "/folder/stimulus_n.csv": csv}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, ok := answers[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(content))
	}))
	defer server.Close()
	text := registryHeader
	for name, archive := range map[string][]byte{"s": good, "e": evil, "n": nil} {
		sum := ""
		if archive != nil {
			sum = fmt.Sprintf("%x", sha1.Sum(archive))
		}
		text += fmt.Sprintf("p,stimulus_set_registry,%s,%s,bucket/folder,,,%x,null,%s,null,\n", name, name, sha1.Sum([]byte(csv)), sum)
	}
	registry, err := ParseRegistry("r.csv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var log []string
	s := &Store{Dir: filepath.Join(t.TempDir(), "home"), Registry: registry, Importer: &fake{}, Mirror: server.URL, Retries: -1,
		Log: func(line string) { log = append(log, line) }}
	set, _ := registry.Find(StimulusSet, "s")
	read := func(name string) string {
		content, _ := os.ReadFile(filepath.Join(s.Dir, "stimuli", filepath.FromSlash(name)))
		return string(content)
	}
	if err := s.Fetch(ctx, set); err != nil || s.ImagesState(set) != StateAbsent {
		t.Fatal(err, s.ImagesState(set))
	}
	s.Images = true
	if err := s.Fetch(ctx, set); err != nil || read("s/images/b.png") != "2" || s.ImagesState(set) != StateInstalled {
		t.Fatal(err, log)
	}
	if n, err := s.Verify(ctx, set); n != 4 || err != nil {
		t.Error(n, err)
	}
	if err := s.Fetch(ctx, set); err != nil || !strings.HasSuffix(log[len(log)-1], "its images exist already") {
		t.Error(err, log)
	}
	if err := os.Remove(filepath.Join(s.Dir, "stimuli", "s", "images", "a.png")); err != nil {
		t.Fatal(err)
	}
	if err := s.Fetch(ctx, set); err == nil || !strings.Contains(err.Error(), "a.png: is missing; brainscore data rm") {
		t.Error(err)
	}
	if _, err := s.Verify(ctx, set); err == nil {
		t.Error("a missing image is all right")
	}
	if found, err := s.Remove(ctx, set, false); !found || err != nil || s.ImagesState(set) != StateAbsent {
		t.Error(found, err)
	}

	bad, _ := registry.Find(StimulusSet, "e")
	if err := s.Fetch(ctx, bad); err == nil || !strings.Contains(err.Error(), "unpacking the images of e: ") || s.State(bad) != StateInstalled {
		t.Error(err)
	}
	if _, err := os.Stat(s.imagesDir(bad)); err == nil {
		t.Error("images are there in part")
	}
	none, _ := registry.Find(StimulusSet, "n")
	if err := s.Fetch(ctx, none); err != nil || !strings.Contains(log[len(log)-1], "no images were published") || s.ImagesState(none) != "" {
		t.Error(err, log)
	}
	// A folder of one's own is left alone.
	own := filepath.Join(s.Dir, "stimuli", "s", "images", "mine.png")
	if err := errors.Join(os.MkdirAll(filepath.Dir(own), 0o777), os.WriteFile(own, nil, 0o666), os.WriteFile(filepath.Join(s.Dir, "stimuli", "s", "stimuli.csv"), []byte(csv), 0o666)); err != nil {
		t.Fatal(err)
	}
	if err := s.Fetch(ctx, set); err != nil || s.ImagesState(set) != StateYours {
		t.Error(err, s.ImagesState(set))
	}
	if left, _ := os.ReadDir(filepath.Join(s.Dir, "cache", "staging")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
