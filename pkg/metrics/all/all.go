// Package all makes every metric known to the registry of package metrics. Import it for
// that alone:
//
//	import _ "github.com/brainscore-go/brainscore/pkg/metrics/all"
package all

import (
	_ "github.com/brainscore-go/brainscore/pkg/metrics/choice"     // behavior, consistency, solution times
	_ "github.com/brainscore-go/brainscore/pkg/metrics/mapping"    // predictions across splits
	_ "github.com/brainscore-go/brainscore/pkg/metrics/property"   // distributions of properties of neurons
	_ "github.com/brainscore-go/brainscore/pkg/metrics/similarity" // geometry of representations
)
