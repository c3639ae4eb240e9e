package imports

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// fromNPY copies an array unchanged.
func (q DumpRequest) fromNPY(ctx context.Context, r *Result) (*dumpFiles, func(), error) {
	f, err := npy.Open(q.Path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	name := q.Layer
	if name == "" {
		name = stem(q.Path)
	}
	names, err := layerFiles(q.Path, []string{name}, r)
	if err != nil {
		return nil, nil, err
	}
	shape := f.Shape()
	out := &dumpFiles{names: []string{names[0] + ".npy"}, rows: f.Rows(), transposed: shape[len(shape)-1], what: "layer " + names[0]}
	out.write = func(s *staging) error {
		return s.write(out.names[0], func(to *os.File) error {
			from, err := infile.Open(ctx, q.Path)
			if err != nil {
				return err
			}
			defer from.Close()
			return copyAll(ctx, to, from, q.Progress.start(q.Path, f.Bytes()))
		})
	}
	return out, func() {}, nil
}

// copyAll copies a file in parts, between which it checks ctx.
func copyAll(ctx context.Context, to io.Writer, from io.Reader, progress func(int64)) error {
	buffer := make([]byte, 1<<20)
	var done int64
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := from.Read(buffer)
		if _, e := to.Write(buffer[:n]); e != nil {
			return e
		}
		done += int64(n)
		progress(done)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
