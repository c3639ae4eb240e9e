package data

import (
	"fmt"
	"strings"
	"testing"
)

func TestPublished(t *testing.T) {
	r := Published()
	assemblies, sets, private := 0, 0, 0
	for _, o := range r.Objects {
		switch o.Kind {
		case Assembly:
			assemblies++
		case StimulusSet:
			sets++
		}
		if o.Private {
			private++
		}
	}
	if assemblies != 138 || sets != 148 {
		t.Errorf("%d assemblies and %d stimulus sets", assemblies, sets)
	}
	for id, want := range map[string]bool{
		"MajajHong2015.public": false, "MajajHong2015.private": true, "MajajHong2015": true, "MajajHong2015.temporal.public": false,
		"FreemanZiemba2013.public": false, "Rajalingham2018.public": false, "Rajalingham2018.private": true, "Kar2019": true,
		"Geirhos2021cueconflict": false, "Ferguson2024_color": false, "Malania2007.short2": false, "Scialom2024_segments-all": false,
	} {
		if o, ok := r.Find(Assembly, id); !ok || o.Private != want {
			t.Errorf("%s: found %v, private %v", id, ok, o.Private)
		}
	}
	for id, want := range map[string]bool{"hvm-public": false, "hvm-private": true, "objectome.public": false, "Geirhos2021edge": false,
		"Ferguson2024_color_training_stimuli": false, "imagenet_val": true, "imagenet_c.blur": true, "BarbuMayo2019": true} {
		if o, ok := r.Find(StimulusSet, id); !ok || o.Private != want {
			t.Errorf("%s: found %v, private %v", id, ok, o.Private)
		}
	}
	for id, want := range map[string]string{"Geirhos2021edge": "behavioral", "Hebart2023": "behavioral", "Malania2007.long2": "behavioral", "Cadena2017": "neural"} {
		if o, _ := r.Find(Assembly, id); o.DataKind() != want {
			t.Errorf("%s is %s", id, o.DataKind())
		}
	}
}

func TestURLs(t *testing.T) {
	r := Published()
	for _, c := range []struct {
		kind             Kind
		id, mirror, want string
	}{
		{Assembly, "MajajHong2015.public", "", "https://brainscore-storage.s3.amazonaws.com/brainio-brainscore/assy_dicarlo_MajajHong2015_public.nc"},
		{Assembly, "FreemanZiemba2013.public", "", "https://brainscore-storage.s3.amazonaws.com/brainio-brainscore/assy_movshon_FreemanZiemba2013_public.nc?versionId=W2vx7jdh9utZdVumHHarXa4L1zOrA8Fd"},
		{StimulusSet, "hvm-public", "", "https://brainscore-storage.s3.amazonaws.com/brainio-brainscore/stimulus_hvm-public.csv"},
		{StimulusSet, "Geirhos2021cueconflict", "", "https://brainscore-storage.s3.amazonaws.com/brainio-brainscore/stimulus_Geirhos2021_cue-conflict.csv"},
		{StimulusSet, "hvm-public", "http://mirror:8/x/", "http://mirror:8/x/brainio-brainscore/stimulus_hvm-public.csv http://mirror:8/x/stimulus_hvm-public.csv"},
	} {
		o, _ := r.Find(c.kind, c.id)
		urls, err := o.Table.urls(c.mirror)
		if got := strings.Trim(fmt.Sprint(urls), "[]"); got != c.want || err != nil {
			t.Errorf("%s: %s, %v", c.id, got, err)
		}
	}
}

func TestNamed(t *testing.T) {
	r := Published()
	for name, want := range map[string]int{
		"Kar2019": 2, "dicarlo.Kar2019": 1, "MajajHong2015.public": 1, "dicarlo.MajajHong2015.public": 1,
		"Geirhos2021_cue-conflict": 2, "Geirhos2021cueconflict": 2, "hvm": 1, "nothing": 0,
	} {
		if got := r.Named(name); len(got) != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if err := r.Unknown("MajajHong2015.publik", nil); err.Error() != `unknown data "MajajHong2015.publik": did you mean "MajajHong2015.public"?` {
		t.Error(err)
	}
	o, _ := r.Find(Assembly, "MajajHong2015.public")
	if need, err := r.Need(o); err != nil || len(need) != 2 || need[0].ID != "hvm-public" {
		t.Errorf("%v, %v", need, err)
	}
	o, _ = r.Find(Assembly, "SanghaviMurty2020")
	if _, err := r.Need(o); err == nil || !strings.Contains(err.Error(), "Rust2012 is not among the published data") {
		t.Error(err)
	}
}

const registryHeader = "package,registry,name,identifier,bucket,sha1,version_id,csv_sha1,csv_version_id,zip_sha1,zip_version_id,stimulus_set\n"

// Columns that a registry need not have.
func TestParseRegistryColumns(t *testing.T) {
	sum := strings.Repeat("a", 40)
	header := strings.TrimSpace(registryHeader) + ",assembly_class,access\n"
	for row, want := range map[string]string{
		"BehavioralAssembly,":                "behavioral false",
		"PropertyAssembly,public":            "behavioral false",
		"NeuronRecordingAssembly,private":    "neural true",
		",":                                  "neural false",
		"NeuronRecordingAssembly,restricted": `r.csv:2: the access "restricted" is neither public nor private`,
	} {
		got := ""
		r, err := ParseRegistry("r.csv", strings.NewReader(header+"p,data_registry,x,x,b/c,"+sum+",,,,,,s,"+row+"\n"))
		if err != nil {
			got = err.Error()
		} else {
			got = fmt.Sprint(r.Objects[0].DataKind(), " ", r.Objects[0].Private)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", row, got, want)
		}
	}
}

func TestParseRegistryMistakes(t *testing.T) {
	sum := strings.Repeat("a", 40)
	for row, want := range map[string]string{
		"p,data_registry,../x,x,b/c," + sum + ",,,,,,s":                                      "r.csv:2: the name \"../x\" is not a valid name of a folder",
		"p,data_registry,x,a/b,b/c," + sum + ",,,,,,s":                                       "is not a valid name of a folder",
		"p,data_registry,x,x,b/../c," + sum + ",,,,,,s":                                      "is not a valid name of a bucket",
		"p,data_registry,x,x,b/c," + sum + ",,,,,,..":                                        "the stimulus set \"..\" is not a valid name",
		"p,data_registry,x,x,b/c,abc,,,,,,s":                                                 "\"abc\" is not a SHA-1",
		"p,model_registry,x,x,b/c,abc,,,,,,s":                                                "neither data_registry nor",
		"p,data_registry":                                                                    "wrong number of fields",
		"p,stimulus_set_registry,x,x,b,,," + sum + ",,zip,,":                                 "\"zip\" is not a SHA-1",
		"p,data_registry,x,x,b," + sum + ",,,,,,s\np,data_registry,x,x,b," + sum + ",,,,,,s": "r.csv:3: the assembly x is listed twice",
	} {
		_, err := ParseRegistry("r.csv", strings.NewReader(registryHeader+row+"\n"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", row, err)
		}
	}
	if _, err := ParseRegistry("r.csv", strings.NewReader("\ufeff"+registryHeader)); err != nil {
		t.Errorf("with a byte order mark: %v", err)
	}
	if _, err := ParseRegistry("r.csv", strings.NewReader("name\n")); err == nil || !strings.Contains(err.Error(), `has no column "package"`) {
		t.Error(err)
	}
	if _, err := ParseRegistry("r.csv", strings.NewReader("")); err == nil {
		t.Error("an empty registry is read")
	}
}

// The sizes of files are optional.
func TestParseRegistrySizes(t *testing.T) {
	header := strings.TrimSpace(registryHeader) + ",size,csv_size,zip_size\n"
	sum := strings.Repeat("a", 40)
	r, err := ParseRegistry("r.csv", strings.NewReader(header+"p,data_registry,x,x,b/c,"+sum+",,,,,,s,12,,\np,stimulus_set_registry,s,s,b,,,"+sum+",,"+sum+",,,,34,56\n"))
	if err != nil || r.Objects[0].Table.Size != 12 || r.Objects[1].Table.Size != 34 || r.Objects[1].Images.Size != 56 {
		t.Errorf("%+v, %v", r, err)
	}
	for _, size := range []string{"0", "-1", "1e3", "12 MB", "99999999999999999999"} {
		if _, err := ParseRegistry("r.csv", strings.NewReader(header+"p,data_registry,x,x,b/c,"+sum+",,,,,,s,"+size+",,\n")); err == nil || !strings.Contains(err.Error(), "r.csv:2: the size") {
			t.Errorf("%s: %v", size, err)
		}
	}
}
