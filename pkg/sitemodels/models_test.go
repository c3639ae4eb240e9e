package sitemodels

import (
	"fmt"
	"testing"
)

func TestModels(t *testing.T) {
	models := Models()
	names, mapped, several := map[string]bool{}, 0, 0
	for _, m := range models {
		if m.Name == "" || names[m.Name] {
			t.Errorf("%q is listed twice", m.Name)
		}
		names[m.Name] = true
		if len(m.Layers["IT"]) > 0 {
			mapped++
		}
		for _, layers := range m.Layers {
			if len(layers) > 1 {
				several++
			}
			for _, l := range layers {
				if l == "" {
					t.Errorf("%s has a layer without a name", m.Name)
				}
			}
		}
	}
	if len(models) != 683 || mapped != 533 || several != 75 {
		t.Errorf("%d models, %d with a layer of IT, %d regions of several layers", len(models), mapped, several)
	}
}

func TestFind(t *testing.T) {
	for name, want := range map[string]string{
		"alexnet":  "alexnet V1 [features.2] V2 [features.7] V4 [features.7] IT [features.12] behavior [classifier.5] 8",
		"AlexNet":  "alexnet V1 [features.2] V2 [features.7] V4 [features.7] IT [features.12] behavior [classifier.5] 8",
		"CORnet-S": "CORnet-S V1 [V1.output-t0] V2 [V2.output-t0 V2.output-t1] V4 [V4.output-t0 V4.output-t1 V4.output-t2 V4.output-t3] IT [IT.output-t0 IT.output-t1] behavior [decoder.avgpool-t0] 8",
		"alexnt":   `unknown published model "alexnt": did you mean "alexnet"? (brainscore models list lists them)`,
		"":         `unknown published model "" (brainscore models list lists them)`,
	} {
		m, err := Find(name)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = m.Name
			for _, region := range Regions {
				got += fmt.Sprintf(" %s %v", region, m.Layers[region])
			}
			got += " " + m.VisualDegrees
		}
		if got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", name, got, want)
		}
	}
}
