package metrics

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// Kind is what a metric compares, which determines the input it needs. Each kind is a
// constant beside the interface of its metrics.
type Kind string

// Intervals is the source of confidence intervals of a metric's scores come from.
type Intervals int

// The sources of intervals.
const (
	// NoIntervals stands for a metric whose scores have none.
	NoIntervals Intervals = iota
	// OfNeuroidsAndSplits are formed of the values by neuroid and split.
	OfNeuroidsAndSplits
	// OfMetric are computed by the metric, from its Resampling.
	OfMetric
	// OfSubjectsAndStimuli are formed of the values that the metric returns for samples of the
	// stimuli, and of those by subject.
	OfSubjectsAndStimuli
)

// TrainChecker is a metric that not every number of train stimuli allows.
type TrainChecker interface {
	// CheckTrain returns an error if so few train stimuli do not allow the metric.
	CheckTrain(train int) error
}

// OptionDrafter is a metric whose options depend on the data.
type OptionDrafter interface {
	// DraftOptions returns options for a definition with so many train stimuli, as
	// YAML inside the braces of metric.
	DraftOptions(train int) string
}

// Option documents one option of a metric.
type Option struct {
	Name string
	// Type is "integer", "number", "boolean", "one of a|b|c", "numbers" (a list), "column", "columns" (one or a
	// list), "value" (of a column), "values" (one or a list) or "file" (a CSV file beside the definition).
	Type    string
	Default string
	// Example is a value of an option that must be given; "" if it may be left out.
	Example string
	Doc     string
}

// Info documents a metric; `metrics list` prints it.
type Info struct {
	Name string
	// Version is raised with every change of a figure, by however little: scores
	// that were kept are then computed again.
	Version int
	Kind    Kind
	Summary string
	Formula string
	Range   string
	NaN     string // what NaN means in its results and its input
	Needs   stream.Needs
	// Apart reports whether each neuroid's figures depend on its own responses alone, so that
	// recordings may be given block by block: NeuralInput.Block.
	Apart bool
	// Triangle reports whether the metric needs no more of a Gram matrix than its upper
	// triangle, Gram.Triangle, which it may overwrite: others on the same matrix may then
	// only be the same metric with the same options.
	Triangle bool
	// Dissimilarities reports whether the metric also compares layers and recordings that
	// are given as dissimilarities: Gram.Dissimilarities, NeuralInput.Dissimilarities.
	Dissimilarities bool
	// Ceilings are the noise ceilings that the metric can take beside the ones
	// that its kind of data has.
	Ceilings []string
	// Intervals is the source of intervals of its scores.
	Intervals Intervals
	// Ceiled is the form of the ceiled score that the metric computes itself; ""
	// where it has another of its own, or none.
	Ceiled Form
	// Score is the form of the ceiled score if a definition gives none; "" for that of its
	// kind of data.
	Score Form
	// Chance is the raw score of a guess, for the form AboveChance; 0 if that is not
	// defined.
	Chance     float64
	Options    []Option
	References []string
}

// Metric is one registered metric with its options set. Every metric also
// implements the interface of its kind, as Neural that of KindMapping.
type Metric interface {
	Info() Info
}

// entry is what a metric registers.
type entry struct {
	info Info
	make func(Options) (Metric, error)
}

// registry is filled by the init functions of the metrics' files and only read
// afterwards.
var registry = map[string]entry{}

// Register makes a metric known; each metric's file ends in it, in an init function, since
// the registry is only read afterwards. It panics if the name is taken or a version is
// missing.
func Register(info Info, make func(Options) (Metric, error)) {
	if _, ok := registry[info.Name]; ok {
		panic("metrics: " + info.Name + " registered twice")
	}
	if info.Version < 1 {
		panic("metrics: " + info.Name + " has no version")
	}
	registry[info.Name] = entry{info, make}
}

// List documents all metrics in the order of their names.
func List() []Info {
	var infos []Info
	for _, e := range registry {
		infos = append(infos, e.info)
	}
	slices.SortFunc(infos, func(a, b Info) int { return strings.Compare(a.Name, b.Name) })
	return infos
}

// Names lists the names of all metrics in order.
func Names() []string {
	var names []string
	for _, info := range List() {
		names = append(names, info.Name)
	}
	return names
}

// Lookup documents one metric.
func Lookup(name string) (Info, error) {
	e, ok := registry[name]
	if !ok {
		return Info{}, &UnknownError{What: "metric", Name: name, Nearest: nearest.To(name, Names()), Known: Names()}
	}
	return e.info, nil
}

// New makes the named metric with its options. The error is an *UnknownError
// for an unknown metric or option, an *OptionError for a bad value.
func New(name string, options Options) (Metric, error) {
	info, err := Lookup(name)
	if err != nil {
		return nil, err
	}
	var known []string
	for _, o := range info.Options {
		known = append(known, o.Name)
	}
	for _, key := range options.keys() {
		if !slices.Contains(known, key) {
			return nil, &UnknownError{What: "option of metric " + name, Name: key, Nearest: nearest.To(key, known), Known: known}
		}
	}
	for _, o := range info.Options {
		if _, given := options[o.Name]; !given && o.Example != "" {
			article := "a "
			if strings.HasSuffix(o.Type, "s") { // a list
				article = ""
			}
			return nil, &OptionError{Option: o.Name, Want: fmt.Sprintf("%s%s, such as %s: %s", article, o.Type, o.Example, o.Doc)}
		}
	}
	return registry[name].make(options)
}

// UnknownError reports a name that is not among the known ones.
type UnknownError struct {
	What    string   // what was named, as "metric"
	Name    string   // the unknown name
	Nearest string   // the known name most like it, or ""
	Known   []string // all known names
}

func (e *UnknownError) Error() string {
	msg := fmt.Sprintf("unknown %s %q", e.What, e.Name)
	switch {
	case e.Nearest != "":
		msg += ": " + nearest.Question(e.Nearest)
	case len(e.Known) == 0:
		msg += ": it has none"
	}
	if len(e.Known) > 0 {
		msg += " (known: " + strings.Join(e.Known, ", ") + ")"
	}
	return msg
}

// DataError reports that the cause is invalid data.
func (e *UnknownError) DataError() bool { return true }
