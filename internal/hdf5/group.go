package hdf5

import (
	"fmt"
	"strings"
)

// Object is a *Group, a *Dataset or a *NamedType.
type Object interface {
	Path() string
	Attributes() ([]*Attribute, error)
	Attribute(name string) (*Attribute, error)
	base() *object
}

// object is what all of them share.
type object struct {
	f     *File
	path  string
	hdr   *objectHeader
	attrs []*Attribute // once read
}

// Path is the name that the object was first opened by, from the root.
func (o *object) Path() string { return o.path }

func (o *object) base() *object { return o }

// Group is a directory of links.
type Group struct {
	object
	links []Link // once read
}

// NamedType is a datatype committed to the file under a name.
type NamedType struct {
	object
	Type *Datatype
}

// Group opens the group at a path, relative to g or absolute.
func (g *Group) Group(path string) (*Group, error) {
	o, err := g.Open(path)
	if err != nil {
		return nil, err
	}
	if s, ok := o.(*Group); ok {
		return s, nil
	}
	return nil, inPath(typef("it is %s, not a group", describe(o)), o.Path())
}

// Dataset opens the dataset at a path, relative to g or absolute.
func (g *Group) Dataset(path string) (*Dataset, error) {
	o, err := g.Open(path)
	if err != nil {
		return nil, err
	}
	if d, ok := o.(*Dataset); ok {
		return d, nil
	}
	return nil, inPath(typef("it is %s, not a dataset", describe(o)), o.Path())
}

func describe(o Object) string {
	switch o.(type) {
	case *Group:
		return "a group"
	case *Dataset:
		return "a dataset"
	}
	return "a datatype"
}

// Open opens what is at a path, following soft links within the file.
func (g *Group) Open(path string) (Object, error) {
	hops := maxSoftHops
	return g.open(path, &hops)
}

func (g *Group) open(path string, hops *int) (Object, error) {
	var object Object = g
	if strings.HasPrefix(path, "/") {
		object = g.f.root
	}
	for name := range strings.SplitSeq(path, "/") {
		if name == "" || name == "." {
			continue
		}
		group, ok := object.(*Group)
		if !ok {
			return nil, fmt.Errorf("%s: %w: %s is %s", join(object.Path(), name), ErrNotFound, object.Path(), describe(object))
		}
		links, err := group.Links()
		if err != nil {
			return nil, err
		}
		var l *Link
		for i := range links {
			if links[i].Name == name {
				l = &links[i]
				break
			}
		}
		if l == nil {
			return nil, fmt.Errorf("%s: %w", join(group.path, name), ErrNotFound)
		}
		if object, err = group.follow(l, hops); err != nil {
			return nil, err
		}
	}
	return object, nil
}

// Follow opens what one of the group's links leads to.
func (g *Group) Follow(l Link) (Object, error) {
	hops := maxSoftHops
	return g.follow(&l, &hops)
}

func (g *Group) follow(l *Link, hops *int) (Object, error) {
	path := join(g.path, l.Name)
	switch l.Kind {
	case SoftLink:
		if *hops--; *hops < 0 {
			return nil, inPath(corruptf(-1, "soft links form a loop, or more than %d follow each other", maxSoftHops), path)
		}
		o, err := g.open(l.Target, hops)
		if err != nil {
			return nil, fmt.Errorf("%s: soft link: %w", path, err)
		}
		return o, nil
	case ExternalLink:
		return nil, inPath(unsupportedf("it is an external link, to %s in the file %s", l.Target, l.File), path)
	}
	o, err := g.f.openAt(l.addr, path)
	if err != nil {
		return nil, inPath(err, path)
	}
	return o, nil
}

func join(dir, name string) string {
	if dir == "/" {
		return "/" + name
	}
	return dir + "/" + name
}

// openAt opens the object whose header is at addr, once.
func (f *File) openAt(addr uint64, path string) (Object, error) {
	if addr == f.rootAddr && f.root != nil {
		return f.root, nil
	}
	f.mu.Lock()
	o := f.objects[addr]
	f.mu.Unlock()
	if o != nil {
		return o, nil
	}
	o, err := f.newObject(addr, path)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if first := f.objects[addr]; first != nil {
		return first, nil // another goroutine was faster
	}
	f.objects[addr] = o
	return o, nil
}

func (f *File) newObject(addr uint64, path string) (Object, error) {
	h, err := f.readHeader(addr)
	if err != nil {
		return nil, err
	}
	o := object{f: f, path: path, hdr: h}
	switch h.kind() {
	case kindGroup:
		return &Group{o, nil}, nil
	case kindDataset:
		return f.newDataset(o)
	case kindDatatype:
		m := h.find(msgDatatype)
		t, err := f.parseDatatype(f.cursor(m.data, m.addr, "datatype"), 0)
		if err != nil {
			return nil, err
		}
		return &NamedType{o, t}, nil
	}
	return nil, corruptf(f.fileOffset(addr), "the object is neither a group, a dataset nor a datatype")
}

// Dereference opens the object that a reference leads to.
func (f *File) Dereference(addr uint64) (Object, error) {
	path := fmt.Sprintf("object at %#x", addr)
	o, err := f.openAt(addr, path)
	if err != nil {
		return nil, inPath(err, path)
	}
	return o, nil
}

// Walk visits every object once, parents first. It does not follow soft or
// external links.
func (f *File) Walk(fn func(Object) error) error {
	visited := map[uint64]bool{f.rootAddr: true}
	var visit func(g *Group, depth int) error
	visit = func(g *Group, depth int) error {
		if depth > 10*maxDepth {
			return inPath(corruptf(-1, "groups nest deeper than %d", 10*maxDepth), g.path)
		}
		links, err := g.Links()
		if err != nil {
			return err
		}
		for _, l := range links {
			if l.Kind != HardLink || visited[l.addr] {
				continue
			}
			visited[l.addr] = true
			o, err := g.Follow(l)
			if err != nil {
				return err
			}
			if err := fn(o); err != nil {
				return err
			}
			if s, ok := o.(*Group); ok {
				if err := visit(s, depth+1); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := fn(f.root); err != nil {
		return err
	}
	return visit(f.root, 0)
}
