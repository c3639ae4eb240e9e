package benchmarks

import (
	"embed"
	"sync"
)

// Embedded is the Source of a definition that comes with the program.
const Embedded = "embedded"

//go:embed definitions
var embedded embed.FS

// embeddedDefinitions returns copies of the definitions that come with the program.
func embeddedDefinitions() ([]*Definition, []failure) {
	ours, failures := parseEmbedded()
	copies := make([]*Definition, len(ours))
	for i, d := range ours {
		one := *d
		copies[i] = &one
	}
	return copies, failures
}

// parseEmbedded parses them once: those with a file of their own and those of lists.
var parseEmbedded = sync.OnceValues(func() ([]*Definition, []failure) {
	const dir = "definitions"
	files, failures := definitionFiles(embedded, dir, func(name string) string { return name })
	texts, err := expandLists(embedded, dir)
	if err != nil {
		failures = append(failures, failure{err: err})
	}
	for _, text := range texts {
		files = append(files, definitionFile{read: func() (*Definition, error) {
			d, _, err := parse(text.label, []byte(text.yaml))
			return d, err
		}})
	}
	ours, broken := readDefinitions(files)
	return ours, append(failures, broken...)
})
