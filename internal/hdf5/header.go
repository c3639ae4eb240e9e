package hdf5

// Header message types (IV.A.2).
const (
	msgNil          = 0x00
	msgDataspace    = 0x01
	msgLinkInfo     = 0x02
	msgDatatype     = 0x03
	msgFillOld      = 0x04
	msgFill         = 0x05
	msgLink         = 0x06
	msgExternal     = 0x07
	msgLayout       = 0x08
	msgGroupInfo    = 0x0a
	msgFilters      = 0x0b
	msgAttribute    = 0x0c
	msgContinuation = 0x10
	msgSymbolTable  = 0x11
	msgAttrInfo     = 0x15
)

// Flags of a message.
const flagShared = 0x02

type message struct {
	typ   uint16
	flags uint8
	data  []byte
	addr  uint64 // where data is, for errors
}

// objectHeader holds the messages of an object, those of its continuation
// blocks too.
type objectHeader struct {
	addr uint64
	msgs []message
}

func (h *objectHeader) find(typ uint16) *message {
	for i := range h.msgs {
		if h.msgs[i].typ == typ {
			return &h.msgs[i]
		}
	}
	return nil
}

type objectKind int

const (
	kindUnknown objectKind = iota
	kindGroup
	kindDataset
	kindDatatype
)

func (h *objectHeader) kind() objectKind {
	has := func(t uint16) bool { return h.find(t) != nil }
	switch {
	case has(msgLayout) && has(msgDatatype):
		return kindDataset
	case has(msgSymbolTable), has(msgLinkInfo), has(msgLink), has(msgGroupInfo):
		return kindGroup
	case has(msgDatatype):
		return kindDatatype
	}
	return kindUnknown
}

type span struct{ addr, size uint64 }

// readHeader returns the object header at addr, which is read once.
func (f *File) readHeader(addr uint64) (*objectHeader, error) {
	f.mu.Lock()
	h := f.headers[addr]
	f.mu.Unlock()
	if h != nil {
		return h, nil
	}
	h, err := f.parseHeader(addr)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	f.headers[addr] = h
	f.mu.Unlock()
	return h, nil
}

// parseHeader reads an object header, version 1 or 2 (IV.A.1).
func (f *File) parseHeader(addr uint64) (*objectHeader, error) {
	h := &objectHeader{addr: addr}
	const what = "object header"
	prefix := uint64(16)
	if err := f.check(addr, 12, what); err != nil {
		return nil, err
	}
	prefix = min(prefix, uint64(f.size-f.base)-addr)
	p, err := f.meta(addr, prefix, what)
	if err != nil {
		return nil, err
	}
	c := f.cursor(p, addr, what)
	var todo []span
	if string(p[:4]) == "OHDR" {
		todo, err = f.headerV2(h, c)
	} else if p[0] == 1 {
		c.skip(8) // version, reserved, message count, reference count
		size := uint64(c.u32())
		var data []byte
		if data, err = f.meta(addr+16, size, what); err == nil {
			todo, err = f.messagesV1(h, data, addr+16)
		}
	} else {
		return nil, corruptf(c.off, "no object header there")
	}
	if err != nil {
		return nil, err
	}
	v2 := string(p[:4]) == "OHDR"
	flags := uint8(0)
	if v2 {
		flags = p[5]
	}
	visited := map[uint64]bool{}
	for len(todo) > 0 {
		s := todo[0]
		todo = todo[1:]
		if visited[s.addr] {
			return nil, corruptf(f.fileOffset(s.addr), "object header continues in a loop")
		}
		visited[s.addr] = true
		var more []span
		if v2 {
			var c *cursor
			if c, err = f.checkedCursor(s.addr, s.size, "OCHK", "object header continuation"); err == nil {
				more, err = f.messagesV2(h, c, s.addr, flags)
			}
		} else {
			var data []byte
			if data, err = f.meta(s.addr, s.size, "object header continuation"); err == nil {
				more, err = f.messagesV1(h, data, s.addr)
			}
		}
		if err != nil {
			return nil, err
		}
		todo = append(todo, more...)
	}
	return h, nil
}

// headerV2 reads the first block of a version 2 header.
func (f *File) headerV2(h *objectHeader, c *cursor) ([]span, error) {
	c.skip(4)
	if v := c.u8(); v != 2 {
		return nil, unsupportedf("object header version %d", v)
	}
	flags := c.u8()
	prefix := uint64(6)
	if flags&0x20 != 0 {
		prefix += 16 // times
	}
	if flags&0x10 != 0 {
		prefix += 4 // attribute storage phase change
	}
	sizeLen := uint64(1) << (flags & 3)
	p, err := f.meta(h.addr, prefix+sizeLen, c.what)
	if err != nil {
		return nil, err
	}
	size := f.cursor(p[prefix:], h.addr, c.what).uint(int(sizeLen))
	prefix += sizeLen
	if err := f.check(h.addr, size, c.what); err != nil {
		return nil, err
	}
	c, err = f.checkedCursor(h.addr, prefix+size+4, "OHDR", c.what)
	if err != nil {
		return nil, err
	}
	c.skip(int(prefix) - 4)
	return f.messagesV2(h, c, h.addr, flags)
}

func (f *File) messagesV1(h *objectHeader, p []byte, addr uint64) ([]span, error) {
	c := f.cursor(p, addr, "object header message")
	var todo []span
	for c.left() >= 8 {
		typ, size, flags := c.u16(), int(c.u16()), c.u8()
		c.skip(3)
		start := addr + uint64(c.pos)
		data := c.take(size)
		if c.bad {
			return nil, c.err()
		}
		more, err := f.addMessage(h, message{typ, flags, data, start})
		if err != nil {
			return nil, err
		}
		todo = append(todo, more...)
	}
	return todo, nil
}

// messagesV2 reads messages from c, which ends before the block's checksum.
func (f *File) messagesV2(h *objectHeader, c *cursor, addr uint64, hdrFlags uint8) ([]span, error) {
	head := 4
	if hdrFlags&0x04 != 0 {
		head = 6 // creation order
	}
	var todo []span
	// What is too short for a message is a gap.
	for c.left() >= head {
		typ, size, flags := uint16(c.u8()), int(c.u16()), c.u8()
		c.skip(head - 4)
		at := addr + uint64(c.pos)
		data := c.take(size)
		if c.bad {
			return nil, c.err()
		}
		more, err := f.addMessage(h, message{typ, flags, data, at})
		if err != nil {
			return nil, err
		}
		todo = append(todo, more...)
	}
	return todo, nil
}

func (f *File) addMessage(h *objectHeader, m message) ([]span, error) {
	switch m.typ {
	case msgNil:
		return nil, nil
	case msgContinuation:
		c := f.cursor(m.data, m.addr, "continuation message")
		s := span{c.addr(), c.length()}
		return []span{s}, c.err()
	}
	h.msgs = append(h.msgs, m)
	return nil, nil
}

// shared resolves a message that may stand in another object: a committed
// datatype, say (IV.A.2, shared message).
func (f *File) shared(m *message) (*message, error) {
	if m.flags&flagShared == 0 {
		return m, nil
	}
	c := f.cursor(m.data, m.addr, "shared message")
	addr, err := f.sharedAddr(c)
	if err != nil {
		return nil, err
	}
	return f.committed(addr, m.typ)
}

// sharedAddr reads the body of a shared message: the address of the object
// that holds the real one.
func (f *File) sharedAddr(c *cursor) (uint64, error) {
	version, typ := c.u8(), c.u8()
	switch version {
	case 1:
		c.skip(6)
		c.length() // name offset of a symbol table entry
	case 2:
	case 3:
		if typ == 1 {
			return 0, unsupportedf("messages in the shared object header message table")
		}
	default:
		return 0, corruptf(c.off, "shared message of version %d", version)
	}
	addr := c.addr()
	return addr, c.err()
}

func (f *File) committed(addr uint64, typ uint16) (*message, error) {
	h, err := f.readHeader(addr)
	if err != nil {
		return nil, err
	}
	m := h.find(typ)
	if m == nil || m.flags&flagShared != 0 {
		return nil, corruptf(f.fileOffset(addr), "shared message leads nowhere")
	}
	return m, nil
}
