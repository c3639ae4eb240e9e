package scoring

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

func (recordingsKind) usualMetric(d *drafter) (metric, lacks string, err error) {
	if d.info.Kind == benchmarks.KindNeural {
		return "pls", "", nil
	}
	return "", "", nil
}

// draft drafts a benchmark on recordings.
func (recordingsKind) draft(d *drafter, kind metrics.Kind) error {
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

// regions chooses the region, and returns those of the recordings if they have any.
func (d *drafter) regions(a *stimuli.NeuralAssembly) ([]stimuli.Group, error) {
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

// time drafts how recordings in time are compared.
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
	plan := benchmarks.CrossValidation{Splits: benchmarks.DefaultSplits, TrainSize: benchmarks.DefaultTrainSize, Seed: benchmarks.DefaultSeed}
	metric := scalar(d.metric)
	if splits, err := metrics.ShuffleSplits(n, plan.Plan()); err == nil {
		metric += draftOptions(d.metric, len(splits[0].Train))
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
		cv := &benchmarks.CrossValidation{Splits: benchmarks.DefaultSplits, TrainSize: benchmarks.DefaultTrainSize, Stratify: column, Seed: benchmarks.DefaultSeed}
		if _, err := (&recordings{set: d.set, design: design}).splits(&benchmarks.Definition{CrossValidation: cv}); err != nil {
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

// draftOptions returns the options of a metric that depend on the number of train
// stimuli, as YAML after its name.
func draftOptions(name string, train int) string {
	metric, err := metrics.New(name, nil)
	if err != nil {
		return ""
	}
	if drafter, ok := metric.(metrics.OptionDrafter); ok {
		return ", " + drafter.DraftOptions(train)
	}
	return ""
}
