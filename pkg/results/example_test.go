package results_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/results"
)

// What `brainscore score --format json` writes can be read by any Go program.
func ExampleReadJSON() {
	const written = `{"schema": 1, "models": [{"model": "net", "errors": [], "composite": null, "scores": [
		{"benchmark": "lab.IT-pls", "layer": "fc", "raw": {"value": 0.8, "error": 0.01, "splits": [0.79, 0.81]},
		 "ceiling": {"value": 0.9, "error": null, "splits": []}, "score": {"value": 0.711, "error": 0.018}}]}]}`
	doc, err := results.ReadJSON(strings.NewReader(written))
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range doc.Models {
		for _, s := range m.Scores {
			fmt.Printf("%s %s (%s): %.3f of %.1f\n", m.Model, s.Benchmark, s.Layer, s.Score.Value, s.Ceiling.Value)
		}
	}
	// Output: net lab.IT-pls (fc): 0.711 of 0.9
}
