package output

// Format is a form in which results are written.
type Format string

// The formats.
const (
	Table    Format = "table"
	JSON     Format = "json"
	CSV      Format = "csv"
	Markdown Format = "markdown"
)

// Formats are all formats, the default first.
var Formats = []Format{Table, JSON, CSV, Markdown}
