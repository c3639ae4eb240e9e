package stimuli

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// joinedDump returns a dump with layers a and b of 5 stimuli that commits IT to both, and
// the values of both side by side.
func joinedDump(t *testing.T, settings string) (*Dump, *StimulusSet, [][]float64) {
	t.Helper()
	home, dir := t.TempDir(), filepath.Join(t.TempDir(), "net")
	write := func(path string, content []byte) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(home, "set", "stimuli.csv"), []byte("stimulus_id\ns1\ns2\ns3\ns4\ns5\n"))
	write(filepath.Join(dir, "model.yaml"), []byte(settings))
	r := rand.New(rand.NewPCG(1, 1))
	values := make([][]float64, 5)
	for _, l := range []struct {
		name string
		cols int
	}{{"a", 3}, {"b", 4}} {
		var all []float64
		for i := range values {
			for range l.cols {
				v := float64(float32(r.NormFloat64()))
				values[i], all = append(values[i], v), append(all, v)
			}
		}
		path := filepath.Join(dir, "set", l.name+".npy")
		var array bytes.Buffer
		if err := npy.Write(&array, 5, l.cols, all); err != nil {
			t.Fatal(err)
		}
		write(path, array.Bytes())
	}
	set, err := LoadStimulusSet(filepath.Join(home, "set"))
	if err != nil {
		t.Fatal(err)
	}
	dump, err := OpenDump(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dump, set, values
}

// Every block of a joined layer has the features of its layers side by side.
func TestJoinedLayer(t *testing.T) {
	dump, set, values := joinedDump(t, "commitments: {IT: [a, b], V4: a, V2: [b]}\n")
	if got := fmt.Sprint(dump.Commitments, dump.Joined(), dump.LayerParts("a+b"), dump.LayerParts("a")); got != "map[IT:a+b V2:b V4:a] [a+b] [a b] [a]" {
		t.Errorf("got %s", got)
	}
	layer, err := dump.OpenLayer(set, "a+b", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer layer.Close()
	rows := []int{4, 0, 2}
	selection, err := layer.Select([]string{"s5", "s1", "s3"})
	if err != nil || layer.Cols() != 7 || selection.Cols() != 7 || selection.Bytes() != 3*7*8 || len(layer.Files()) != 2 {
		t.Fatalf("%v: %d features, %d bytes, files %v", err, selection.Cols(), selection.Bytes(), layer.Files())
	}
	for lo := range 7 {
		for hi := lo + 1; hi <= 7; hi++ {
			ld := hi - lo + 2
			dst := make([]float64, 3*ld)
			if err := selection.ReadBlock(lo, hi, dst, ld); err != nil {
				t.Fatal(err)
			}
			for i, row := range rows {
				if got, want := dst[i*ld:i*ld+hi-lo], values[row][lo:hi]; !slices.Equal(got, want) {
					t.Fatalf("columns %d to %d of row %d: %v, want %v", lo, hi, row, got, want)
				}
			}
		}
	}
	files, err := dump.LayerFiles("set", "a+b", nil)
	if err != nil || len(files) != 2 {
		t.Errorf("files %v, %v", files, err)
	}
	if _, _, err := dump.TimeBins("set", "a+b"); err == nil || !strings.Contains(err.Error(), "joins the layers a+b, which cannot be read in time") {
		t.Errorf("in time: %v", err)
	}
}

func TestJoinedLayerMistakes(t *testing.T) {
	for settings, want := range map[string]string{
		"commitments: {IT: []}\n":        "commits IT to no layer",
		"commitments: {IT: [a, a]}\n":    `commits IT to the layer "a" twice`,
		"commitments: {IT: [a, ../b]}\n": `commits IT to the layer "../b"`,
		"commitments: {IT: [a, [b]]}\n":  "commitments.IT.1 is a list",
		"commitments: {IT: {a: b}}\n":    "must be a list",
		"commitments: {IT: [a, '']}\n":   `commits IT to the layer ""`,
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "model.yaml"), []byte(settings), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := OpenDump(dir)
		if file := (*FileError)(nil); !errors.As(err, &file) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", settings, err, want)
		}
	}
	dump, set, _ := joinedDump(t, "commitments: {IT: [a, c]}\n")
	if _, err := dump.OpenLayer(set, "a+c", nil); err == nil || !strings.Contains(err.Error(), `"c"`) {
		t.Errorf("a missing part: %v", err)
	}
}

// Stimulus sets whose joined layers divide their features in other ways do not go together,
// though these are as many.
func TestJoinedLayersOfOtherSizes(t *testing.T) {
	dump, set, _ := joinedDump(t, "commitments: {IT: [a, b], V4: [b, a]}\n")
	selectionOf := func(layer string) *Selection {
		l, err := dump.OpenLayer(set, layer, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		s, err := l.Select([]string{"s1", "s2"})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if _, err := selectionOf("a+b").AppendRows(selectionOf("a+b")); err != nil {
		t.Error(err)
	}
	_, err := selectionOf("a+b").AppendRows(selectionOf("b+a"))
	if file := (*FileError)(nil); !errors.As(err, &file) || !strings.Contains(err.Error(), "b.npy: has 4 features for each stimulus, but") {
		t.Errorf("layers of other sizes: %v", err)
	}
}

// Commit writes several layers as a list that is read again.
func TestCommitJoined(t *testing.T) {
	dump, _, _ := joinedDump(t, "commitments: {IT: a} # mine\nchosen: {IT: {benchmarks: [x], of: raw}, V2: {benchmarks: [y], of: raw}}\n")
	if err := dump.Commit(map[string][]string{"IT": {"a", "b"}, "V4": {"b"}}, nil); err != nil {
		t.Fatal(err)
	}
	again, err := OpenDump(dump.Dir)
	if err != nil || fmt.Sprint(again.Commitments) != "map[IT:a+b V4:b]" {
		t.Errorf("got %v, %v", again.Commitments, err)
	}
	if _, ok := again.Chosen["IT"]; ok || len(again.Chosen) != 1 {
		t.Errorf("what chose another layer is kept: %v", again.Chosen)
	}
}
