package scoring

import (
	"context"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics/readout"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// readoutC is the inverse penalty of the fitted read-out.
// Source: Brain-Score's LogisticRegression(C=1e-3).
const readoutC = 1e-3

// readouts are the read-outs that are fitted on one layer, one for each column of
// labels.
type readouts struct {
	gram    *stream.FitGram // complete once the layer is read
	byLabel map[string]*labelReadout
}

// labelReadout is a fitted read-out with the probabilities of the test stimuli.
type labelReadout struct {
	classes       []string
	probabilities []float64 // test stimuli × classes
	warnings      []string
}

// addReadout makes the sink of read-outs part of the reading.
func (p *layerPlan) addReadout() error {
	if p.readouts != nil {
		return nil
	}
	if p.source.products != nil {
		gram, err := p.source.products.readout()
		if err != nil {
			return err
		}
		p.readouts = &readouts{gram: gram, byLabel: make(map[string]*labelReadout)}
		return nil
	}
	sink := stream.NewReadoutSink(len(p.fitIDs), p.count, p.features, p.scorer.options.Workers)
	p.readouts = &readouts{gram: sink.Gram(), byLabel: make(map[string]*labelReadout)}
	p.sinks = append(p.sinks, sink)
	return nil
}

// fit returns the read-out of a benchmark's labels, fitted once.
func (r *readouts) fit(ctx context.Context, p *layerPlan, d *benchmarks.Definition) (*labelReadout, error) {
	if known, ok := r.byLabel[d.FittingLabel]; ok {
		return known, nil
	}
	set, err := p.scorer.loader.stimulusSet(d.FittingStimulusSet)
	if err != nil {
		return nil, err
	}
	values, err := set.Values(d.FittingLabel, p.fitIDs)
	if err != nil {
		return nil, err
	}
	labels, classes := stimuli.Codes(values)
	probabilities, warnings, err := readout.FitGram(ctx, r.gram, labels, len(classes), readoutC, p.scorer.options.Workers)
	if err != nil {
		return nil, err
	}
	r.byLabel[d.FittingLabel] = &labelReadout{classes, probabilities, warnings}
	return r.byLabel[d.FittingLabel], nil
}

// withoutReadout returns the reason why choices by a read-out of an evaluation depend on nothing
// of the layer, so that there is no score; "" if they do. A read-out that is fitted on the same
// activations to all stimuli has the shares of the labels alone, and one that is asked about
// the same activations has one answer.
func (p *layerPlan) withoutReadout(e *binEvaluation, t target) string {
	if e.reading != readsFitting || p.source == nil || p.source.rows == nil {
		return ""
	}
	hashes, fit := p.source.rows.hashes, len(p.fitIDs)
	var asked []uint64
	for _, id := range t.stimuli()[0] {
		asked = append(asked, hashes[fit+p.position[0][id]])
	}
	switch {
	case sameHashes(hashes[:fit]):
		return "there is no score: the read-out is fitted on the same activations to all stimuli, so that its choices depend on labels alone"
	case sameHashes(asked):
		return "there is no score: the layer has the same activations to all stimuli that the read-out is asked about, so that it has one answer"
	}
	return ""
}

// sameHashes reports whether two hashes or more are all the same.
func sameHashes(hashes []uint64) bool {
	return len(hashes) > 1 && !slices.ContainsFunc(hashes, func(h uint64) bool { return h != hashes[0] })
}

// probabilitiesOf returns the probabilities of the trials' stimuli and objects.
// position is the row of each stimulus.
func (r *labelReadout) probabilitiesOf(c *choices, position map[string]int) []float64 {
	column := make([]int, len(c.Objects))
	for i, object := range c.Objects {
		column[i] = slices.Index(r.classes, object)
	}
	out := make([]float64, 0, len(c.StimulusIDs)*len(c.Objects))
	for _, id := range c.StimulusIDs {
		for _, k := range column {
			out = append(out, r.probabilities[position[id]*len(r.classes)+k])
		}
	}
	return out
}

// checkFittingLabels checks, before a layer is read, that a read-out can be fitted to
// the labels and knows every object that the trials offer. It returns warnings about
// labels that look misspelt.
func (l *loader) checkFittingLabels(d *benchmarks.Definition, objects []string) (warnings []string, err error) {
	set, values, err := l.fittingLabels(d)
	if err != nil {
		return nil, err
	}
	_, classes := stimuli.Codes(values)
	if len(classes) < 2 {
		err = &stimuli.FileError{Path: set.Table.Path, What: fmt.Sprintf("has one value alone in %q (%q)", d.FittingLabel, classes[0]), Remedy: "a read-out needs two classes at least"}
	} else {
		err = benchmarks.CheckLabels(set.Table.Path, objects, classes)
	}
	if err == nil {
		warnings, err = misspeltLabels(values, objects).check(set.Table.Path, d)
	}
	if err != nil {
		return nil, d.WrapAt("fitting_label", err)
	}
	return warnings, nil
}

// fittingLabels returns the fitting stimulus set and the label of each of its stimuli.
func (l *loader) fittingLabels(d *benchmarks.Definition) (*stimuli.StimulusSet, []string, error) {
	set, err := l.stimulusSet(d.FittingStimulusSet)
	if err != nil {
		return nil, nil, err
	}
	values, err := set.Table.Column(d.FittingLabel)
	if err != nil {
		return nil, nil, d.WrapAt("fitting_label", err)
	}
	return set, values, nil
}

// misspeltLabels returns the labels of fitting stimuli that look misspelt: each would be
// a class of its own.
func misspeltLabels(labels, objects []string) *unknownNames {
	return findLoners("labels of fitting stimuli look misspelt", labels, objects)
}

// askReadout returns the choices of a read-out that is fitted on the layer: of the most
// probable label, in a tie of that which comes first in the fitting stimulus set.
func (q *question) askReadout(ctx context.Context, p *layerPlan, e *binEvaluation) (*answers, error) {
	d := e.definition
	r, err := p.readouts.fit(ctx, p, d)
	if err != nil {
		return nil, err
	}
	set, err := p.scorer.loader.stimulusSet(d.FittingStimulusSet)
	if err != nil {
		return nil, err
	}
	labels, err := set.Table.Column(d.FittingLabel)
	if err != nil {
		return nil, err
	}
	var order []int // of classes, by their first stimulus
	for _, label := range labels {
		if k := slices.Index(r.classes, label); k >= 0 && !slices.Contains(order, k) {
			order = append(order, k)
		}
	}
	a := &answers{offered: r.classes, warnings: r.warnings, choices: make([]string, len(q.ids))}
	for i, id := range q.ids {
		row := r.probabilities[p.position[0][id]*len(r.classes):][:len(r.classes)]
		best := order[0]
		for _, k := range order {
			if row[k] > row[best] {
				best = k
			}
		}
		a.choices[i] = r.classes[best]
	}
	return a, nil
}
