package scoring

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// usualMetric returns the metric that a draft on recordings names unless another is asked for.
func (recordingsKind) usualMetric(d *drafter) (metric, lacks string, err error) {
	if d.info.Values == stimuli.ValuesDissimilarities {
		return dissimilarityMetrics()[0], "", nil
	}
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
	d.line("assembly: "+scalar(d.request.Assembly), "%s", contentText(a))
	switch {
	case len(regions) > 0:
		d.line("select: {region: "+scalar(d.region)+"}", "the recordings have %s", groupsText(regions))
	default:
		d.option("select: {COLUMN: VALUE}", "keeps neuroids by a column of neuroid.csv: %s", strings.Join(a.Neuroid.Columns, ", "))
	}
	d.line("stimulus_set: "+scalar(d.info.StimulusSet), "%d stimuli", len(d.set.IDs))
	if a.Values == stimuli.ValuesDissimilarities {
		return d.dissimilarities(a, kind)
	}
	if err := d.subjects(a, design); err != nil {
		return err
	}
	d.time(a)
	d.splits(kind, design)
	d.ceiling(design)
	d.otherKeys(kind)
	return nil
}

// ceiling drafts the ceiling. Without repetitions there is none to draft: 1 would count the
// noise of the recordings as a fault of the model, so that the definition stays invalid
// until the ceiling is known.
func (d *drafter) ceiling(design *stimuli.Design) {
	most := stimuli.SpreadOf(design.Presentations()).Max
	switch {
	case design.Repetitions >= 2:
		d.line("ceiling: {name: internal_consistency, splits: 10, seed: 1}", "from halves of the %d repetitions", design.Repetitions)
		d.line("score: explained_variance", "raw² / ceiling; or ratio, or raw")
		return
	case most > 1:
		d.option("ceiling: {name: internal_consistency}", "MISSING: stimuli have up to %d presentations, but presentation.csv does not number them: add the column repetition", most)
	default:
		d.option("ceiling: {value: ...}", "MISSING: with one presentation of each stimulus it cannot be estimated: give one that is known from elsewhere, or add repetitions")
	}
	d.option("score: explained_variance", "raw² / ceiling; or ratio, or raw")
}

// otherKeys drafts the keys that few benchmarks need, as comments.
func (d *drafter) otherKeys(kind metrics.Kind) {
	if kind == metrics.KindMapping {
		d.option("assembly: {train: NAME, test: NAME}", "fits on one assembly and tests on another with the same neuroids; stimulus_set in the same form")
		d.option("cross_validation: {splits: 10, train_size: 0.9, seed: 1, order: stimulus_set, apart: COLUMN, except: VALUE}", "order draws splits over the rows of stimuli.csv; apart leaves out train stimuli that share a value of COLUMN, but for VALUE, with test stimuli")
		d.option("time: flat", "each time bin of a neuroid is a neuroid; time_range: [START, END] keeps the bins wholly inside; time: spanned fits one mapping to all bins")
	} else {
		d.option("assembly: [FIRST, SECOND]", "joins the stimuli of assemblies with the same neuroids; stimulus_set in the same form")
	}
	d.option("select: {COLUMN: [A, B], COLUMN: {above: 30}}", "bounds are above, at_least, below and at_most")
	d.option("select_ceiling: {above: 0.7}", "keeps neuroids by their own internal consistency")
	d.option("ceiling: {column: COLUMN, percent: true, root: true, average: median}", "from a column of neuroid.csv: in percent, as r of r², by the median or the mean")
	d.option("ceiling: {name: predictor_consistency, splits: 10, seed: 0}", "from halves of each stimulus's own repetitions; of one assembly of several: {name: internal_consistency, of: test}")
	d.option("ceiling: {name: leave_one_subject_out, bound: lower, average: matched}", "between dissimilarities of subjects, bound upper and average plain; or {name: between_subjects}, the metric between subjects")
}

// subjects drafts how subjects are told apart, if ids of neuroids repeat among them, and
// what is done about missing responses.
func (d *drafter) subjects(a *stimuli.NeuralAssembly, design *stimuli.Design) error {
	selected := ofRegion(a, d.region)
	per := ""
	for _, column := range slices.Concat([]string{"subject", "animal"}, a.Neuroid.Columns) {
		if !a.Neuroid.Has(column) || column == "neuroid_id" {
			continue
		}
		if a.CheckNeuroids(selected, "") == nil {
			d.option("per: "+scalar(column), "a mapping, ceiling and score for each value of a column of neuroid.csv, and their mean")
			break
		}
		if a.CheckNeuroids(selected, column) == nil {
			per = column
			d.line("per: "+scalar(per), "ids of neuroids are unique only within it: a mapping, ceiling and score for each, and their mean")
			break
		}
	}
	if err := a.CheckNeuroids(selected, per); err != nil {
		return err
	}
	incomplete, err := d.incomplete(a, design, selected, per)
	if err != nil {
		return err
	}
	if incomplete {
		d.line("missing: drop", "leaves out the stimuli that some neuroid has no response to")
	} else {
		d.option("missing: drop", "leaves out stimuli that some neuroid has no response to, of which there are none")
	}
	return nil
}

// ofRegion lists the neuroids of a region, all if it is "" or no column.
func ofRegion(a *stimuli.NeuralAssembly, region string) []int {
	if region != "" && a.Neuroid.Has("region") {
		if selected, err := a.SelectNeuroids(map[string]stimuli.Condition{"region": stimuli.Is(region)}); err == nil {
			return selected
		}
	}
	return successive(0, len(a.NeuroidIDs))
}

// incomplete reports whether some neuroid has no response to a stimulus that others, of
// the same subject if these are told apart, have one to.
func (d *drafter) incomplete(a *stimuli.NeuralAssembly, design *stimuli.Design, selected []int, per string) (bool, error) {
	subject := make([]int, len(selected))
	if per != "" {
		values, err := a.Neuroid.Column(per)
		if err != nil {
			return false, err
		}
		of := make([]string, len(selected))
		for k, row := range selected {
			of[k] = values[row]
		}
		subject, _ = stimuli.Codes(of)
	}
	shown := make([]bool, len(design.Stimuli)*len(selected))
	err := a.EachPresentation(d.ctx, selected, nil, func(p int, responses []float64) error {
		row := shown[design.Stimulus[p]*len(selected):][:len(selected)]
		for j, v := range responses {
			row[j] = row[j] || v == v
		}
		return nil
	})
	for at := 0; at < len(shown); at += len(selected) {
		some, lacking := make(map[int]bool), make(map[int]bool)
		for j, is := range shown[at : at+len(selected)] {
			if is {
				some[subject[j]] = true
			} else {
				lacking[subject[j]] = true
			}
		}
		for s := range lacking {
			if some[s] || per == "" {
				return true, err
			}
		}
	}
	return false, err
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
	_, err = a.SelectNeuroids(map[string]stimuli.Condition{"region": stimuli.Is(d.region)})
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
		if _, err := (splitter{set: d.set, design: design}).splits(&benchmarks.Definition{CrossValidation: cv}); err != nil {
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
