package scoring

import (
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// wholePackLab is a host's home with recordings of half of the stimuli and a read-out, and a
// pack of a model with two wide layers and a narrow one.
func wholePackLab(t *testing.T) (l *compactLab, pack string) {
	t.Helper()
	l = newCompactLab(t)
	var half []int
	for i := range 30 {
		half = append(half, i)
	}
	l.recordings(t, "rec", half)
	_, products := columnsOf(t)
	names := []string{l.benchmark(t, "rec", products[slices.IndexFunc(products, func(i metrics.Info) bool { return i.Name == "ridge" })]), l.readout(t)}
	for _, set := range []string{"a", "fit"} {
		l.layer(t, set, "wide", stream.MaxHeld/30+100)
		l.layer(t, set, "other", stream.MaxHeld/30+100)
		l.layer(t, set, "narrow", 20)
	}
	write(t, l.path("model/model.yaml"), "identifier: net\n")
	manifest, err := Manifest(t.Context(), l.home(), Options{}, names)
	if err != nil {
		t.Fatal(err)
	}
	pack = l.path("net.zip")
	if _, err := Pack(t.Context(), Options{Workers: 2}, CompactRequest{Model: l.path("model"), Manifest: manifest, Output: pack}); err != nil {
		t.Fatal(err)
	}
	return l, pack
}

// A fault within a matrix of a pack, of whatever benchmark, refuses the pack: the error names
// the file, the row and the remedy. A row that no benchmark compares may have any values.
func TestPacksAreJudgedWhole(t *testing.T) {
	l, path := wholePackLab(t)
	if errs := judge(t, l, path); len(errs) > 0 {
		t.Fatal(errs)
	}
	const wide, fitted, narrow = "a/wide.compact.npz", "a/fitted-on/fit/wide.compact.npz", "a/narrow.npy"
	type change = func(h *stimuli.CompactHeader, p *stimuli.CompactProducts)
	products := func(of change) func(*testing.T, string, []byte) []byte {
		return func(t *testing.T, _ string, data []byte) []byte { return changedCompact(t, data, of) }
	}
	value := func(row, rows int, v float64) func(*testing.T, string, []byte) []byte {
		return func(t *testing.T, _ string, _ []byte) []byte {
			x := l.normals(rows * 20)
			x[row*20+3] = v
			return arrayOf(t, rows, x)
		}
	}
	for name, c := range map[string]struct {
		file   string
		change func(*testing.T, string, []byte) []byte
		want   string // "" if the pack is taken
	}{
		"NaN":                   {wide, products(func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { p.Lists[0].K[7] = math.NaN() }), `in 0.products.npy, row 0 (stimulus "a000") with row 7 ("a007")`},
		"NaN in the last list":  {wide, products(func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { p.Lists[len(p.Lists)-1].K[8] = math.NaN() }), `row 0 (stimulus "a000") with row 8 ("a008")`},
		"infinite sums":         {wide, products(func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { p.Lists[0].Sums[4] = math.Inf(1) }), `row 4 (stimulus "a004")`},
		"negative squares":      {wide, products(func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { p.Lists[0].K[0] = -1 }), `not positive semidefinite, as those of activations are in 0.products.npy, row 0 (stimulus "a000")`},
		"long products":         {wide, products(func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { p.Lists[0].K[1] *= 1e6 }), `row 0 (stimulus "a000") with row 1 ("a001")`},
		"not positive":          {wide, products(func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { spoilTriple(p.Lists[0].K) }), "not positive semidefinite"},
		"NaN to fit":            {fitted, products(func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { p.Fitting[3] = math.NaN() }), `in fitting.products.npy, row 0 (stimulus "fit000") with row 3 ("fit003")`},
		"not positive to fit":   {fitted, products(func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { spoilTriple(p.Fitting) }), "not positive semidefinite"},
		"NaN to test":           {fitted, products(func(_ *stimuli.CompactHeader, p *stimuli.CompactProducts) { p.Cross[36+2] = math.NaN() }), `in cross.npy, row 1 (stimulus "a001")`},
		"other stimuli to fit":  {fitted, products(func(h *stimuli.CompactHeader, _ *stimuli.CompactProducts) { h.Fitting.IDs[1] = "x" }), `"x"`},
		"other stimuli to test": {fitted, products(func(h *stimuli.CompactHeader, _ *stimuli.CompactProducts) { h.Tested[0].IDs[1] = "x" }), `"x"`},
		"another layer": {fitted, func(t *testing.T, _ string, _ []byte) []byte {
			return openForgery(t, path).file("a/fitted-on/fit/other.compact.npz").data
		}, "not of what it is named after"},
		"NaN in activations":       {narrow, value(5, 60, math.NaN()), `holds NaN for stimulus "a005" in column 3`},
		"NaN to the fitting":       {"fit/narrow.npy", value(35, 36, math.Inf(-1)), `holds -Inf for stimulus "fit035" in column 3`},
		"NaN in a layer by itself": {"a/extra.npy", value(6, 60, math.NaN()), `extra.npy: holds NaN for stimulus "a006"`},
		"NaN that nothing reads":   {"a/extra.npy", value(59, 60, math.NaN()), ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := openForgery(t, path)
			var data []byte
			if i := slices.IndexFunc(f.members, func(m *forgedMember) bool { return m.Name == c.file }); i >= 0 {
				data = f.members[i].data
			}
			f.set(c.file, c.change(t, c.file, data))
			forged := l.path("forged.zip")
			if err := os.WriteFile(forged, f.build(t), 0o666); err != nil {
				t.Fatal(err)
			}
			_, err := NewRunner(l.home(), Options{}).Unpack(t.Context(), forged, t.TempDir())
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			packed, ok := errors.AsType[*PackedError](err)
			if !ok || !packed.DataError() {
				t.Fatalf("%v is not about data of the pack", err)
			}
			if text := err.Error(); !strings.HasPrefix(text, forged+": "+c.file+": ") || !strings.Contains(text, c.want) || !strings.Contains(text, "; ") {
				t.Errorf("%s", text)
			}
		})
	}
}

// spoilTriple makes a matrix indefinite by products of three rows, none of which is longer than
// lengths allow.
func spoilTriple(k []float64) {
	n := int(math.Round(math.Sqrt(float64(len(k)))))
	for i := range 3 {
		k[i*n+i] = k[n*n-1]
		for j := range i {
			v := -0.9 * k[n*n-1]
			k[i*n+j], k[j*n+i] = v, v
		}
	}
}
