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
