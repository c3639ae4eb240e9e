package benchmarks

import (
	_ "embed"
	"encoding/csv"
	"strconv"
	"strings"
	"sync"
	"time"
)

// FormulaChanged is the day since which brain-score.org ceils scores on recordings as
// r²/c; before, it did as (r/c)².
var FormulaChanged = time.Date(2026, time.January, 13, 0, 0, 0, 0, time.UTC)

// FormulaChange describes a published benchmark whose ceiled score changed then.
type FormulaChange struct {
	Version int     // the first that is ceiled as r²/c
	Ceiling float64 // c, by which a score as (r/c)² becomes one as r²/c
}

//go:embed formulas.csv
var formulas string

// FormulaChanges returns the benchmarks whose formula changed, by identifier. Their
// ceilings are those that the reference implementation asserts.
var FormulaChanges = sync.OnceValue(func() map[string]FormulaChange {
	rows, err := csv.NewReader(strings.NewReader(formulas)).ReadAll()
	if err != nil {
		panic(err) // the file is part of the program
	}
	changes := map[string]FormulaChange{}
	for _, row := range rows[1:] {
		version, err := strconv.Atoi(row[1])
		if err != nil {
			panic(err)
		}
		ceiling, err := strconv.ParseFloat(row[2], 64)
		if err != nil {
			panic(err)
		}
		changes[row[0]] = FormulaChange{version, ceiling}
	}
	return changes
})
