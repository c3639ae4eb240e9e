package stimuli

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/internal/infile"
)

// packFormat is raised when packs change.
const packFormat = 1

// The first members of a pack.
const (
	packHeaderName   = "pack.json"
	packManifestName = "manifest.json"
)

// packHeader is the first member of a pack, an uncompressed zip archive: the manifest follows,
// then the files of a dump by name. The archive has one form, which reading it checks.
type packHeader struct {
	Format   int          `json:"brainscore_pack"`
	Model    string       `json:"model"`
	Manifest string       `json:"manifest"` // its hash
	Members  []packMember `json:"members"`
}

type packMember struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	CRC32  uint32 `json:"crc32"`
}

// PackLimits bound what a pack holds.
type PackLimits struct {
	Sets  []string // stimulus sets
	File  int64    // the bytes of a file
	Total int64    // the bytes of all files
}

// encode returns the header as the bytes of its member.
func (h *packHeader) encode() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(h); err != nil {
		panic("stimuli: a header of texts cannot be encoded: " + err.Error())
	}
	return b.Bytes()
}

// check returns what is wrong with the header's members, "" if nothing is.
func (h *packHeader) check(limits PackLimits) string {
	const most = 2_000
	if len(h.Members) > most {
		return fmt.Sprintf("has %d files, and may have %d", len(h.Members), most)
	}
	isFile := make(map[string]bool)
	last, total := "", int64(0)
	for _, m := range h.Members {
		if fault := packName(m.Name, limits.Sets); fault != "" {
			const shown = 100 // bytes
			return fmt.Sprintf("has the file %q, %s", m.Name[:min(len(m.Name), shown)], fault)
		}
		switch {
		case last >= m.Name:
			return fmt.Sprintf("has the file %q twice, or not in order", m.Name)
		case m.Size < 0 || m.Size > limits.File:
			return fmt.Sprintf("has %d bytes in the file %q, and the manifest allows %d", m.Size, m.Name, limits.File)
		case m.Size > limits.Total-total:
			return fmt.Sprintf("has more than the %d bytes that the manifest allows in all", limits.Total)
		}
		total += m.Size
		last, isFile[m.Name] = m.Name, true
	}
	for name := range isFile {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if isFile[dir] {
				return fmt.Sprintf("has %q both as a file and as a folder", dir)
			}
		}
	}
	return ""
}

// packName returns what is wrong with the name of a file, "" if nothing is.
func packName(name string, sets []string) string {
	if name == "model.yaml" {
		return ""
	}
	parts := strings.Split(name, "/")
	for _, part := range parts {
		if e, ok := errors.AsType[*IDError](SafeID(part)); ok {
			return "a part of whose name " + e.Why
		}
	}
	const deepest = 16
	switch {
	case len(parts) < 2 || len(parts) > deepest:
		return "which no dump has"
	case !slices.Contains(sets, parts[0]):
		return "and the manifest has no such stimulus set"
	case !slices.Contains([]string{".npy", ".npz", ".csv", ".yaml"}, path.Ext(name)):
		return "which no dump has"
	}
	return ""
}

// WritePack writes the archive of a dump's folder in one step. The same files give the same
// bytes.
func WritePack(ctx context.Context, to, model string, manifest []byte, limits PackLimits, dir string) error {
	h := &packHeader{Format: packFormat, Model: model, Manifest: fmt.Sprintf("sha256:%x", sha256.Sum256(manifest))}
	open := func(m packMember) (io.ReadCloser, error) {
		return infile.Open(ctx, filepath.Join(dir, filepath.FromSlash(m.Name)))
	}
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		m := packMember{Name: filepath.ToSlash(name)}
		r, err := open(m)
		if err != nil {
			return err
		}
		defer r.Close()
		if err := m.sum(r, io.Discard); err != nil {
			return err
		}
		h.Members = append(h.Members, m)
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(h.Members, func(a, b packMember) int { return strings.Compare(a.Name, b.Name) })
	if fault := h.check(limits); fault != "" {
		return &FileError{Path: to, What: "is not written, since it " + fault, Remedy: "commit the model's regions to layers, so that fewer are packed, or rename the layer"}
	}
	err = fsutil.WriteFile(to, 0, func(w io.Writer) error { return writePack(w, h, manifest, open) })
	if err != nil {
		return fmt.Errorf("writing %s: %w", to, fsutil.Reason(err))
	}
	return nil
}

// sum copies a file and records its size and hashes.
func (m *packMember) sum(r io.Reader, w io.Writer) (err error) {
	sum, crc := sha256.New(), crc32.NewIEEE()
	m.Size, err = io.Copy(io.MultiWriter(w, sum, crc), r)
	m.SHA256, m.CRC32 = hashText(sum), crc.Sum32()
	return err
}

// writePack writes the archive in its one form.
func writePack(w io.Writer, h *packHeader, manifest []byte, open func(packMember) (io.ReadCloser, error)) error {
	z := zip.NewWriter(w)
	add := func(m packMember, r io.Reader) error {
		to, err := z.CreateRaw(&zip.FileHeader{Name: m.Name, Method: zip.Store, CRC32: m.CRC32, CompressedSize64: uint64(m.Size), UncompressedSize64: uint64(m.Size)})
		if err == nil {
			_, err = io.Copy(to, r)
		}
		return err
	}
	for _, one := range []struct {
		name string
		data []byte
	}{{packHeaderName, h.encode()}, {packManifestName, manifest}} {
		m := packMember{Name: one.name, Size: int64(len(one.data)), CRC32: crc32.ChecksumIEEE(one.data)}
		if err := add(m, bytes.NewReader(one.data)); err != nil {
			return err
		}
	}
	for _, m := range h.Members {
		r, err := open(m)
		if err != nil {
			return err
		}
		err = add(m, r)
		r.Close()
		if err != nil {
			return err
		}
	}
	return z.Close()
}
