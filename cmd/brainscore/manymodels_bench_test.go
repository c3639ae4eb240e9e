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
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// BenchmarkManyModels times the commands that read the scores of many models, from a
// document, a table and a folder of results, and those that follow a batch. The time
// for each model should not grow with their number.
func BenchmarkManyModels(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		if testing.Short() && n > 1_000 {
			break
		}
		dir := b.TempDir()
		b.Chdir(dir)
		writeManyScores(b, n)
		writeManyKept(b, n)
		for _, words := range []string{
			"leaderboard scores.json",
			"leaderboard --table scores.csv",
			"leaderboard results --sort IT-ridge",
			"analyze scores.json",
			"analyze --table scores.csv",
			"plot scores scores.json --output scores.svg",
			"plot scatter scores.json --label 1000 --output scatter.svg",
			"report scores.json --data home --output report.html",
			"report results --data home --output report.html",
			"batch status plan.json",
			"batch merge plan.json --output merged.json",
		} {
			b.Run(fmt.Sprintf("%s/models=%d", strings.ReplaceAll(words, " ", "_"), n), func(b *testing.B) {
				for b.Loop() {
					runQuietly(b, words)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/model")
			})
		}
	}
}

// runQuietly runs a command line whose words contain no spaces.
func runQuietly(b *testing.B, words string) {
	b.Helper()
	var stderr bytes.Buffer
	streams := cli.Streams{In: strings.NewReader(""), Out: io.Discard, Err: &stderr}
	if code := cli.Run(context.Background(), strings.Fields(words), streams); code != 0 {
		b.Fatalf("%s: exit code %d\n%s", words, code, &stderr)
	}
}

// writeManyScores writes scores.json and scores.csv, with scores of models on three parts
// and metadata, two models to a family.
func writeManyScores(b *testing.B, models int) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var report benchmarks.Report
	var table strings.Builder
	table.WriteString("model,V4,IT,behavior,imagenet_top1,family\n")
	for i := range models {
		m := benchmarks.ModelResult{Model: fmt.Sprintf("net-%05d", i), Metadata: map[string]any{"imagenet_top1": r.Float64(), "family": fmt.Sprintf("family %d", i%(models/2))}}
		fmt.Fprintf(&table, "%s,%v,%v,%v,%v,%v\n", m.Model, r.Float64(), r.Float64(), r.Float64(), r.Float64(), m.Metadata["family"])
		for _, region := range []string{"V4", "IT", "behavior"} {
			score := benchmarks.Result{Benchmark: "lab." + region, Version: 1, Region: region, Parent: region, Layer: "fc", Metric: "pls"}
			score.Raw, score.Ceiling, score.Ceiled = metrics.Exact(r.Float64()), metrics.Exact(0.9), metrics.Exact(r.Float64())
			for j := range 32 {
				score.NeuroidIDs = append(score.NeuroidIDs, fmt.Sprintf("n%02d", j))
				score.Neuroids, score.NeuroidCeilings = append(score.Neuroids, r.Float64()), append(score.NeuroidCeilings, 0.9)
			}
			m.Scores = append(m.Scores, score)
		}
		report.Models = append(report.Models, m)
	}
	var document bytes.Buffer
	if err := results.WriteJSON(&document, results.NewDocument(report, "test", "test")); err != nil {
		b.Fatal(err)
	}
	put(b, "scores.json", document.Bytes())
	put(b, "scores.csv", []byte(table.String()))
}

// writeManyKept writes a data home, models with one small layer each, plan.json and the
// folder results, which has the scores of all of them.
func writeManyKept(b *testing.B, models int) {
	b.Helper()
	l := lab{models: models, layers: 1, stimuli: 80, features: 3, v4: 1, it: 2, repetitions: 2}
	l.write(b, ".")
	folders, err := filepath.Glob("models/*")
	if err != nil {
		b.Fatal(err)
	}
	runQuietly(b, "batch plan --quiet --data home --benchmark IT-ridge --results results --output plan.json "+strings.Join(folders, " "))
	runQuietly(b, "batch run --quiet plan.json")
	if _, err := os.Stat("results/scores"); err != nil {
		b.Fatal(err)
	}
}
