package benchmarks

import "testing"

func TestFamily(t *testing.T) {
	for id, want := range map[string]string{
		"Geirhos2021edge-top1":                      "Geirhos2021",
		"MajajHong2015public.IT-pls":                "MajajHong2015",
		"tong.Coggan2024_behavior-Similarity":       "Coggan2024",
		"Scialom2024_phosphenes-12AccuracyDistance": "Scialom2024",
		"ImageNet-top1":                             "ImageNet",
		"ImageNet-C-noise-top1":                     "ImageNet-C-noise",
		"hvm-mini.IT-pls":                           "hvm-mini",
		"mine":                                      "mine",
		"-top1":                                     "-top1",
	} {
		d := &Definition{Identifier: id}
		if got := d.Family(); got != want {
			t.Errorf("%s is of the family %q, want %q", id, got, want)
		}
		if !d.InFamily(want) {
			t.Errorf("%s is not in its family %q", id, want)
		}
	}
}

func TestInFamily(t *testing.T) {
	for _, c := range []struct {
		id, name string
		want     bool
	}{
		{"Geirhos2021edge-top1", "geirhos2021", true},
		{"Geirhos2021edge-top1", "Geirhos", true},
		{"Geirhos2021edge-top1", "Geirhos2021edge", true},
		{"Geirhos2021edge-top1", "Geirhos2021ed", false},
		{"Geirhos2021edge-top1", "Geirhos202", false},
		{"Geirhos2021edge-top1", "Geir", false},
		{"Geirhos2021edge-top1", "edge", false},
		{"Geirhos2021edge-top1", "", false},
		{"MajajHong2015public.IT-pls", "MajajHong2015public", true},
		{"MajajHong2015.IT-pls", "MajajHong2015public", false},
		{"tong.Coggan2024_behavior", "Coggan2024", true},
		{"tong.Coggan2024_behavior", "tong", true},
		{"tong.Coggan2024_behavior", "tong.Coggan2024", true},
		{"ImageNet-C-noise-top1", "imagenet-c", true},
		{"ImageNet-C-noise-top1", "ImageNet", true},
		{"ImageNet-top1", "ImageNet-C", false},
	} {
		if got := (&Definition{Identifier: c.id}).InFamily(c.name); got != c.want {
			t.Errorf("%s in %q: %v", c.id, c.name, got)
		}
	}
}
