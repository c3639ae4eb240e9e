package property

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// columnsAtOnce is the number of neurons whose responses are held at once.
const columnsAtOnce = 64

// fields are the receptive fields of a layer's neurons, and their drive by gratings.
type fields struct {
	in metrics.PropertyInput
	// For each neuron, the centre of its receptive field in degrees, NaN without one; the
	// response to the best grating, the mean over its phases; and to the blank image.
	y, x, drive, blank []float64
}

func newFields(in metrics.PropertyInput) *fields {
	of := func() []float64 { return make([]float64, in.Features) }
	return &fields{in, of(), of(), of(), of()}
}

// Block adds the neurons of a block.
func (f *fields) Block(ctx context.Context, b stream.Block) error {
	return eachChunk(ctx, f.in.Workers, b, func(from, to int) {
		own := f.blank[b.Lo+from : b.Lo+to]
		positive(b, f.in.Grids[metrics.RoleBlank].Rows[0], from, own)
		f.locate(b, from, to)
		f.excite(b, from, to)
	})
}

// Done completes the pass.
func (f *fields) Done(context.Context) error { return nil }

// eachChunk calls a task with ranges of a block's columns, concurrently.
func eachChunk(ctx context.Context, workers int, b stream.Block, task func(from, to int)) error {
	n := (b.Cols + columnsAtOnce - 1) / columnsAtOnce
	return crew.Each(ctx, max(1, workers), n, func(i int) error {
		task(i*columnsAtOnce, min(b.Cols, (i+1)*columnsAtOnce))
		return nil
	})
}

// positive copies a row's activations, those below 0 as 0.
func positive(b stream.Block, row, from int, dst []float64) {
	b.Row(row, from, dst)
	for j, v := range dst {
		dst[j] = max(v, 0)
	}
}

// locate finds the centres of receptive fields: of the positions at which the largest
// response above the blank's is more than a share of that at the best position, the mean
// weighted with the responses.
func (f *fields) locate(b stream.Block, from, to int) {
	const share = 0.05
	grid, width := f.in.Grids[metrics.RoleReceptiveField], to-from
	ys, xs, repeats := grid.Axes[0], grid.Axes[1], grid.Repeats()
	blank, row := f.blank[b.Lo+from:b.Lo+to], make([]float64, width)
	largest := make([]float64, len(ys)*len(xs)*width) // positions × neurons
	for k, r := range grid.Rows {
		positive(b, r, from, row)
		at := largest[k/repeats*width:][:width]
		for j, v := range row {
			at[j] = max(at[j], v-blank[j])
		}
	}
	for j := range width {
		best := 0.
		for at := j; at < len(largest); at += width {
			best = max(best, largest[at])
		}
		f.y[b.Lo+from+j], f.x[b.Lo+from+j] = math.NaN(), math.NaN()
		if best == 0 {
			continue
		}
		var weight, y, x float64
		for position := range len(ys) * len(xs) {
			if v := largest[position*width+j]; v > share*best {
				v /= best // so that no sum overflows
				weight += v
				y += float64(v * float64(position/len(xs)))
				x += float64(v * float64(position%len(xs)))
			}
		}
		f.y[b.Lo+from+j], f.x[b.Lo+from+j] = between(ys, y/weight), between(xs, x/weight)
	}
}

// between returns the value at a place between those of a list.
func between(values []float64, place float64) float64 {
	i := int(place)
	if i >= len(values)-1 {
		return values[len(values)-1]
	}
	return values[i] + float64((place-float64(i))*(values[i+1]-values[i]))
}

// excite finds the largest mean over the phases of a grating.
func (f *fields) excite(b stream.Block, from, to int) {
	grid := f.in.Grids[metrics.RoleOrientation]
	phases := len(grid.Axes[3])
	drive, row, sum := f.drive[b.Lo+from:b.Lo+to], make([]float64, to-from), make([]float64, to-from)
	for k, r := range grid.Rows {
		positive(b, r, from, row)
		if k%phases == 0 {
			clear(sum)
		}
		for j, v := range row {
			sum[j] += v
		}
		if k%phases == phases-1 {
			for j, v := range sum {
				drive[j] = max(drive[j], v/float64(phases))
			}
		}
	}
}

// inField reports whether a neuron's receptive field is at the position of stimuli.
func (f *fields) inField(neuron int, grid metrics.Grid) bool {
	const radius = 0.15 // degrees
	dy, dx := f.y[neuron]-grid.Y, f.x[neuron]-grid.X
	return math.Sqrt(float64(dy*dy)+float64(dx*dx)) <= radius
}

// affine returns the slope and offset that make rates of activations: the median drive of
// the responsive neurons in the field becomes that of recorded neurons, and so does their
// median response to the blank image. The problem is "" if there are such neurons.
func (f *fields) affine() (slope, offset float64, problem string) {
	const (
		recordedDrive, recordedBlank = 33.8, 0.82 // spikes/s
		responsive                   = threshold / 243.1
	)
	grid := f.in.Grids[metrics.RoleOrientation]
	var drive, blank []float64
	for i := range f.y {
		if f.inField(i, grid) {
			drive, blank = append(drive, f.drive[i]), append(blank, f.blank[i])
		}
	}
	if len(drive) == 0 {
		return math.NaN(), math.NaN(), "no neuron has its receptive field at the stimuli"
	}
	most := 0.
	for i, v := range drive {
		most = max(most, v-blank[i])
	}
	n := 0
	for i, v := range drive {
		if v-blank[i] > responsive*most {
			drive[n], blank[n] = v, blank[i]
			n++
		}
	}
	if n == 0 {
		return math.NaN(), math.NaN(), "no neuron in the field responds to gratings more than to the blank image"
	}
	low := series.Median(blank[:n])
	slope = (recordedDrive - recordedBlank) / (series.Median(drive[:n]) - low)
	offset = recordedBlank - float64(slope*low)
	if math.IsInf(slope, 0) || math.IsInf(offset, 0) || math.IsNaN(offset) {
		return math.NaN(), math.NaN(), "the neurons' responses to gratings and to the blank image are so alike that there are no rates"
	}
	return slope, offset, ""
}
