package stimuli

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/brainscore-go/brainscore/internal/infile"
)

// Pack is an archive of a dump that is open for reading.
type Pack struct {
	Model string
	// Manifest is the content of the manifest that it was made for.
	Manifest []byte

	path   string
	file   *infile.File
	header packHeader
	files  []*zip.File
}

// IsPack reports whether a path is a pack and not a folder: an archive, or a file that is
// named as one.
func IsPack(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	if strings.EqualFold(filepath.Ext(path), ".zip") {
		return true
	}
	f, err := infile.Open(context.Background(), path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 2)
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == "PK"
}

// MaxManifest is the largest size of a manifest in bytes.
const MaxManifest = 32 << 20

// packAgain is the remedy for a pack that cannot be used.
const packAgain = "make it again with brainscore pack"

func (p *Pack) bad(format string, args ...any) error {
	return &FileError{Path: p.path, What: fmt.Sprintf(format, args...), Remedy: packAgain}
}

// OpenPack opens a pack, whoever made it, and reads its header and manifest.
func OpenPack(ctx context.Context, path string) (*Pack, error) {
	f, err := infile.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	p := &Pack{path: path, file: f}
	if err := p.read(); err != nil {
		f.Close()
		return nil, err
	}
	return p, nil
}

// Close closes the file.
func (p *Pack) Close() error { return p.file.Close() }

func (p *Pack) read() error {
	z, err := zip.NewReader(p.file, p.file.Size())
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return &FileError{Path: p.path, What: "is not a pack, or incomplete", Remedy: packAgain, Err: err}
	}
	var total uint64
	for _, m := range z.File {
		switch total += m.UncompressedSize64; {
		case m.Method != zip.Store || m.CompressedSize64 != m.UncompressedSize64:
			return p.bad("has the compressed member %q, and packs are not compressed", m.Name)
		case m.UncompressedSize64 > uint64(p.file.Size()) || total > uint64(p.file.Size()):
			return p.bad("states sizes of its members that are larger than the file")
		}
	}
	if p.files = z.File; len(p.files) < 2 || p.files[0].Name != packHeaderName || p.files[1].Name != packManifestName {
		return p.bad("does not begin with %s and %s", packHeaderName, packManifestName)
	}
	const largestHeader = 16 << 20
	text, err := p.member(0, largestHeader)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &p.header); err != nil {
		return p.bad("has an unreadable %s: %v", packHeaderName, err)
	}
	if p.header.Format != packFormat {
		return &FileError{Path: p.path, What: fmt.Sprintf("has format %d of packs, and this version reads %d", p.header.Format, packFormat), Remedy: "use the version of brainscore that wrote it, or " + packAgain}
	}
	if p.Manifest, err = p.member(1, MaxManifest); err != nil {
		return err
	}
	if got := fmt.Sprintf("sha256:%x", sha256.Sum256(p.Manifest)); got != p.header.Manifest {
		return p.bad("has a manifest that is not the one its header states: its hash is %s, not %s", got, p.header.Manifest)
	}
	p.Model = p.header.Model
	return nil
}

// member reads one of the first members.
func (p *Pack) member(index int, limit uint64) ([]byte, error) {
	m := p.files[index]
	if m.UncompressedSize64 > limit {
		return nil, p.bad("has a %s of more than %s", m.Name, infile.Size(int64(limit)))
	}
	r, err := m.Open()
	if err != nil {
		return nil, p.bad("cannot be read: %v", err)
	}
	defer r.Close()
	data, err := io.ReadAll(r) // reads no further than its size
	if err != nil {
		return nil, p.bad("has an unreadable %s: %v", m.Name, err)
	}
	return data, nil
}

// PackFile is a file of the dump that a pack holds.
type PackFile struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

// Files lists the files of the dump, as the header states them.
func (p *Pack) Files() []PackFile {
	var all []PackFile
	for _, m := range p.header.Members {
		all = append(all, PackFile{m.Name, m.Size})
	}
	return all
}

// Check returns an error unless names and sizes of the files are those of a dump within the
// limits, and the archive has its one form.
func (p *Pack) Check(ctx context.Context, limits PackLimits) error {
	if fault := p.header.check(limits); fault != "" {
		return p.bad("%s", fault)
	}
	if len(p.files) != 2+len(p.header.Members) {
		return p.bad("has %d files, and its header lists %d", len(p.files)-2, len(p.header.Members))
	}
	for i, m := range p.header.Members {
		if f := p.files[2+i]; f.Name != m.Name || f.UncompressedSize64 != uint64(m.Size) {
			return p.bad("has the file %q of %d bytes, and its header lists %q of %d", f.Name, f.UncompressedSize64, m.Name, m.Size)
		}
	}
	// One form of an archive leaves no room for links, comments, members that overlap or
	// are hidden: the same files give the same bytes, or it is refused.
	at := 0
	same := &sameBytes{file: p.file}
	err := writePack(same, &p.header, p.Manifest, func(packMember) (io.ReadCloser, error) {
		at++
		return p.files[1+at].Open()
	})
	if err == nil && same.offset != p.file.Size() {
		err = errOtherBytes
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return &FileError{Path: p.path, What: "is not as brainscore pack writes it: " + err.Error(), Remedy: packAgain, Err: err}
	}
	return nil
}

// Unpack writes the files of the pack into a folder, which must be empty. It writes none
// unless Check returns nil.
func (p *Pack) Unpack(ctx context.Context, limits PackLimits, dir string) error {
	if err := p.Check(ctx, limits); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for i, m := range p.header.Members {
		if err := p.unpackFile(root, p.files[2+i], m); err != nil {
			return err
		}
	}
	return nil
}

func (p *Pack) unpackFile(root *os.Root, f *zip.File, want packMember) error {
	r, err := f.Open()
	if err != nil {
		return p.bad("cannot be read: %v", err)
	}
	defer r.Close()
	if err := root.MkdirAll(path.Dir(want.Name), 0o700); err != nil {
		return err
	}
	to, err := root.OpenFile(want.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return p.bad("has the file %q, whose name differs from another one only in case", want.Name)
	}
	if err != nil {
		return err
	}
	got := packMember{Name: want.Name}
	err = errors.Join(got.sum(r, to), to.Close())
	if err == nil && got != want {
		return p.bad("has a file %q that is not the one its header states: its hash is %s, not %s", want.Name, got.SHA256, want.SHA256)
	}
	return err
}

// errOtherBytes reports an archive that is not in the one form of packs.
var errOtherBytes = errors.New("its bytes are not those of an archive of just these files")

// sameBytes is a writer that returns an error unless what is written is the file's content.
type sameBytes struct {
	file   *infile.File
	offset int64
	buffer []byte
}

// Write compares with the next bytes of the file.
func (s *sameBytes) Write(b []byte) (int, error) {
	if cap(s.buffer) < len(b) {
		s.buffer = make([]byte, len(b))
	}
	buffer := s.buffer[:len(b)]
	if n, err := s.file.ReadAt(buffer, s.offset); n < len(b) {
		if err == nil || errors.Is(err, io.EOF) {
			err = errOtherBytes
		}
		return 0, err
	}
	if !bytes.Equal(buffer, b) {
		return 0, errOtherBytes
	}
	s.offset += int64(len(b))
	return len(b), nil
}
