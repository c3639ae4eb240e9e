package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// tokens are what people, programs and attackers write in place of a value.
var tokens = []string{"", " ", "nan", "NaN", "inf", "-Infinity", "1e999", "-1e308", "1e-320", "0", "-0", "-1", "1.5", "99999999999999999999", strings.Repeat("9", 400),
	"null", "~", "true", "[]", "{}", "[[", "\"", "'", ",", ":", "\n", "\r", "\t", "\x00", "\xff", "\u202e", "\x1b[31m", "../x", "/", "=1+1", "0x1F", "1_000", "&a", "*a", "!!binary", "<<", "%s%n", "é", "e\u0301"}

var word = regexp.MustCompile(`[A-Za-z0-9_.+-]+`)

// mutate returns a changed copy of a file. Which change it is depends on r alone.
func mutate(r *rand.Rand, name string, data []byte) []byte {
	b := bytes.Clone(data)
	head := len(b)
	isText := slices.Contains([]string{".csv", ".yaml", ".json"}, filepath.Ext(name))
	if !isText {
		head = min(128, head)
	}
	for range 1 + r.IntN(3) {
		if isText && r.IntN(4) > 0 || filepath.Ext(name) == ".npy" && r.IntN(2) > 0 {
			b = mutateText(r, b, min(head, len(b)))
		} else {
			b = mutateBytes(r, b)
		}
	}
	return b
}

// mutateText changes a word, line or cell of the first bytes.
func mutateText(r *rand.Rand, b []byte, head int) []byte {
	pick := func(places [][]int) (lo, hi int) {
		if len(places) == 0 {
			return 0, 0
		}
		p := places[r.IntN(len(places))]
		return p[0], p[1]
	}
	words := word.FindAllIndex(b[:head], -1)
	lo, hi := pick(words)
	switch lines := bytes.SplitAfter(b, []byte("\n")); r.IntN(7) {
	case 0: // delete a line
		i := r.IntN(len(lines))
		return bytes.Join(slices.Delete(lines, i, i+1), nil)
	case 1: // repeat a line elsewhere
		return bytes.Join(slices.Insert(lines, r.IntN(len(lines)+1), lines[r.IntN(len(lines))]), nil)
	case 2: // exchange lines
		i, j := r.IntN(len(lines)), r.IntN(len(lines))
		lines[i], lines[j] = lines[j], lines[i]
		return bytes.Join(lines, nil)
	case 3: // write one word in place of another
		from, to := pick(words)
		return slices.Replace(b, lo, hi, bytes.Clone(b[from:to])...)
	case 4: // double a letter, or change its case
		if hi == lo {
			return b
		}
		i := lo + r.IntN(hi-lo)
		return slices.Replace(b, i, i+1, b[i]^0x20, b[i])
	default:
		return slices.Replace(b, lo, hi, []byte(tokens[r.IntN(len(tokens))])...)
	}
}

// mutateBytes changes a few bytes anywhere.
func mutateBytes(r *rand.Rand, b []byte) []byte {
	if len(b) == 0 {
		return []byte{byte(r.Uint32())}
	}
	i := r.IntN(len(b))
	j := min(len(b), i+1+r.IntN(16))
	switch r.IntN(8) {
	case 0:
		return b[:i]
	case 1:
		return slices.Delete(b, i, j)
	case 2:
		return slices.Insert(b, r.IntN(len(b)), bytes.Clone(b[i:j])...)
	case 3:
		clear(b[i:j])
	case 4:
		for k := range b[i:j] {
			b[i+k] = 0xff
		}
	case 5:
		b[i] = byte(r.Uint32())
	default:
		b[i] ^= 1 << r.IntN(8)
	}
	return b
}

// equivalent returns another file of the same content, nil for formats that have
// none here.
func equivalent(r *rand.Rand, name string, data []byte) []byte {
	switch filepath.Ext(name) {
	case ".csv":
		return equivalentCSV(r, data)
	case ".yaml":
		if bytes.ContainsAny(data, "%\r\xff\x00") || bytes.Contains(data, []byte("---")) || bytes.Contains(data, []byte("...")) {
			return nil
		}
		return [][]byte{
			append([]byte("# a comment\n---\n"), data...),
			append(bytes.Clone(data), "\n\n# a comment\n"...),
			bytes.ReplaceAll(data, []byte("\n"), []byte("   \n")),
			bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")),
		}[r.IntN(4)]
	case ".json":
		if !json.Valid(data) {
			return nil
		}
		var b bytes.Buffer
		if r.IntN(2) == 0 {
			if json.Indent(&b, data, " ", "\t") != nil {
				return nil
			}
			return b.Bytes()
		}
		return bytes.Replace(data, []byte("{"), []byte(`{"unknown_of_later": [{"a": null}], `), 1)
	case ".npy":
		return equivalentNPY(r, data)
	}
	return nil
}

func equivalentCSV(r *rand.Rand, data []byte) []byte {
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil || len(rows) == 0 || bytes.HasPrefix(data, []byte("\ufeff")) || bytes.Contains(data, []byte("\r")) {
		return nil
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	switch r.IntN(6) {
	case 0:
		return append([]byte("\ufeff"), data...)
	case 1:
		return bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
	case 2:
		return bytes.TrimSuffix(data, []byte("\n"))
	case 3: // quote every cell
		for _, row := range rows {
			for j, cell := range row {
				if j > 0 {
					b.WriteByte(',')
				}
				b.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
			}
			b.WriteByte('\n')
		}
		return b.Bytes()
	case 4: // other columns first
		for i, row := range rows {
			rows[i] = append(slices.Clone(row[1:]), row[0])
		}
	case 5: // a column that nobody knows
		for i, row := range rows {
			note := "x,\ny"
			if i == 0 {
				note = "a_note"
			}
			rows[i] = slices.Insert(slices.Clone(row), r.IntN(2), note)
		}
		for i := range rows { // in one place
			if j := slices.Index(rows[i], "x,\ny"); j >= 0 && slices.Index(rows[0], "a_note") != j {
				rows[i] = slices.Insert(slices.Delete(rows[i], j, j+1), 1-j, "x,\ny")
			}
		}
	}
	_ = w.WriteAll(rows)
	return b.Bytes()
}

// equivalentNPY writes the header in another version, or with more blanks.
func equivalentNPY(r *rand.Rand, data []byte) []byte {
	if len(data) < 10 || !bytes.HasPrefix(data, []byte("\x93NUMPY\x01\x00")) {
		return nil
	}
	n := int(data[8]) | int(data[9])<<8
	if len(data) < 10+n {
		return nil
	}
	header, elements := string(data[10:10+n]), data[10+n:]
	header = strings.TrimRight(header, " \n")
	size := (len(header) + 13 + 63) / 64 * 64
	prefix := "\x93NUMPY\x02\x00"
	if r.IntN(2) == 0 {
		size += 64
		header = strings.Replace(header, "{", "{  ", 1)
	}
	header += strings.Repeat(" ", size-13-len(header)) + "\n"
	length := []byte{byte(len(header)), byte(len(header) >> 8), 0, 0}
	return slices.Concat([]byte(prefix), length, []byte(header), elements)
}
