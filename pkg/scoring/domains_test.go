package scoring

import (
	"strings"
	"testing"
)

// What is wrong with images of several domains, with the definition or the dump is an error
// that names the file, the row if there is one, and the remedy.
func TestDomainMistakes(t *testing.T) {
	const (
		set  = "home/stimuli/scenes/stimuli.csv"
		yaml = "home/benchmarks/scenes-readout.yaml"
	)
	replace := func(old, new string) func(string) string {
		return func(s string) string { return strings.ReplaceAll(s, old, new) }
	}
	once := func(old, new string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, new, 1) }
	}
	for name, c := range map[string]struct {
		file string
		edit func(string) string // nil removes the file
		want []string
	}{
		"no column of sources":     {set, replace("stimulus_source", "source"), []string{"stimuli.csv:1", `no column "stimulus_source"`}},
		"no column of styles":      {set, replace("object_style", "style"), []string{"stimuli.csv:1", `no column "object_style"`}},
		"no column of objects":     {set, replace("object_label", "label"), []string{"stimuli.csv:1", `no column "object_label"`}},
		"no column of backgrounds": {set, replace("background_id", "background"), []string{"stimuli.csv:1", `no column "background_id"`}},
		"empty object":             {set, once(",original,apple,", ",original,,"), []string{"stimuli.csv:", "no object_label for the stimulus", "fill in"}},
		"one object": {set, func(s string) string {
			return strings.NewReplacer(",bear,", ",apple,", ",car,", ",apple,", ",dog,", ",apple,", ",plane,", ",apple,").Replace(s)
		}, []string{"stimuli.csv", "Silhouette/original shows one object alone", "complete the stimulus set"}},
		"one image of an object": {set, once(",sketch,apple,", ",sketch,zebra,"), []string{"stimuli.csv", "Art/sketch has 1 image of zebra", "two of each"}},
		"domain without images":  {set, replace(",sketch,", ",drawing,"), []string{"stimuli.csv", "no stimuli of the domain Art/sketch", "object_style"}},
		"backgrounds of their own": {set, func(s string) string {
			lines := strings.Split(s, "\n")
			for i, line := range lines {
				if strings.Contains(line, ",outline,") {
					lines[i] = line + "0000"
				}
			}
			return strings.Join(lines, "\n")
		}, []string{"stimuli.csv", "Silhouette/outline has no image with the background of one of Silhouette/original"}},
		"too many to test":    {yaml, replace("test: 20", "test: 53"), []string{"stimuli.csv", "Silhouette/original has 53 images, too few for 53 to test and others to fit on", "option test"}},
		"too few of a domain": {yaml, replace("test: 20", "test: 21"), []string{"stimuli.csv", "Art/mosaic has 20 images, too few for 21 to test"}},
		"fewer than objects":  {yaml, replace("test: 20", "test: 4"), []string{"stimuli.csv", "Silhouette/original has 53 images of 5 objects, 4 of them to test"}},
		"an assembly":         {yaml, func(s string) string { return s + "assembly: lab\n" }, []string{"scenes-readout.yaml:8", "assembly"}},
		"no domain":           {yaml, replace("domains: [Art/sketch, Art/mosaic, Photo],", ""), []string{"scenes-readout.yaml", "option domains is missing", "such as Art/sketch"}},
		"half a domain":       {yaml, replace("Art/mosaic", "Art/"), []string{"scenes-readout.yaml", "Art/", "SOURCE/STYLE"}},
		"seed too large":      {yaml, replace("seed: 0", "seed: 4294967296"), []string{"scenes-readout.yaml", "below 2^32"}},
		"no penalty":          {yaml, replace("seed: 0", "alphas: [0]"), []string{"scenes-readout.yaml", "above zero"}},
		"ceiling of trials":   {yaml, replace("{value: 1}", "{name: internal_consistency}"), []string{"scenes-readout.yaml:6", "ceiling"}},
		"split":               {yaml, func(s string) string { return s + "cross_validation: {splits: 3}\n" }, []string{"not cross-validated"}},
		"kind of recordings":  {yaml, replace("kind: behavioral", "kind: neural"), []string{"scenes-readout.yaml", "kind"}},
		"not in the dump":     {"models/domain-net/scenes", nil, []string{"domain-net", "scenes", "dump"}},
	} {
		t.Run(name, func(t *testing.T) {
			checkMistake(t, "../../testdata/golden/domains", "domain-net", "scenes-readout", c.file, c.edit, c.want)
		})
	}
}
