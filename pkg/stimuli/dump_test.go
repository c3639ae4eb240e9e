package stimuli

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

func dumpFolder(t *testing.T) folder {
	return folder{
		"home/set/stimuli.csv":          "stimulus_id,label\na,x\nb,y\nc,x\n",
		"net/model.yaml":                "identifier: my-net\ncommitments: {IT: top}\nmetadata: {imagenet_top1: 0.7}\n",
		"net/set/top.npy":               array(t, 3, 2, 1, 2, 3, 4, 5, 6),
		"net/set/wide.npy":              array(t, 3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9),
		"net/set/stimulus_ids.csv":      "stimulus_id\nc\na\nb\n",
		"net/set/recurrent/70-90.npy":   array(t, 3, 1, 1, 2, 3),
		"net/set/probabilities.npy":     array(t, 3, 2, .1, .9, .2, .8, .3, .7),
		"net/set/choices.csv":           "choice\ny\nx\n",
		"net/set/responses.csv":         "stimulus_id,choice\na,x\nb,x\nc,y\n",
		"net/set/notes.txt":             "none",
		"net/set/.hidden.npy":           "none",
		"net/set/empty-folder/keep.txt": "",
	}
}

func open(t *testing.T, f folder) (*Dump, *StimulusSet) {
	t.Helper()
	dir := f.write(t)
	d, err := OpenDump(dir + "/net")
	if err != nil {
		t.Fatal(err)
	}
	set, err := LoadStimulusSet(dir + "/home/set")
	if err != nil {
		t.Fatal(err)
	}
	return d, set
}

func TestDump(t *testing.T) {
	d, set := open(t, dumpFolder(t))
	if d.ID != "my-net" || d.Commitments["IT"] != "top" || d.Metadata["imagenet_top1"] != 0.7 {
		t.Errorf("dump %+v", d)
	}
	c, err := d.Contents("set")
	if err != nil || !slices.Equal(c.Layers, []string{"top", "wide"}) || !slices.Equal(c.TimeLayers, []string{"recurrent"}) || !c.Probabilities || !c.Responses {
		t.Errorf("contents %+v, %v", c, err)
	}
	layer, err := d.OpenLayer(set, "top", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer layer.Close()
	s, err := layer.Select([]string{"a", "c"})
	if err != nil {
		t.Fatal(err)
	}
	block := make([]float64, 4)
	if err := s.ReadBlock(0, 2, block, 2); err != nil || !slices.Equal(block, []float64{3, 4, 1, 2}) {
		t.Errorf("block %v, %v", block, err)
	}
	if path, id := s.Locate(1); id != "c" || !strings.HasSuffix(path, "top.npy") {
		t.Errorf("row 1 is %s of %s", id, path)
	}
	if layer.UnusedRows([]string{"a", "c"}) != 1 {
		t.Error("one row is extra")
	}
	both, err := s.AppendRows(s)
	if err != nil || both.Rows() != 4 {
		t.Fatalf("two selections: %v", err)
	}
	p, err := d.Probabilities(set, []string{"b", "c"}, []string{"x", "y"})
	if err != nil || !slices.Equal(p, []float64{.7, .3, .9, .1}) {
		t.Errorf("probabilities %v, %v", p, err)
	}
	choices, _, err := d.Responses("set", []string{"c", "a"})
	if err != nil || !slices.Equal(choices, []string{"y", "x"}) {
		t.Errorf("choices %v, %v", choices, err)
	}
}

func TestDumpWithoutIDs(t *testing.T) {
	d, set := open(t, dumpFolder(t).with(folder{"net/set/stimulus_ids.csv": "", "net/model.yaml": ""}))
	if d.ID != "net" {
		t.Errorf("identifier %q, want the folder's name", d.ID)
	}
	layer, err := d.OpenLayer(set, "top", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer layer.Close()
	if rows, err := layer.Rows([]string{"c", "a"}); err != nil || !slices.Equal(rows, []int{2, 0}) {
		t.Errorf("rows %v, %v", rows, err)
	}
}

func TestDumpErrors(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes folder
		part    string
	}{
		{"row without an id", folder{"net/set/stimulus_ids.csv": "stimulus_id\na\nb\n"}, "has 3 rows, but "},
		{"id twice", folder{"net/set/stimulus_ids.csv": "stimulus_id\na\nb\na\n"}, `repeats 1 stimulus id ("a")`},
		{"stimulus without a row", folder{"net/set/stimulus_ids.csv": "stimulus_id\na\nd\nb\n"}, `for 1 stimulus id ("c")`},
		{"rows without ids", folder{"net/set/stimulus_ids.csv": "", "net/set/top.npy": array(t, 2, 1, 1, 2)}, "write stimulus_ids.csv"},
		{"truncated", folder{"net/set/top.npy": array(t, 3, 2, 1, 2, 3, 4, 5, 6)[:150]}, "top.npy"},
		{"no such layer", folder{"net/set/top.npy": "", "net/set/topp.npy": array(t, 3, 1, 1, 2, 3)}, `did you mean "topp"?`},
	} {
		d, set := open(t, dumpFolder(t).with(c.changes))
		layer, err := d.OpenLayer(set, "top", nil)
		if err == nil {
			_, err = layer.Select(set.IDs)
			layer.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.part)
		}
	}
	d, set := open(t, dumpFolder(t))
	for _, layer := range []string{"../set/top", "", "..", "a/b"} {
		if _, err := d.OpenLayer(set, layer, nil); err == nil {
			t.Errorf("layer %q opens", layer)
		}
	}
	var aligned *AlignmentError
	if _, _, err := d.Responses("set", []string{"a", "zz"}); !errors.As(err, &aligned) || !slices.Equal(aligned.IDs, []string{"zz"}) {
		t.Errorf("missing choice: %v", err)
	}
	if _, err := d.Probabilities(set, []string{"a"}, []string{"x", "z"}); err == nil || !strings.Contains(err.Error(), `lacks 1 object(s) that the trials offer ("z")`) {
		t.Errorf("missing object: %v", err)
	}
}

func TestOpenDumpErrors(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes folder
		dir     string
		part    string
	}{
		{"missing", nil, "/nett", "is missing"},
		{"a file", nil, "/net/set/top.npy", "is not a folder"},
		{"unknown key", folder{"net/model.yaml": "identifer: x\n"}, "/net", "identifier"},
		{"layer elsewhere", folder{"net/model.yaml": "commitments: {IT: ../x}\n"}, "/net", "name a layer"},
		{"a zero byte", folder{"net/model.yaml": "identifier: \"a\\0b\"\n"}, "/net", `has the identifier "a\x00b", which holds a zero byte; write an identifier into model.yaml`},
		{"a layer twice", folder{"net/model.yaml": "layers: [a, b, a]\n"}, "/net", `model.yaml: lists the layer "a" twice under layers`},
		{"a layer without a name", folder{"net/model.yaml": "layers: [a, '']\n"}, "/net", "lists a layer without a name under layers"},
		{"no components", folder{"net/model.yaml": "reduction: {fit_stimulus_set: x}\n"}, "/net", "incomplete reduction"},
	} {
		if _, err := OpenDump(dumpFolder(t).with(c.changes).write(t) + c.dir); err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.part)
		}
	}
}

// Names of folders and files that are not UTF-8 would be changed by every format that
// they are written in.
func TestNamesThatAreNotUTF8(t *testing.T) {
	dir := dumpFolder(t).write(t)
	if err := os.Remove(dir + "/net/model.yaml"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(dir+"/net", dir+"/net\xff"); err != nil {
		t.Skip("the file system refuses such names: ", err)
	}
	if _, err := OpenDump(dir + "/net\xff"); err == nil || !strings.Contains(err.Error(), "which is not UTF-8; write an identifier into model.yaml") {
		t.Errorf("the folder: %v", err)
	}
	if err := errors.Join(os.Rename(dir+"/net\xff", dir+"/net"), os.Rename(dir+"/net/set/top.npy", dir+"/net/set/t\xff.npy")); err != nil {
		t.Fatal(err)
	}
	d, err := OpenDump(dir + "/net")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Contents("set"); err == nil || !strings.Contains(err.Error(), `has the layer "t\xff", which is not UTF-8; rename the file`) {
		t.Errorf("a layer: %v", err)
	}
}
