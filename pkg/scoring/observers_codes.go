package scoring

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/observers"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// observedCodes collects the answers of observers and puts them into codes.
type observedCodes struct {
	*observed
	definition *benchmarks.Definition
	models     []observedModel
	warnings   []string
}

// observedModel is a model's choices by stimulus of the question.
type observedModel struct {
	name, layer string
	choices     []string
}

// add adds the choices of a model.
func (c *observedCodes) add(model string, e *evaluation) {
	given := e.data.(*askingKind).given
	c.models = append(c.models, observedModel{model, e.layer, given.choices})
	for _, w := range slices.Concat(given.warnings, e.notes) {
		c.warnings = append(c.warnings, fmt.Sprintf("%s: %s", model, w))
	}
}

// codes numbers names.
type codes map[string]int

func newCodes(names []string) codes {
	c := make(codes, len(names))
	for i, name := range names {
		c[name] = i
	}
	return c
}

// encode returns all answers in codes.
func (c *observedCodes) encode(l *loader, request AnswersRequest) (*observers.Answers, error) {
	d := c.definition
	a := &observers.Answers{Benchmark: d.Identifier, Version: d.Version, By: c.by, Warnings: slices.Concat(c.doubts, c.warnings)}
	conditions := slices.Clone(c.conditions)
	ids, names := slices.Clone(c.question.ids), slices.Clone(c.truths)
	if t := c.trials; t != nil {
		conditions, ids, names = append(conditions, t.Conditions...), append(ids, t.StimulusIDs...), slices.Concat(names, t.Truth, t.Choice)
	}
	for _, m := range c.models {
		names = append(names, m.choices...)
	}
	_, ids = stimuli.Codes(ids)
	textures, err := c.textures(l, request, a, ids)
	if err != nil {
		return nil, err
	}
	_, a.Names = stimuli.Codes(slices.Concat(names, textures))
	a.Conditions = slices.Compact(slices.SortedFunc(slices.Values(conditions), benchmarks.CompareNatural))
	a.Stimuli = len(ids)
	name, stimulus, condition := newCodes(a.Names), newCodes(ids), newCodes(a.Conditions)
	if textures != nil {
		a.Texture = make([]int, len(ids))
		for i, texture := range textures {
			a.Texture[i] = -1
			if texture != "" {
				a.Texture[i] = name[texture]
			}
		}
	}
	asked := c.asked(condition)
	for _, m := range c.models {
		o := observers.Observer{Name: m.name, Layer: m.layer}
		for _, cell := range asked {
			i := cell.stimulus
			o.Answers = append(o.Answers, observers.Answer{Stimulus: stimulus[c.question.ids[i]], Condition: cell.condition,
				Truth: name[c.truths[i]], Choice: name[m.choices[i]], Right: m.choices[i] == c.truths[i]})
		}
		a.Models = append(a.Models, o)
	}
	if t := c.trials; t != nil {
		for _, subject := range t.Subjects {
			a.People = append(a.People, observers.Observer{Name: subject})
		}
		for i, subject := range t.Subject {
			answer := observers.Answer{Stimulus: stimulus[t.StimulusIDs[t.Stimulus[i]]], Condition: condition[t.Conditions[t.Condition[i]]],
				Truth: name[t.Truth[i]], Choice: -1, Right: t.Correct[i]}
			if t.Choice != nil {
				answer.Choice = name[t.Choice[i]]
			}
			a.People[subject].Answers = append(a.People[subject].Answers, answer)
		}
	}
	return a, nil
}

// askedCell is a stimulus of the question in a condition.
type askedCell struct{ stimulus, condition int }

// asked lists what models are asked: each stimulus in its condition, or in each condition in
// which people saw it.
func (c *observedCodes) asked(condition codes) []askedCell {
	var cells []askedCell
	if c.conditions != nil {
		for i, name := range c.conditions {
			cells = append(cells, askedCell{i, condition[name]})
		}
		return cells
	}
	// The question's stimuli are those of the trials.
	t := c.trials
	for i, stimulus := range t.Stimulus {
		cells = append(cells, askedCell{stimulus, condition[t.Conditions[t.Condition[i]]]})
	}
	slices.SortFunc(cells, func(a, b askedCell) int {
		return cmp.Or(cmp.Compare(a.stimulus, b.stimulus), cmp.Compare(a.condition, b.condition))
	})
	return slices.Compact(cells)
}

// textures returns the texture of each stimulus, "" for one that the stimulus set does not
// have; nil if the set has no such column.
func (c *observedCodes) textures(l *loader, request AnswersRequest, a *observers.Answers, ids []string) ([]string, error) {
	fromMetric, _ := c.definition.Metric.Options["texture"].(string)
	a.TextureColumn = cmp.Or(request.Texture, fromMetric, "texture")
	set, err := l.stimulusSet(c.definition.StimulusSet.Name())
	if err != nil {
		return nil, err
	}
	if request.Texture == "" && !set.Table.Has(a.TextureColumn) {
		return nil, nil
	}
	values, err := set.Table.Names(a.TextureColumn)
	if err != nil {
		return nil, err
	}
	rows, err := set.Table.Names("stimulus_id")
	if err != nil {
		return nil, err
	}
	row := newCodes(rows)
	textures := make([]string, len(ids))
	for i, id := range ids {
		if at, ok := row[id]; ok {
			textures[i] = values[at]
		}
	}
	return textures, nil
}
