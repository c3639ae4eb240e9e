package imports

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// stimulusTable returns the stimulus set of trials: with the truth, which must be one,
// and the condition, if each stimulus has one.
func stimulusTable(path string, trials table) (table, error) {
	ids := trials.find(stimulusID)
	if ids == nil { // triplets
		return table{{stimulusID, distinctOf(slices.Concat(trials.find("first"), trials.find("second"), trials.find("third")))}}, nil
	}
	t := table{{stimulusID, distinctOf(ids)}}
	for _, name := range []string{"truth", "condition"} {
		values := trials.find(name)
		if values == nil {
			continue
		}
		of := map[string]string{}
		one := true
		for row, id := range ids {
			former, ok := of[id]
			if of[id] = values[row]; !ok || former == values[row] {
				continue
			}
			if one = false; name == "truth" {
				return nil, bad(path, fmt.Sprintf("has the category %q for stimulus %q, but an earlier trial has %q", values[row], id, former), "each image shows one object")
			}
		}
		if !one {
			continue
		}
		c := column{name: name}
		for _, id := range t[0].values {
			c.values = append(c.values, of[id])
		}
		t = append(t, c)
	}
	if textures := texturesOf(t[0].values, t.find("truth")); textures != nil {
		t = append(t, column{"conflict_image_category", textures})
	}
	return t, nil
}

// cueConflict matches ids of images with the shape of one object and the texture of
// another, such as airplane1-bicycle2.
var cueConflict = regexp.MustCompile(`^([a-z]+)[0-9]+-([a-z]+)[0-9]+$`)

// texturesOf returns the textures that ids name if all of them are ids of such images.
func texturesOf(ids, truths []string) []string {
	var textures []string
	for i, id := range ids {
		m := cueConflict.FindStringSubmatch(id)
		if m == nil || truths == nil || m[1] != truths[i] {
			return nil
		}
		textures = append(textures, m[2])
	}
	return textures
}

// stimulusOf returns the stimulus id of an image name. Names such as
// 0001_cop_s01_c30_knife_10_n03041632_7380.png hold the trial's number and
// subject: the name of the image follows the category and a two-digit number. An
// image under several conditions is several stimuli: c30/n03041632_7380. If the
// only condition is 0, the id is the image: boat-0068-sketch-23,
// airplane1-bicycle2.
func stimulusOf(image, condition, category string) string {
	name := strings.ReplaceAll(image, `\`, "/")
	name = name[strings.LastIndexByte(name, '/')+1:]
	switch ext := strings.ToLower(filepath.Ext(name)); ext {
	case ".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif", ".webp":
		name = name[:len(name)-len(ext)]
	}
	if p := strings.SplitN(name, "_", 7); len(p) == 7 && p[4] == category && digits(p[0]) && digits(p[5]) {
		name = p[6]
	}
	if same(condition, "0") {
		return name
	}
	return condition + "/" + name
}
