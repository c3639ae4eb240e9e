package scoring

import (
	"context"
	"encoding/json"

	"github.com/brainscore-go/brainscore/pkg/results"
)

// Store keeps results by what determines them; *results.Store is one.
type Store interface {
	// Hash returns the hash of a file's content.
	Hash(ctx context.Context, path string) (string, error)
	// Unchanged reports whether files that were hashed are still the same.
	Unchanged(ctx context.Context, paths ...string) bool
	// Any reports whether any result exists for k's model, benchmark and layer,
	// whatever its inputs.
	Any(k results.Key) bool
	Lookup(k results.Key) (result json.RawMessage, ok bool)
	Save(k results.Key, result any) error
	// Reject reports a result that cannot be used.
	Reject(k results.Key, why error)
	// Changed returns what changed since a result about the same was kept.
	Changed(k results.Key) string
}
