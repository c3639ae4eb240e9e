package hdf5

import (
	"cmp"
	"slices"
)

// LinkKind is the kind of a link.
type LinkKind uint8

const (
	HardLink     LinkKind = iota // an object in this file
	SoftLink                     // a path in this file
	ExternalLink                 // a path in another file
)

// Link is a name in a group.
type Link struct {
	Name   string
	Kind   LinkKind
	Target string // path a soft or external link leads to
	File   string // file an external link leads to

	addr  uint64
	order int64 // creation order, -1 where not tracked
}

// Links lists the names in the group: in the order they were created where
// the file tracks that, as netCDF-4 files do, else in the order of the names.
func (g *Group) Links() ([]Link, error) {
	g.f.mu.Lock()
	links := g.links
	g.f.mu.Unlock()
	if links == nil {
		var err error
		if links, err = g.readLinks(); err != nil {
			return nil, inPath(err, g.path)
		}
		g.f.mu.Lock()
		g.links = links
		g.f.mu.Unlock()
	}
	return slices.Clone(links), nil
}

func (g *Group) readLinks() ([]Link, error) {
	f := g.f
	links := []Link{}
	for i := range g.hdr.msgs {
		m := &g.hdr.msgs[i]
		c := f.cursor(m.data, m.addr, "link message")
		switch m.typ {
		case msgLink:
			l, err := parseLink(c)
			if err != nil {
				return nil, err
			}
			links = append(links, l)
		case msgLinkInfo:
			if v := c.u8(); v != 0 {
				return nil, unsupportedf("link info message of version %d", v)
			}
			if c.u8()&1 != 0 {
				c.skip(8)
			}
			heap, tree := c.addr(), c.addr()
			if err := c.err(); err != nil {
				return nil, err
			}
			if heap == undef {
				continue
			}
			err := f.dense(heap, tree, recLinkName, 4, func(c *cursor, _ uint8) error {
				l, err := parseLink(c)
				links = append(links, l)
				return err
			})
			if err != nil {
				return nil, err
			}
		case msgSymbolTable:
			tree, heap := c.addr(), c.addr()
			if err := c.err(); err != nil {
				return nil, err
			}
			old, err := f.readSymbols(tree, heap)
			if err != nil {
				return nil, err
			}
			links = append(links, old...)
		}
	}
	tracked := true
	for _, l := range links {
		tracked = tracked && l.order >= 0
	}
	slices.SortStableFunc(links, func(x, y Link) int {
		if tracked {
			return cmp.Compare(x.order, y.order)
		}
		return cmp.Compare(x.Name, y.Name)
	})
	return links, nil
}

// dense visits the messages that a fractal heap holds and a B-tree lists. The
// heap ID stands at idPos in the tree's records.
func (f *File) dense(heap, tree uint64, recType uint8, idPos int, fn func(c *cursor, flags uint8) error) error {
	h, err := f.openFractalHeap(heap)
	if err != nil {
		return err
	}
	return f.walkBTree2(tree, func(_ uint8, rec *cursor) error {
		rec.skip(idPos)
		id := rec.take(h.idLen)
		var flags uint8
		if recType == recAttrName {
			flags = rec.u8()
		}
		if err := rec.err(); err != nil {
			return err
		}
		if recType == recAttrName && flags&flagShared != 0 {
			return unsupportedf("attributes in the shared object header message table")
		}
		p, err := h.object(id)
		if err != nil {
			return err
		}
		if err := f.metaBudget.spend(int64(len(p))); err != nil {
			return err
		}
		return fn(f.cursor(p, heap, "message in a fractal heap"), flags)
	}, recType)
}

// parseLink reads a link message (IV.A.2.g).
func parseLink(c *cursor) (Link, error) {
	l := Link{addr: undef, order: -1}
	if v := c.u8(); v != 1 && !c.bad {
		return l, unsupportedf("link message of version %d", v)
	}
	flags := c.u8()
	typ := uint8(0)
	if flags&0x08 != 0 {
		typ = c.u8()
	}
	if flags&0x04 != 0 {
		l.order = int64(c.u64())
	}
	if flags&0x10 != 0 {
		c.u8() // character set: both are subsets of UTF-8
	}
	n := c.uint(1 << (flags & 3))
	if n > uint64(c.left()) {
		c.bad = true
		return l, c.err()
	}
	l.Name = string(c.take(int(n)))
	switch typ {
	case 0:
		l.addr = c.addr()
	case 1:
		l.Kind = SoftLink
		l.Target = string(c.take(int(c.u16())))
	case 64:
		l.Kind = ExternalLink
		s := c.sub(int(c.u16()))
		s.u8() // version and flags
		if !c.bad {
			l.File, l.Target = s.cstring(), s.cstring()
			if err := s.err(); err != nil {
				return l, err
			}
		}
	default:
		return l, unsupportedf("link %q of type %d", l.Name, typ)
	}
	return l, c.err()
}

// readSymbols reads the links of an old-style group: a B-tree of symbol table
// nodes (III.B, III.C), with the names in a local heap.
func (f *File) readSymbols(tree, heapAddr uint64) ([]Link, error) {
	heap, err := f.readLocalHeap(heapAddr)
	if err != nil {
		return nil, err
	}
	var links []Link
	// The offset of the name is as wide as lengths are, whatever III.C says.
	entry := uint64(f.lenSize + f.offSize + 24)
	err = f.walkBTree1(tree, 0, f.lenSize, func(_ []byte, child uint64) error {
		c, err := f.metaCursor(child, 8, "SNOD", "symbol table node")
		if err != nil {
			return err
		}
		c.skip(2)
		n := uint64(c.u16())
		p, err := f.meta(child+8, n*entry, "symbol table node")
		if err != nil {
			return err
		}
		c = f.cursor(p, child+8, "symbol table node")
		for range n {
			nameOff, addr, cache := c.length(), c.addr(), c.u32()
			c.skip(4)
			scratch := c.sub(16)
			name, err := heap.name(nameOff)
			if err != nil {
				return err
			}
			if err := f.metaBudget.spend(int64(len(name))); err != nil {
				return err
			}
			l := Link{Name: name, addr: addr, order: -1}
			if cache == 2 {
				l.Kind, l.addr = SoftLink, undef
				if l.Target, err = heap.name(uint64(scratch.u32())); err != nil {
					return err
				}
			}
			links = append(links, l)
		}
		return c.err()
	})
	return links, err
}
