// Package output writes results as tables for people and as JSON, CSV, TSV and Markdown
// for programs and papers, to standard output or to a file. It formats figures and
// computes none.
package output

// Format is a form in which results are written.
type Format string

// The formats.
const (
	Table    Format = "table"
	JSON     Format = "json"
	CSV      Format = "csv"
	TSV      Format = "tsv"
	Markdown Format = "markdown"
)

// Formats are all formats, the default first.
var Formats = []Format{Table, JSON, CSV, TSV, Markdown}
