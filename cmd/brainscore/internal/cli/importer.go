package cli

import (
	"context"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/imports"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// publishedImporter turns files that BrainIO publishes into folders of a data home, for
// `data fetch`.
type publishedImporter struct{}

// ImportStimuli writes home/stimuli/id. Some published tables repeat stimuli; the
// reference implementation uses the first row of each, and computes columns of some.
func (publishedImporter) ImportStimuli(ctx context.Context, home, csvPath, id string) ([]string, error) {
	q := imports.StimuliRequest{Home: stimuli.Home{Dir: home}, Path: csvPath, ID: id, FirstOnly: true, Force: true}
	switch {
	case strings.HasPrefix(id, "Ferguson2024_"):
		q.Derived = imports.SearchColumns
	case id == "Maniquet2024-test":
		q.Derived = imports.TaskColumn
	}
	r, err := imports.Stimuli(ctx, q)
	return notesOf(r), err
}

// ImportAssembly writes home/assemblies/id.
func (publishedImporter) ImportAssembly(ctx context.Context, home, ncPath, id, stimulusSet, kind string) ([]string, error) {
	r, err := imports.Assembly(ctx, imports.AssemblyRequest{
		Home: stimuli.Home{Dir: home}, Path: ncPath, ID: id, StimulusSet: stimulusSet, Kind: kind, Force: true,
	})
	return notesOf(r), err
}

func notesOf(r *imports.Result) []string {
	if r == nil {
		return nil
	}
	return r.Notes
}
