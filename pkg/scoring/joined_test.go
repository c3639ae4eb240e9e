package scoring

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// modelWith copies the golden model's activations to hvm-mini, with both layers in one
// file beside them, and writes model.yaml.
func modelWith(t *testing.T, settings string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "net")
	set := filepath.Join(dir, "hvm-mini")
	if err := os.CopyFS(set, os.DirFS(filepath.Join(goldenModel, "hvm-mini"))); err != nil {
		t.Fatal(err)
	}
	var layers [][]float64
	var cols []int
	rows := 0
	for _, name := range []string{"conv", "fc"} {
		file, err := npy.Open(filepath.Join(set, name+".npy"))
		if err != nil {
			t.Fatal(err)
		}
		values, err := file.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		layers, cols, rows = append(layers, values), append(cols, file.Cols()), file.Rows()
		file.Close()
	}
	var all []float64
	for i := range rows {
		for k, values := range layers {
			all = append(all, values[i*cols[k]:(i+1)*cols[k]]...)
		}
	}
	var array bytes.Buffer
	if err := npy.Write(&array, rows, cols[0]+cols[1], all); err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string][]byte{filepath.Join(set, "both.npy"): array.Bytes(), filepath.Join(dir, "model.yaml"): []byte(settings)} {
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A region that is committed to several layers is scored on their joined features, bit for
// bit as on one file of both, kept or not.
func TestJoinedLayers(t *testing.T) {
	home := benchmarks.Home{Dir: "../../testdata/golden/home"}
	request := func(dir string) Request {
		var names []string
		definitions, _ := home.Definitions()
		for _, d := range definitions {
			if d.StimulusSet.Name() == "hvm-mini" && d.Kind == benchmarks.KindNeural && d.Region == "IT" && d.Source != benchmarks.Embedded {
				names = append(names, d.Identifier)
			}
		}
		if len(names) < 3 {
			t.Fatalf("only %q", names)
		}
		return Request{Models: []string{dir}, Benchmarks: names}
	}
	figures := func(settings string, workers int) string {
		report, err := NewRunner(home, Options{Workers: workers}).Score(t.Context(), request(modelWith(t, settings)))
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, s := range report.Models[0].Scores {
			text += fmt.Sprintf("%s %v %v %d\n", s.Benchmark, s.Raw, s.Ceiled, s.Counts.Features)
		}
		for _, f := range report.Models[0].Failures {
			t.Errorf("%s: %v", f.Benchmark, f.Err)
		}
		return text
	}
	want := figures("commitments: {IT: both}\n", 1)
	for _, workers := range []int{1, 3} {
		if got := figures("commitments: {IT: [conv, fc]}\n", workers); got != want {
			t.Errorf("joined, %d workers:\n%s\nin one file:\n%s", workers, got, want)
		}
	}
}

func TestJoinedLayerRequests(t *testing.T) {
	home := benchmarks.Home{Dir: "../../testdata/golden/home"}
	for name, x := range map[string]struct {
		settings string
		layers   []string
		want     string // the layers that are scored, or the error
	}{
		"committed":        {"commitments: {IT: [conv, fc]}\n", nil, "conv+fc"},
		"by name":          {"commitments: {IT: [conv, fc]}\n", []string{"conv+fc", "fc"}, "fc conv+fc"},
		"of another order": {"commitments: {IT: [fc, conv]}\n", nil, "fc+conv"},
		"a missing part":   {"commitments: {IT: [conv, fb]}\n", nil, `commits IT to the layer "fb", which is not among those`},
		"unknown region":   {"commitments: {it: fc}\n", nil, `model.yaml: commits the region "it", which no benchmark has; did you mean "IT"?`},
		"like a region":    {"commitments: {ITC: fc}\n", nil, `did you mean "IT"?`},
		"like no region":   {"commitments: {prefrontal: fc}\n", nil, `commits the region "prefrontal", which no benchmark has; the known ones are V1, V2, V4, IT, OST, behavior`},
		"usual regions":    {"commitments: {V1: fc, V2: fc, IT: fc, behavior: fc}\n", nil, "fc"},
	} {
		t.Run(name, func(t *testing.T) {
			report, err := NewRunner(home, Options{Workers: 1}).Score(t.Context(), Request{Models: []string{modelWith(t, x.settings)}, Benchmarks: []string{"hvm-mini.IT-pls"}, Layers: x.layers})
			var got []string
			if err == nil {
				for _, f := range report.Models[0].Failures {
					err = f.Err
				}
				for _, s := range report.Models[0].Scores {
					got = append(got, s.Layer)
				}
			}
			if err != nil {
				if !strings.Contains(err.Error(), x.want) {
					t.Errorf("got %v, want %s", err, x.want)
				}
			} else if strings.Join(got, " ") != x.want {
				t.Errorf("scored on %q, want %s", got, x.want)
			}
		})
	}
	dump, err := stimuli.OpenDump(modelWith(t, "commitments: {IT: [conv, fc]}\n"))
	if err != nil || len(dump.Joined()) != 1 {
		t.Fatal(err)
	}
}
