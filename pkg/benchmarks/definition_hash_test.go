package benchmarks

import "testing"

// The hash of a definition changes with what changes figures, and with nothing
// else.
func TestDefinitionHash(t *testing.T) {
	const text = "identifier: b\nkind: neural\nregion: IT\nassembly: a\nstimulus_set: s\nmetric: {name: pls, components: 5}\nceiling: {value: 0.5}\nscore: ratio\n"
	hashOf := func(text string) string {
		d, err := ParseDefinition("b.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		h, err := d.FigureHash()
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	base := hashOf(text)
	for name, c := range map[string]struct {
		text string
		same bool
	}{
		"a comment":         {"# of 2015\n" + text, true},
		"the order of keys": {"score: ratio\nidentifier: b\nkind: neural\nregion: IT\nassembly: a\nstimulus_set: s\nceiling: {value: 0.5}\nmetric: {components: 5, name: pls}\n", true},
		"a default":         {text + "version: 1\n", true},
		"the parent":        {text + "parent: IT\n", true},
		"visual degrees":    {text + "visual_degrees: 8\n", true},
		"the reference":     {text + "reference: {title: t, doi: d, year: 2015}\n", true},
		"what is expected":  {text + "expected: [{quantity: self raw, value: 1}]\n", true},
		"the version":       {text + "version: 2\n", false},
		"an option":         {text[:len(text)-len("score: ratio\n")] + "score: raw\n", false},
		"a selection":       {text + "select: {animal: m}\n", false},
	} {
		if (hashOf(c.text) == base) != c.same {
			t.Errorf("%s: the same hash is %v, want %v", name, !c.same, c.same)
		}
	}
}
