package stimuli

import (
	"fmt"
	"slices"
)

// checkLayers returns an error if the layers that model.yaml lists by depth have no name, or
// the same. It may list more than a dump has.
func checkLayers(path string, layers []string) error {
	for i, layer := range layers {
		what := ""
		switch {
		case layer == "":
			what = "lists a layer without a name"
		case slices.Contains(layers[:i], layer):
			what = fmt.Sprintf("lists the layer %q twice", layer)
		default:
			continue
		}
		return &FileError{Path: path, What: what + " under layers", Remedy: "list each layer once, by depth"}
	}
	return nil
}
