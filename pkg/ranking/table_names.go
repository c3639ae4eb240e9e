package ranking

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// The columns of a table that name models and place them in it, folded by foldColumn:
// these are neither scores nor metadata.
var (
	modelColumns = []string{"model", "modelname"}
	idColumns    = []string{"modelid"}
	labelColumns = slices.Concat(modelColumns, idColumns, []string{"rank", "filteredscore"})
)

// foldColumn returns a column's name as it is compared: Model ID, model_id and ModelID are
// one.
func foldColumn(column string) string {
	return strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(column))
}

// isLabel reports whether a column is one of labelColumns.
func isLabel(column string) bool { return slices.Contains(labelColumns, foldColumn(column)) }

// columnOf returns the first column of a table whose name is one of the folded names.
func columnOf(t *stimuli.Table, names []string) (column string, ok bool) {
	for _, c := range t.Columns {
		if slices.Contains(names, foldColumn(c)) {
			return c, true
		}
	}
	return "", false
}

// modelNames returns the model of each row of a table. Models that the table names alike
// are told apart by the identifiers that it has of them, if any: the name becomes
// NAME (ID).
func (b *Builder) modelNames(t *stimuli.Table, rows []int) ([]string, error) {
	column, ok := columnOf(t, modelColumns)
	if !ok {
		column = "model" // an error that lists the columns
	}
	names, err := t.Column(column)
	if err != nil {
		return nil, err
	}
	column, ok = columnOf(t, idColumns)
	if !ok {
		return names, nil
	}
	ids, err := t.Column(column)
	if err != nil {
		return nil, err
	}
	count := map[string]int{}
	for _, row := range rows {
		count[names[row]]++
	}
	var alike []string
	names = slices.Clone(names)
	for _, row := range rows {
		name := names[row]
		if count[name] < 2 || name == "" || ids[row] == "" {
			continue
		}
		if !slices.Contains(alike, name) {
			alike = append(alike, name)
		}
		names[row] = fmt.Sprintf("%s (%s)", name, ids[row])
	}
	if len(alike) > 0 {
		b.warn("%s: several models are named %s; the %s is added to these names", t.Path, joinAnd(alike), column)
	}
	return names, nil
}

var versionSuffix = regexp.MustCompile(`^(.+)_v([0-9]{1,9})$`)

// withoutVersion returns the name of a column without the version of the benchmark, as in
// MajajHong2015.IT-pls_v4, and the version, 0 if there is none.
func withoutVersion(column string) (name string, version int) {
	m := versionSuffix.FindStringSubmatch(column)
	if m == nil {
		return column, 0
	}
	version, _ = strconv.Atoi(m[2])
	return m[1], version
}
