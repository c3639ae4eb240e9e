package stimuli

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Compare returns the order of a column's values: as numbers, empty values last,
// if all others are numbers; else as strings, byte by byte.
func Compare(values []string) func(a, b string) int {
	numbers := make(map[string]float64, len(values))
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
	compare := Compare(values)
	distinct := make(map[string]int)
	for _, v := range values {
		distinct[v] = 0
	}
	for name := range distinct {
		names = append(names, name)
	}
	slices.SortFunc(names, compare)
	for code, name := range names {
		distinct[name] = code
	}
	codes = make([]int, len(values))
	for i, v := range values {
		codes[i] = distinct[v]
	}
	return codes, names
}
