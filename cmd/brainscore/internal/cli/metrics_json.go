package cli

import "github.com/brainscore-go/brainscore/pkg/metrics"

// metricsDocument is the JSON of `metrics list`.
type metricsDocument struct {
	Schema  int              `json:"schema"`
	Metrics []metricDocument `json:"metrics"`
}

// metricDocument is the JSON of one metric.
type metricDocument struct {
	Name       string           `json:"name"`
	Kind       string           `json:"kind"`
	Summary    string           `json:"summary"`
	Formula    string           `json:"formula"`
	Range      string           `json:"range"`
	NaN        string           `json:"nan"`
	Options    []optionDocument `json:"options"`
	References []string         `json:"references"`
}

type optionDocument struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Default string `json:"default"`
	Example string `json:"example,omitempty"` // of an option that must be given
	Doc     string `json:"doc"`
}

func newMetricDocument(info metrics.Info) metricDocument {
	doc := metricDocument{
		Name: info.Name, Kind: string(info.Kind), Summary: info.Summary, Formula: info.Formula,
		Range: info.Range, NaN: info.NaN,
		Options:    []optionDocument{},
		References: append([]string{}, info.References...),
	}
	for _, o := range info.Options {
		doc.Options = append(doc.Options, optionDocument(o))
	}
	return doc
}
