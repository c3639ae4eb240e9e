package benchmarks

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"
)

// Embedded is the Source of a definition that comes with the program.
const Embedded = "embedded"

//go:embed definitions
var embedded embed.FS

// embeddedDefinition returns a copy of one that comes with the program, which is parsed
// once, when it is first needed: a command that asks for one does not wait for hundreds.
type embeddedDefinition func() (*Definition, error)

// embeddedDefinitions returns the definitions that come with the program by identifier:
// those with a file of their own, whose name it is, and those of lists.
var embeddedDefinitions = sync.OnceValues(func() (map[string]embeddedDefinition, error) {
	const dir = "definitions"
	byID := make(map[string]embeddedDefinition)
	add := func(id string, read func() (*Definition, error)) error {
		if byID[id] != nil {
			return fmt.Errorf("%s: two embedded definitions", id)
		}
		once := sync.OnceValues(func() (*Definition, error) {
			d, err := read()
			if err == nil {
				d.setSource(Embedded)
			}
			return d, err
		})
		byID[id] = func() (*Definition, error) {
			d, err := once()
			if err != nil {
				return nil, err
			}
			copied := *d
			return &copied, nil
		}
		return nil
	}
	entries, err := embedded.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		id, isDefinition := strings.CutSuffix(entry.Name(), ".yaml")
		if !isDefinition {
			continue
		}
		name := entry.Name()
		if err := add(id, func() (*Definition, error) { return readDefinition(embedded, path.Join(dir, name), name) }); err != nil {
			return nil, err
		}
	}
	texts, err := expandLists(embedded, dir)
	if err != nil {
		return nil, err
	}
	for _, text := range texts {
		if err := add(text.identifier(), func() (*Definition, error) {
			d, _, err := parse(text.label, []byte(text.yaml))
			return d, err
		}); err != nil {
			return nil, err
		}
	}
	return byID, nil
})
