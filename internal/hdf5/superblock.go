package hdf5

import "fmt"

// signature begins the superblock, the first structure of a file.
const signature = "\x89HDF\r\n\x1a\n"

// readSuperblock finds and reads the superblock (II.A). It may stand after a
// user block, at 512 bytes or a power of two times that.
func (f *File) readSuperblock() error {
	found := false
	head := make([]byte, 8)
	for off := int64(0); off <= f.size-8; off = max(512, off*2) {
		if n, err := f.r.ReadAt(head, off); n < 8 {
			return fmt.Errorf("read superblock: %w", err)
		}
		if string(head) == signature {
			f.base, found = off, true
			break
		}
		if off > f.size/2 {
			break
		}
	}
	if !found {
		return sniff(f.r, f.size)
	}
	p := make([]byte, min(int64(128), f.size-f.base))
	if err := f.readInto(p, 0, "superblock"); err != nil {
		return err
	}
	c := f.cursor(p, 0, "superblock")
	c.skip(8)
	f.superVersion = int(c.u8())
	var eof, storedBase uint64
	switch f.superVersion {
	case 0, 1:
		c.skip(4) // versions of free space, root entry; reserved; shared header
		if err := f.setSizes(c); err != nil {
			return err
		}
		c.skip(1)     // reserved
		c.skip(2 + 2) // group leaf K, group internal K: nodes say their own size
		c.skip(4)     // consistency flags
		if f.superVersion == 1 {
			c.skip(4) // indexed storage K, reserved
		}
		storedBase = c.addr()
		c.addr() // free space
		eof = c.addr()
		c.addr() // driver information
		c.length()
		f.rootAddr = c.addr()
	case 2, 3:
		if err := f.setSizes(c); err != nil {
			return err
		}
		c.skip(1) // consistency flags
		storedBase = c.addr()
		c.addr() // extension: nothing in it changes how data is read
		eof = c.addr()
		f.rootAddr = c.addr()
		end := c.pos + 4
		if !c.bad && end <= len(p) {
			if _, err := f.checked(p[:end], f.base, "superblock"); err != nil {
				return err
			}
		} else {
			c.bad = true
		}
	default:
		return unsupportedf("superblock version %d; versions 0 to 3 are read", f.superVersion)
	}
	if c.bad {
		return &FormatError{Offset: f.base, What: "the superblock is cut off", Err: ErrTruncated}
	}
	if eof == undef {
		return corruptf(f.base, "the superblock has no end-of-file address")
	}
	// A user block can be added or stripped without the file being rewritten:
	// the base address is where the signature was found, whatever is stored.
	// The end counts from the file's beginning, so from the stored base.
	if have := uint64(f.size - f.base); eof > have && eof-min(storedBase, eof) > have && !f.limits.ignoreEOF {
		return &FormatError{Offset: -1, Err: ErrTruncated,
			What: fmt.Sprintf("%d bytes of %d are there; the download or copy was cut off", f.size, eof)}
	}
	return nil
}

func (f *File) setSizes(c *cursor) error {
	f.offSize, f.lenSize = int(c.u8()), int(c.u8())
	for _, n := range []int{f.offSize, f.lenSize} {
		if c.bad {
			return &FormatError{Offset: f.base, What: "the superblock is cut off", Err: ErrTruncated}
		}
		if n != 2 && n != 4 && n != 8 {
			return unsupportedf("addresses and lengths of %d and %d bytes", f.offSize, f.lenSize)
		}
	}
	c.offSize, c.lenSize = f.offSize, f.lenSize
	return nil
}
