package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/sitemodels"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// commitPublished commits dumps to the layers of a published model.
func commitPublished(opts layersOptions, streams Streams) error {
	m, err := sitemodels.Find(opts.published)
	if err != nil {
		return err
	}
	layers := map[string][]string{}
	var steps []string
	for _, region := range sitemodels.Regions {
		switch names := m.Layers[region]; len(names) {
		case 0:
		case 1:
			layers[region] = names
		default:
			steps = append(steps, region)
		}
	}
	if len(layers) == 0 {
		return &problems{[]string{fmt.Sprintf("no layers of %s are published", m.Name)}, exitData}
	}
	reporter := progress.New(streams.Err, opts.quiet)
	if len(steps) > 0 {
		reporter.Warn("%s: of %s time steps are published, which are no layer to commit to; dump them as a layer in time", m.Name, strings.Join(steps, ", "))
	}
	if d := m.VisualDegrees; d != "" && d != fmt.Sprint(stimuli.UsualDegrees) {
		reporter.Note("%s sees %s degrees of visual angle: write visual_degrees: {sees: %s} into model.yaml", m.Name, d, d)
	}
	for _, dir := range opts.Models {
		dump, err := stimuli.OpenDump(dir)
		if err != nil {
			return err
		}
		absent, err := absentLayers(dump, layers)
		if err != nil {
			return err
		}
		if len(absent) > 0 {
			reporter.Warn("%s: has no activations of %s: dump them under these names", dir, strings.Join(absent, ", "))
		}
		if err := dump.Commit(layers, nil); err != nil {
			return err
		}
		var lines []string
		for _, region := range sitemodels.Regions {
			if names := layers[region]; names != nil {
				lines = append(lines, region+": "+names[0])
			}
		}
		if _, err := fmt.Fprintf(streams.Out, "%s: %s\n", text.Safe(dump.ID), text.Safe(strings.Join(lines, ", "))); err != nil {
			return err
		}
	}
	return nil
}

// absentLayers lists the layers that no stimulus set of a dump has activations of.
func absentLayers(dump *stimuli.Dump, layers map[string][]string) ([]string, error) {
	sets, err := dump.Sets()
	if err != nil {
		return nil, err
	}
	var found []string
	for _, set := range sets {
		contents, err := dump.Contents(set)
		if err != nil {
			return nil, err
		}
		found = append(found, contents.Layers...)
	}
	var absent []string
	for _, region := range sitemodels.Regions {
		for _, layer := range layers[region] {
			if !slices.Contains(found, layer) && !slices.Contains(absent, layer) {
				absent = append(absent, layer)
			}
		}
	}
	return absent, nil
}

// commitReadout names the layer that behavior is read out from, which the site never
// chooses, and commits to it if model.yaml names none.
func commitReadout(opts layersOptions, dir string) error {
	dump, err := stimuli.OpenDump(dir)
	if err != nil {
		return err
	}
	if layer := dump.Commitments[behaviorRegion]; layer != "" {
		opts.reporter.Note("%s: %s stays committed to %s, as model.yaml names it", dump.ID, behaviorRegion, layer)
		return nil
	}
	m, err := sitemodels.Find(dump.ID)
	if err != nil || len(m.Layers[behaviorRegion]) != 1 {
		opts.reporter.Warn("%s: no layer is named for %s, which brain-score.org takes from the model's author, or else the last one: name it in model.yaml, as commitments: {%s: LAYER}", dump.ID, behaviorRegion, behaviorRegion)
		return nil
	}
	layers := map[string][]string{behaviorRegion: m.Layers[behaviorRegion]}
	absent, err := absentLayers(dump, layers)
	if err != nil {
		return err
	}
	if len(absent) > 0 {
		opts.reporter.Warn("%s: has no activations of %s, from which brain-score.org reads out %s: dump them under this name", dir, absent[0], behaviorRegion)
	}
	opts.reporter.Note("%s: brain-score.org reads out %s from %s", dump.ID, behaviorRegion, m.Layers[behaviorRegion][0])
	if !opts.write {
		return nil
	}
	return dump.Commit(layers, nil)
}
