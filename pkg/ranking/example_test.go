package ranking_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// document is what `brainscore score --format json` writes, shortened.
func document(model string, v4, it, behavior float64) string {
	score := func(benchmark, part string, value float64) string {
		return fmt.Sprintf(`{"benchmark": %q, "version": 1, "region": %q, "parent": %q, "layer": "fc",
			"raw": {"value": %g}, "ceiling": {"value": 0.9}, "score": {"value": %g}}`, benchmark, part, part, value, value)
	}
	return fmt.Sprintf(`{"schema": 1, "models": [{"model": %q, "scores": [%s, %s, %s]}]}`,
		model, score("lab.V4-pls", "V4", v4), score("lab.IT-pls", "IT", it), score("lab.i2n", "behavior", behavior))
}

// A leaderboard is built from documents of scores and ranked by a composite.
func Example_leaderboard() {
	composite, err := benchmarks.LoadComposite(benchmarks.DefaultComposite)
	if err != nil {
		log.Fatal(err)
	}
	builder := ranking.New(composite)
	for path, text := range map[string]string{
		"alexnet.json":  document("alexnet", 0.55, 0.51, 0.37),
		"resnet50.json": document("resnet50", 0.59, 0.54, 0.47),
	} {
		doc, err := results.ReadJSON(strings.NewReader(text))
		if err != nil {
			log.Fatal(err)
		}
		if err := builder.AddResults(path, doc.Results()); err != nil {
			log.Fatal(err)
		}
	}
	board, err := builder.Build().Rank(ranking.CompositeScore)
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range board.Entries {
		fmt.Printf("%d. %s %.3f (V4 %.2f)\n", e.Rank, e.Name, e.Value, e.Score("V4"))
	}
	// Output:
	// 1. resnet50 0.533 (V4 0.59)
	// 2. alexnet 0.477 (V4 0.55)
}

// Two models that were scored on the same neuroids are compared pair by pair.
func ExampleCompare() {
	side := func(model string, shift float64) ranking.Side {
		r := benchmarks.Result{Benchmark: "lab.IT-pls", Version: 1, Region: "IT", Metric: "pls", Layer: "fc"}
		r.Raw.Value, r.Ceiling.Value, r.Ceiled.Value = 0.5+shift, 1, (0.5+shift)*(0.5+shift)
		for i := range 40 {
			r.NeuroidIDs = append(r.NeuroidIDs, fmt.Sprint("site", i))
			r.Neuroids = append(r.Neuroids, 0.3+0.01*float64(i)+shift*(1+0.1*float64(i%3)))
		}
		s := ranking.Side{Name: model + ".json"}
		if err := s.Merge(ranking.Source{Path: s.Name}, []benchmarks.ModelResult{{Model: model, Scores: []benchmarks.Result{r}}}); err != nil {
			log.Fatal(err)
		}
		return s
	}
	comparisons, err := ranking.Compare(context.Background(), []ranking.Side{side("alexnet", 0), side("resnet50", 0.2)},
		ranking.CompareOptions{Alpha: 0.05, Seed: 1, Jobs: 2})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range comparisons.List {
		fmt.Printf("%s: %s - %s = %+.2f over %d neuroids; significant: %v\n",
			c.Benchmark, c.B.Model, c.A.Model, c.Raw.Value, c.Neuroids, c.Significant(comparisons.Alpha))
	}
	// Output: lab.IT-pls: resnet50 - alexnet = +0.20 over 40 neuroids; significant: true
}
