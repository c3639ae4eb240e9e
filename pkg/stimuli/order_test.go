package stimuli

import (
	"slices"
	"testing"
)

func TestCodes(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []string
		codes  []int
		names  []string
	}{
		{"strings by bytes", []string{"b", "B", "a10", "a9"}, []int{3, 0, 1, 2}, []string{"B", "a10", "a9", "b"}},
		{"whole numbers", []string{"10", "9", "100", "9"}, []int{1, 0, 2, 0}, []string{"9", "10", "100"}},
		{"numbers of all kinds", []string{"-1.5", "1e3", "0.2", "-3"}, []int{1, 3, 2, 0}, []string{"-3", "-1.5", "0.2", "1e3"}},
		{"one that is no number", []string{"10", "9", "x"}, []int{0, 1, 2}, []string{"10", "9", "x"}},
		{"hexadecimal is a string", []string{"0x10", "9"}, []int{0, 1}, []string{"0x10", "9"}},
		{"empty after numbers", []string{"", "7", "-1"}, []int{2, 1, 0}, []string{"-1", "7", ""}},
		{"same number, other spelling", []string{"1.0", "1"}, []int{1, 0}, []string{"1", "1.0"}},
	} {
		codes, names := Codes(c.values)
		if !slices.Equal(codes, c.codes) || !slices.Equal(names, c.names) {
			t.Errorf("%s: %v %q, want %v %q", c.name, codes, names, c.codes, c.names)
		}
	}
}
