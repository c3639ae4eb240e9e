package nearest

import (
	"fmt"
	"testing"
)

func TestTo(t *testing.T) {
	metrics := []string{"pls", "ridge", "ridgecv", "error_consistency", "i2n"}
	for _, c := range []struct{ name, want string }{
		{"plz", "pls"},
		{"PLS", "pls"},
		{"rigde", "ridge"},
		{"error-consistency", "error_consistency"},
		{"i2", "i2n"},
		{"completely different", ""},
		{"", ""},
	} {
		if got := To(c.name, metrics); got != c.want {
			t.Errorf("To(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestMisspelt(t *testing.T) {
	objects := []string{"airplane", "car", "dog", "knife", "polar bear"}
	for name, want := range map[string]string{
		"Knife": "knife", "dog ": "dog", "polar_bear": "polar bear", "PolarBear": "polar bear",
		"aeroplane": "airplane", "Xknife": "knife", "dgog": "dog",
		"knife": "", "cow": "", "y": "", "": "", "boat": "", "automobile": "",
	} {
		if got := Misspelt([]string{name}, objects)[name]; got != want {
			t.Errorf("Misspelt(%q) = %q, want %q", name, got, want)
		}
	}
	if got := Misspelt([]string{"y", "x "}, []string{"x", "y"}); len(got) != 1 || got["x "] != "x" {
		t.Errorf("short names: %q", got)
	}
}

// Long lists are not compared by their letters, which would take hours.
func TestMisspeltLongLists(t *testing.T) {
	names, candidates := make([]string, 1<<17), make([]string, 1<<17)
	for i := range names {
		names[i], candidates[i] = fmt.Sprintf("Name %d", i), fmt.Sprintf("name%d", i)
	}
	if got := Misspelt(append(names, "nane7"), candidates); len(got) != len(names) {
		t.Errorf("found %d of %d", len(got), len(names))
	}
}

func TestMessages(t *testing.T) {
	known := []string{"pls", "ridge"}
	for _, c := range []struct{ name, suggest, remedy string }{
		{"rigde", `did you mean "ridge"?`, `did you mean "ridge"? (list them)`},
		{"completely different", "", "list them"},
	} {
		if got := Suggest(c.name, known); got != c.suggest {
			t.Errorf("Suggest(%q) = %q, want %q", c.name, got, c.suggest)
		}
		if got := Remedy(c.name, known, "list them"); got != c.remedy {
			t.Errorf("Remedy(%q) = %q, want %q", c.name, got, c.remedy)
		}
	}
}
