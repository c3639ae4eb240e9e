package benchmarks

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Draft asks for a definition to start from.
type Draft struct {
	Assembly string
	Region   string // "" takes the one with most neuroids
	Metric   string // "" takes the usual one for the assembly
}

// Draft writes a commented definition for an assembly of the home, with what
// the data allow: regions, classes to stratify by, a ceiling from repetitions.
// The identifier is the name that its file should have.
func (h Home) Draft(ctx context.Context, request Draft) (identifier string, yaml []byte, err error) {
	if err := SafeID(request.Assembly); err != nil {
		return "", nil, err
	}
	known, err := h.Assemblies()
	if err != nil {
		return "", nil, err
	}
	dir := h.AssemblyPath(request.Assembly)
	if !slices.Contains(known, request.Assembly) {
		remedy := "the data home has no assemblies"
		if len(known) > 0 {
			remedy = "it has " + strings.Join(known, ", ")
		}
		remedy = nearest.Remedy(request.Assembly, known, remedy)
		return "", nil, &stimuli.FileError{Path: h.AssembliesDir(), What: fmt.Sprintf("has no assembly %q", request.Assembly), Remedy: remedy}
	}
	info, err := stimuli.ReadAssemblyInfo(dir)
	if err != nil {
		return "", nil, err
	}
	set, err := stimuli.LoadStimulusSet(h.StimulusSetPath(info.StimulusSet))
	if err != nil {
		return "", nil, err
	}
	d := &drafter{ctx: ctx, home: h, request: request, info: info, set: set}
	if info.Kind == KindNeural {
		err = d.neural()
	} else {
		err = d.behavioral()
	}
	if err != nil {
		return "", nil, err
	}
	text := d.text()
	if _, err := ParseDefinition(d.identifier+".yaml", []byte(text)); err != nil {
		return "", nil, fmt.Errorf("the draft is no definition: %w", err)
	}
	return d.identifier, []byte(text), nil
}

// drafter collects the lines of a draft.
type drafter struct {
	ctx        context.Context
	home       Home
	request    Draft
	info       stimuli.AssemblyInfo
	set        *stimuli.StimulusSet
	metric     string
	region     string
	identifier string
	lines      []string
}

// line adds a key with a comment.
func (d *drafter) line(text, format string, args ...any) {
	if comment := strings.Fields(fmt.Sprintf(format, args...)); len(comment) > 0 {
		text += "  # " + strings.Join(comment, " ")
	}
	d.lines = append(d.lines, text)
}

// option adds a key that may be wanted, as a comment.
func (d *drafter) option(text, format string, args ...any) {
	d.line("# "+text, format, args...)
}

func (d *drafter) text() string {
	head := []string{
		"# A draft for " + strings.Join(strings.Fields(d.request.Assembly), " ") + ". Check it by: brainscore benchmarks validate FILE",
		"identifier: " + scalar(d.identifier) + "  # unique; the file's name without .yaml",
		"version: 1",
		"kind: " + d.info.Kind,
	}
	tail := []string{
		"# reference: {title: ..., doi: ..., year: ...}",
		"# expected: [{quantity: ceiling, value: ..., tolerance: 0.001}]  # a published figure that validate compares",
	}
	return strings.Join(slices.Concat(head, d.lines, tail), "\n") + "\n"
}

var plainScalar = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*$`)

// scalar writes a text so that it stands in any place of a YAML file.
func scalar(s string) string {
	if plainScalar.MatchString(s) && !slices.Contains([]string{"null", "Null", "NULL"}, s) {
		return s
	}
	return strconv.Quote(s)
}

// choose settles the metric: the one asked for, if it serves such data.
func (d *drafter) choose(usual string, kinds ...metrics.Kind) (metrics.Kind, error) {
	d.metric = d.request.Metric
	if d.metric == "" {
		d.metric = usual
	}
	info, err := metrics.Lookup(d.metric)
	if err != nil {
		return "", err
	}
	if !slices.Contains(kinds, info.Kind) {
		var serve []string
		for _, m := range metrics.List() {
			if slices.Contains(kinds, m.Kind) {
				serve = append(serve, m.Name)
			}
		}
		return "", &stimuli.FileError{Path: d.info.Dir(), What: fmt.Sprintf("holds nothing that the metric %s compares with", d.metric), Remedy: "take one of " + strings.Join(serve, ", ")}
	}
	return info.Kind, nil
}

// neural drafts a benchmark on recordings.
func (d *drafter) neural() error {
	kind, err := d.choose("pls", metrics.KindMapping, metrics.KindSimilarity)
	if err != nil {
		return err
	}
	a, err := stimuli.OpenNeural(d.info.Dir())
	if err != nil {
		return err
	}
	defer a.Close()
	regions, err := d.regions(a)
	if err != nil {
		return err
	}
	design, err := a.Design()
	if err != nil {
		return err
	}
	d.identifier = d.request.Assembly + "-" + d.metric
	if d.region != "" {
		d.identifier = d.request.Assembly + "." + strings.NewReplacer("/", "_", `\`, "_").Replace(d.region) + "-" + d.metric
		d.line("region: "+scalar(d.region), "the key of a model's layer commitment")
		d.option("parent: "+scalar(d.region), "the part of a composite that it counts in")
	}
	d.line("assembly: "+scalar(d.request.Assembly), "%d presentations × %d neuroids", a.Presentation.Len(), len(a.NeuroidIDs))
	switch {
	case len(regions) > 0:
		d.line("select: {region: "+scalar(d.region)+"}", "the recordings have %s", groupsText(regions))
	default:
		d.option("select: {COLUMN: VALUE}", "keeps neuroids by a column of neuroid.csv: %s", strings.Join(a.Neuroid.Columns, ", "))
	}
	d.line("stimulus_set: "+scalar(d.info.StimulusSet), "%d stimuli", len(d.set.IDs))
	d.time(a)
	d.splits(kind, design)
	if design.Repetitions >= 2 {
		d.line("ceiling: {name: internal_consistency, splits: 10, seed: 1}", "from halves of the %d repetitions", design.Repetitions)
		d.line("score: explained_variance", "raw² / ceiling; or ratio, or raw")
	} else {
		d.line("ceiling: {value: 1}", "the recordings have no repetitions to estimate it by: give a known one")
		d.line("score: raw", "with a known ceiling: explained_variance, which is raw² / ceiling, or ratio")
	}
	return nil
}

// regions settles the region, and gives those of the recordings if they say.
func (d *drafter) regions(a *stimuli.NeuralAssembly) ([]stimuli.Group, error) {
	d.region = d.request.Region
	if !a.Neuroid.Has("region") {
		return nil, nil
	}
	values, err := a.Neuroid.Column("region")
	if err != nil {
		return nil, err
	}
	groups := stimuli.Groups(values)
	if d.region == "" {
		d.region = slices.MaxFunc(groups, func(a, b stimuli.Group) int { return a.Count - b.Count }).Name
	}
	_, err = a.SelectNeuroids(map[string]string{"region": d.region})
	return groups, err
}

func groupsText(groups []stimuli.Group) string {
	const most = 8
	var parts []string
	for _, g := range groups[:min(len(groups), most)] {
		parts = append(parts, fmt.Sprintf("%s (%d)", g.Name, g.Count))
	}
	if len(groups) > most {
		parts = append(parts, fmt.Sprintf("and %d more", len(groups)-most))
	}
	return strings.Join(parts, ", ")
}

// time says how recordings in time are compared.
func (d *drafter) time(a *stimuli.NeuralAssembly) {
	if len(a.TimeBins) < 2 {
		return
	}
	span := stimuli.TimeBin{Start: a.TimeBins[0].Start, End: a.TimeBins[0].End}
	for _, b := range a.TimeBins {
		span.Start, span.End = min(span.Start, b.Start), max(span.End, b.End)
	}
	if _, ok := a.TimeBins.Weights(span); ok {
		d.line(fmt.Sprintf("time_window: [%v, %v]", span.Start, span.End), "the mean over %d time bins; or time: per_bin, for models in time", len(a.TimeBins))
		return
	}
	d.line("time: per_bin", "each of %d time bins; or time_window: [START, END], for the mean over a span", len(a.TimeBins))
}

// splits settles cross-validation and the components that it allows.
func (d *drafter) splits(kind metrics.Kind, design *stimuli.Design) {
	if kind == metrics.KindSimilarity {
		d.line("metric: {name: "+scalar(d.metric)+"}", "see brainscore metrics show %s", d.metric)
		return
	}
	stratify := d.stratify(design)
	n := len(design.Stimuli)
	plan := CrossValidation{Splits: defaultSplits, TrainSize: defaultTrainSize, Seed: defaultSeed}
	metric := scalar(d.metric)
	if splits, err := metrics.ShuffleSplits(n, plan.Plan()); err == nil && d.metric == "pls" {
		metric += fmt.Sprintf(", components: %d", min(25, len(splits[0].Train)))
	}
	d.line("metric: {name: "+metric+"}", "see brainscore metrics show %s", d.metric)
	if stratify != "" {
		values, _ := design.Values(stratify, d.set)
		d.line("cross_validation: {splits: 10, train_size: 0.9, stratify: "+scalar(stratify)+", seed: 1}", "%d classes: %s", len(stimuli.Groups(values)), groupsText(stimuli.Groups(values)))
		return
	}
	d.line("cross_validation: {splits: 10, train_size: 0.9, seed: 1}", "no column has classes to stratify by: %s", strings.Join(d.set.Table.Columns, ", "))
}

// usualClasses are columns that stimuli are often classed by, the likeliest
// first.
var usualClasses = []string{"object_name", "category_name", "category", "texture_type", "object", "image_label", "label", "class", "truth"}

// stratify guesses the column of the stimuli's classes: a usual one, else the
// one with fewest classes; each class large enough for the splits.
func (d *drafter) stratify(design *stimuli.Design) string {
	best, fewest := "", 0
	for _, column := range slices.Concat(usualClasses, d.set.Table.Columns) {
		values, err := design.Values(column, d.set)
		if err != nil {
			continue
		}
		classes := stimuli.Groups(values)
		few := len(design.Stimuli) / 4
		if column == "stimulus_id" || len(classes) < 2 || len(classes) > few || stimuli.SpreadOfGroups(classes).Min < 4 {
			continue
		}
		cv := &CrossValidation{Splits: defaultSplits, TrainSize: defaultTrainSize, Stratify: column, Seed: defaultSeed}
		if _, err := (&recordings{set: d.set, design: design}).splits(&Definition{CrossValidation: cv}); err != nil {
			continue
		}
		if slices.Contains(usualClasses, column) {
			return column
		}
		if best == "" || len(classes) < fewest {
			best, fewest = column, len(classes)
		}
	}
	return best
}

// behavioral drafts a benchmark on choices or on solution times.
func (d *drafter) behavioral() error {
	d.region = d.request.Region
	if _, err := os.Stat(filepath.Join(d.info.Dir(), "trials.csv")); err != nil {
		if _, err := os.Stat(filepath.Join(d.info.Dir(), "osts.csv")); err == nil {
			return d.solutionTimes()
		}
	}
	a, err := stimuli.OpenBehavioral(d.info.Dir())
	if err != nil {
		return err
	}
	var kinds []metrics.Kind
	usual := "error_consistency"
	if a.Trials.Has("subject") {
		kinds = append(kinds, metrics.KindConsistency)
	}
	if a.Trials.Has("sample_obj") && a.Trials.Has("dist_obj") {
		usual, kinds = "i2n", append(kinds, metrics.KindBehavior)
	}
	if len(kinds) == 0 {
		return &stimuli.FileError{Path: a.Trials.Path, Line: 1, What: "has neither a column subject nor sample_obj and dist_obj", Remedy: "it has " + strings.Join(a.Trials.Columns, ", ")}
	}
	kind, err := d.choose(usual, kinds...)
	if err != nil {
		return err
	}
	d.start("behavior")
	d.line("assembly: "+scalar(d.request.Assembly), "%d trials", a.Trials.Len())
	if kind == metrics.KindConsistency {
		conditions := "all trials of one condition"
		if a.Trials.Has("condition") {
			values, err := a.Trials.Column("condition")
			if err != nil {
				return err
			}
			conditions = "conditions " + groupsText(stimuli.Groups(values))
		}
		d.option("exclude: {condition: [VALUE]}", "leaves out trials; %s", conditions)
	}
	d.line("stimulus_set: "+scalar(d.info.StimulusSet), "%d stimuli", len(d.set.IDs))
	if kind == metrics.KindConsistency {
		d.line("metric: {name: "+scalar(d.metric)+"}", "on a model's choices, responses.csv")
		d.line("score: ratio", "score / ceiling, which is that among the subjects")
		return nil
	}
	d.option("fitting_stimulus_set: NAME", "stimuli to fit a read-out on; without it models give probabilities.npy")
	d.option("fitting_label: COLUMN", "their labels, named as the objects of the trials")
	metric := scalar(d.metric)
	if d.hasEmptyCells() {
		metric += ", skip_missing: true"
	}
	d.line("metric: {name: "+metric+"}", "see brainscore metrics show %s; ceiling from halves of the trials", d.metric)
	return nil
}

// hasEmptyCells says whether the ceiling needs skip_missing.
func (d *drafter) hasEmptyCells() bool {
	def := &Definition{Identifier: d.identifier, Kind: KindBehavioral, Assembly: d.request.Assembly, StimulusSet: d.info.StimulusSet, Metric: MetricDefinition{Name: d.metric}}
	r := NewRunner(d.home, 1)
	c, err := r.choices(def)
	if err != nil {
		return false
	}
	metric, err := def.NewMetric()
	if err != nil {
		return false
	}
	m, ok := metric.(metrics.Behavioral)
	if !ok {
		return false
	}
	_, err = m.BehavioralCeiling(d.ctx, c.human)
	var undefined *metrics.UndefinedError
	return errors.As(err, &undefined)
}

// start begins a behavioural draft.
func (d *drafter) start(region string) {
	if d.region == "" {
		d.region = region
	}
	d.identifier = d.request.Assembly + "-" + d.metric
	d.line("region: "+scalar(d.region), "the key of a model's layer commitment")
	d.option("parent: "+scalar(region), "the part of a composite that it counts in")
}

func (d *drafter) solutionTimes() error {
	if _, err := d.choose("ost", metrics.KindSolutionTime); err != nil {
		return err
	}
	times, err := stimuli.OpenSolutionTimes(d.info.Dir())
	if err != nil {
		return err
	}
	if d.region == "" {
		d.region = "IT"
	}
	d.start("OST")
	d.line("assembly: "+scalar(d.request.Assembly), "%d images", len(times.StimulusIDs))
	d.line("stimulus_set: "+scalar(d.info.StimulusSet), "%d stimuli", len(d.set.IDs))
	d.line("metric: {name: "+scalar(d.metric)+"}", "on layers in time")
	d.line("cross_validation: {splits: 10, test_size: 0.1, seed: 1}", "")
	d.line("ceiling: {value: 1}", "there are no repetitions to estimate it by: give a known one")
	d.line("score: ratio", "raw / ceiling")
	return nil
}
