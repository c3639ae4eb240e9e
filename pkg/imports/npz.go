package imports

import (
	"archive/zip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// fromNPZ takes each array of an archive for a layer, named by its member.
func (q DumpRequest) fromNPZ(ctx context.Context, r *Result) (*dumpFiles, func(), error) {
	z, err := zip.OpenReader(q.Path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, nil, bad(q.Path, "is missing", "")
	case errors.Is(err, zip.ErrFormat):
		return nil, nil, bad(q.Path, "is no .npz archive, or one that was not downloaded whole", "save it again with numpy.savez")
	case err != nil:
		return nil, nil, bad(q.Path, "cannot be read", reason(err).Error())
	}
	out, err := q.npzLayers(ctx, &z.Reader, r)
	if err != nil {
		z.Close()
		return nil, nil, err
	}
	return out, func() { z.Close() }, nil
}

func (q DumpRequest) npzLayers(ctx context.Context, z *zip.Reader, r *Result) (*dumpFiles, error) {
	out := &dumpFiles{rows: -1}
	members := map[string]*zip.File{}
	var layers []string
	for _, m := range z.File {
		name, ok := strings.CutSuffix(m.Name, ".npy")
		if !ok {
			continue
		}
		if kind := idNames[name]; kind != 0 {
			ids, err := readNPYStrings(m)
			if err != nil {
				return nil, bad(q.Path, fmt.Sprintf("the member %s: %v", m.Name, err), "save ids as an array of text")
			}
			out.ids = ids
			if kind == fileNames {
				out.ids = q.idsOfFiles(ids)
			}
			continue
		}
		members[name] = m
		layers = append(layers, name)
	}
	if len(layers) == 0 {
		return nil, bad(q.Path, "holds no arrays", "expected is one array stimuli × features for each layer")
	}
	chosen, bytes, err := q.chooseInto(out, layers, r, func(layer string) (int, int64, error) {
		rows, err := npyRows(members[layer])
		if err != nil {
			return 0, 0, bad(q.Path, fmt.Sprintf("the member %s: %v", members[layer].Name, err), "save it again with numpy.savez")
		}
		return rows, int64(members[layer].UncompressedSize64), nil
	})
	if err != nil {
		return nil, err
	}
	out.write = func(s *staging) error {
		told := q.Progress.start(q.Path, bytes)
		var before int64
		for i, l := range chosen {
			m := members[l]
			err := s.write(out.names[i], func(to *os.File) error {
				from, err := m.Open()
				if err != nil {
					return bad(q.Path, "the member "+m.Name+" cannot be read", err.Error())
				}
				defer from.Close()
				err = copyAll(ctx, to, io.LimitReader(from, int64(m.UncompressedSize64)+1), func(n int64) { told(before + n) })
				if err != nil && ctx.Err() == nil && (errors.Is(err, zip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, zip.ErrFormat)) {
					return bad(q.Path, "the member "+m.Name+" is damaged", err.Error())
				}
				return err
			})
			if err != nil {
				return err
			}
			f, err := npy.Open(s.path(out.names[i]))
			if err != nil {
				var e *npy.FormatError
				if errors.As(err, &e) {
					return bad(q.Path, "the member "+m.Name+" "+e.What, e.Remedy)
				}
				return err
			}
			f.Close()
			before += int64(m.UncompressedSize64)
		}
		return nil
	}
	return out, nil
}

var npyDict = regexp.MustCompile(`^\{'descr': '([^']*)', 'fortran_order': (?:True|False), 'shape': \(([0-9, ]*)\),? *\}\s*$`)

// npyHeader reads the header of an array in an archive.
func npyHeader(from io.Reader) (descr string, shape []int, err error) {
	head := make([]byte, 12)
	if _, err := io.ReadFull(from, head[:10]); err != nil || string(head[:6]) != "\x93NUMPY" {
		return "", nil, errors.New("it is no .npy array")
	}
	length := int(binary.LittleEndian.Uint16(head[8:]))
	if head[6] > 1 {
		if _, err := io.ReadFull(from, head[10:]); err != nil {
			return "", nil, err
		}
		length = int(binary.LittleEndian.Uint32(head[8:]))
	}
	if length > 1<<16 {
		return "", nil, fmt.Errorf("it has a header of %d bytes", length)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(from, text); err != nil {
		return "", nil, err
	}
	m := npyDict.FindSubmatch(text)
	if m == nil {
		return "", nil, errors.New("its header is of no known form, or of a structured or object array")
	}
	for _, s := range strings.Split(string(m[2]), ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		n, err := strconv.Atoi(s)
		if err != nil {
			return "", nil, err
		}
		shape = append(shape, n)
	}
	return string(m[1]), shape, nil
}

func npyRows(m *zip.File) (int, error) {
	from, err := m.Open()
	if err != nil {
		return 0, err
	}
	defer from.Close()
	_, shape, err := npyHeader(from)
	if err != nil {
		return 0, err
	}
	if len(shape) < 2 {
		return 0, fmt.Errorf("it has %d dimension(s), and stimuli × features are two", len(shape))
	}
	return shape[0], nil
}

// readNPYStrings reads an array of text of fixed width, as numpy writes it.
func readNPYStrings(m *zip.File) ([]string, error) {
	from, err := m.Open()
	if err != nil {
		return nil, err
	}
	defer from.Close()
	descr, shape, err := npyHeader(from)
	if err != nil {
		return nil, err
	}
	if len(shape) != 1 || len(descr) < 3 || descr[1] != 'U' && descr[1] != 'S' {
		return nil, fmt.Errorf("it is of type %s and %d dimension(s), not a list of text", descr, len(shape))
	}
	width, err := strconv.Atoi(descr[2:])
	if err != nil || width < 1 || width > 1<<16 {
		return nil, fmt.Errorf("it is of type %s", descr)
	}
	var order binary.ByteOrder = binary.LittleEndian
	if descr[0] == '>' {
		order = binary.BigEndian
	}
	size := width
	if descr[1] == 'U' {
		size = 4 * width
	}
	var ids []string
	element := make([]byte, size)
	for range shape[0] {
		if _, err := io.ReadFull(from, element); err != nil {
			return nil, err
		}
		if descr[1] == 'S' {
			ids = append(ids, strings.TrimRight(string(element), "\x00"))
			continue
		}
		var text []byte
		for j := 0; j < size; j += 4 {
			if c := order.Uint32(element[j:]); c != 0 {
				text = utf8.AppendRune(text, rune(c))
			}
		}
		ids = append(ids, string(text))
	}
	return ids, nil
}
