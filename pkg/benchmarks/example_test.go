package benchmarks_test

import (
	"fmt"
	"log"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	_ "github.com/brainscore-go/brainscore/pkg/scoring" // the rules of each kind of data
)

// A benchmark is one YAML file. Defaults are filled in, and mistakes are errors with
// line and remedy.
func ExampleParseDefinition() {
	const text = `
identifier: lab.IT-ridge
kind: neural
assembly: lab.recordings
stimulus_set: lab.images
select: {region: IT}
metric: {name: ridge, alpha: 10}
cross_validation: {splits: 10, train_size: 0.9}
ceiling: {name: internal_consistency}
score: explained_variance
`
	d, err := benchmarks.ParseDefinition("lab.IT-ridge.yaml", []byte(text))
	if err != nil {
		log.Fatal(err)
	}
	metric, err := d.NewMetric()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: region %s, %d splits, version %d\n", d.Identifier, d.Region, d.CrossValidation.Splits, d.Version)
	fmt.Println(metric.Info().Summary)
	// Output:
	// lab.IT-ridge: region IT, 10 splits, version 1
	// ridge regression from activations to responses
}

// A composite joins results to one figure. Each result counts in the part that its
// benchmark's parent names.
func ExampleComposite_Form() {
	const text = `
identifier: mine
of: ceiled
mean:
- {name: neural, mean: [V4, IT]}
- behavior
`
	composite, err := benchmarks.ParseComposite("mine.yaml", []byte(text))
	if err != nil {
		log.Fatal(err)
	}
	result := func(benchmark, part string, ceiled float64) benchmarks.Result {
		return benchmarks.Result{Benchmark: benchmark, Parent: part, Score: metrics.Score{Ceiled: metrics.Exact(ceiled)}}
	}
	formed, err := composite.Form([]benchmarks.Result{
		result("lab.V4-ridge", "V4", .5), result("lab.IT-ridge", "IT", .3), result("lab-i2n", "behavior", .2),
	}, false)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s is %s: %.2f (neural %.2f)\n", formed.Name, formed.Definition, formed.Value, formed.Groups["neural"])
	// Output:
	// mine is mean(mean(V4, IT), behavior), ceiled: 0.30 (neural 0.40)
}
