package benchmarks

import (
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Rules describe, to definitions, the data that metrics of one kind compare with.
// Package scoring registers them beside the code that scores such data; a program
// that reads definitions imports it.
type Rules struct {
	Metrics   metrics.Kind
	Benchmark string   // KindNeural, KindBehavioral or KindProperty
	Files     []string // that an assembly must have beside assembly.yaml
	// Roles are the roles of the stimulus sets, each of which a definition names; none if the
	// sets have no roles.
	Roles []string
	// Ceiling is the one named ceiling of such data, which is drawn by a seed; "" if other
	// rules hold.
	Ceiling string
	// Exclude reports whether trials can be left out.
	Exclude bool
	// SetAlone reports whether the metrics compare with the stimulus set alone, so that an
	// assembly may lack.
	SetAlone bool
	// Truth reports whether a column holds the right answers, TruthRequired whether it
	// has to be named.
	Truth, TruthRequired bool
	// Choices reports whether a model's choices can be made of its logits.
	Choices bool
	// UnknownChoices reports whether choices by unknown names can be allowed.
	UnknownChoices bool
	// Trains reports whether the metrics are fitted on train stimuli.
	Trains bool
	// Centers reports whether the neuroids' means can be subtracted.
	Centers bool
	// Splits reports whether the metrics may be cross-validated.
	Splits bool
	// DefaultSplits is the cross-validation of a definition that gives none; nil
	// for none.
	DefaultSplits *CrossValidation
	// TestSize is the share of test stimuli where a cross-validation gives no
	// size; 0 takes DefaultTrainSize for training.
	TestSize float64
	// Score is the form of the ceiled score where a definition gives none; "" for
	// the metric's own.
	Score metrics.Form
}

var rules = map[metrics.Kind]Rules{}

// RegisterRules makes the rules of a kind of metrics known.
func RegisterRules(r Rules) {
	if _, ok := rules[r.Metrics]; ok {
		panic(fmt.Sprintf("benchmarks: rules for metrics of kind %s registered twice", r.Metrics))
	}
	rules[r.Metrics] = r
}

// rulesOf returns the rules for a definition's metric, false where the metric is
// not known.
func (d *Definition) rulesOf() (Rules, bool) {
	info, err := metrics.Lookup(d.Metric.Name)
	if err != nil {
		return Rules{}, false
	}
	r, ok := rules[info.Kind]
	return r, ok
}
