package figures

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

func TestSpreads(t *testing.T) {
	spreads := []Spread{
		{Name: "unique to <conv>", Neuroids: []float64{-.1, .02, math.NaN(), .3}, Mean: .07, Interval: metrics.Interval{Low: -.05, High: .2}},
		{Name: "shared", Group: 1, Neuroids: []float64{.5}, Mean: .5, Interval: metrics.NoInterval},
	}
	for name, c := range map[string]struct {
		ceilings []float64
		dashes   bool
	}{
		"with ceilings":    {[]float64{.8, .9, math.NaN()}, true},
		"without ceilings": {nil, false},
	} {
		figure, err := NewOfSpreads("explained variance", spreads, c.ceilings, Request{Title: "parts"})
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range []Format{SVG, PNG} {
			var out bytes.Buffer
			if err := figure.Write(&out, format); err != nil {
				t.Fatal(err)
			}
			if format == PNG {
				continue
			}
			for _, text := range []string{"unique to &lt;conv&gt;", "shared", "parts", "explained variance of a neuroid"} {
				if !strings.Contains(out.String(), ">"+text+"<") {
					t.Errorf("%s: the figure has no %q", name, text)
				}
			}
			if strings.Contains(out.String(), "dashes: median") != c.dashes {
				t.Errorf("%s: the caption is wrong about ceilings", name)
			}
		}
	}
	spreads[1].Neuroids = []float64{math.NaN()}
	if _, err := NewOfSpreads("explained variance", spreads, nil, Request{}); err == nil || !strings.Contains(err.Error(), "no neuroid has a figure to draw of shared") {
		t.Errorf("error %v", err)
	}
}
