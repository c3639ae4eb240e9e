package metrics_test

import (
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	_ "github.com/brainscore-go/brainscore/pkg/metrics/all"
	"github.com/brainscore-go/brainscore/pkg/metrics/metrictest"
)

// TestConformance checks that every metric keeps the promises of its kind.
func TestConformance(t *testing.T) {
	for _, name := range metrics.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			metrictest.Run(t, name)
		})
	}
}
