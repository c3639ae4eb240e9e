package choice

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/readout"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// domainSlab is some columns of images, images × columns.
type domainSlab struct {
	x    []float64
	cols int
}

func (s domainSlab) row(i int) []float64 { return s.x[i*s.cols : (i+1)*s.cols] }

// slab copies a slab of a block, from a column on, of some images.
func (s *domainReadouts) slab(b stream.Block, from int, images []int) domainSlab {
	out := domainSlab{cols: min(stream.SlabCols, b.Cols-from)}
	out.x = make([]float64, len(images)*out.cols)
	for i, image := range images {
		b.Row(s.in.Rows[image], from, out.row(i))
	}
	return out
}

// standardised are columns of train images, each less its mean and divided by its
// deviation, as StandardScaler has them. Columns that do not vary are 0.
type standardised struct {
	z, mean, inverse []float64 // inverse of the deviation, 0 of columns that do not vary
	rows, cols       int
}

// of sets z to the given rows of a slab.
func (s *standardised) of(x domainSlab, rows []int) {
	n := float64(len(rows))
	s.rows, s.cols = len(rows), x.cols
	if len(s.z) < s.rows*s.cols {
		s.z = make([]float64, s.rows*s.cols)
	}
	if len(s.mean) < x.cols {
		s.mean, s.inverse = make([]float64, stream.SlabCols), make([]float64, stream.SlabCols)
	}
	mean, squares := s.mean[:x.cols], s.inverse[:x.cols]
	clear(mean)
	clear(squares)
	// Distances from the first row keep a constant column exactly 0.
	first := x.row(rows[0])
	for _, r := range rows[1:] {
		row := x.row(r)
		for j := range mean {
			mean[j] += row[j] - first[j]
		}
	}
	for j := range mean {
		mean[j] = first[j] + mean[j]/n
	}
	for i, r := range rows {
		row, z := x.row(r), s.z[i*x.cols:(i+1)*x.cols]
		for j := range squares {
			d := row[j] - mean[j]
			z[j] = d
			squares[j] += float64(d * d)
		}
	}
	inverse := squares
	for j, sum := range squares {
		// What rounding of the mean leaves is no variance.
		variance, noise := sum/n, n*dense.Epsilon*math.Abs(mean[j])
		if variance > float64(n*dense.Epsilon*variance)+float64(noise*noise) {
			inverse[j] = 1 / math.Sqrt(variance)
		} else {
			inverse[j] = 0
		}
	}
	for i := range rows {
		z := s.z[i*x.cols : (i+1)*x.cols]
		for j := range z {
			z[j] *= inverse[j]
		}
	}
}

func (s *standardised) matrix() dense.Matrix {
	return dense.Of(s.z[:s.rows*s.cols], s.rows, s.cols)
}

// addProducts adds the inner products of the rows to a Gram matrix.
func (s *standardised) addProducts(k []float64) {
	dense.AddRowProducts(1, dense.Of(k, s.rows, s.rows), s.matrix())
}

// splitsAtOnce is the number of splits whose weights are multiplied with all images in one
// product.
const splitsAtOnce = 16

// decisions adds up the decision values of all images by the fits of all splits.
type decisions struct {
	*domainReadouts
	fits   []*readout.Ridge
	images []int     // all
	values []float64 // (splits × objects) × images
}

func newDecisions(s *domainReadouts, fits []*readout.Ridge) *decisions {
	n := len(s.in.Rows)
	return &decisions{s, fits, dense.AllRows(n), make([]float64, len(fits)*len(s.in.Names)*n)}
}

// fitted reports whether a fit depends on features at all.
func (d *decisions) fitted() bool {
	for _, fit := range d.fits {
		if dense.MaxAbs(fit.Coefficients) > 0 {
			return true
		}
	}
	return false
}

// value returns the decision value of an object for an image in a split.
func (d *decisions) value(split, object, image int) float64 {
	classes, n := len(d.in.Names), len(d.images)
	return d.values[(split*classes+object)*n+image] + d.fits[split].Intercepts[object]
}

// Block adds the columns of a block.
func (d *decisions) Block(ctx context.Context, b stream.Block) error {
	workers, classes, n := max(1, d.in.Workers), len(d.in.Names), len(d.images)
	scratch := make([]standardised, workers)
	weights := make([][]float64, workers)
	groups := (len(d.fits) + splitsAtOnce - 1) / splitsAtOnce
	for from := 0; from < b.Cols; from += stream.SlabCols {
		if err := ctx.Err(); err != nil {
			return err
		}
		x := d.slab(b, from, d.images)
		originals := domainSlab{x: dense.SelectRows(x.x, x.cols, d.originals), cols: x.cols}
		center := dense.ColumnMeans(x.x, x.cols, d.originals)
		dense.AddToRows(x.x, -1, center) // products of features with a large offset would lose digits
		crew.Run(workers, groups, func(worker, group int) {
			low, high := group*splitsAtOnce, min(len(d.fits), (group+1)*splitsAtOnce)
			rows := (high - low) * classes
			if len(weights[worker]) < rows*x.cols {
				weights[worker] = make([]float64, splitsAtOnce*classes*stream.SlabCols)
			}
			w := weights[worker][:rows*x.cols]
			clear(w)
			values := d.values[low*classes*n : high*classes*n]
			for i := low; i < high; i++ {
				z := &scratch[worker]
				z.of(originals, d.drawn[i].train)
				own := w[(i-low)*classes*x.cols:][:classes*x.cols]
				dense.AddProduct(1, dense.Of(own, classes, x.cols), 1, dense.Of(d.fits[i].Coefficients, classes, z.rows), z.matrix())
				for c := range classes {
					row, offset := own[c*x.cols:(c+1)*x.cols], 0.
					for j := range row {
						row[j] *= z.inverse[j]
						offset += float64(row[j] * (z.mean[j] - center[j]))
					}
					at := values[((i-low)*classes+c)*n:][:n]
					for k := range at {
						at[k] -= offset
					}
				}
			}
			dense.AddProduct(1, dense.Of(values, rows, n), 1, dense.Of(w, rows, x.cols), dense.Of(x.x, n, x.cols).T())
		})
	}
	return nil
}

// Done completes the pass.
func (d *decisions) Done(context.Context) error { return nil }
