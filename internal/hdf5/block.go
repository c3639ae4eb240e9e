package hdf5

// Block is a box of decoded elements, row-major, as they stand in the file.
type Block struct {
	Offset []uint64 // where it starts in its dataset
	Shape  []uint64
	Type   *Datatype
	Data   []byte

	f    *File
	path string
	heap *budget // of an attribute
}

// Len is the number of elements.
func (b *Block) Len() int {
	if b.Type.Size == 0 {
		return 0
	}
	return len(b.Data) / b.Type.Size
}

// Float64s appends the elements to dst as float64. Elements that are arrays
// come one value after another.
func (b *Block) Float64s(dst []float64) ([]float64, error) {
	return number(b, dst, toFloat[float64])
}

// Float32s appends the elements to dst as float32; larger ones are rounded.
func (b *Block) Float32s(dst []float32) ([]float32, error) {
	return number(b, dst, toFloat[float32])
}

// Ints appends the elements to dst as int64. Floats are not read as integers.
func (b *Block) Ints(dst []int64) ([]int64, error) {
	return number(b, dst, toInt[int64])
}

// Uints appends the elements to dst as uint64.
func (b *Block) Uints(dst []uint64) ([]uint64, error) {
	return number(b, dst, toInt[uint64])
}

// Bools appends the elements to dst: true where an integer or enum is not 0.
func (b *Block) Bools(dst []bool) ([]bool, error) {
	v, err := b.Ints(nil)
	if err != nil {
		return dst, err
	}
	for _, x := range v {
		dst = append(dst, x != 0)
	}
	return dst, nil
}

func (b *Block) heapBudget() *budget {
	if b.heap != nil {
		return b.heap
	}
	return b.f.heapBudget()
}

// References appends the addresses that object references lead to; those in
// variable-length sequences one after another. Null ones are 0.
func (b *Block) References(dst []uint64) ([]uint64, error) {
	lists, err := b.ReferenceLists()
	if err != nil {
		return dst, err
	}
	for _, l := range lists {
		dst = append(dst, l...)
	}
	return dst, nil
}

// ReferenceLists is the references of each element: one, or those of a
// sequence.
func (b *Block) ReferenceLists() ([][]uint64, error) {
	t := b.Type
	one := func(p []byte) uint64 {
		if a := b.f.cursor(p, 0, "reference").addr(); a != undef {
			return a
		}
		return 0
	}
	if t.Class == ClassReference && t.ObjectRef && t.Size >= b.f.offSize {
		var out [][]uint64
		for p := b.Data; len(p) >= t.Size; p = p[t.Size:] {
			out = append(out, []uint64{one(p)})
		}
		return out, nil
	}
	if t.Class == ClassVlen && t.Base.Class == ClassReference && t.Base.ObjectRef && t.Base.Size >= b.f.offSize {
		var out [][]uint64
		hb := b.heapBudget()
		c := b.f.cursor(b.Data, 0, "references")
		total := 0
		for range b.Len() {
			p, err := b.f.heapObject(hb, c.heapRef(), t.Base.Size)
			if err != nil {
				return nil, inPath(err, b.path)
			}
			var list []uint64
			for ; len(p) >= t.Base.Size; p = p[t.Base.Size:] {
				list = append(list, one(p))
			}
			if total += len(list); total > 1<<24 {
				return nil, inPath(limitf("more than %d references", 1<<24), b.path)
			}
			out = append(out, list)
		}
		return out, nil
	}
	return nil, inPath(typef("it is %s, not object references", t), b.path)
}
