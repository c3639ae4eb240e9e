package observers

import (
	"slices"
)

// Accuracies is the accuracy of each group of observers by condition.
type Accuracies struct {
	Groups     []Group
	Conditions []string
	Cells      [][]Share // by group and condition
}

// Share counts answers.
type Share struct{ Right, Trials int }

// Value returns the share of right answers, NaN without trials.
func (s Share) Value() float64 { return float64(s.Right) / float64(s.Trials) }

// Accuracies returns the accuracy of each group: right answers over trials. A model has one
// answer to each stimulus that people saw in a condition; the trials of people are pooled.
func (a *Answers) Accuracies() (*Accuracies, error) {
	t := &Accuracies{Groups: a.Groups(), Conditions: a.Conditions}
	if err := a.checkCells(len(t.Groups), len(t.Conditions), "conditions"); err != nil {
		return nil, err
	}
	for _, g := range t.Groups {
		cells := make([]Share, len(a.Conditions))
		g.each(func(answer Answer) {
			cells[answer.Condition].Trials++
			if answer.Right {
				cells[answer.Condition].Right++
			}
		})
		t.Cells = append(t.Cells, cells)
	}
	return t, nil
}

// maxCells bounds the cells of a table: subjects and conditions can be as many as trials.
const maxCells = 1 << 22

// checkCells returns an error if a table has too many cells.
func (a *Answers) checkCells(groups, columns int, what string) error {
	if groups > maxCells/max(1, columns) {
		return dataErrorf("%s: a table of %d observers and %d %s is too large: name fewer models, or choose a benchmark with fewer subjects or %s", a.Benchmark, groups, columns, what, what)
	}
	return nil
}

// ShapeBiases is the shape bias of each group of observers by category.
type ShapeBiases struct {
	Groups     []Group
	Categories []string // the shapes of stimuli whose texture differs
	Cells      [][]Bias // by group and category
	All        []Bias   // by group, over all categories
}

// Bias counts choices of the shape and of the texture, where the two conflict.
type Bias struct{ Shape, Texture, Trials int }

// Value returns the share of shapes among the choices of shape or texture, NaN without any.
func (b Bias) Value() float64 { return float64(b.Shape) / float64(b.Shape+b.Texture) }

// ShapeBiases counts how often each group chose the shape (the truth) and the texture of
// stimuli whose shape and texture differ. Trials of people are pooled.
func (a *Answers) ShapeBiases() (*ShapeBiases, error) {
	if a.Texture == nil {
		return nil, dataErrorf("%s: the stimulus set has no column %q: name the column of textures by --texture", a.Benchmark, a.TextureColumn)
	}
	if err := a.needChoices("shape bias"); err != nil {
		return nil, err
	}
	t := &ShapeBiases{}
	row := make(map[int]int) // name → category
	for _, g := range a.Groups() {
		g.each(func(answer Answer) {
			if a.conflicts(answer) {
				row[answer.Truth] = 0
			}
		})
	}
	if len(row) == 0 {
		return nil, dataErrorf("%s: the column %q is empty or the same as the truth of every stimulus: name the column of textures by --texture", a.Benchmark, a.TextureColumn)
	}
	if err := a.checkCells(len(a.Models)+len(a.People)+1, len(row), "categories"); err != nil {
		return nil, err
	}
	for code, name := range a.Names {
		if _, ok := row[code]; ok {
			row[code] = len(t.Categories)
			t.Categories = append(t.Categories, name)
		}
	}
	for _, g := range a.Groups() {
		cells, all := make([]Bias, len(t.Categories)), Bias{}
		known := false
		g.each(func(answer Answer) {
			known = known || answer.Choice >= 0
			if !a.conflicts(answer) || answer.Choice < 0 {
				return
			}
			for _, b := range []*Bias{&cells[row[answer.Truth]], &all} {
				b.Trials++
				switch answer.Choice {
				case answer.Truth:
					b.Shape++
				case a.Texture[answer.Stimulus]:
					b.Texture++
				}
			}
		})
		if known {
			t.Groups, t.Cells, t.All = append(t.Groups, g), append(t.Cells, cells), append(t.All, all)
		}
	}
	return t, nil
}

// conflicts reports whether the texture of the answer's stimulus is known and differs from
// its shape.
func (a *Answers) conflicts(answer Answer) bool {
	texture := a.Texture[answer.Stimulus]
	return texture >= 0 && texture != answer.Truth
}

// needChoices returns an error unless some observer's choices are known.
func (a *Answers) needChoices(what string) error {
	for _, observers := range [][]Observer{a.Models, a.People} {
		for _, o := range observers {
			if slices.ContainsFunc(o.Answers, func(answer Answer) bool { return answer.Choice >= 0 }) {
				return nil
			}
		}
	}
	return dataErrorf("%s: the trials hold only whether answers were right, so there is no %s", a.Benchmark, what)
}

// Confusions counts each group's choices by truth.
type Confusions struct {
	Groups []Group
	Truths []string
	// Choices are the truths, then all other names that were chosen.
	Choices []string
	Counts  [][][]int // by group, truth and choice
}

// Confusions returns the confusion matrices of all groups whose choices are known. Trials
// of people are pooled.
func (a *Answers) Confusions() (*Confusions, error) {
	if err := a.needChoices("confusion matrix"); err != nil {
		return nil, err
	}
	isTruth, isChoice := make([]bool, len(a.Names)), make([]bool, len(a.Names))
	var groups []Group
	for _, g := range a.Groups() {
		known := false
		g.each(func(answer Answer) {
			isTruth[answer.Truth] = true
			if answer.Choice >= 0 {
				isChoice[answer.Choice], known = true, true
			}
		})
		if known {
			groups = append(groups, g)
		}
	}
	t := &Confusions{Groups: groups}
	column := make([]int, len(a.Names))
	for _, truths := range []bool{true, false} {
		for code, name := range a.Names {
			if isTruth[code] != truths || !truths && !isChoice[code] {
				continue
			}
			column[code] = len(t.Choices)
			t.Choices = append(t.Choices, name)
			if truths {
				t.Truths = append(t.Truths, name)
			}
		}
	}
	if err := a.checkCells(len(groups), len(t.Truths)*len(t.Choices), "confusions"); err != nil {
		return nil, err
	}
	for _, g := range groups {
		counts := make([][]int, len(t.Truths))
		for i := range counts {
			counts[i] = make([]int, len(t.Choices))
		}
		g.each(func(answer Answer) {
			if answer.Choice >= 0 {
				counts[column[answer.Truth]][column[answer.Choice]]++
			}
		})
		t.Counts = append(t.Counts, counts)
	}
	return t, nil
}
