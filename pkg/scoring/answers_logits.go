package scoring

import (
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// chooseLogits returns which of the names the logits of each stimulus are largest for.
func (q *question) chooseLogits(dump *stimuli.Dump, set *stimuli.StimulusSet, names []string, observe func(int, []float64)) ([]int, error) {
	logits, err := dump.OpenLogits(set)
	if err != nil {
		return nil, err
	}
	defer logits.Close()
	groups, err := q.groups(logits, names)
	if err != nil {
		return nil, err
	}
	return logits.Choose(q.ids, groups, observe)
}

// groups returns the columns of logits that each name is made of.
func (q *question) groups(l *stimuli.Logits, names []string) ([][]int, error) {
	if l.Classes != nil {
		return q.groupsOfClasses(l, names)
	}
	if cols := l.File.Cols(); cols != benchmarks.ImageNetClasses {
		return nil, &stimuli.FileError{Path: l.File.Path(), What: fmt.Sprintf("has %d columns, but ImageNet has %d classes", cols, benchmarks.ImageNetClasses), Remedy: "dump the outputs for all of them in ImageNet's order, or name the columns in classes.csv beside it"}
	}
	groups := make([][]int, len(names))
	for k, name := range names {
		groups[k] = q.list.Indices(name)
	}
	return groups, nil
}

// groupsOfClasses returns the columns by the names of classes.csv: an ImageNet class by its
// synset, or a choice by its own name. Classes of choices that are not offered are ignored.
func (q *question) groupsOfClasses(l *stimuli.Logits, names []string) ([][]int, error) {
	known := slices.Concat(names, q.listed())
	isKnown := make(map[string]bool, len(known))
	for _, name := range known {
		isKnown[name] = true
	}
	byClass := make(map[int]int)   // ImageNet class → column
	byName := make(map[string]int) // choice → column
	for column, class := range l.Classes {
		index, ok := benchmarks.Synset(class)
		if ok && q.list != nil {
			byClass[index] = column
		}
		if isKnown[class] {
			byName[class] = column
		} else if !ok && q.list != nil {
			return nil, unknownClass(l.ClassesPath, class, known)
		}
	}
	groups := make([][]int, len(names))
	for k, name := range names {
		if column, ok := byName[name]; ok {
			groups[k] = []int{column}
			continue
		}
		if q.list != nil {
			for _, index := range q.list.Indices(name) {
				if column, ok := byClass[index]; ok {
					groups[k] = append(groups[k], column)
				}
			}
		}
		if groups[k] == nil {
			return nil, &stimuli.FileError{Path: l.ClassesPath, What: fmt.Sprintf("has no class of the choice %q", name), Remedy: "name a column after the choice, or columns after the synsets of its classes"}
		}
	}
	return groups, nil
}

func unknownClass(path, class string, known []string) error {
	return &stimuli.FileError{Path: path, What: fmt.Sprintf("has the unknown class %q", class),
		Remedy: nearest.Remedy(class, known, "name each column by the synset of an ImageNet class, as n01440764, or by a choice")}
}
