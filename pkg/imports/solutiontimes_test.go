package imports

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Solution times are those of the SVM, each stimulus's first, with the label as
// truth: as packaged for Kar et al. 2019, and with a row for each decoder.
func TestSolutionTimes(t *testing.T) {
	home := stimuli.Home{Dir: t.TempDir()}
	q := StimuliRequest{Home: home, Path: files + "stimulus_Kar2019.csv", ID: "Kar2019"}
	if _, err := Stimuli(t.Context(), q); err == nil || !strings.Contains(err.Error(), `repeats 2 stimulus_id(s) ("x0007", "x0020")`) {
		t.Error(err)
	}
	q.FirstOnly = true
	r, err := Stimuli(t.Context(), q)
	if err != nil || r.What != "160 stimuli" || !strings.Contains(strings.Join(r.Notes, "\n"), "ignores 2 rows that repeat a stimulus") {
		t.Fatal(r, err)
	}
	r, err = Assembly(t.Context(), AssemblyRequest{Home: home, Path: files + "assy_dicarlo_Kar2019.nc", ID: "Kar2019", StimulusSet: "Kar2019", Kind: "behavioral"})
	if err != nil || r.What != "160 solution times" || !strings.Contains(strings.Join(r.Notes, "\n"), "ignores 2 presentations that repeat a stimulus") {
		t.Fatal(r, err)
	}
	got, want := read(t, home.AssembliesDir(), "Kar2019/osts.csv"), read(t, golden, "time/home/assemblies/solve.osts/osts.csv")
	gotRows, wantRows := strings.Fields(string(got)), strings.Fields(string(want))
	if len(gotRows) != len(wantRows) {
		t.Fatalf("%d rows, want %d", len(gotRows), len(wantRows))
	}
	for i := range wantRows {
		g := strings.Split(gotRows[i], ",")
		if strings.Join([]string{g[0], g[1], g[2], g[3]}, ",") != wantRows[i] {
			t.Fatalf("row %d is %s, want %s", i, gotRows[i], wantRows[i])
		}
	}

	small := newHome(t)
	if _, err := Assembly(t.Context(), AssemblyRequest{Home: small, Path: files + "osts_rows.nc", ID: "rows", StimulusSet: "small"}); err != nil {
		t.Fatal(err)
	}
	if got := string(read(t, small.AssembliesDir(), "rows/osts.csv")); got != "stimulus_id,truth,i1,ost,decoder\nim0,x,1.5,2.0,svm\nim1,y,2.5,,svm\n" {
		t.Errorf("%q", got)
	}
	_, err = Assembly(t.Context(), AssemblyRequest{Home: small, Path: files + "osts_other.nc", ID: "other", StimulusSet: "small"})
	if err == nil || !strings.HasSuffix(err.Error(), `osts_other.nc: has no decoder "svm"; it has logistic`) {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(small.AssembliesDir(), "other")); err == nil {
		t.Error("it is there all the same")
	}
}
