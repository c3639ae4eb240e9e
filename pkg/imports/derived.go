package imports

import (
	"fmt"
	"strconv"
)

// Derived is a kind of columns that the reference implementation computes from others of
// a published stimulus set.
type Derived int

// The kinds of derived columns.
const (
	// SearchColumns are image_label and distractor_nums, by the image numbers of Ferguson
	// et al.
	SearchColumns Derived = 1 + iota
	// TaskColumn is task, by the manipulations of Maniquet et al.
	TaskColumn
)

// add adds the columns to a stimulus set.
func (d Derived) add(path string, t table) (table, error) {
	switch d {
	case SearchColumns:
		return addSearchColumns(path, t)
	case TaskColumn:
		return addTaskColumn(path, t)
	}
	return t, nil
}

// addTaskColumn adds the column task: a stimulus's manipulation and its details, such as
// clutter-heavy.
func addTaskColumn(path string, t table) (table, error) {
	const name = "task"
	manipulations, details := t.find("manipulation"), t.find("manipulation_details")
	if manipulations == nil || details == nil {
		return nil, bad(path, "has not both columns manipulation and manipulation_details", "it has "+t.names())
	}
	if t.has(name) {
		return t, nil
	}
	tasks := column{name: name}
	for row, manipulation := range manipulations {
		tasks.values = append(tasks.values, manipulation+"-"+details[row])
	}
	return append(t, tasks), nil
}

// searchImages is the number of test images of a block of visual search.
const searchImages = 24

// addSearchColumns adds what the image numbers of the visual search of Ferguson et al.
// stand for: image_label, which is oddball for even and same for odd numbers, and in test
// sets, whose numbers are 0 to 23, the number of distractors.
func addSearchColumns(path string, t table) (table, error) {
	const label, number = "image_label", "distractor_nums"
	images := t.find("image_number")
	if images == nil {
		return nil, bad(path, "has no column image_number", "it has "+t.names())
	}
	labels, distractors := column{name: label}, column{name: number}
	test := true
	for row, image := range images {
		n, err := strconv.Atoi(image)
		if err != nil || n < 0 {
			return nil, bad(path, fmt.Sprintf("has the image_number %q in row %d", image, row+1), "images are numbered from 0")
		}
		labels.values = append(labels.values, []string{"oddball", "same"}[n%2])
		distractors.values = append(distractors.values, []string{"1.0", "5.0", "11.0"}[n%6/2])
		test = test && n < searchImages
	}
	if !t.has(label) {
		t = append(t, labels)
	}
	if test && !t.has(number) {
		t = append(t, distractors)
	}
	return t, nil
}
