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

// imagesName is the name of the folder of a stimulus set's images.
const imagesName = "images"

func (s *Store) imagesDir(o Object) string { return filepath.Join(s.installed(o), imagesName) }

// fetchImages downloads and unpacks the images of a stimulus set that is in the
// home, completely or not at all. The caller holds the object's lock.
func (s *Store) fetchImages(ctx context.Context, o Object) error {
	if len(o.Parts) > 0 {
		return nil // the images of its parts are theirs
	}
	if o.Images == nil {
		s.log("%s: no images were published with it", o.ID)
		return nil
	}
	dir := s.imagesDir(o)
	m, err := readManifest(dir)
	switch _, errDir := os.Stat(dir); {
	case err == nil && m.SHA1 != o.Images.SHA1:
		return &fileerr.Error{Path: dir, What: "was made of another version", Remedy: "brainscore data rm " + o.ID + ", then fetch it again"}
	case err == nil:
		if err := m.check(ctx, dir, false); err != nil {
			return err
		}
		s.log("%s: its images exist already", o.ID)
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	case errDir == nil:
		s.log("%s: %s exists, was not fetched, and is not changed", o.ID, dir)
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
	progress := func(bytes int64) func(int64) {
		if s.Progress == nil {
			return func(int64) {}
		}
		return s.Progress("unpacking "+o.Images.Name, bytes)
	}
	if err := unpack(ctx, archive, made, publishedLimits, progress); err != nil {
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
	// The images replace the archive, which is large.
	if err := os.Remove(archive); err == nil {
		_ = os.Remove(filepath.Dir(archive))
	}
	s.log("%s: %d images in %s", o.ID, files, dir)
	return nil
}

// writeManifest writes source.json in a folder, with the SHA-1 of its files, and
// returns their number.
func writeManifest(ctx context.Context, dir string, o Object, f File) (int, error) {
	m := manifest{Schema: 1, Identifier: o.Identifier, File: f.Name, SHA1: f.SHA1}
	var err error
	if m.Files, err = hashFolder(ctx, dir); err != nil {
		return 0, err
	}
	if len(m.Files) == 0 {
		return 0, &fileerr.Error{Path: f.Name, What: "holds no files"}
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

// ImagesState returns the state of a stimulus set's images in the data home, or ""
// if none were published.
func (s *Store) ImagesState(o Object) State {
	if o.Images == nil {
		return ""
	}
	if _, err := os.Stat(s.imagesDir(o)); err == nil {
		if _, err := os.Stat(filepath.Join(s.imagesDir(o), manifestName)); err == nil {
			return StateInstalled
		}
		return StateYours
	}
	if _, err := os.Stat(s.cached(*o.Images)); err == nil {
		return StateCached
	}
	return StateAbsent
}
