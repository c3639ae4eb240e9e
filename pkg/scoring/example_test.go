package scoring_test

import (
	"context"
	"fmt"
	"log"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// A data home and a model's dump are scored on some benchmarks of the home.
func ExampleRunner_Score() {
	home := benchmarks.Home{Dir: "../../testdata/golden/home"}
	runner := scoring.NewRunner(home, scoring.Options{Workers: 2})
	report, err := runner.Score(context.Background(), scoring.Request{
		Models:     []string{"../../testdata/golden/models/mini-net"},
		Benchmarks: []string{"hvm-mini.IT-ridge", "hvm-mini.IT-rdm"},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, model := range report.Models {
		for _, failure := range model.Failures {
			log.Print(failure.Err)
		}
		for _, r := range model.Scores {
			fmt.Printf("%s %s, layer %s: raw %.3f, ceiling %.3f, ceiled %.3f\n",
				model.Model, r.Benchmark, r.Layer, r.Raw.Value, r.Ceiling.Value, r.Ceiled.Value)
		}
	}
	// Output:
	// mini-net hvm-mini.IT-ridge, layer fc: raw 0.816, ceiling 0.928, ceiled 0.718
	// mini-net hvm-mini.IT-rdm, layer fc: raw 0.681, ceiling 0.928, ceiled 0.499
}

// DryRun shows what a request would read, without reading it.
func ExampleRunner_DryRun() {
	runner := scoring.NewRunner(benchmarks.Home{Dir: "../../testdata/golden/home"}, scoring.Options{})
	plan, err := runner.DryRun(scoring.Request{
		Models:     []string{"../../testdata/golden/models/mini-net"},
		Benchmarks: []string{"hvm-mini.IT-ridge", "hvm-mini.IT-rdm"},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, read := range plan.Reads {
		fmt.Println(read.Layer, read.Benchmarks)
	}
	// Output:
	// fc [hvm-mini.IT-ridge hvm-mini.IT-rdm]
}
