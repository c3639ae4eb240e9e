package benchmarks

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
)

//go:embed published.csv
var publishedList []byte

// Published is a benchmark that the reference implementation registers.
type Published struct {
	Identifier string
	// Stored is the identifier of its scores, if it is another.
	Stored  string
	Version int
	Parent  string
	// Metric is the metric of the definition with the same identifier, or a name if there is
	// none.
	Metric string
	// Reason is why no definition can say it, "" if there is one.
	Reason string
}

// PublishedList lists the benchmarks that the reference implementation registers, by
// identifier.
func PublishedList() ([]Published, error) {
	records, err := csv.NewReader(bytes.NewReader(publishedList)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("published.csv: %w", err)
	}
	header := records[0]
	var list []Published
	for i, record := range records[1:] {
		cell := func(column string) string { return record[slices.Index(header, column)] }
		version, err := strconv.Atoi(cell("version"))
		if err != nil {
			return nil, fmt.Errorf("published.csv:%d: %w", i+2, err)
		}
		list = append(list, Published{cell("identifier"), cell("stored"), version, cell("parent"), cell("metric"), cell("reason")})
	}
	return list, nil
}
