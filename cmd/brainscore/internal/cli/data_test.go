package cli

import (
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// unpacker is an importer of text files.
type unpacker struct{}

func (unpacker) ImportStimuli(_ context.Context, home, csv, id string) ([]string, error) {
	content, err := os.ReadFile(csv)
	dir := filepath.Join(home, "stimuli", id)
	return nil, errors.Join(err, os.MkdirAll(dir, 0o777), os.WriteFile(filepath.Join(dir, "stimuli.csv"), content, 0o666))
}

func (unpacker) ImportAssembly(_ context.Context, home, nc, id, set, kind string) ([]string, error) {
	content, err := os.ReadFile(nc)
	dir := filepath.Join(home, "assemblies", id)
	info := fmt.Sprintf("identifier: %s\nkind: %s\nstimulus_set: %s\n", id, kind, set)
	return nil, errors.Join(err, os.MkdirAll(dir, 0o777), os.WriteFile(filepath.Join(dir, "assembly.yaml"), []byte(info), 0o666),
		os.WriteFile(filepath.Join(dir, "trials.csv"), content, 0o666))
}

// published serves files and writes a registry of them, with a private file and one whose
// checksum is wrong.
func published(t *testing.T) (mirror, registry string) {
	t.Helper()
	const stimuli, trials = "stimulus_id\ns1\ns2\n", "stimulus_id,subject,truth,choice\ns1,a,bear,bear\ns2,a,bear,knife\ns1,b,bear,bear\ns2,b,bear,knife\n"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/store/stimulus_lab_Edges.csv":
			fmt.Fprint(w, stimuli)
		case "/assy_lab_Edges.nc": // of a flat mirror
			fmt.Fprint(w, trials)
		case "/store/stimulus_wrong.csv":
			fmt.Fprint(w, "something else")
		case "/store/stimulus_secret.csv":
			w.WriteHeader(http.StatusForbidden)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	sum := func(text string) string { return fmt.Sprintf("%x", sha1.Sum([]byte(text))) }
	text := "package,registry,name,identifier,bucket,sha1,version_id,csv_sha1,csv_version_id,zip_sha1,zip_version_id,stimulus_set\n" +
		"geirhos2021,data_registry,Geirhos2021_edge,lab.Edges,bucket/store," + sum(trials) + ",null,,,,,Geirhos2021_edge\n" +
		"geirhos2021,stimulus_set_registry,Geirhos2021_edge,lab.Edges,bucket/store,,," + sum(stimuli) + ",null,,,\n" +
		"p,stimulus_set_registry,wrong,wrong,bucket/store,,," + sum(stimuli) + ",null,,,\n" +
		"p,stimulus_set_registry,gone,gone,bucket/store,,," + sum(stimuli) + ",null,,,\n" +
		"p,stimulus_set_registry,secret-private,secret,bucket/store,,," + sum(stimuli) + ",null,,,\n" +
		"p,data_registry,secret,secret,bucket/store," + sum(stimuli) + ",null,,,,,secret-private\n"
	registry = filepath.Join(t.TempDir(), "registry.csv")
	if err := os.WriteFile(registry, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return server.URL, registry
}

// From nothing to a ceiling: list, fetch, verify, use, remove.
func TestDataCommands(t *testing.T) {
	mirror, registry := published(t)
	home := filepath.Join(t.TempDir(), "home")
	t.Setenv(registryVariable, registry)
	t.Setenv("BRAINSCORE_DATA", home)
	d := newDeps()
	d.importer = unpacker{}
	const benchmark = "Geirhos2021edge-error_consistency"
	for _, step := range []struct {
		line     string
		code     int
		out, err string
	}{
		{"data path", exitDone, home + "\n", ""},
		{"data list", exitDone, "Geirhos2021edge  assembly      behavioral  Geirhos2021edge  public   absent", ""},
		{"data list --format json", exitDone, `"id": "secret-private",`, ""},
		{"data list --format csv", exitDone, "secret-private,stimulus set,,,private,absent", ""},
		{"data verify", exitDone, "", "nothing has been fetched into "},
		{"data verify Geirhos2021edge", exitData, "", "Geirhos2021edge: the stimulus set has not been fetched"},
		{"data rm Geirhos2021edge", exitData, "", "no data home at"},
		{"data fetch", exitUsage, "", "needs an ID or BENCHMARK"},
		{"data fetch Geirhos2021edgy", exitData, "", `unknown data "Geirhos2021edgy": did you mean "Geirhos2021edge"?`},
		{"data fetch MajajHong2015public.IT-pls", exitData, "", "MajajHong2015public.IT-pls: its stimulus set hvm-public is not among the published data"},
		{"data fetch Geirhos2021edge --timeout 0", exitUsage, "", "--timeout is 0s"},
		{"data fetch secret --mirror " + mirror, exitFailed, "", "secret: not fetched, as its stimulus set secret-private is missing"},
		{"data fetch secret-private --mirror " + mirror, exitFailed, "", "secret-private: the data are private"},
		{"data fetch wrong --mirror " + mirror, exitData, "", "nothing was kept"},
		{"data fetch gone --mirror " + mirror, exitFailed, "", "404 Not Found"},
		{"data fetch gone " + benchmark + " --mirror " + mirror, exitFailed, "", "1 of 3 downloads failed"},
		{"data fetch Geirhos2021_edge", exitDone, "", "Geirhos2021edge: exists already"},
		{"data verify", exitDone, "assembly Geirhos2021edge: 3 files, all right", ""},
		{"benchmarks list", exitDone, "ready", ""},
		{"ceiling " + benchmark, exitDone, benchmark + "  behavior  error_consistency  1.0000", ""},
		{"benchmarks validate " + benchmark, exitDone, "expected      warning  ceiling 1, but the published one is 0.31844", ""},
		{"data rm Geirhos2021edge", exitDone, "", "assembly Geirhos2021edge: removed"},
		{"data rm Geirhos2021edge", exitDone, "", "assembly Geirhos2021edge: not there"},
		{"data rm no-such", exitData, "", "unknown data"},
		{"ceiling " + benchmark, exitData, "", "lacks the stimulus set Geirhos2021edge and the assembly Geirhos2021edge; brainscore data fetch " + benchmark},
		{"data fetch Geirhos2021edge --quiet --mirror " + mirror, exitDone, "", ""},
	} {
		got := try(t.Context(), d, strings.Fields(step.line)...)
		if got.code != step.code || !strings.Contains(got.out, step.out) || !strings.Contains(got.err, step.err) || step.err == "" && got.err != "" {
			t.Errorf("%s: %+v", step.line, got)
		}
	}
}
