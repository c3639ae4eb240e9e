package stimuli

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// packSample writes a pack of a small dump.
func packSample(t testing.TB) (path string, limits PackLimits) {
	t.Helper()
	dir := t.TempDir()
	limits = PackLimits{Sets: []string{"a", "b"}, File: 1 << 20, Total: 1 << 20}
	for name, text := range map[string]string{"model.yaml": "identifier: net\n", "a/responses.csv": "stimulus_id,choice\nx,y\n", "b/stimulus_ids.csv": "stimulus_id\nx\n"} {
		file := filepath.Join(dir, "dump", name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	path = filepath.Join(dir, "net.zip")
	if err := WritePack(t.Context(), path, "net", []byte("{}\n"), limits, filepath.Join(dir, "dump")); err != nil {
		t.Fatal(err)
	}
	return path, limits
}

// unpackInto opens and unpacks a pack.
func unpackInto(t testing.TB, path string, limits PackLimits, dir string) (*Pack, error) {
	p, err := OpenPack(t.Context(), path)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	return p, p.Unpack(t.Context(), limits, dir)
}

// A pack holds the dump's files and the manifest as they are.
func TestPackHoldsADump(t *testing.T) {
	path, limits := packSample(t)
	dir := t.TempDir()
	p, err := unpackInto(t, path, limits, dir)
	if err != nil || p.Model != "net" || string(p.Manifest) != "{}\n" {
		t.Fatalf("%v: %+v", err, p)
	}
	for name, want := range map[string]string{"model.yaml": "identifier: net\n", "a/responses.csv": "stimulus_id,choice\nx,y\n"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s: %v, %q", name, err, got)
		}
	}
	limits.Sets = limits.Sets[:1]
	if _, err := unpackInto(t, path, limits, t.TempDir()); err == nil {
		t.Error("a stimulus set that the manifest does not have is unpacked")
	}
	for _, limits := range []PackLimits{{File: 10, Total: 1 << 20}, {File: 1 << 20, Total: 40}} { // of files with 16, 23 and 14 bytes
		limits.Sets = []string{"a", "b"}
		if _, err := unpackInto(t, path, limits, t.TempDir()); err == nil || !strings.Contains(err.Error(), "the manifest allows") {
			t.Errorf("files that are too large are unpacked: %v", err)
		}
	}
	for name := range map[string]bool{"a/x.sh": true, "c/x.npy": true, "x.npy": true} {
		dump := t.TempDir()
		file := filepath.Join(dump, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, nil, 0o666)); err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(t.TempDir(), "x.zip")
		if err := WritePack(t.Context(), to, "net", nil, PackLimits{Sets: []string{"a"}, File: 10, Total: 10}, dump); err == nil {
			t.Errorf("%s is packed", name)
		}
		if _, err := os.Stat(to); err == nil {
			t.Errorf("a pack with %s is left", name)
		}
	}
}

// FuzzPack reads packs that are anything. What is unpacked makes the same pack again.
func FuzzPack(f *testing.F) {
	path, limits := packSample(f)
	sample, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sample)
	f.Add(sample[:len(sample)-30])
	f.Add(bytes.Replace(sample, []byte("a/responses.csv"), []byte("../esponses.csv"), -1))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, "x.zip")
		if err := errors.Join(os.WriteFile(path, data, 0o666), os.Mkdir(filepath.Join(dir, "dump"), 0o777)); err != nil {
			t.Fatal(err)
		}
		p, err := unpackInto(t, path, limits, filepath.Join(dir, "dump"))
		aboutData(t, err)
		if entries, _ := os.ReadDir(dir); len(entries) != 2 {
			t.Errorf("%v beside the pack", entries)
		}
		if err != nil {
			return
		}
		again := filepath.Join(dir, "again.zip")
		if err := WritePack(t.Context(), again, p.Model, p.Manifest, limits, filepath.Join(dir, "dump")); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(again); !bytes.Equal(got, data) {
			t.Error("what is unpacked makes another pack")
		}
	})
}
