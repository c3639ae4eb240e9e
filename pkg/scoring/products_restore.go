package scoring

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// positiveCheck calls check, which finds out whether an array of a file of inner products is
// positive semidefinite, unless that is known.
type positiveCheck func(file *stimuli.CompactFile, array string, check func() error) error

// checkAlways is a positiveCheck that knows of no array.
func checkAlways(_ *stimuli.CompactFile, _ string, check func() error) error { return check() }

// restoreGram returns the Gram matrix of a list of a file of inner products.
func restoreGram(file *stimuli.CompactFile, list int, positive positiveCheck) (*stream.Gram, error) {
	l := file.Lists[list]
	var kept stream.Kept
	if err := json.Unmarshal(l.Kept, &kept); err != nil {
		return nil, badProducts(file, "", nil, err)
	}
	of, err := file.Products(list)
	if err != nil {
		return nil, err
	}
	kept.Features, kept.Sums, kept.Shifts = file.Features, of.Sums, of.Shifts
	g, err := stream.RestoreGram(l.Stimuli(), of.K, kept)
	if err == nil {
		err = positive(file, stimuli.ProductsName(list), g.CheckPositive)
	}
	if err != nil {
		return nil, badProducts(file, stimuli.ProductsName(list), l.Parts, err)
	}
	return g, nil
}

// restoreReadout returns the products of a file for read-outs, with all stimuli that it has.
func restoreReadout(file *stimuli.CompactFile, positive positiveCheck) (*stream.FitGram, error) {
	k, cross, err := file.Readout()
	if err != nil {
		return nil, err
	}
	g := &stream.FitGram{Fit: len(file.Fitting.IDs), Features: file.Features, K: k, Cross: cross}
	g.Rest = len(cross) / g.Fit
	if err = g.Check(); err == nil {
		err = positive(file, stimuli.FittingProducts, g.CheckPositive)
	}
	if err == nil {
		return g, nil
	}
	array, parts := stimuli.FittingProducts, []stimuli.StimulusList{*file.Fitting}
	if of, ok := errors.AsType[*stream.ProductsError](err); ok && of.Cross {
		array, parts = stimuli.CrossProducts, file.Tested
		of.Rows = of.Rows[:1]
	}
	return nil, badProducts(file, array, parts, err)
}

// badProducts returns the error of an array of a file of inner products, whose rows are the
// stimuli of some lists. It names those that the cause has.
func badProducts(file *stimuli.CompactFile, array string, of []stimuli.StimulusList, cause error) error {
	where := ""
	if array != "" {
		where = " in " + array
	}
	if e, ok := errors.AsType[*stream.ProductsError](cause); ok && len(e.Rows) > 0 {
		var ids []string
		for _, part := range of {
			ids = append(ids, part.IDs...)
		}
		i := e.Rows[0]
		where += fmt.Sprintf(", row %d (stimulus %q)", i, ids[i])
		if len(e.Rows) > 1 && e.Rows[1] != i {
			where += fmt.Sprintf(" with row %d (%q)", e.Rows[1], ids[e.Rows[1]])
		}
	}
	return &stimuli.FileError{Path: file.Path(), What: fmt.Sprintf("cannot be used: %v%s", cause, where), Remedy: "write it again with brainscore compact", Err: cause}
}
