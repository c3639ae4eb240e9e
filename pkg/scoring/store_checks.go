package scoring

import (
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// checksVersion is raised when the check of inner products changes.
const checksVersion = 1

// positiveCheck returns how the inner products of a dump are checked: those of a pack were when
// it was unpacked, and those that the store has passed the check before. It takes a fifth to a
// quarter of the time of a score by pls of thousands of stimuli, and a compact dump is scored
// again whenever recordings join.
func (k *keeper) positiveCheck(dump *stimuli.Dump) positiveCheck {
	if k.loader.isChecked(dump) {
		return func(*stimuli.CompactFile, string, func() error) error { return nil }
	}
	if k.options.Store == nil {
		return checkAlways
	}
	return func(file *stimuli.CompactFile, array string, check func() error) error {
		// The hash of the array is that of what was read, which the file has checked.
		key := results.Key{Kind: results.Checks, Model: dump.ID, Layer: file.Layer, Of: map[string]string{
			"inner products": file.Arrays[array],
			"check":          fmt.Sprintf("%d, of %d features", checksVersion, file.Features),
		}}
		if _, ok := k.options.Store.Lookup(key); ok {
			return nil
		}
		if err := check(); err != nil {
			return err
		}
		_ = k.options.Store.Save(key, "positive semidefinite") // it saves work alone
		return nil
	}
}
