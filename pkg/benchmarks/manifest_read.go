package benchmarks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// manifestAgain is the remedy for a file that is not a manifest, or not a whole one.
const manifestAgain = "name the file that its host made by brainscore benchmarks manifest"

// ReadManifest reads a manifest from a file.
func ReadManifest(ctx context.Context, path string) (*Manifest, error) {
	data, err := infile.ReadFile(ctx, path, infile.Limit{Bytes: stimuli.MaxManifest, What: "a manifest", Remedy: manifestAgain})
	if of, ok := errors.AsType[*fileerr.Error](err); ok && (of.Remedy == "" || errors.Is(err, fs.ErrNotExist)) {
		of.Remedy = manifestAgain
	}
	if err != nil {
		return nil, err
	}
	return ParseManifest(path, data)
}

// IsManifest reports whether JSON names itself a manifest, whatever its version.
func IsManifest(data []byte) bool {
	var keys struct {
		Format json.RawMessage `json:"brainscore_manifest"`
	}
	return json.Unmarshal(data, &keys) == nil && keys.Format != nil
}

// ParseManifest returns the manifest of a file's content, which anyone may have written.
func ParseManifest(path string, data []byte) (*Manifest, error) {
	m := &Manifest{}
	bad := func(what string, cause error) error {
		return &FileError{Path: path, What: what, Remedy: manifestAgain, Err: cause}
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(m); err != nil {
		return nil, bad(notManifest(data, err), err)
	}
	switch _, err := d.Token(); {
	case err != io.EOF:
		return nil, bad("has more than a manifest", err)
	case !IsManifest(data):
		return nil, bad("is JSON, but not a manifest: it has no brainscore_manifest", nil)
	case m.Format != manifestFormat:
		return nil, &FileError{Path: path, What: fmt.Sprintf("has format %d of manifests, and this version reads %d", m.Format, manifestFormat), Remedy: "use the version of brainscore of its host"}
	}
	if err := m.check(); err != nil {
		return nil, bad(err.Error(), err)
	}
	return m, nil
}

// notManifest describes a file that cannot be decoded as a manifest for a reason.
func notManifest(data []byte, err error) string {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return "is not a manifest: it is empty"
	case bytes.HasPrefix(data, []byte("PK")):
		return "is not a manifest: it is a pack, or another archive"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "is not a whole manifest: its JSON is cut off"
	}
	return "is not a manifest: " + infile.JSONReason(err)
}
