package thorough

import (
	"slices"
	"testing"
)

func TestOneIn(t *testing.T) {
	if testing.Short() {
		t.Skip("asks for all cases")
	}
	for _, tt := range []struct {
		asked string
		n     int
		want  []int
	}{{"", 1, []int{1, 2, 3, 4, 5}}, {"", 2, []int{1, 3, 5}}, {"", 9, []int{1}}, {"1", 2, []int{1, 2, 3, 4, 5}}} {
		t.Setenv(Variable, tt.asked)
		if got := OneIn(tt.n, 1, 2, 3, 4, 5); !slices.Equal(got, tt.want) {
			t.Errorf("one in %d, asked for all %q: %v, want %v", tt.n, tt.asked, got, tt.want)
		}
	}
}
