package scoring

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// openDumps opens the dumps in folders. Their identifiers must differ.
func openDumps(dirs []string) ([]*stimuli.Dump, error) {
	var dumps []*stimuli.Dump
	byID := make(map[string]*stimuli.Dump)
	for _, dir := range dirs {
		dump, err := openDump(dir)
		if err != nil {
			return nil, err
		}
		if other, ok := byID[dump.ID]; ok {
			if SameFile(dump.Dir, other.Dir) {
				return nil, NamedTwice(dump.Dir)
			}
			return nil, &stimuli.FileError{Path: dump.Dir, What: fmt.Sprintf("has the identifier %q, as %s has", dump.ID, other.Dir), Remedy: "give each model an identifier of its own in model.yaml, or score them one by one"}
		}
		byID[dump.ID] = dump
		dumps = append(dumps, dump)
	}
	return dumps, nil
}

// SameFile reports whether two paths are of the same file or folder.
func SameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// NamedTwice returns the error of a model that a request names twice.
func NamedTwice(path string) error {
	return &stimuli.FileError{Path: path, What: "is named twice", Remedy: "name each model once"}
}

// InnerModel returns the first folder in a folder that is a model dump itself, with a model.yaml
// or one of the stimulus sets; "" if none is.
func InnerModel(folder string, sets []string) string {
	folders, _ := (&stimuli.Dump{Dir: folder}).Sets() // none if they cannot be read
	for _, inner := range folders {
		if path := filepath.Join(folder, inner); isModel(path, sets) {
			return path
		}
	}
	return ""
}

// openDump opens the dump in a folder, which a manifest is not.
func openDump(path string) (*stimuli.Dump, error) {
	dump, err := stimuli.OpenDump(path)
	if err == nil || !strings.EqualFold(filepath.Ext(path), ".json") {
		return dump, err
	}
	if _, other := benchmarks.ReadManifest(context.Background(), path); other == nil {
		return nil, &stimuli.FileError{Path: path, What: "is a manifest of benchmarks, and not a model", Remedy: "name the model's dump, or a pack that was made for the manifest", Err: err}
	}
	return nil, err
}
