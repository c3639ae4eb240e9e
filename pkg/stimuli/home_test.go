package stimuli

import (
	"errors"
	"strings"
	"testing"
)

func TestSafeID(t *testing.T) {
	for _, id := range []string{"MajajHong2015public.IT-pls", "a b", "Größe", "i1"} {
		if err := SafeID(id); err != nil {
			t.Error(err)
		}
	}
	for _, id := range []string{"", ".", "..", "../x", "/x", `a\b`, "a/b", ".hidden", " x", "x\n", "a\x00b", "\xff", "\u202ex", strings.Repeat("x", 201)} {
		var e *IDError
		if err := SafeID(id); !errors.As(err, &e) {
			t.Errorf("SafeID(%q) = %v", id, err)
		}
	}
}
