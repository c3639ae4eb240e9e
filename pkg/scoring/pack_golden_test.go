package scoring

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Packs for the benchmarks of every kind of data have the scores of their dumps, byte for
// byte, and their manifests are read as they are written.
func TestPacksOfEveryKind(t *testing.T) {
	if testing.Short() {
		t.Skip("scores all golden folders")
	}
	folders, err := filepath.Glob("../../testdata/golden/*/home")
	if err != nil || len(folders) < 6 {
		t.Fatalf("%q: %v", folders, err)
	}
	for _, folder := range append(folders, "../../testdata/golden/home", "../../testdata/geirhos2021/home") {
		t.Run(filepath.Base(filepath.Dir(folder)), func(t *testing.T) {
			if !thorough.Asked() && filepath.Base(filepath.Dir(folder)) == "time" {
				t.Skip("its scores take long, and are of recordings as others are")
			}
			t.Parallel()
			home := benchmarks.Home{Dir: folder}
			definitions, errs := home.Definitions()
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			var names []string
			for _, d := range definitions {
				if d.Source != benchmarks.Embedded {
					names = append(names, d.Identifier)
				}
			}
			m, err := Manifest(t.Context(), home, Options{Workers: 2}, names)
			if err != nil {
				t.Fatal(err)
			}
			read, err := benchmarks.ParseManifest("manifest.json", m.Encode())
			if err != nil || !bytes.Equal(read.Encode(), m.Encode()) {
				t.Fatalf("another manifest is read: %v", err)
			}
			const many = 60 // benchmarks, whose scores would take a minute
			if len(names) > many {
				return
			}
			models, err := filepath.Glob(filepath.Join(folder, "../models/*"))
			if err != nil || len(models) == 0 {
				t.Fatalf("no models: %v", err)
			}
			for _, model := range models {
				packOfModel(t, home, m, model)
			}
		})
	}
}

// packOfModel packs a model and compares its scores with those of its dump.
func packOfModel(t *testing.T, home benchmarks.Home, m *benchmarks.Manifest, model string) {
	t.Helper()
	dump, err := stimuli.OpenDump(model)
	if err != nil {
		t.Fatal(err)
	}
	if dump.Reduction != nil {
		return // which compact dumps refuse
	}
	pack, dir := filepath.Join(t.TempDir(), "x.zip"), t.TempDir()
	made, err := Pack(t.Context(), Options{Workers: 2}, CompactRequest{Model: model, Manifest: m, Output: pack})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewRunner(home, Options{Workers: 2}).Unpack(t.Context(), pack, dir); err != nil {
		t.Fatal(err)
	}
	served := slices.DeleteFunc(m.Identifiers(), func(id string) bool { return slices.Contains(made.Unserved, id) })
	document := func(folder string) string {
		report, err := NewRunner(home, Options{Workers: 2}).Score(t.Context(), Request{Models: []string{folder}, Benchmarks: served})
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range report.Models[0].Failures {
			report.Models[0].Failures[i].Err = (&PackedError{Pack: "MODEL", Dir: folder, Err: f.Err})
		}
		text, err := json.MarshalIndent(results.NewDocument(*report, "", ""), "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if got, want := document(dir), document(model); got != want {
		t.Errorf("%s: %s", model, difference(got, want))
	}
}
