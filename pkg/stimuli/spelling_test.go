package stimuli

import "testing"

func TestSpelling(t *testing.T) {
	for _, c := range []struct {
		name       string
		ids, known []string
		want       string
	}{
		{"zeros lost", []string{"1", "2", "12"}, []string{"0001", "0002", "0012"}, `they match without leading zeros ("1" and "0001")`},
		{"zeros added", []string{"0001", "0000"}, []string{"0", "1"}, `they match without leading zeros ("0001" and "1")`},
		{"floats", []string{"1.0", "2.0"}, []string{"1", "2"}, `they match without .0 at the end ("1.0" and "1")`},
		{"floats without zeros", []string{"1.0", "2.0"}, []string{"01", "02"}, `they match without .0 at the end and leading zeros ("1.0" and "01")`},
		{"extensions", []string{"im0.png", "im1.JPEG"}, []string{"im0", "im1"}, `they match without extensions ("im0.png" and "im0")`},
		{"folders", []string{"a/im0", `b\im1`}, []string{"im0", "im1"}, `they match without folders ("a/im0" and "im0")`},
		{"folders and extensions", []string{"a/im0.png"}, []string{"im0", "im1"}, `they match without folders and extensions ("a/im0.png" and "im0")`},
		{"case", []string{"IM0"}, []string{"im0"}, `they match without regard to case ("IM0" and "im0")`},
		{"spaces", []string{" im0"}, []string{"im0"}, `they match without spaces around them (" im0" and "im0")`},
		{"a version is no extension", []string{"v1.2"}, []string{"v1"}, ""},
		{"other ids", []string{"x", "y"}, []string{"im0", "im1"}, ""},
		{"one of them unknown", []string{"1", "x"}, []string{"01", "02"}, ""},
		{"two known ones become the same", []string{"1"}, []string{"01", "001"}, ""},
		{"two of them become the same", []string{"a/im0", "b/im0"}, []string{"im0"}, ""},
		{"none", nil, []string{"a"}, ""},
	} {
		if got := Spelling(c.ids, c.known); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for s, want := range map[string]string{"0": "0", "00": "0", "007": "7", "0x": "0x", "": "", "a0": "a0", "00x": "0x", "10": "10"} {
		if got := withoutZeros(s); got != want {
			t.Errorf("%q without zeros is %q, want %q", s, got, want)
		}
	}
}

// A difference in writing takes the place of the remedy, wherever ids are compared.
func TestAlignmentErrorNamesSpelling(t *testing.T) {
	for want, known := range map[string][]string{
		`a.csv: names 2 stimulus ids ("im0.png", "im1.png") not in b.csv; they match without extensions ("im0.png" and "im0"): write them alike in both`: {"im0", "im1"},
		`a.csv: names 2 stimulus ids ("im0.png", "im1.png") not in b.csv; complete b.csv`:                                                                {"x"},
	} {
		err := &AlignmentError{Path: "a.csv", What: "names", IDs: []string{"im0.png", "im1.png"}, Where: "not in b.csv", Remedy: "complete b.csv", Known: known}
		if err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
