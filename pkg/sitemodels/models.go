// Package sitemodels knows the models of brain-score.org: their layer maps and metadata.
package sitemodels

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
	"sync"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Model is a published model.
type Model struct {
	Name string
	// Layers are those of each region that the site scores, empty if there is no map;
	// several are joined, or are time steps of one.
	Layers map[string][]string
	// VisualDegrees is how much the model sees, as it states it.
	VisualDegrees string
	// Architecture, Family, Parameters, TrainingDataset and Link are as the site lists
	// them, and empty if it does not.
	Architecture, Family, Parameters, TrainingDataset, Link string
}

// Regions lists the regions that layers are of, in order.
var Regions = []string{"V1", "V2", "V4", "IT", "behavior"}

// The table was taken in August 2026 from the plug-ins of the reference implementation:
// maps that models state, and those that were chosen and stored.
//
//go:embed models.csv.gz
var compressed []byte

// Models returns the published models by name in alphabetical order, regardless of case.
var Models = sync.OnceValue(func() []Model {
	models, err := read(compressed)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return models
})

func read(data []byte) ([]Model, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	table, err := stimuli.ParseTable("models.csv", r)
	if err != nil {
		return nil, err
	}
	columns := map[string][]string{}
	for _, name := range table.Columns {
		if columns[name], err = table.Column(name); err != nil {
			return nil, err
		}
	}
	models := make([]Model, table.Len())
	for i := range models {
		cell := func(column string) string { return columns[column][i] }
		m := Model{Name: cell("model"), Layers: map[string][]string{}, VisualDegrees: cell("visual_degrees"), Architecture: cell("architecture"),
			Family: cell("family"), Parameters: cell("parameters"), TrainingDataset: cell("training_dataset"), Link: cell("link")}
		for _, region := range Regions {
			if layers := cell(region); layers != "" {
				m.Layers[region] = strings.Split(layers, ";")
			}
		}
		models[i] = m
	}
	return models, nil
}

// Facts returns a table of the metadata of all models: family, parameters, visual_degrees,
// architecture and training_dataset by model.
func Facts() (*stimuli.Table, error) {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	rows := [][]string{{"model", "family", "parameters", "visual_degrees", "architecture", "training_dataset"}}
	for _, m := range Models() {
		rows = append(rows, []string{m.Name, m.Family, m.Parameters, m.VisualDegrees, m.Architecture, m.TrainingDataset})
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	return stimuli.ParseTable("models of brain-score.org", &text)
}

// UnknownError reports a name that no published model has.
type UnknownError struct{ Name, Nearest string }

func (e *UnknownError) Error() string {
	msg := fmt.Sprintf("unknown published model %q", e.Name)
	if e.Nearest != "" {
		msg += ": " + nearest.Question(e.Nearest)
	}
	return msg + " (brainscore models list lists them)"
}

// DataError reports that the cause is invalid data.
func (e *UnknownError) DataError() bool { return true }

// Find returns the model of a name, if need be in another case. The error is an
// *UnknownError.
func Find(name string) (Model, error) {
	var names []string
	found := -1
	for i, m := range Models() {
		if m.Name == name {
			return m, nil
		}
		if found < 0 && strings.EqualFold(m.Name, name) {
			found = i
		}
		names = append(names, m.Name)
	}
	if found >= 0 {
		return Models()[found], nil
	}
	return Model{}, &UnknownError{name, nearest.To(name, names)}
}
