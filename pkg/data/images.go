package data

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/fsutil"
)

// imagesName is the folder of a stimulus set's images, beside stimuli.csv.
const imagesName = "images"

func (s *Store) imagesOf(o Object) string { return filepath.Join(s.installed(o), imagesName) }

// fetchImages brings the images of a stimulus set that is in the home, whole or
// not at all. The object is locked.
func (s *Store) fetchImages(ctx context.Context, o Object) error {
	if o.Images == nil {
		s.log("%s: no images were published with it", o.ID)
		return nil
	}
	dir := s.imagesOf(o)
	m, err := readManifest(dir)
	switch _, errDir := os.Stat(dir); {
	case err == nil && m.SHA1 != o.Images.SHA1:
		return &fileerr.Error{Path: dir, What: "was made of another version", Remedy: "brainscore data rm " + o.ID + ", then fetch it again"}
	case err == nil:
		if err := m.check(ctx, dir, false); err != nil {
			return err
		}
		s.log("%s: its images are there already", o.ID)
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	case errDir == nil:
		s.log("%s: %s is there, not fetched, and left as it is", o.ID, dir)
		return nil
	}
	archive, err := s.ensureCached(ctx, o, *o.Images)
	if err != nil {
		return err
	}
	staging := s.staging(o)
	defer os.RemoveAll(staging)
	made := filepath.Join(staging, imagesName)
	if err := os.MkdirAll(made, 0o777); err != nil {
		return err
	}
	started := func(bytes int64) func(int64) {
		if s.Progress == nil {
			return func(int64) {}
		}
		return s.Progress("unpacking "+o.Images.Name, bytes)
	}
	if err := unpack(ctx, archive, made, publishedLimits, started); err != nil {
		return fmt.Errorf("unpacking the images of %s: %w", o.ID, err)
	}
	files, err := writeManifest(ctx, made, o, *o.Images)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := os.Rename(made, dir); err != nil {
		return err
	}
	// What was unpacked is as good as the archive, and images are large.
	if err := os.Remove(archive); err == nil {
		_ = os.Remove(filepath.Dir(archive))
	}
	s.log("%s: %d images in %s", o.ID, files, dir)
	return nil
}

// writeManifest writes source.json in a folder, with the sums of what is there,
// and says how many files that are.
func writeManifest(ctx context.Context, dir string, o Object, f File) (int, error) {
	m := manifest{Schema: 1, Identifier: o.Identifier, File: f.Name, SHA1: f.SHA1}
	var err error
	if m.Files, err = hashFolder(ctx, dir); err != nil {
		return 0, err
	}
	if len(m.Files) == 0 {
		return 0, &fileerr.Error{Path: f.Name, What: "gave no files"}
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return 0, err
	}
	return len(m.Files), fsutil.WriteFile(filepath.Join(dir, manifestName), 0, func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// ImagesState says how much of a stimulus set's images is in the data home;
// empty where none were published.
func (s *Store) ImagesState(o Object) State {
	if o.Images == nil {
		return ""
	}
	if _, err := os.Stat(s.imagesOf(o)); err == nil {
		if _, err := os.Stat(filepath.Join(s.imagesOf(o), manifestName)); err == nil {
			return StateInstalled
		}
		return StateYours
	}
	if _, err := os.Stat(s.cached(*o.Images)); err == nil {
		return StateCached
	}
	return StateAbsent
}
