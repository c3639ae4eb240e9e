package scoring

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// The published benchmark finds its 13 domains in the columns of its stimulus set, and
// random features are right in half of the comparisons.
func TestPublishedDomains(t *testing.T) {
	dir := t.TempDir()
	home, model := benchmarks.Home{Dir: filepath.Join(dir, "home")}, filepath.Join(dir, "net")
	text, n := "stimulus_id,stimulus_source,object_style,object_label,background_id\n", 0
	add := func(source, style string, images int) {
		for i := range images {
			background := 0
			if source == "Silhouette" {
				background = 1 + i
			}
			text += fmt.Sprintf("s%03d,%s,%s,object%d,%d\n", n, source, style, i%10, background)
			n++
		}
	}
	for _, style := range []string{"original", "convex_hull", "outline", "skeleton", "silhouette"} {
		add("Silhouette", style, 60)
	}
	for _, style := range []string{"cartoon", "line_drawing", "mosaic", "painting", "sketch", "textures"} {
		add("Art", style, 40)
	}
	for _, source := range []string{"COCOColor", "COCOGray", "TDW", "Objectome"} {
		add(source, "original", 30)
	}
	write(t, filepath.Join(home.StimulusSetPath("Igustibagus2024"), "stimuli.csv"), text)
	const features = 40
	r, values := rand.New(rand.NewPCG(1, 2)), make([]float64, n*features)
	for i := range values {
		values[i] = r.NormFloat64()
	}
	write(t, filepath.Join(model, "Igustibagus2024", "layer.npy"), npyText([]int{n, features}, values))
	const id = "Igustibagus2024.IT_readout-accuracy"
	report, err := NewRunner(home, Options{Workers: 2}).Score(t.Context(), Request{Models: []string{model}, Benchmarks: []string{id}, Layers: []string{"layer"}})
	if err != nil || len(report.Models[0].Scores) != 1 {
		t.Fatalf("%v: %v", err, report.Models[0].Failures)
	}
	s := report.Models[0].Scores[0]
	if want := 5*60 + 5*40 + 3*30; s.Counts.Stimuli != want || len(s.Raw.Splits) != 13 {
		t.Errorf("%d stimuli in %d domains, want %d in 13", s.Counts.Stimuli, len(s.Raw.Splits), want)
	}
	if !(math.Abs(s.Raw.Value-.5) < .03) || s.Ceiled.Value != s.Raw.Value {
		t.Errorf("raw %v, score %v of random features", s.Raw.Value, s.Ceiled.Value)
	}
	metric, err := metrics.New("readout_accuracy", metrics.Options{"train": "Silhouette/original", "domains": "TDW"})
	if err != nil || metric.Info().Needs.Passes() != 2 {
		t.Errorf("%v: a layer is not read twice", err)
	}
}

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
