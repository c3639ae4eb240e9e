package scoring

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// TestTriangle compares scores on the triangles of Gram matrices with those on whole ones, of
// one benchmark, of two that overwrite a triangle alike, and of two that do not.
func TestTriangle(t *testing.T) {
	const column = "ceiling: {column: reliability}\n"
	for name, c := range map[string]struct {
		voxels
		other string // metric of another benchmark
		want  bool   // a triangle is held
		long  bool   // left to the run of all cases
	}{
		"fixed split":     {voxels: voxels{stimuli: 160, repetitions: 1, text: column, fixed: true, features: 600}, want: true},
		"splits":          {voxels: voxels{stimuli: 250, repetitions: 1, text: column, features: 600}, want: true},
		"two alike":       {voxels: voxels{stimuli: 160, repetitions: 1, text: column, fixed: true, features: 600}, other: "ridge", want: true},
		"other penalties": {voxels: voxels{stimuli: 160, repetitions: 1, text: column, fixed: true, features: 600}, other: "ridge, alpha: 3", long: true},
		"other metrics":   {voxels: voxels{stimuli: 160, repetitions: 1, text: column, fixed: true, features: 600}, other: "neuron_to_neuron"},
		"few features":    {voxels: voxels{stimuli: 250, repetitions: 1, text: column, features: 240}, long: true},
	} {
		t.Run(name, func(t *testing.T) {
			if c.long && !thorough.Asked() {
				t.Skip("takes long")
			}
			home, model := c.write(t, t.TempDir())
			request := Request{Models: []string{model}, Benchmarks: []string{"ridge"}}
			if c.other != "" {
				text, err := os.ReadFile(filepath.Join(home.Dir, "benchmarks", "ridge.yaml"))
				if err != nil {
					t.Fatal(err)
				}
				other := strings.NewReplacer("identifier: ridge", "identifier: other", "{name: ridge}", "{name: "+c.other+"}").Replace(string(text))
				write(t, filepath.Join(home.Dir, "benchmarks", "other.yaml"), other)
				request.Benchmarks = append(request.Benchmarks, "other")
			}
			var documents [2]string
			var promised [2]int64
			for i, least := range []int{leastTriangle, 0} {
				runner := NewRunner(home, Options{Workers: 2})
				runner.loader.triangle = least
				dry, err := runner.DryRun(request)
				if err != nil {
					t.Fatal(err)
				}
				promised[i] = dry.Reads[0].Memory
				report, err := runner.Score(t.Context(), request)
				if err != nil || len(report.Models[0].Failures) > 0 {
					t.Fatal(err, report.Models[0].Failures)
				}
				text, err := json.Marshal(results.NewDocument(*report, "", ""))
				if err != nil {
					t.Fatal(err)
				}
				documents[i] = string(text)
			}
			if documents[0] != documents[1] {
				t.Error("other scores on triangles")
			}
			if (promised[0] != promised[1]) != c.want {
				t.Errorf("%d and %d bytes are promised, with a triangle: %v", promised[0], promised[1], c.want)
			}
		})
	}
}
