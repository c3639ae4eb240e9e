package stimuli

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/stats"
)

// orderOf returns the order of a column's values: as numbers, empty values last,
// if all others are numbers; else as strings, byte by byte.
func orderOf(values []string) func(a, b string) int {
	numbers := make(map[string]float64)
	for _, v := range values {
		if v == "" {
			continue
		}
		f, ok := number(v)
		if !ok {
			return strings.Compare
		}
		numbers[v] = f
	}
	return func(a, b string) int {
		if a == "" || b == "" {
			return -strings.Compare(a, b)
		}
		// Equal numbers written differently stay distinct.
		return cmp.Or(cmp.Compare(numbers[a], numbers[b]), strings.Compare(a, b))
	}
}

// number parses a number as tables may hold it: decimal digits, sign, point and
// exponent, or nan and inf.
func number(s string) (float64, bool) {
	for _, r := range s {
		if !strings.ContainsRune("0123456789+-.eEnNaAiIfF", r) {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// Codes numbers the distinct values in ascending order. It returns the number of
// each value, and the distinct values.
func Codes(values []string) (codes []int, names []string) {
	all, names := CodesOf(nil, values)
	return all[0], names
}

// CodesOf numbers the distinct values of columns together, in ascending order, on the
// given rows; nil takes all. It returns the numbers of each column's values, and the
// distinct values.
func CodesOf(rows []int, columns ...[]string) (codes [][]int, names []string) {
	distinct := make(map[string]int)
	for i, values := range columns {
		codes = append(codes, make([]int, len(values)))
		if rows != nil {
			codes[i] = codes[i][:len(rows)]
		}
		for k := range codes[i] {
			v := values[rowAt(rows, k)]
			code, ok := distinct[v]
			if !ok {
				code = len(names)
				distinct[v] = code
				names = append(names, v)
			}
			codes[i][k] = code
		}
	}
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	compare := orderOf(names)
	slices.SortFunc(order, func(a, b int) int { return compare(names[a], names[b]) })
	sorted, place := make([]string, len(names)), make([]int, len(names))
	for at, i := range order {
		sorted[at], place[i] = names[i], at
	}
	for _, column := range codes {
		for k, code := range column {
			column[k] = place[code]
		}
	}
	return codes, sorted
}

// rowAt returns the row at an index of rows; nil stands for all.
func rowAt(rows []int, index int) int {
	if rows == nil {
		return index
	}
	return rows[index]
}

// Number parses a finite number as tables may hold it.
func Number(s string) (float64, bool) {
	f, ok := number(s)
	return f, ok && stats.Finite(f)
}

// Levels numbers the distinct values as Codes does, but numbers that are written
// differently are one level. numbers are the levels as numbers, nil if one is not finite.
func Levels(values []string) (codes []int, names []string, numbers []float64) {
	codes, names = Codes(values)
	level := make([]int, len(names)) // of each name
	var distinct []string
	for i, name := range names {
		f, ok := Number(name)
		if !ok {
			return codes, names, nil
		}
		if len(numbers) == 0 || f != numbers[len(numbers)-1] {
			numbers, distinct = append(numbers, f), append(distinct, name)
		}
		level[i] = len(numbers) - 1
	}
	for row, code := range codes {
		codes[row] = level[code]
	}
	return codes, distinct, numbers
}

// Order returns the rows of distinct ids in ascending order of these.
func Order(ids []string) []int {
	codes, _ := Codes(ids)
	order := make([]int, len(ids))
	for row, code := range codes {
		order[code] = row
	}
	return order
}
