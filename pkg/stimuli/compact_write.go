package stimuli

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math"

	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// CompactProducts are the matrices of a file of inner products that is written.
type CompactProducts struct {
	// Lists are those of the header's lists.
	Lists []ListProducts
	// Fitting is fit × fit, of which the upper triangle is written, and Cross
	// rest × fit; nil without a read-out.
	Fitting, Cross []float64
}

// ListProducts are the inner products of a list of n stimuli: K, n × n, and two sums of
// each row.
type ListProducts struct{ K, Sums, Shifts []float64 }

// WriteCompact writes a file of inner products in one step.
func WriteCompact(path string, h *CompactHeader, p CompactProducts) error {
	return fsutil.WriteFile(path, 0, func(w io.Writer) error {
		z := zip.NewWriter(w)
		h.Format, h.Arrays = compactFormat, make(map[string]string)
		shapes := h.shapes()
		add := func(name string, write func(put func(row []float64) error) error) error {
			member, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
			if err != nil {
				return err
			}
			sum := sha256.New()
			to := bufio.NewWriterSize(io.MultiWriter(member, sum), 1<<20)
			axes := make([]int, len(shapes[name]))
			for i, n := range shapes[name] {
				axes[i] = int(n)
			}
			if err := npy.WriteHeader(to, "<f8", axes...); err != nil {
				return err
			}
			var buffer []byte
			err = write(func(row []float64) error {
				buffer = buffer[:0]
				for _, v := range row {
					buffer = binary.LittleEndian.AppendUint64(buffer, math.Float64bits(v))
				}
				_, err := to.Write(buffer)
				return err
			})
			if err == nil {
				err = to.Flush()
			}
			h.Arrays[name] = hashText(sum)
			return err
		}
		triangle := func(n int, k []float64) func(put func(row []float64) error) error {
			return func(put func(row []float64) error) error {
				for i := range n {
					if err := put(k[i*n+i : (i+1)*n]); err != nil {
						return err
					}
				}
				return nil
			}
		}
		for i, l := range p.Lists {
			if err := add(ProductsName(i), triangle(h.Lists[i].Stimuli(), l.K)); err != nil {
				return err
			}
			err := add(sumsName(i), func(put func(row []float64) error) error { return errors.Join(put(l.Sums), put(l.Shifts)) })
			if err != nil {
				return err
			}
		}
		if h.Fitting != nil {
			if err := add(FittingProducts, triangle(len(h.Fitting.IDs), p.Fitting)); err != nil {
				return err
			}
			if err := add(CrossProducts, func(put func(row []float64) error) error { return put(p.Cross) }); err != nil {
				return err
			}
		}
		member, err := z.CreateHeader(&zip.FileHeader{Name: compactHeaderName, Method: zip.Store})
		if err == nil {
			err = json.NewEncoder(member).Encode(h)
		}
		return errors.Join(err, z.Close())
	})
}
