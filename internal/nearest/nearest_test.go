package nearest

import "testing"

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
