package stimuli

import (
	"slices"
	"strings"
	"testing"
)

func TestTimeBinWeights(t *testing.T) {
	bins := TimeBins{{0, 10}, {10, 20}, {20, 40}}
	for _, c := range []struct {
		span TimeBin
		want []float64
		ok   bool
	}{
		{TimeBin{10, 20}, []float64{0, 1, 0}, true},
		{TimeBin{5, 15}, []float64{.5, .5, 0}, true},
		{TimeBin{10, 40}, []float64{0, 1. / 3, 2. / 3}, true},
		{TimeBin{30, 50}, nil, false},
		{TimeBin{50, 60}, nil, false},
	} {
		got, ok := bins.Weights(c.span)
		if ok != c.ok || ok && !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, %v", c.span, got, ok)
		}
	}
}

func TestDumpTimeBins(t *testing.T) {
	d, set := open(t, dumpFolder(t).with(folder{
		"net/set/recurrent/90-110.5.npy": array(t, 3, 1, 4, 5, 6),
		"net/set/recurrent/-10-0.npy":    array(t, 3, 1, 7, 8, 9),
	}))
	bins, names, err := d.TimeBins("set", "recurrent")
	if err != nil || bins.String() != "-10-0, 70-90, 90-110.5" || names[1] != "70-90.npy" {
		t.Fatalf("bins %v %v, %v", bins, names, err)
	}
	layer, err := d.OpenLayer(set, "recurrent", &bins[2])
	if err != nil {
		t.Fatal(err)
	}
	layer.Close()
	if _, err := d.OpenLayer(set, "recurrent", &TimeBin{1, 2}); err == nil || !strings.Contains(err.Error(), "no time bin 1-2, only -10-0") {
		t.Errorf("error %v", err)
	}
	for _, c := range []struct{ file, part string }{
		{"80-95.npy", "overlap, 70-90 and 80-95"},
		{"late.npy", "not named after a time bin"},
		{"20-10.npy", "not named after a time bin"},
	} {
		d, _ := open(t, dumpFolder(t).with(folder{"net/set/recurrent/" + c.file: array(t, 3, 1, 4, 5, 6)}))
		if _, _, err := d.TimeBins("set", "recurrent"); err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: error %v, want %q", c.file, err, c.part)
		}
	}
}
