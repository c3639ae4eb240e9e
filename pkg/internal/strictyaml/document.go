package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/brainscore-go/brainscore/internal/fileerr"
)

// MaxSize is the maximum size of a file in bytes. Files written by hand are far
// smaller.
const MaxSize = 1 << 20

// Limits on the nodes that a small file may unfold to by aliases and nesting.
const (
	maxNodes = 100_000
	maxDepth = 100
)

// Document holds the lines of a decoded file's keys, for mistakes that are found
// only later in its values.
type Document struct {
	Path  string
	lines map[string]int
}

// Unmarshal decodes the file's data strictly. path is for messages only. The
// error is a *fileerr.Error or several joined.
func Unmarshal(path string, data []byte, into any) error {
	_, err := Decode(path, data, into)
	return err
}

// Decode decodes the file's data as Unmarshal does and returns the lines of keys.
func Decode(path string, data []byte, into any) (*Document, error) {
	root, err := parse(path, data)
	if err != nil {
		return nil, err
	}
	d := &decoder{doc: &Document{Path: path, lines: map[string]int{}}}
	d.scan(root, "", 0)
	if len(d.mistakes) == 0 {
		d.decode(root, "", into)
	}
	if len(d.mistakes) > 0 {
		return nil, fileerr.Join(d.mistakes)
	}
	return d.doc, nil
}

// Has reports whether the key has a value in the file. Keys in groups are joined by
// a dot, as in "metric.name"; elements of lists are numbered from 0.
func (d *Document) Has(key string) bool {
	_, ok := d.lines[key]
	return ok
}

// Line returns the line of a key, or of the innermost group around it that the
// file has.
func (d *Document) Line(key string) int {
	for {
		if line, ok := d.lines[key]; ok {
			return line
		}
		dot := strings.LastIndexByte(key, '.')
		if dot < 0 {
			return d.lines[""]
		}
		key = key[:dot]
	}
}

// Errorf returns an error at the line of a key.
func (d *Document) Errorf(key, remedy, format string, args ...any) *fileerr.Error {
	return &fileerr.Error{Path: d.Path, Line: d.Line(key), What: fmt.Sprintf(format, args...), Remedy: remedy}
}

// parse returns the root node of a file, which must hold one document.
func parse(path string, data []byte) (*yaml.Node, error) {
	if len(data) > MaxSize {
		return nil, &fileerr.Error{Path: path, What: fmt.Sprintf("the file is larger than the %d KiB that a definition may have", MaxSize>>10), Remedy: "name a YAML file written for brainscore"}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := decoder.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, empty(path)
	} else if err != nil {
		return nil, syntax(path, data, err)
	}
	if len(doc.Content) != 1 || isNull(doc.Content[0]) {
		return nil, empty(path)
	}
	var second yaml.Node
	if err := decoder.Decode(&second); err == nil {
		return nil, &fileerr.Error{Path: path, Line: second.Line, What: "a second document begins here", Remedy: "write one document in a file"}
	} else if !errors.Is(err, io.EOF) {
		return nil, syntax(path, data, err)
	}
	return doc.Content[0], nil
}

func empty(path string) *fileerr.Error {
	return &fileerr.Error{Path: path, What: "the file is empty", Remedy: "write its keys, or remove it"}
}

// syntaxLine splits the messages of go.yaml.in/yaml/v3, which has no typed errors.
var syntaxLine = regexp.MustCompile(`^(?:line (\d+): )?(?s:(.*))$`)

// parserMessage matches messages of its parser, which counts lines from 0, but not
// those of its scanner.
var parserMessage = regexp.MustCompile(`did not find expected (node content|key|',' or '[]}]'|'-' indicator|<)`)

func syntax(path string, data []byte, err error) *fileerr.Error {
	e := &fileerr.Error{Path: path, Err: err, Remedy: "check the indentation, and quote values that hold \": \" or \" #\" or begin with a special character"}
	parts := syntaxLine.FindStringSubmatch(strings.TrimPrefix(err.Error(), "yaml: "))
	e.Line, _ = strconv.Atoi(parts[1])
	if parserMessage.MatchString(parts[2]) {
		e.Line++
	}
	// At the end of the file it counts one line too many.
	e.Line = min(e.Line, max(1, bytes.Count(bytes.TrimRight(data, " \r\n\t"), []byte("\n"))+1))
	e.What = "not YAML: " + parts[2]
	switch {
	case strings.Contains(parts[2], "cannot start any token"):
		e.Remedy = "indent by spaces, not tabs, and quote values that begin with @, ` or %"
	case strings.Contains(parts[2], "UTF-8"), strings.Contains(parts[2], "control characters"):
		e.Remedy = "save the file as plain text in UTF-8"
	case strings.Contains(parts[2], "unknown anchor"):
		e.Remedy = "quote a value that begins with *"
	case strings.Contains(parts[2], "exceeded max depth"):
		e.Remedy = "nest fewer groups and lists"
	}
	if unplaced := strings.Contains(parts[2], "UTF-8") || strings.Contains(parts[2], "control characters") || strings.Contains(parts[2], "unknown anchor"); e.Line == 0 && !unplaced {
		e.Line = 1 // the parser does not name the first line
	}
	return e
}
