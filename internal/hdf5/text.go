package hdf5

import (
	"strings"
)

// stringBytes is the memory of a string besides its text.
const stringBytes = 16

// textBudget bounds the memory of strings.
type textBudget struct{ limit, used int64 }

func (b *textBudget) spend(text int) error {
	if b.used += stringBytes + int64(text); b.used > b.limit {
		return limitf("texts of more than %d bytes", b.limit)
	}
	return nil
}

// Strings appends the elements to dst as text, without padding. The bytes are
// those of the file; text that is not UTF-8 stays as it is.
func (b *Block) Strings(dst []string) ([]string, error) {
	return b.strings(dst, &textBudget{limit: b.f.limits.MaxRead})
}

func (b *Block) strings(dst []string, budget *textBudget) ([]string, error) {
	t := b.Type
	switch {
	case t.Class == ClassString:
		if t.Size == 0 {
			n, _ := product(b.Shape)
			if n > 1<<20 {
				return dst, inPath(limitf("%d empty strings", n), b.path)
			}
			return append(dst, make([]string, n)...), nil
		}
		for p := b.Data; len(p) >= t.Size; p = p[t.Size:] {
			text := trim(p[:t.Size], t.Padding)
			if err := budget.spend(len(text)); err != nil {
				return dst, inPath(err, b.path)
			}
			dst = append(dst, string(text))
		}
		return dst, nil
	case t.IsString():
		hb := b.heapBudget()
		c := b.f.cursor(b.Data, 0, "variable-length strings")
		for range b.Len() {
			s, err := b.f.heapString(hb, c.heapRef(), t.Padding)
			if err == nil {
				err = budget.spend(len(s))
			}
			if err != nil {
				return dst, inPath(err, b.path)
			}
			dst = append(dst, s)
		}
		return dst, nil
	}
	return dst, inPath(typef("it is %s, not text", t), b.path)
}

// ReadStrings reads the whole dataset as text.
func (d *Dataset) ReadStrings() ([]string, error) { return readAs(d, (*Block).Strings) }

// ReadText reads the whole dataset as text of at most limit bytes, with 16 bytes for
// each string. Its error is ErrLimit for more.
func (d *Dataset) ReadText(limit int64) ([]string, error) {
	if err := d.checkText(limit); err != nil {
		return nil, err
	}
	budget := &textBudget{limit: limit}
	out := []string{}
	for b, err := range d.RowBlocks() {
		if err != nil {
			return nil, err
		}
		if out, err = b.strings(out, budget); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ReadCharStrings reads a dataset of single characters as strings along its last
// dimension, which is netCDF's older way to store text, within the limit of ReadText.
func (d *Dataset) ReadCharStrings(limit int64) ([]string, error) {
	dims := d.space.dims
	if d.typ.Class != ClassString || d.typ.Size != 1 || len(dims) == 0 {
		return nil, inPath(typef("it is %s of rank %d, not characters", d.typ, len(dims)), d.path)
	}
	if err := d.checkText(limit); err != nil {
		return nil, err
	}
	n := dims[len(dims)-1]
	budget := &textBudget{limit: limit}
	var out []string
	for b, err := range d.RowBlocks() {
		if err != nil {
			return nil, err
		}
		if len(dims) == 1 {
			// One string, of which this is a part.
			if err := budget.spend(len(b.Data)); err != nil {
				return nil, inPath(err, d.path)
			}
			out = []string{strings.Join(append(out, string(b.Data)), "")}
			continue
		}
		for p := b.Data; n > 0 && uint64(len(p)) >= n; p = p[n:] {
			text := trim(p[:n], NullTerminated)
			if err := budget.spend(len(text)); err != nil {
				return nil, inPath(err, d.path)
			}
			out = append(out, string(text))
		}
	}
	for i := range out {
		out[i] = trim(out[i], NullTerminated)
	}
	return out, nil
}

// checkText refuses a dataset one of whose chunks takes more than the limit.
func (d *Dataset) checkText(limit int64) error {
	if chunk, ok := product(d.layout.chunk); d.layout.class == layoutChunked && (!ok || chunk > max(minTextChunk, uint64(limit))/uint64(max(1, d.typ.Size))) {
		return inPath(limitf("text in chunks of %v elements of %d bytes", d.layout.chunk, d.typ.Size), d.path)
	}
	return nil
}

// minTextChunk is the size of a chunk that text may have in any case.
const minTextChunk = 16 << 20

// trim removes the padding of text.
func trim[T string | []byte](text T, pad Padding) T {
	n := len(text)
	switch pad {
	case NullPadded:
		for n > 0 && text[n-1] == 0 {
			n--
		}
	case SpacePadded:
		for n > 0 && text[n-1] == ' ' {
			n--
		}
	default:
		n = 0
		for n < len(text) && text[n] != 0 {
			n++
		}
	}
	return text[:n]
}
