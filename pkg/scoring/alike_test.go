package scoring

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// TestAlike wants a word about many stimuli with the same activations, and none
// about few.
func TestAlike(t *testing.T) {
	distinct := func(n int) []uint64 {
		h := make([]uint64, n)
		for i := range h {
			h[i] = uint64(i) + 100
		}
		return h
	}
	with := func(n int, change func(h []uint64)) []uint64 {
		h := distinct(n)
		change(h)
		return h
	}
	const zero = 7
	fill := func(h []uint64, v uint64) {
		for i := range h {
			h[i] = v
		}
	}
	for _, c := range []struct {
		name   string
		hashes []uint64
		rows   []int
		want   string
	}{
		{"all differ", distinct(50), nil, ""},
		{"one picture twice in many", with(1000, func(h []uint64) { h[3] = h[4] }), nil, ""},
		{"two of few", with(20, func(h []uint64) { h[3] = h[4] }), nil, "2 of 20 stimuli have the same activations in layer l"},
		{"two zeros of many", with(1000, func(h []uint64) { h[3], h[4] = zero, zero }), nil, ""},
		{"one zero", with(10, func(h []uint64) { h[9] = zero }), nil, ""},
		{"three zeros of many", with(1000, func(h []uint64) { h[3], h[4], h[900] = zero, zero, zero }), nil, "3 of 1000 stimuli have the same activations in layer l (here all 0)"},
		{"three the same of many", with(1000, func(h []uint64) { h[3], h[4], h[900] = 1, 1, 1 }), nil, ""},
		{"ten the same of a thousand", with(1000, func(h []uint64) { fill(h[:10], 1) }), nil, "10 of 1000 stimuli have the same activations in layer l"},
		{"pairs", with(100, func(h []uint64) { h[0], h[10], h[20] = h[1], h[11], h[21] }), nil, "6 of 100 stimuli have the same activations as others in layer l, in 3 groups, the largest of 2"},
		{"classes", with(90, func(h []uint64) {
			for i := range h {
				h[i] = uint64(min(i/20, 3))
			}
		}), nil, "90 of 90 stimuli have the same activations as others in layer l, in 4 groups, the largest of 30"},
		{"the end", with(100, func(h []uint64) { fill(h[70:], zero) }), nil, "30 of 100 stimuli have the same activations in layer l (here all 0); rows 71–100 of s/l.npy are all 0: did the program"},
		{"the beginning", with(100, func(h []uint64) { fill(h[:30], zero) }), nil, "30 of 100 stimuli have the same activations in layer l (here all 0)"},
		{"all", with(100, func(h []uint64) { fill(h, zero) }), nil, "100 of 100 stimuli have the same activations in layer l (here all 0)"},
		{"among some", with(100, func(h []uint64) { fill(h[70:], zero) }), []int{90, 1, 2, 80, 95}, "3 of 5 stimuli have the same activations in layer l (here all 0); rows 81–96 of s/l.npy are all 0"},
		{"not among others", with(100, func(h []uint64) { fill(h[70:], zero) }), []int{1, 2, 3, 90}, ""},
	} {
		r := &readRows{hashes: c.hashes, zero: zero, files: slices.Repeat([]string{"s/l.npy"}, len(c.hashes))}
		for i := range c.hashes {
			r.at = append(r.at, i)
		}
		got := ""
		if a := r.among("", c.rows); a != nil {
			got = a.text("l")
		}
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" || strings.Contains(got, "program") != strings.Contains(c.want, "rows") {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// blank sets the rows of an array from the given one on to 0.
func blank(t *testing.T, path string, from int) {
	t.Helper()
	f, err := npy.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	values, err := f.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows, cols := f.Rows(), f.Cols()
	f.Close()
	clear(values[from*cols:])
	var b bytes.Buffer
	if err := npy.Write(&b, rows, cols, values); err != nil {
		t.Fatal(err)
	}
	replace(t, path, b.String())
}

// TestAlikeAtEveryScore wants the warning at every score of a layer that was not
// written to its end, once.
func TestAlikeAtEveryScore(t *testing.T) {
	if testing.Short() {
		t.Skip("scores a golden folder many times")
	}
	type blanked struct {
		folder, model string
		blank         map[string]int // rows kept of each file
		layers        []string
		scores        int
		want          []string
	}
	for _, c := range thorough.OneIn(2, []blanked{
		{"", "mini-net", map[string]int{"hvm-mini/fc.npy": 290}, []string{"fc"}, 14,
			[]string{"30 of 320 stimuli have the same activations in layer fc (here all 0); rows 291–320 of hvm-mini/fc.npy are all 0: did the program that wrote it end early?"}},
		{"", "mini-net", map[string]int{"objectome-mini.public/fc6.npy": 150}, []string{"fc6"}, 6,
			[]string{"stimuli of objectome-mini.public, which the read-out is fitted on, have the same activations in layer fc6 (here all 0); rows 151–"}},
		{"", "mini-net", map[string]int{"objectome-mini.private/fc6.npy": 50}, []string{"fc6"}, 6,
			[]string{"stimuli have the same activations in layer fc6 (here all 0); rows 51–"}},
		{"reduction", "reduced-net", map[string]int{"reduce/top.npy": 100}, []string{"top"}, 3,
			[]string{"stimuli have the same activations in layer top (here all 0); rows 101–"}},
		{"time", "recurrent-net", map[string]int{"recur/it/70-90.npy": 40, "recur/it/90-110.npy": 30}, nil, 0,
			[]string{"in 2 of 4 time bins, the most in one: ", "stimuli have the same activations in layer it (here all 0); rows 31–"}},
		{"time", "recurrent-net", map[string]int{"solve/it/70-80.npy": 40}, nil, 0,
			[]string{"in 1 of 9 time bins, the most in one: ", "have the same activations in layer it (here all 0); rows 41–"}},
	}...) {
		t.Run(fmt.Sprint(c.folder, c.blank), func(t *testing.T) {
			dir := copied(t, c.folder)
			model := filepath.Join(dir, "models", c.model)
			var sets []string
			for name, kept := range c.blank {
				blank(t, filepath.Join(model, name), kept)
				sets = append(sets, strings.Split(name, "/")[0])
			}
			home := benchmarks.Home{Dir: filepath.Join(dir, "home")}
			report, err := NewRunner(home, Options{Workers: 2}).Score(context.Background(), Request{Models: []string{model}, Layers: c.layers, AllLayers: c.layers == nil})
			if err != nil {
				t.Fatal(err)
			}
			scores := 0
			for _, s := range report.Models[0].Scores {
				d, err := home.Definition(s.Benchmark)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Contains(sets, d.StimulusSet.Name()) && !slices.Contains(sets, d.FittingStimulusSet) {
					continue
				}
				scores++
				told := 0
				for _, w := range s.Warnings {
					if !slices.ContainsFunc(c.want, func(want string) bool { return !strings.Contains(w, want) }) {
						told++
					}
				}
				if told != 1 {
					t.Errorf("%s is told %d times: %q", s.Benchmark, told, s.Warnings)
				}
			}
			if scores == 0 || c.scores > 0 && scores != c.scores {
				t.Errorf("%d scores, want %d", scores, c.scores)
			}
		})
	}
}
