package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/cli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// BenchmarkScore times the whole command, from the .npy to the JSON, at the
// sizes of MajajHong2015: 2,560 stimuli, 168 neuroids, ten splits.
func BenchmarkScore(b *testing.B) {
	const stimuli, neuroids = 2560, 168
	for _, features := range []int{1000, 4096, 25088} {
		if testing.Short() && features > 1000 {
			break
		}
		dir := b.TempDir()
		bigHome(b, dir, stimuli, neuroids, features)
		for _, metric := range []string{"pls", "ridge"} {
			b.Run(fmt.Sprintf("%s/features=%d", metric, features), func(b *testing.B) {
				b.SetBytes(4 * stimuli * int64(features))
				for b.Loop() {
					args := []string{"score", filepath.Join(dir, "model"), "--data", filepath.Join(dir, "home"), "--benchmark", metric, "--format", "json", "--quiet"}
					if code := cli.Run(context.Background(), args, cli.Streams{In: strings.NewReader(""), Out: io.Discard, Err: os.Stderr}); code != 0 {
						b.Fatalf("exit code %d", code)
					}
				}
			})
		}
	}
}

// bigHome writes a data home with one assembly, and a model with one layer.
func bigHome(b *testing.B, dir string, stimuli, neuroids, features int) {
	b.Helper()
	write := func(name string, content []byte) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	table := "stimulus_id,object_name\n"
	responses, activations := make([]float64, stimuli*neuroids), make([]float32, stimuli*features)
	for i := range stimuli {
		table += fmt.Sprintf("s%05d,o%d\n", i, i%8)
		for j := range neuroids {
			responses[i*neuroids+j] = float64(i%8*(j%7)) + 3*r.NormFloat64()
		}
		for j := range features {
			activations[i*features+j] = max(0, float32(r.NormFloat64())+float32(i%8*(j%5))/5)
		}
	}
	ids := "neuroid_id,region\n"
	for j := range neuroids {
		ids += fmt.Sprintf("n%d,IT\n", j)
	}
	write("home/stimuli/set/stimuli.csv", []byte(table))
	write("home/assemblies/rec/presentation.csv", []byte(table))
	write("home/assemblies/rec/neuroid.csv", []byte(ids))
	write("home/assemblies/rec/assembly.yaml", []byte("identifier: rec\nkind: neural\nstimulus_set: set\n"))
	for _, metric := range []string{"pls", "ridge"} {
		write("home/benchmarks/"+metric+".yaml", fmt.Appendf(nil, "identifier: %s\nkind: neural\nregion: IT\nassembly: rec\nstimulus_set: set\nmetric: {name: %s}\nceiling: {value: 0.8}\n", metric, metric))
	}
	var values, layer bytes.Buffer
	if err := npy.Write(&values, stimuli, neuroids, responses); err != nil {
		b.Fatal(err)
	}
	if err := npy.Write(&layer, stimuli, features, activations); err != nil {
		b.Fatal(err)
	}
	write("home/assemblies/rec/values.npy", values.Bytes())
	write("model/set/layer.npy", layer.Bytes())
}
