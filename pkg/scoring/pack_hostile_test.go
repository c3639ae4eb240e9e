package scoring

import (
	"archive/zip"
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// unreadablePacks returns changes of a pack, by their names, after which a part of its dump
// cannot be read: the pack as a whole is refused.
func unreadablePacks(t *testing.T) map[string]func(*forgery) {
	cases := make(map[string]func(*forgery))
	ids := func(change func([]string) []string) func(*forgery) {
		return func(f *forgery) {
			lines := strings.SplitAfter(string(f.file("a/stimulus_ids.csv").data), "\n")
			f.set("a/stimulus_ids.csv", []byte(strings.Join(change(lines), "")))
		}
	}
	for name, change := range map[string]func([]string) []string{
		"missing":          func(lines []string) []string { return slices.Delete(lines, 5, 6) },
		"twice":            func(lines []string) []string { lines[5] = lines[6]; return lines },
		"with a zero byte": func(lines []string) []string { lines[5] = "a\x00\n"; return lines },
		"of many":          func(lines []string) []string { return append(lines, strings.Repeat("y\n", 100_000)) },
	} {
		cases["an id "+name] = ids(change)
	}
	cases["ids without a header"] = ids(func(lines []string) []string { return lines[1:] })
	cases["ids in one line"] = func(f *forgery) { f.set("a/stimulus_ids.csv", bytes.Repeat([]byte("x"), 17<<20)) }
	header := func(text string) []byte {
		return fmt.Appendf(nil, "\x93NUMPY\x01\x00\x76\x00%-117s\n", text)
	}
	for name, data := range map[string][]byte{
		"of no bytes":       nil,
		"of objects":        header("{'descr': '|O', 'fortran_order': False, 'shape': (60, 2), }"),
		"of 2^63 values":    header("{'descr': '<f8', 'fortran_order': False, 'shape': (60, 4611686018427387904), }"),
		"of negative shape": header("{'descr': '<f8', 'fortran_order': False, 'shape': (60, -2), }"),
		"of missing values": header("{'descr': '<f8', 'fortran_order': False, 'shape': (60, 20), }"),
		"that runs":         header("__import__('os').remove('x')"),
		"of few rows":       arrayOf(t, 59, make([]float64, 59)),
	} {
		cases["an array "+name] = func(f *forgery) { f.set("a/more.npy", data) }
	}
	for name, data := range map[string]string{"a/more.compact.npz": "PK", "a/responses.csv": "", "a/t/9-3.npy": "", "a/t/x.npy": "", "a/more.rdm.npy": "x"} {
		cases["unreadable "+name] = func(f *forgery) { f.set(name, []byte(data)) }
	}
	cases["a layer twice but for case"] = func(f *forgery) { f.set("a/WIDE.compact.npz", f.file("a/wide.compact.npz").data) }
	cases["many empty files"] = func(f *forgery) {
		for i := range 2_000 {
			f.members = append(f.members, member(fmt.Sprintf("a/x%04d.csv", i), nil))
		}
		slices.SortFunc(f.members, func(a, b *forgedMember) int { return strings.Compare(a.Name, b.Name) })
	}
	cases["another local name"] = func(f *forgery) {
		f.bytes = func(data []byte) []byte {
			at := bytes.LastIndex(data, []byte("a/wide.compact.npz")) // of the directory
			data[at+2]--
			return data
		}
	}
	for name, change := range map[string]func(*zip.FileHeader){
		"of a descriptor": func(h *zip.FileHeader) { h.Flags |= 8 },
		"of UTF-8":        func(h *zip.FileHeader) { h.Flags |= 0x800 },
		"of zip64":        func(h *zip.FileHeader) { h.Extra = append([]byte{1, 0, 16, 0}, make([]byte, 16)...) },
		//lint:ignore SA1019 Modified would change the extra field too
		"of a time":   func(h *zip.FileHeader) { h.ModifiedDate = 33 },
		"of a system": func(h *zip.FileHeader) { h.CreatorVersion = 3 << 8 },
	} {
		cases["a header "+name] = func(f *forgery) { change(&f.file("a/narrow.npy").header) }
	}
	return cases
}
