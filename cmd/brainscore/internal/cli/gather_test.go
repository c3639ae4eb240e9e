package cli

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestGatheredLines(t *testing.T) {
	type told struct{ text, model, benchmark, layer, region string }
	chosen := func(model, region string) told {
		return told{fmt.Sprintf("the layer was chosen for %s on the same data (b.%s-pls), so the score is too high", region, region), model, "b." + region + "-pls", "conv" + region, region}
	}
	var many []told
	for _, model := range []string{"m1", "m2", "m3", "m4", "m5"} {
		for _, region := range []string{"V4", "IT", "V1", "V2"} {
			many = append(many, chosen(model, region))
		}
	}
	for _, c := range []struct {
		name string
		told []told
		want []string
	}{
		{"none", nil, nil},
		{"one", []told{{"odd", "m", "b", "l", "V4"}}, []string{"m, b (l): odd"}},
		{"a note", []told{{"no composite", "m", "", "", ""}}, []string{"m: no composite"}},
		{"one model", []told{{"odd", "m", "b", "l", "V4"}, {"odd", "m", "b", "k", "V4"}, {"odd", "m", "c", "l", "IT"}, {"odd", "m", "d", "l", "IT"}}, []string{"m, b (l), b (k), c (l) and 1 more: odd"}},
		{"the same text", []told{{"odd", "m", "b", "l", "V4"}, {"odd", "n", "b", "l", "V4"}}, []string{"2 models (m, n), b (l): odd"}},
		{"the same note", []told{{"odd", "m", "", "", ""}, {"odd", "n", "", "", ""}, {"odd", "o", "", "", ""}, {"odd", "p", "", "", ""}}, []string{"4 models (m, n, o and 1 more): odd"}},
		{"few of a kind keep their figures", []told{{"1 of 20 left out (n1)", "m", "b", "l", "V4"}, {"odd", "m", "b", "l", "V4"}, {"2 of 20 left out (n1, n2)", "n", "b", "l", "V4"}},
			[]string{"m, b (l): 1 of 20 left out (n1)", "n, b (l): 2 of 20 left out (n1, n2)", "m, b (l): odd"}},
		{"many of a kind", many, []string{"5 models (m1, m2, m3 and 2 more), b.V4-pls (convV4), b.IT-pls (convIT), b.V1-pls (convV1) and 1 more: the layer was chosen for V4 on the same data (b.V4-pls), so the score is too high (the first of 4 messages of this kind)"}},
	} {
		var g gathered
		for _, m := range c.told {
			g.add(m.text, m.model, m.benchmark, m.layer, m.region)
		}
		if got := g.lines(); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}
