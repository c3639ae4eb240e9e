package imports

import (
	"context"
	"errors"
	"os"

	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/internal/mat5"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// fromMATLAB reads a file of MATLAB: of version 5, or of 7.3, which is HDF5.
func (q DumpRequest) fromMATLAB(ctx context.Context, r *Result) (*dumpFiles, func(), error) {
	f, err := infile.Open(ctx, q.Path)
	if err != nil {
		return nil, nil, err
	}
	if !mat5.IsMAT5(f) {
		old := mat5.IsOld(f)
		f.Close()
		if old != "" {
			return nil, nil, bad(q.Path, "is "+old+", which is not read", "save it with save -v7")
		}
		return q.fromHDF5(ctx, r)
	}
	out, err := q.mat5Layers(ctx, f, r)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return out, func() { f.Close() }, nil
}

// mat5Error returns an error of package mat5 about the request's file.
func (q DumpRequest) mat5Error(err error) error {
	if errors.Is(err, mat5.ErrCorrupt) {
		return bad(q.Path, "cannot be read: "+err.Error(), "save or download it again")
	}
	return err
}

// mat5Layers reads each array of numbers as a layer, named by its variable. One with a
// single element, row or column is a layer only if the request names it.
func (q DumpRequest) mat5Layers(ctx context.Context, f *infile.File, r *Result) (*dumpFiles, error) {
	all, err := mat5.Variables(f, f.Size())
	if err != nil {
		return nil, q.mat5Error(err)
	}
	_, flag := q.selector()
	out := &dumpFiles{rows: -1, partName: "variable"}
	variables, classes := map[string]*mat5.Variable{}, map[string]string{}
	var layers []string
	for _, v := range all {
		long := 0
		for _, n := range v.Shape {
			if n != 1 {
				long++
			}
		}
		switch {
		case v.Numeric() && v.Len() > 0 && (long >= 2 || q.Layer == v.Name):
			layers = append(layers, v.Name)
			variables[v.Name] = v
			continue
		case (v.Class == "sparse" || v.Complex) && (q.Layer == "" || q.Layer == v.Name):
			if v.Complex {
				return nil, complexMATLAB(q.Path, v.Name, flag)
			}
			return nil, sparseMATLAB(q.Path, v.Name, flag)
		}
		out.ignored = append(out.ignored, v.Name)
		classes[v.Name] = v.Class
		if n := mat5Names(v, long); n != nil {
			out.candidates = append(out.candidates, n)
		}
	}
	if len(layers) == 0 {
		return nil, noMATLABArray(q.Path, out.ignored, classes)
	}
	chosen, bytes, err := q.chooseLayers(out, layers, r, func(layer string) (int, int64, error) {
		v := variables[layer]
		_, size := v.Type()
		out.transposed = int(v.Shape[len(v.Shape)-1])
		return int(v.Shape[0]), v.Len() * int64(size), nil
	})
	if err != nil {
		return nil, err
	}
	out.write = func(s *staging) error {
		progress := q.Progress.start(q.Path, bytes)
		var done int64
		for i, l := range chosen {
			v := variables[l]
			err := s.write(out.names[i], func(to *os.File) error {
				descr, _ := v.Type()
				var shape []int
				for _, n := range v.Shape {
					shape = append(shape, int(n))
				}
				if err := npy.WriteFortranHeader(to, descr, shape...); err != nil {
					return err
				}
				return q.mat5Error(v.Values(func(data []byte) error {
					if err := ctx.Err(); err != nil {
						return err
					}
					done += int64(len(data))
					progress(done)
					_, err := to.Write(data)
					return err
				}))
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
	return out, nil
}

// mat5Names returns a variable as a candidate that may name rows, nil if it cannot.
// long is the number of its axes that are longer than 1.
func mat5Names(v *mat5.Variable, long int) *rowNames {
	n := &rowNames{array: v.Name, length: int(v.Len()), number: v.Numeric()}
	switch {
	case v.Class == "opaque":
		n.length = -1
		n.read = func(int64) ([]string, error) {
			return nil, errors.New("an object such as a string array, in a format of MATLAB alone: save it as cellstr(" + v.Name + ")")
		}
	case v.Class == "char" && len(v.Shape) == 2:
		n.length = int(v.Shape[0])
	case v.Class != "cell" && !v.Numeric() || long > 1 || v.Len() == 0:
		return nil
	case v.Numeric() && !n.known() && v.Class == "single":
		return nil
	}
	switch {
	case n.read != nil:
	case n.number:
		n.read = func(limit int64) ([]string, error) { return mat5Numbers(v, limit) }
	default:
		n.read = func(limit int64) ([]string, error) {
			texts, ok, err := v.Text(limit)
			if err == nil && !ok {
				err = errNoText
			}
			return texts, err
		}
	}
	return n
}

// mat5Numbers reads whole numbers as text.
func mat5Numbers(v *mat5.Variable, limit int64) (texts []string, err error) {
	if v.Len() > limit/16 {
		return nil, errors.New("more numbers than rows")
	}
	descr, size := v.Type()
	err = v.Values(func(data []byte) error {
		for ; len(data) >= size; data = data[size:] {
			text, err := formatNumber(npyHead{Header: npy.Header{Descr: descr}}, data[:size])
			if err != nil {
				return err
			}
			texts = append(texts, text)
		}
		return nil
	})
	return texts, err
}
