package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var link = regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)

// Links of README and of the pages lead to files of the repository.
func TestLinks(t *testing.T) {
	texts := map[string]string{}
	for _, p := range Pages() {
		texts[p.Name+".md"] = p.Text
		if p.Title == "" || strings.Contains(p.Title, "#") {
			t.Errorf("%s has no title on its first line", p.Name)
		}
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	texts["../README.md"] = string(readme)
	for from, text := range texts {
		found := link.FindAllStringSubmatch(text, -1)
		if from == "../README.md" && len(found) < 5 {
			t.Errorf("README has %d links", len(found))
		}
		for _, m := range found {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(from), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", from, m[1])
			}
		}
	}
}
