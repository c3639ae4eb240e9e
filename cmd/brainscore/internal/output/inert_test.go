package output

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/brainscore-go/brainscore/internal/hostile"
	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	_ "github.com/brainscore-go/brainscore/pkg/metrics/choice" // registers the metrics
	"github.com/brainscore-go/brainscore/pkg/observers"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// Whatever the names in every field of what is written, each format remains text: tables
// and Markdown have no control characters and no markup of theirs, cells of CSV and TSV
// are no formulas, and JSON is valid.
func TestNamesAreInert(t *testing.T) {
	var (
		report      benchmarks.Report
		board       ranking.Board
		analysis    ranking.Analysis
		comparisons Comparisons
		ceilings    scoring.Ceilings
		listed      []Listed
		definition  benchmarks.Definition
		inspections []*scoring.Inspection
		validations []*scoring.Validation
		unread      []benchmarks.Failure
		answers     observers.Answers
	)
	writers := map[string]func(w io.Writer, format Format) error{
		"scores":      func(w io.Writer, format Format) error { return WriteScores(w, report, format, false) },
		"board":       func(w io.Writer, format Format) error { return WriteBoard(w, &board, BoardView{}, format, false) },
		"analysis":    func(w io.Writer, format Format) error { return WriteAnalysis(w, &analysis, format, false) },
		"comparisons": func(w io.Writer, format Format) error { return WriteComparisons(w, comparisons, format, false) },
		"ceilings":    func(w io.Writer, format Format) error { return WriteCeilings(w, ceilings, format, false) },
		"list": func(w io.Writer, format Format) error {
			if format != Table {
				return WriteDefinitions(w, listed, format, false)
			}
			page := NewPage(w, 60)
			return errors.Join(WriteDefinitions(page, listed, format, false), page.Flush())
		},
		"definition": func(w io.Writer, format Format) error {
			if format != JSON { // it is YAML otherwise
				return nil
			}
			return WriteDefinition(w, &definition, format)
		},
		"inspections": func(w io.Writer, format Format) error {
			if format != Table && format != JSON {
				return nil
			}
			return WriteInspections(w, inspections, nil, format, false)
		},
		"validations": func(w io.Writer, format Format) error { return WriteValidations(w, validations, unread, format, false) },
	}
	for _, table := range answerTables {
		writers["answers, "+table.kind] = func(w io.Writer, format Format) error {
			return WriteAnswers(t.Context(), w, table.kind, &answers, format, false)
		}
	}
	for _, name := range hostile.Texts {
		for _, v := range []any{&report, &board, &analysis, &comparisons, &ceilings, &listed, &definition, &inspections, &validations, &unread} {
			hostile.Fill(v, name)
		}
		board.Numeric = nil // else the metadata are numbers
		answers = observers.Answers{}
		hostile.Fill(&answers, name)
		// All codes are 3.
		answers.Names, answers.Conditions, answers.Texture, answers.Stimuli = slices.Repeat(answers.Names, 4), slices.Repeat(answers.Conditions, 4), make([]int, 4), 4
		for what, write := range writers {
			for _, format := range Formats {
				var b bytes.Buffer
				if err := write(&b, format); err != nil {
					t.Fatalf("%s as %s of %q: %v", what, format, name, err)
				}
				if bad := activePart(format, b.Bytes()); bad != "" {
					t.Errorf("%s as %s of %q holds %q", what, format, name, bad)
				}
			}
		}
	}
}

// markup is what Markdown would take as markup or HTML.
var markup = regexp.MustCompile("(^|[^\\\\])[<`\\[~#&]")

// activePart returns a part of what was written that is more than text, "" if there is
// none.
func activePart(format Format, written []byte) string {
	if !utf8.Valid(written) && !slices.Contains(Programs, format) {
		return "invalid UTF-8"
	}
	switch format {
	case JSON:
		if len(written) > 0 && !json.Valid(written) {
			return string(written)
		}
	case CSV, TSV:
		return formula(written, format)
	default:
		for line := range strings.Lines(string(written)) {
			line = strings.TrimSuffix(line, "\n")
			if text.Safe(line) != line {
				return line
			}
			if format == Markdown && markup.MatchString(strings.ReplaceAll(line, `\\`, "")) {
				return line
			}
		}
	}
	return ""
}

// formula returns a cell that a spreadsheet would compute.
func formula(written []byte, format Format) string {
	r := csv.NewReader(bytes.NewReader(written))
	r.FieldsPerRecord = -1 // grids of several tables
	if format == TSV {
		r.Comma = '\t'
	}
	records, err := r.ReadAll()
	if err != nil {
		return err.Error()
	}
	for _, record := range records {
		for _, cell := range record {
			if _, err := strconv.ParseFloat(cell, 64); err != nil && cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				return cell
			}
		}
	}
	return ""
}
