package benchmarks

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// exampleManifest is a manifest of two benchmarks on one stimulus set, of which one has a
// read-out.
func exampleManifest() *Manifest {
	m := NewManifest("portable")
	m.AddSet("a", []string{"s1", "s2", "s3"}, 8)
	m.AddSet("fit", []string{"f1", "f2"}, 0)
	some := []stimuli.StimulusList{{StimulusSet: "a", IDs: []string{"s1", "s3"}}}
	list := m.AddList(some)
	m.Benchmarks = []ManifestBenchmark{
		{Identifier: "one", Version: 1, Region: "IT", Metric: "pls", StimulusSets: []string{"a"}, Needs: NeedsProducts, Parts: []ManifestPart{{Read: list, Products: []int{list}}}},
		{Identifier: "two", Version: 3, Region: "behavior", Metric: "i2n", StimulusSets: []string{"a"}, Needs: NeedsProducts, Choices: true, Parts: []ManifestPart{{Read: m.AddList(some), FittingSet: "fit", FittingLabel: "label"}}},
	}
	return m
}

// A manifest that is written is read as it was, with the same hash whatever its blanks are.
func TestManifestIsReadAsWritten(t *testing.T) {
	m := exampleManifest()
	if len(m.Lists) != 1 {
		t.Errorf("the same list is there %d times", len(m.Lists))
	}
	m.AddSet("a", []string{"s1", "s2", "s3"}, 4)
	if got := m.Set("a").Degrees; len(got) != 2 || got[0] != 4 || m.Set("none") != nil {
		t.Errorf("degrees %v", got)
	}
	read, err := ParseManifest("m.json", bytes.ReplaceAll(m.Encode(), []byte("\n "), []byte("\n\t")))
	if err != nil || !bytes.Equal(read.Encode(), m.Encode()) || read.Hash() != m.Hash() || read.Difference(m) != "" {
		t.Fatalf("%v: %+v", err, read)
	}
	if largest := m.LargestFile(); largest < 64<<20 || largest > 65<<20 {
		t.Errorf("a file may have %d bytes", largest)
	}
}

// What changed between two versions is named.
func TestManifestDifference(t *testing.T) {
	for want, change := range map[string]func(*Manifest){
		"the stimulus set a has other stimuli now": func(m *Manifest) {
			m.StimulusSets[0].Stimuli[0] = "x"
			m.StimulusSets[0].SHA256 = hashIDs(m.StimulusSets[0].Stimuli)
		},
		"the benchmark one is gone":                                            func(m *Manifest) { m.Benchmarks = m.Benchmarks[1:] },
		"the benchmark one has version 2 now, and had 1":                       func(m *Manifest) { m.Benchmarks[0].Version = 2 },
		"the benchmark one has the metric cka now, which needs inner products": func(m *Manifest) { m.Benchmarks[0].Metric = "cka" },
		"the benchmark one compares on other stimuli now":                      func(m *Manifest) { m.Lists[0][0].IDs = []string{"s1"} },
		"the benchmark two compares on other stimuli now":                      func(m *Manifest) { m.Benchmarks[1].Parts[0].FittingSet = "a" },
		"the benchmark three is new":                                           func(m *Manifest) { m.Benchmarks = append(m.Benchmarks, ManifestBenchmark{Identifier: "three"}) },
		"other settings of its benchmarks have changed":                        func(m *Manifest) { m.Kernel = "go" },
	} {
		later := exampleManifest()
		change(later)
		if got := exampleManifest().Difference(later); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// A manifest that contradicts itself is refused with a remedy.
func TestManifestIsChecked(t *testing.T) {
	for want, change := range map[string]func(*Manifest){
		"has format 2 of manifests, and this version reads 1":   func(m *Manifest) { m.Format = 2 },
		"has the stimulus set a without stimuli":                func(m *Manifest) { m.StimulusSets[0].Stimuli = nil },
		"has the stimulus set a with stimuli that were changed": func(m *Manifest) { m.StimulusSets[0].Stimuli[0] = "x" },
		"has no benchmarks":             func(m *Manifest) { m.Benchmarks = nil },
		"has the stimulus set a twice":  func(m *Manifest) { m.StimulusSets[1] = m.StimulusSets[0] },
		"holds a path separator":        func(m *Manifest) { m.StimulusSets[0].ID = "a/b" },
		"begins with a dot":             func(m *Manifest) { m.Benchmarks[0].Identifier = "..x" },
		"has the benchmark one twice":   func(m *Manifest) { m.Benchmarks[1] = m.Benchmarks[0] },
		"which it does not list":        func(m *Manifest) { m.Benchmarks[0].StimulusSets = []string{"b"} },
		"with the fitting stimulus set": func(m *Manifest) { m.Benchmarks[1].Parts[0].FittingSet = "b" },
		"with a list of stimuli that":   func(m *Manifest) { m.Benchmarks[1].Parts[0].Read = 1 },
		"that no benchmark compares on": func(m *Manifest) { m.Lists = append(m.Lists, m.Lists[0]) },
		"has a list with the stimulus":  func(m *Manifest) { m.Lists[0][0].IDs[0] = "s4" },
		"lists the stimulus \"s1\" of a twice": func(m *Manifest) {
			m.StimulusSets[0].Stimuli[1] = "s1"
			m.StimulusSets[0].SHA256 = hashIDs(m.StimulusSets[0].Stimuli)
		},
	} {
		m := exampleManifest()
		change(m)
		_, err := ParseManifest("m.json", m.Encode())
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "m.json: ") {
			t.Errorf("%v, not %q", err, want)
		}
	}
	whole := string(exampleManifest().Encode())
	for _, c := range [][2]string{
		{"", "is not a manifest: it is empty; name the file that its host made by brainscore benchmarks manifest"},
		{" \n", "is not a manifest: it is empty"},
		{"PK\x03\x04", "is not a manifest: it is a pack, or another archive"},
		{whole[:len(whole)/2], "is not a whole manifest: its JSON is cut off"},
		{"[]", "is not a manifest: it is a JSON array, not an object"},
		{"identifier: net", "is not a manifest: it is not JSON: "},
		{`{"schema": 1, "models": []}`, "is JSON, but not a manifest: it has no brainscore_manifest"},
		{"null", "is JSON, but not a manifest"},
		{`{"brainscore_manifest": 1, "benchmarks": "one"}`, "is not a manifest: its benchmarks cannot be a JSON string"},
		{"{} {}", "has more than a manifest"},
		{whole + "{}", "has more than a manifest"},
	} {
		if _, err := ParseManifest("m.json", []byte(c[0])); err == nil || !strings.HasPrefix(err.Error(), "m.json: "+c[1]) {
			t.Errorf("%.20q: %v, not %q", c[0], err, c[1])
		}
	}
	for path, want := range map[string]string{t.TempDir(): "is a folder, not a file; name the file", filepath.Join(t.TempDir(), "m.json"): "is missing; name the file"} {
		if _, err := ReadManifest(t.Context(), path); err == nil || !strings.HasPrefix(err.Error(), path+": "+want) {
			t.Errorf("%v, not %q", err, want)
		}
	}
}
