package scoring

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/similarity"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// comparesDissimilarities reports whether a definition's metric compares layers and
// recordings that are given as dissimilarities.
func comparesDissimilarities(d *benchmarks.Definition) bool {
	info, err := metrics.Lookup(d.Metric.Name)
	return err == nil && info.Dissimilarities
}

// dissimilarityMetrics lists the metrics that compare dissimilarities.
func dissimilarityMetrics() (names []string) {
	for _, info := range metrics.List() {
		if info.Dissimilarities {
			names = append(names, info.Name)
		}
	}
	return names
}

// contentText describes the size of recordings.
func contentText(a *stimuli.NeuralAssembly) string {
	if n := a.Presentation.Len(); a.Values == stimuli.ValuesDissimilarities && n > 0 {
		return fmt.Sprintf("dissimilarities of %d stimuli in %d matrices", n, len(a.NeuroidIDs)/n)
	}
	return fmt.Sprintf("%d presentations × %d neuroids", a.Presentation.Len(), len(a.NeuroidIDs))
}

// dissimilarities drafts how matrices are compared.
func (d *drafter) dissimilarities(a *stimuli.NeuralAssembly, kind metrics.Kind) error {
	const column = "subject"
	selected := ofRegion(a, d.region)
	several := a.CheckNeuroids(selected, "") != nil
	if several {
		if err := a.CheckNeuroids(selected, column); err != nil {
			return err
		}
		d.line("per: "+column, "a score for each matrix, and their mean")
	}
	d.splits(kind, nil)
	if several {
		d.line("ceiling: {name: leave_one_subject_out, bound: lower, average: matched}", "between the matrices; bound upper and average plain too, or {name: between_subjects}")
		d.line("score: ratio", "raw / ceiling; or explained_variance, or raw")
		return nil
	}
	d.option("ceiling: {value: ...}", "MISSING: of one matrix it cannot be estimated: give one that is known from elsewhere, or import those of several subjects")
	d.option("score: ratio", "raw / ceiling; or explained_variance, or raw")
	return nil
}

// layersWith returns the layers without time, with those that are given as dissimilarities if
// the metric compares them.
func layersWith(c stimuli.Contents, dissimilarities bool) []string {
	if !dissimilarities {
		return c.Layers
	}
	return slices.Sorted(slices.Values(slices.Concat(c.Layers, c.Matrices)))
}

// dissimilarLayers lists the layers that a dump has as dissimilarities alone.
func dissimilarLayers(dump *stimuli.Dump, sets []string) []string {
	var all []string
	for _, set := range sets {
		if c, err := dump.Contents(set); err == nil {
			all = append(all, c.Matrices...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// checkDissimilarities returns an error if a part is given as dissimilarities and the
// definition asks for what these do not serve.
func (p *recordingsPart) checkDissimilarities(d *benchmarks.Definition) error {
	if p.Values != stimuli.ValuesDissimilarities {
		return nil
	}
	fail := func(key, what, remedy string) error {
		return d.WrapAt(key, &stimuli.FileError{Path: p.Dir(), What: "holds dissimilarities of stimuli, " + what, Remedy: remedy})
	}
	ceiling := d.Ceiling
	switch {
	case !comparesDissimilarities(d):
		return fail("metric", "and "+d.Metric.Name+" needs responses of neuroids", "use the metric "+strings.Join(dissimilarityMetrics(), " or "))
	case metricOfTrials(d) != nil:
		return fail("metric", "and the metric's option dissimilarity needs single trials", "remove the option")
	case len(d.Assembly.Names) > 1:
		return fail("assembly", "which cannot be joined with those of another assembly", "name one assembly")
	case d.Center:
		return fail("center", "which have no neuroids to center", "remove center")
	case d.SelectCeiling != nil:
		return fail("select_ceiling", "which have no neuroids to select by their ceilings", "remove select_ceiling")
	case ceiling != nil && ceiling.OfTrials():
		return fail("ceiling", "and "+ceiling.Name+" needs single trials", "take {name: leave_one_subject_out} with per: subject, or a value")
	case len(p.TimeBins) > 0:
		return fail("time", "which have no time", "import each time bin as an assembly of its own")
	}
	return nil
}

// given reports whether the recordings are given as dissimilarities.
func (rec *recordings) given() bool { return rec.parts[0].Values == stimuli.ValuesDissimilarities }

// arrange sets the dissimilarities of a group, whose neuroids are the stimuli: responses are
// stimuli × neuroids of all groups.
func (rec *recordings) arrange(g *group, responses []float64) error {
	p := rec.parts[0]
	ids := p.design.Stimuli
	fail := func(what, remedy string) error {
		return &stimuli.FileError{Path: p.Dir(), What: what + ofSubject(g), Remedy: remedy}
	}
	if len(p.design.Stimulus) != len(ids) {
		return fail(fmt.Sprintf("has %d rows of dissimilarities between %d stimuli", len(p.design.Stimulus), len(ids)), "write one row for each stimulus")
	}
	columns := make(map[string]int, len(g.neuroids))
	for _, j := range g.neuroids {
		columns[rec.keys[j].id] = j
	}
	n := len(ids)
	if len(columns) != n {
		return fail(fmt.Sprintf("is not square: it has dissimilarities between %d stimuli and %d", n, len(columns)), "give each subject a matrix of the same stimuli")
	}
	g.dissimilarities = make([]float64, n*n)
	for k, id := range ids {
		j, ok := columns[id]
		if !ok {
			return fail(fmt.Sprintf("has no neuroid %q in %s, although it is one of the stimuli", id, p.Neuroid.Path), "name the neuroids of each subject as the stimuli")
		}
		for i := range n {
			g.dissimilarities[i*n+k] = responses[i*len(rec.neuroidIDs)+j]
		}
	}
	return stimuli.Symmetrise(p.Dir(), g.subject, g.dissimilarities, ids)
}

// noiseCeiling returns the bounds of the noise ceiling between the groups.
func (rec *recordings) noiseCeiling(ctx context.Context, d *benchmarks.Definition, workers int) (similarity.RDMBounds, []string, error) {
	of := similarity.RDMNoiseCeiling
	var subjects [][]float64
	for _, g := range rec.groups {
		each := g.responses
		if g.dissimilarities != nil {
			of, each = similarity.GivenNoiseCeiling, g.dissimilarities
		}
		subjects = append(subjects, each)
	}
	return of(ctx, d.Metric.Options, d.Ceiling.Average == benchmarks.PlainAverage, subjects, len(rec.groups[0].rows), workers)
}
