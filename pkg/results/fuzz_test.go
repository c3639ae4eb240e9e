package results

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzReadJSON reads documents of scores; what is read must write and read as the same.
func FuzzReadJSON(f *testing.F) {
	for _, seed := range []string{
		`{"schema":1,"models":[{"model":"m","metadata":{"top1":0.7,"n":3,"family":"cnn"},"reduction":{"pca":3,"fit_stimulus_set":"s"},"scores":[{"benchmark":"b","version":1,"region":"IT","parent":"IT","layer":"fc","metric":"pls","raw":{"value":0.5,"error":null,"interval":[0.4,0.6],"splits":[0.5,0.5]},"ceiling":{"value":0.9,"error":0,"splits":[],"bounds":[0.8,1]},"score":{"value":0.3,"error":0},"counts":{"stimuli":3},"neuroids":[{"neuroid_id":"n","raw":0.5,"ceiling":null}],"alphas":[1e7],"resampled":{"stimuli":[0.5,null],"both":[0.4,0.5],"without":[[0.5,0.6],[0.4,null]]},"time_bins":[{"start":70,"end":90,"raw":1,"ceiling":1,"score":1}],"warnings":["w"]}],"composite":{"name":"c","value":0.3,"of":"ceiled","parts":{"IT":0.3},"missing":["V4"]},"errors":[{"benchmark":"b","layer":"","error":"e"}]}],"provenance":{"version":"v","go":"g","inputs":{"a":"sha256:0"}}}`,
		`{"schema":1,"models":[{"scores":[{"neuroids":[{"raw":1e400}]}]}]}`,
		`{"schema":1,"models":[{"scores":[{"neuroids":[{"neuroid_id":"\ud800","raw":-0}],"neuroids":[]}]}]}`,
		strings.Repeat(`{"models":[`, 200), `{"schema":2}`, `{"schema":"1"}`, `[`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := ReadJSON(bytes.NewReader(data))
		if err != nil {
			if _, ok := errors.AsType[*FormatError](err); !ok {
				t.Errorf("%T: %v", err, err)
			}
			return
		}
		var first, second bytes.Buffer
		if err := WriteJSON(&first, doc); err != nil {
			t.Fatal(err)
		}
		again, err := ReadJSON(bytes.NewReader(first.Bytes()))
		if err == nil {
			err = WriteJSON(&second, again)
		}
		if err != nil || first.String() != second.String() {
			t.Errorf("%s\nbecame\n%s\n%v", &first, &second, err)
		}
	})
}

// FuzzParseEntry reads entries of a store: only what the store wrote is taken.
func FuzzParseEntry(f *testing.F) {
	key := Key{Kind: Scores, Model: "m", Benchmark: "b", Layer: "l", Of: map[string]string{"definition": "d"}}
	valid, err := entry{Schema: schema, Key: key, Result: []byte(`{"raw":1}`)}.render()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(valid)
	f.Add(valid[:len(valid)/2])
	f.Add([]byte(`{"schema":1,"key":{},"result":null,"checksum":""}`))
	path := key.Hash() + ".json"
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := parseEntry(path, data)
		if (err == nil) != bytes.Equal(data, valid) {
			t.Errorf("%q: %+v, %v", data, e, err)
		}
		if result, ok := resultOf(key, data); ok && (err != nil || !bytes.Equal(result, e.Result)) {
			t.Errorf("%q: the result %q is read without parsing, %v", data, result, err)
		}
	})
}

// FuzzIndex reads lines of the index of hashes.
func FuzzIndex(f *testing.F) {
	line := `{"path":"/a","size":1,"mtime":2,"ctime":3,"inode":4,"sha256":"sha256:00"}`
	f.Add(line + "\t" + checksum([]byte(line)) + "\n")
	f.Add("\t\n\n" + line)
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "a.jsonl")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		x := openIndex(filepath.Dir(path))
		x.load()
		for s, sum := range x.entries {
			if !strings.HasPrefix(sum, "sha256:") || !strings.Contains(text, "\t") {
				t.Errorf("%+v: %s", s, sum)
			}
		}
	})
}

// FuzzFileName names folders after models, benchmarks and layers.
func FuzzFileName(f *testing.F) {
	for _, seed := range []string{"a/b", "..", ".", "", "C:\\x", strings.Repeat("ä", 100), "a\x00b", "%2E", "\xff"} {
		f.Add(seed, "other")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		name := fileName(a)
		if !filepath.IsLocal(name) || name != filepath.Base(name) || strings.HasPrefix(name, ".") || len(name) > maxFolderName {
			t.Errorf("%q is called %q", a, name)
		}
		if a != b && name == fileName(b) {
			t.Errorf("%q and %q are both called %q", a, b, name)
		}
	})
}
