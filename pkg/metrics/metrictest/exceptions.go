package metrictest

import "github.com/brainscore-go/brainscore/pkg/metrics"

// settings are options of metrics whose defaults ask for more data than the suite
// simulates.
var settings = map[string]metrics.Options{
	"pls":         {"components": 3},
	"reverse_pls": {"components": 3},
	// Fewer splits than usual take less time.
	"readout_accuracy": {"test": 12, "splits": 15},
}

// others are options whose values the suite does not find in their types.
var others = map[string][]metrics.Options{
	"cca":              {{"alpha": .5}, {"alpha": 1}},
	"rdm":              {{"active": .5}},
	"readout_accuracy": {{"by_background": "Silhouette/outline"}},
}

// ofTrials are options that take the single trials of recordings, which the suite does not
// simulate; the tests of the metrics cover them.
var ofTrials = map[string][]string{"rdm": {"dissimilarity", "noise"}}

// exception is a property that the definition of some metrics excludes or weakens.
type exception struct {
	property string
	metrics  []string
	when     func(metrics.Options) bool // nil for all options
	// tolerance is what the property holds to; 0 if it does not hold at all.
	tolerance float64
	reason    string
}

var exceptions = []exception{
	{
		property: "order of subjects", metrics: []string{"accuracy_distance"},
		reason: "of two subjects the later one is the yardstick of the ceiling",
	},
	{
		property: "all right", metrics: []string{"accuracy_distance", "accuracy_difference", "observed_consistency"},
		reason: "they are defined for observers who are always right",
	},
	{
		property: "all wrong", metrics: []string{"accuracy_distance", "accuracy_difference", "observed_consistency"},
		reason: "they are defined for observers who are always wrong",
	},
	{
		property: "unit of activations", metrics: []string{"ridge", "ridgecv"},
		reason: "the penalty is in squared units of the activations",
	},
	{
		property: "unit of recordings", metrics: []string{"reverse_ridge", "reverse_ridgecv"},
		reason: "the penalty is in squared units of the responses",
	},
	{
		property: "unit of activations", metrics: []string{"cca"}, when: partlyWhitened,
		reason: "the singular values are in the unit of the activations, and are added to a number",
	},
	{
		property: "unit of recordings", metrics: []string{"cca"}, when: partlyWhitened,
		reason: "as with activations",
	},
	{
		property: "constant neuroid", metrics: []string{"rdm"},
		when:   func(o metrics.Options) bool { return o["distance"] != "euclidean" && o["distance"] != "sqeuclidean" },
		reason: "a neuroid with the same response to all stimuli is a part of each stimulus's pattern by correlation and by cosine",
	},
	{
		property: "constant feature", metrics: []string{"rdm"},
		when:   func(o metrics.Options) bool { return o["distance"] != "euclidean" && o["distance"] != "sqeuclidean" },
		reason: "as with neuroids",
	},
	{
		property: "held activations", metrics: []string{"rdm"}, when: func(o metrics.Options) bool { return o["active"] != nil },
		reason: "features are selected as the layer is read again",
	},
	{
		property: "order of trials", metrics: []string{"i1", "i1n", "i2", "i2n", "o1", "o2"},
		reason: "the trials are halved at random by their places in the list",
	},
	{
		property: "order of neuroids", metrics: []string{"pls"}, tolerance: 1e-3,
		reason: nipals,
	},
	{
		property: "order of features", metrics: []string{"reverse_pls"}, tolerance: 1e-3,
		reason: nipals,
	},
	{
		property: "number of features", metrics: []string{"reverse_pls"}, tolerance: 1e-3,
		reason: nipals,
	},
}

func partlyWhitened(o metrics.Options) bool {
	alpha, _ := o["alpha"].(float64)
	return alpha > 0 && alpha < 1
}

const nipals = "NIPALS begins at the first target and stops within the tolerance of scikit-learn's (1e-6), so that it depends a little on which is the first"
