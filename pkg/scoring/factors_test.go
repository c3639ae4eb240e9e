package scoring

import (
	"strings"
	"testing"
)

// What is wrong with stimuli that differ in two factors, with the definition or the dump
// is an error that names the file, the row if there is one, and the remedy.
func TestFactorMistakes(t *testing.T) {
	const (
		set  = "home/stimuli/textured/stimuli.csv"
		yaml = "home/benchmarks/textured-shape.yaml"
	)
	replace := func(old, new string) func(string) string {
		return func(s string) string { return strings.ReplaceAll(s, old, new) }
	}
	for name, c := range map[string]struct {
		file string
		edit func(string) string // nil removes the file
		want []string
	}{
		"no column of shapes":    {set, replace("shape", "form"), []string{"stimuli.csv:1", `no column "shape"`}},
		"no column of textures":  {set, replace("texture,", "surface,"), []string{"stimuli.csv:1", `no column "texture"`}},
		"no column of originals": {set, replace("original_image_id", "original"), []string{"stimuli.csv:1", `no column "original_image_id"`}},
		"empty shape":            {set, func(s string) string { return strings.Replace(s, ",car,", ",,", 1) }, []string{"stimuli.csv:", "no shape for the stimulus", "fill in"}},
		"one shape": {set, func(s string) string {
			return replace(",zebra,", ",car,")(replace(",Bottle,", ",car,")(replace(",airplane,", ",car,")(s)))
		}, []string{"stimuli.csv", "1 shape(s)", "list each original image"}},
		"one texture": {set, func(s string) string {
			return strings.NewReplacer(",10,", ",9,", ",fur,", ",9,", ",wood,", ",9,", ",stripes,", ",9,").Replace(s)
		}, []string{"stimuli.csv", "1 texture(s)", "list each original image"}},
		"original missing":       {set, func(s string) string { return strings.Replace(s, ",car0", ",car9", 1) }, []string{"stimuli.csv:", "cannot be paired", "has 0 stimuli", "list each original image"}},
		"originals joined":       {set, replace("car1", "car0"), []string{"stimuli.csv:", "cannot be paired", "has 2 stimuli"}},
		"original of two shapes": {set, func(s string) string { return strings.Replace(s, ",car,", ",cart,", 1) }, []string{"stimuli.csv:", "cannot be paired"}},
		"an assembly":            {yaml, func(s string) string { return s + "assembly: lab\n" }, []string{"textured-shape.yaml:7", "assembly"}},
		"unknown factor":         {yaml, replace("factor: shape", "factor: colour"), []string{"textured-shape.yaml", "must be one of [shape texture]"}},
		"seed too large":         {yaml, replace("factor: shape", "seed: 4294967296"), []string{"textured-shape.yaml", "below 2^32"}},
		"ceiling of trials":      {yaml, replace("{value: 1}", "{name: internal_consistency}"), []string{"textured-shape.yaml:6", "is a ceiling of recordings, but the benchmark is property"}},
		"split":                  {yaml, func(s string) string { return s + "cross_validation: {splits: 3}\n" }, []string{"not cross-validated"}},
		"kind of recordings":     {yaml, replace("kind: property", "kind: neural"), []string{"textured-shape.yaml", "kind"}},
		"not in the dump":        {"models/texture-net/textured", nil, []string{"texture-net", "textured", "dump"}},
		"stimulus not dumped":    {"models/texture-net/textured/stimulus_ids.csv", func(s string) string { return strings.Replace(s, "tex004\n", "", 1) }, []string{"textured"}},
	} {
		t.Run(name, func(t *testing.T) {
			checkMistake(t, "../../testdata/golden/factors", "texture-net", "textured-shape", c.file, c.edit, c.want)
		})
	}
}
