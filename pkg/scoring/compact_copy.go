package scoring

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// copyRest copies what is no layer or stays one, and writes the order of rows.
func (c *compactor) copyRest(ctx context.Context) error {
	if err := c.writeSettings(ctx); err != nil {
		return err
	}
	sets, err := c.dump.Sets()
	if err != nil {
		return err
	}
	for _, set := range sets {
		if !c.needed.set(set) {
			continue
		}
		contents, err := c.dump.Contents(set)
		if err != nil {
			return err
		}
		names := []string{"stimulus_ids.csv", stimuli.PlacementFile}
		if c.needed.choices(set) {
			names = append(names, "responses.csv", "probabilities.npy", "choices.csv", "classes.csv")
		}
		for _, layer := range contents.Layers {
			if l := c.layers[[2]string{set, layer}]; l != nil && l.Kept != "" {
				names, l.After = append(names, layer+".npy"), l.Before
			}
		}
		contents.Matrices = slices.DeleteFunc(contents.Matrices, func(layer string) bool { return !c.needed.layer(set, layer) })
		contents.TimeLayers = slices.DeleteFunc(contents.TimeLayers, func(layer string) bool { return !c.needed.layer(set, layer) })
		for _, layer := range contents.Matrices {
			names = append(names, layer+stimuli.MatrixSuffix)
		}
		for _, layer := range contents.TimeLayers {
			bins, err := os.ReadDir(filepath.Join(c.dump.Dir, set, layer))
			if err != nil {
				return fileerr.Unreadable(filepath.Join(c.dump.Dir, set, layer), err)
			}
			for _, bin := range bins {
				if strings.HasSuffix(bin.Name(), ".npy") {
					names = append(names, filepath.Join(layer, bin.Name()))
				}
			}
		}
		for _, name := range names {
			if err := c.copyFile(ctx, filepath.Join(set, name)); err != nil {
				return err
			}
		}
		if len(contents.Layers)+len(contents.TimeLayers)+len(contents.Matrices) > 0 {
			if err := c.writeOrder(set); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyFile copies a file of the dump if it exists.
func (c *compactor) copyFile(ctx context.Context, name string) error {
	from, err := infile.Open(ctx, filepath.Join(c.dump.Dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer from.Close()
	path := filepath.Join(c.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Dir(path), fsutil.Reason(err))
	}
	return fsutil.WriteFile(path, 0, func(w io.Writer) error {
		_, err := io.Copy(w, from)
		return err
	})
}

// writeOrder writes the order of rows of a stimulus set unless it was copied.
func (c *compactor) writeOrder(id string) error {
	path := filepath.Join(c.dir, id, "stimulus_ids.csv")
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	set, err := c.stimulusSet(id)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Dir(path), fsutil.Reason(err))
	}
	return fsutil.WriteFile(path, 0, func(w io.Writer) error {
		table := csv.NewWriter(w)
		lines := [][]string{{"stimulus_id"}}
		for _, stimulus := range set.IDs {
			lines = append(lines, []string{stimulus})
		}
		return table.WriteAll(lines)
	})
}

// writeSettings writes model.yaml, with the identifier that the dump has by its folder if
// that has none.
func (c *compactor) writeSettings(ctx context.Context) error {
	if err := c.copyFile(ctx, "model.yaml"); err != nil {
		return err
	}
	copied, err := stimuli.OpenDump(c.dir)
	if err != nil || copied.ID == c.dump.ID {
		return err
	}
	path := filepath.Join(c.dir, "model.yaml")
	text, err := infile.ReadFile(ctx, path, infile.Limit{Bytes: 64 << 20, What: "model.yaml"})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err = fsutil.WriteFile(path, 0, func(w io.Writer) error {
		name, _ := json.Marshal(c.dump.ID) // valid YAML
		_, err := fmt.Fprintf(w, "identifier: %s\n%s", name, text)
		return err
	})
	if err != nil {
		return err
	}
	if copied, err = stimuli.OpenDump(c.dir); err != nil || copied.ID != c.dump.ID {
		return &stimuli.FileError{Path: c.dump.Settings(), What: "does not state the model's identifier", Remedy: fmt.Sprintf("write identifier: %s into it", c.dump.ID), Err: err}
	}
	return nil
}
