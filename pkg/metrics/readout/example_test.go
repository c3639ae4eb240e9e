package readout_test

import (
	"context"
	"fmt"
	"log"

	"github.com/brainscore-go/brainscore/pkg/metrics/readout"
)

// Four stimuli of two classes, with two features of mean 0 and deviation 1.
func ExampleFitFeatures() {
	features := []float64{
		1, 1,
		1, -1,
		-1, 1,
		-1, -1,
	}
	fitted, err := readout.FitFeatures(context.Background(), features, 4, 2, []int{0, 0, 1, 1}, 2, 1, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f\n", fitted.ProbabilitiesOf([]float64{2, 0}, 1))
	// Output: [0.951 0.049]
}
