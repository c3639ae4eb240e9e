package benchmarks

import (
	"slices"
	"testing"
)

// Each published benchmark has a definition, or a reason why it has none.
func TestPublishedList(t *testing.T) {
	list, err := PublishedList()
	if err != nil {
		t.Fatal(err)
	}
	const registered, without = 270, 6
	if len(list) != registered {
		t.Errorf("%d benchmarks, want %d", len(list), registered)
	}
	var ids, undefined []string
	for _, p := range list {
		ids = append(ids, p.Identifier)
		_, err := Home{}.Definition(p.Identifier)
		if (err == nil) != (p.Reason == "") {
			t.Errorf("%s: reason %q, but its definition: %v", p.Identifier, p.Reason, err)
		}
		if p.Reason != "" {
			undefined = append(undefined, p.Identifier)
		}
	}
	slices.Sort(ids)
	if n := len(slices.Compact(ids)); n != registered {
		t.Errorf("%d different identifiers", n)
	}
	if len(undefined) > without {
		t.Errorf("%d without a definition, more than %d: %v", len(undefined), without, undefined)
	}
}
