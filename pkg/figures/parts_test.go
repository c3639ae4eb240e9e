package figures

import (
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

func TestTicks(t *testing.T) {
	for _, tt := range []struct {
		low, high float64
		want      []string
	}{
		{0, 1, []string{"0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{-0.11, 0.12, []string{"−0.10", "−0.05", "0", "0.05", "0.10"}},
		{0, 6e7, []string{"0", "10M", "20M", "30M", "40M", "50M", "60M"}},
		{0.52, 0.55, []string{"0.52", "0.53", "0.54", "0.55"}},
		{3, 3, []string{"3.0000"}},
	} {
		var got []string
		for _, tick := range (ticks{}).Ticks(tt.low, tt.high) {
			got = append(got, tick.Label)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v to %v: got %q, want %q", tt.low, tt.high, got, tt.want)
		}
	}
	for _, ends := range [][2]float64{{1, math.Nextafter(1, 2)}, {-1e99, 1e99}, {1e-320, 2e-320}, {math.Inf(-1), 1}, {math.NaN(), 1}} {
		if n := len((ticks{}).Ticks(ends[0], ends[1])); n > 101 {
			t.Errorf("%v: %d ticks", ends, n)
		}
	}
}

// Labels hide neither each other nor leave the canvas; those without room are
// counted.
func TestLabelsDoNotOverlap(t *testing.T) {
	c := draw.New(vgsvg.New(300, 300))
	var labels []label
	var points []vg.Point
	for i := range 40 {
		p := vg.Point{X: 100 + vg.Length(i*i%37)*2, Y: 100 + vg.Length(i*i*i%41)*2}
		points = append(points, p)
		labels = append(labels, label{p, "a-model-name"})
	}
	left := placeLabels(c, labels, points, nil, 6)
	if left == 40 || left < 0 {
		t.Errorf("%d of 40 find no place", left)
	}
	if all := placeLabels(draw.Crop(c, 0, -290, 0, 0), labels, points, nil, 6); all != 40 {
		t.Errorf("%d of 40 find no place where there is none", all)
	}
}

func TestNaturalOrder(t *testing.T) {
	want := []string{"conv1", "conv2", "conv10", "layer1.0", "layer1.0.bn2", "layer1.10", "layer02", "layer3"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, benchmarks.CompareNatural)
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestNames(t *testing.T) {
	svg, png := &sheet{format: SVG}, &sheet{format: PNG}
	if got := svg.name("漢字\n\x00x"); got != "漢字??x" {
		t.Errorf("SVG has %q", got)
	}
	if got := png.name("漢-é-Ω-ж"); got != "U+6F22-é-Ω-ж" {
		t.Errorf("PNG has %q", got)
	}
	long := ""
	for range 100 {
		long += "ab"
	}
	if got := []rune(short(long)); len(got) != maxNameLength {
		t.Errorf("%d characters are shown", len(got))
	}
	if got := fit("FreemanZiemba2013public.V1-pls", 7, 60); width(got, 7, false) > 60 || got[len(got)-3:] != "pls" {
		t.Errorf("got %q", got)
	}
	if got := fit(long, 7, 1); got != "…" {
		t.Errorf("got %q", got)
	}
}

func TestBeeswarm(t *testing.T) {
	var values []float64
	for i := range 60 {
		values = append(values, float64(i/3))
	}
	toX := func(v float64) vg.Length { return vg.Length(v) }
	at := beeswarm(values, toX, 10, 2)
	for i := range values {
		if at[i] < -10 || at[i] > 10 {
			t.Errorf("point %d is %v off", i, at[i])
		}
		for j := range i {
			if dx, dy := float64(values[i]-values[j]), float64(at[i]-at[j]); math.Hypot(dx, dy) < 2-1e-9 {
				t.Errorf("points %d and %d cover each other", i, j)
			}
		}
	}
	for _, y := range beeswarm(make([]float64, 500), toX, 5, 2) {
		if y < -5 || y > 5 {
			t.Errorf("a point of a crowd is %v off", y)
		}
	}
}
