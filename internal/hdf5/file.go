package hdf5

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"

	"github.com/brainscore-go/brainscore/internal/infile"
)

// File is an open HDF5 file. Its methods, and those of the objects in it, may
// be called from several goroutines.
type File struct {
	r      io.ReaderAt
	closer io.Closer
	size   int64
	limits Limits

	base             int64 // file offset of address 0
	offSize, lenSize int
	superVersion     int
	rootAddr         uint64
	root             *Group

	// metaBudget bounds the metadata that is ever read. Structures of a sound
	// file do not overlap and what was read is kept, so that the file's size a
	// few times over is enough; one whose trees share or repeat nodes runs out.
	metaBudget *budget
	// attrHeap is the same for strings in attributes.
	attrHeap *budget

	mu      sync.Mutex
	heaps   heapCache
	headers map[uint64]*objectHeader
	objects map[uint64]Object
	chunks  chunkCache
}

// undef is the address of something that does not exist.
const undef = math.MaxUint64

// Open opens the regular file at path with the default limits. All reading ends with
// ctx's error once ctx is done.
func Open(ctx context.Context, path string) (*File, error) {
	h, err := infile.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	f, err := NewFile(h, h.Size(), Limits{})
	if err != nil {
		h.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f.closer = h
	return f, nil
}

// NewFile reads a file of the given size from r.
func NewFile(r io.ReaderAt, size int64, l Limits) (*File, error) {
	f := &File{r: r, size: size, limits: l.withDefaults(),
		headers: map[uint64]*objectHeader{}, objects: map[uint64]Object{}}
	f.metaBudget = newBudget(4*min(size, 1<<60) + 1<<20)
	f.attrHeap = f.heapBudget()
	if err := f.readSuperblock(); err != nil {
		return nil, err
	}
	h, err := f.readHeader(f.rootAddr)
	if err != nil {
		return nil, inPath(err, "/")
	}
	if h.kind() != kindGroup {
		return nil, inPath(corruptf(f.fileOffset(f.rootAddr), "the root object is not a group"), "/")
	}
	f.root = &Group{object{f: f, path: "/", hdr: h}, nil}
	return f, nil
}

// Close closes the underlying file if Open opened it.
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

// Size is the number of bytes of the file.
func (f *File) Size() int64 { return f.size }

// Root is the group that holds everything else.
func (f *File) Root() *Group { return f.root }

// Group opens the group at an absolute path.
func (f *File) Group(path string) (*Group, error) { return f.root.Group(path) }

// Dataset opens the dataset at an absolute path.
func (f *File) Dataset(path string) (*Dataset, error) { return f.root.Dataset(path) }

func (f *File) fileOffset(addr uint64) int64 {
	if addr > math.MaxInt64-uint64(f.base) {
		return -1
	}
	return f.base + int64(addr)
}

// check reports whether n bytes at addr lie within the file.
func (f *File) check(addr, n uint64, what string) error {
	if addr == undef {
		return corruptf(-1, "%s has no address", what)
	}
	avail := uint64(f.size - f.base)
	if addr > avail || n > avail-addr {
		return corruptf(f.fileOffset(addr), "%s of %d bytes lies outside the file of %d bytes", what, n, f.size)
	}
	return nil
}

// readInto fills p from addr.
func (f *File) readInto(p []byte, addr uint64, what string) error {
	if err := f.check(addr, uint64(len(p)), what); err != nil {
		return err
	}
	off := f.fileOffset(addr)
	n, err := f.r.ReadAt(p, off)
	if n == len(p) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &FormatError{Offset: off + int64(n), What: what + " ends early", Err: ErrTruncated}
	}
	return fmt.Errorf("read %s at byte %d: %w", what, off, err)
}

// meta reads n bytes of metadata at addr, charged to the file's budget.
func (f *File) meta(addr, n uint64, what string) ([]byte, error) {
	if err := f.check(addr, n, what); err != nil {
		return nil, err
	}
	if err := f.metaBudget.spend(int64(n)); err != nil {
		return nil, err
	}
	return f.block(addr, n, what)
}

// block reads n bytes at addr.
func (f *File) block(addr, n uint64, what string) ([]byte, error) {
	if err := f.check(addr, n, what); err != nil {
		return nil, err
	}
	if n > math.MaxInt {
		return nil, limitf("%s of %d bytes", what, n)
	}
	p := make([]byte, n)
	if err := f.readInto(p, addr, what); err != nil {
		return nil, err
	}
	return p, nil
}

// metaCursor is meta as a cursor, past a signature that must be there.
func (f *File) metaCursor(addr, n uint64, sig, what string) (*cursor, error) {
	p, err := f.meta(addr, n, what)
	if err != nil {
		return nil, err
	}
	c := f.cursor(p, addr, what)
	if string(c.take(len(sig))) != sig {
		return nil, corruptf(c.off, "no %s there", what)
	}
	return c, nil
}

// checkedCursor is metaCursor for a structure that ends in a checksum.
func (f *File) checkedCursor(addr, n uint64, sig, what string) (*cursor, error) {
	c, err := f.metaCursor(addr, n, sig, what)
	if err != nil {
		return nil, err
	}
	if c.b, err = f.checked(c.b, c.off, what); err != nil {
		return nil, err
	}
	return c, nil
}
