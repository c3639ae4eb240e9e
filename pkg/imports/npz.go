package imports

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// fromNPZ reads each array of an archive as a layer, named by its member.
func (q DumpRequest) fromNPZ(ctx context.Context, r *Result) (*dumpFiles, func(), error) {
	f, err := infile.Open(ctx, q.Path)
	if err != nil {
		return nil, nil, err
	}
	out, err := q.openNPZ(ctx, f, r)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return out, func() { f.Close() }, nil
}

func (q DumpRequest) openNPZ(ctx context.Context, f *infile.File, r *Result) (*dumpFiles, error) {
	z, err := zip.NewReader(f, f.Size())
	switch {
	case errors.Is(err, zip.ErrFormat):
		return nil, bad(q.Path, "is not an .npz archive, or its download is incomplete", "save it again with numpy.savez")
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		return nil, infile.Named(q.Path, err)
	}
	return q.npzLayers(ctx, z, r)
}

func (q DumpRequest) npzLayers(ctx context.Context, z *zip.Reader, r *Result) (*dumpFiles, error) {
	out := &dumpFiles{rows: -1, partName: "array"}
	members := map[string]*zip.File{}
	var layers []string
	for _, m := range z.File {
		name, ok := strings.CutSuffix(m.Name, ".npy")
		if !ok {
			continue
		}
		members[name] = m
		head, err := memberHeader(m)
		candidates := npzNames(m, name, head)
		switch {
		case err != nil: // reported if the layer is chosen
			layers = append(layers, name)
			continue
		case candidates != nil && !(head.plain() && (len(head.Shape) > 1 || q.vectors) && name == q.Layer):
			out.candidates = append(out.candidates, candidates...)
		case (len(head.Shape) >= 2 || q.vectors && name == q.Layer) && head.plain():
			layers = append(layers, name)
			continue
		}
		out.ignored = append(out.ignored, name)
	}
	if len(layers) == 0 {
		what := "holds no arrays"
		if len(out.ignored) > 0 {
			what = "holds no array of features, only " + few(out.ignored)
		}
		return nil, bad(q.Path, what, "write one array stimuli × features for each layer")
	}
	chosen, bytes, err := q.chooseLayers(out, layers, r, func(layer string) (int, int64, error) {
		head, err := memberHeader(members[layer])
		if err == nil {
			err = head.checkSize(members[layer])
		}
		if err != nil {
			return 0, 0, bad(q.Path, fmt.Sprintf("the member %s: %v", members[layer].Name, err), "save it again with numpy.savez")
		}
		out.transposed = int(head.Shape[len(head.Shape)-1])
		return int(head.Shape[0]), int64(members[layer].UncompressedSize64), nil
	})
	if err != nil {
		return nil, err
	}
	out.write = func(s *staging) error {
		progress := q.Progress.start(q.Path, bytes)
		var before int64
		for i, l := range chosen {
			m := members[l]
			err := s.write(out.names[i], func(to *os.File) error {
				err := readMember(m, func(from io.Reader) error {
					return copyAll(ctx, to, from, func(n int64) { progress(before + n) })
				})
				if damaged, ok := errors.AsType[*memberError](err); ok && ctx.Err() == nil {
					return bad(q.Path, "the member "+m.Name+" "+damaged.Error(), "save or download the archive again")
				}
				return err
			})
			if err != nil {
				return err
			}
			f, err := npy.Open(s.path(out.names[i]))
			if err != nil {
				var e *stimuli.FileError
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
