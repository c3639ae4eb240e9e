package report_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/report"
)

// A page is written about the models of ranking data.
func ExampleWrite() {
	composite, err := benchmarks.LoadComposite(benchmarks.DefaultComposite)
	if err != nil {
		log.Fatal(err)
	}
	builder := ranking.New(composite)
	for i, model := range []string{"alexnet", "resnet50"} {
		r := benchmarks.Result{Benchmark: "lab.IT-pls", Region: "IT", Parent: "IT", Layer: "fc", Metric: "pls"}
		r.Raw.Value = 0.5 + 0.05*float64(i)
		if err := builder.AddResults(model+".json", []benchmarks.ModelResult{{Model: model, Scores: []benchmarks.Result{r}}}); err != nil {
			log.Fatal(err)
		}
	}
	var page bytes.Buffer
	if err := report.Write(context.Background(), &page, builder.Build(), report.Options{Seed: 1}); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", page.Bytes()[:15])
	// Output: <!doctype html>
}
