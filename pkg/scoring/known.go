package scoring

import (
	"errors"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// checkKnown returns an error about the table at path, of recordings or trials,
// where it has stimuli that neither the stimulus set nor the dump knows: then the
// table is at fault, or stimuli.csv, and not the dump. Stimuli that the dump alone
// names can be scored.
func checkKnown(dump *stimuli.Dump, set *stimuli.StimulusSet, path string, ids []string) error {
	lacking := set.Missing(ids)
	if len(lacking) == 0 {
		return nil
	}
	rows, err := dump.Rows(set)
	if err != nil {
		return nil // opening the layer fails too and says why
	}
	return set.Check(path, slices.DeleteFunc(lacking, rows.Has))
}

// blameTrials returns the error of a lack of stimuli as one about the trials at
// path where the home's stimulus set does not know the stimuli either.
func (l *loader) blameTrials(err error, set, path string) error {
	var misaligned *stimuli.AlignmentError
	if !errors.As(err, &misaligned) {
		return err
	}
	known, findErr := homeInspector{Home: l.home}.find(set)
	if findErr != nil || known == nil {
		return err
	}
	if blamed := known.Check(path, misaligned.IDs); blamed != nil {
		return blamed
	}
	return err
}
