package hdf5

// dataspace is the shape of a dataset or attribute (IV.A.2.b).
type dataspace struct {
	null     bool
	dims     []uint64 // empty for a scalar
	max      []uint64 // Unlimited if there is no bound
	elements uint64
}

// Unlimited is the maximal size of a dimension that may grow without bound.
const Unlimited = 1<<64 - 1

func (f *File) parseDataspace(c *cursor) (*dataspace, error) {
	s := &dataspace{}
	version, rank, flags := c.u8(), int(c.u8()), c.u8()
	switch version {
	case 1:
		c.skip(5)
	case 2:
		s.null = c.u8() == 2
	default:
		return nil, unsupportedf("dataspace version %d", version)
	}
	if rank > maxRank {
		return nil, corruptf(c.off, "dataspace of rank %d", rank)
	}
	s.dims = make([]uint64, rank)
	for i := range s.dims {
		s.dims[i] = c.length()
	}
	s.max = append([]uint64(nil), s.dims...)
	if flags&1 != 0 {
		for i := range s.max {
			s.max[i] = c.length()
			if c.lenSize < 8 && s.max[i] == 1<<(8*c.lenSize)-1 {
				s.max[i] = Unlimited
			}
		}
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	var ok bool
	if s.elements, ok = product(s.dims); !ok {
		return nil, corruptf(c.off, "dataspace %v has too many elements", s.dims)
	}
	if s.null {
		s.elements = 0
	}
	for i := range s.dims {
		if s.dims[i] > s.max[i] {
			return nil, corruptf(c.off, "dataspace %v is larger than its maximum %v", s.dims, s.max)
		}
	}
	return s, nil
}
