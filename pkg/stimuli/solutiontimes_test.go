package stimuli

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenSolutionTimes(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		name      string
		rows      string
		i1, times []float64
		err       string
	}{
		{name: "all", rows: "b,dog,1.5,90\na,cat,2,100\n", i1: []float64{2, 1.5}, times: []float64{100, 90}},
		{name: "unsolved", rows: "a,cat,2,\nb,dog,1.5,90\n", i1: []float64{2, 1.5}, times: []float64{nan, 90}},
		{name: "without i1", rows: "a,cat,,80\nb,dog,1.5,90\n", i1: []float64{nan, 1.5}, times: []float64{80, 90}},
		{name: "without both", rows: "a,cat,,\nb,dog,nan,NaN\n", i1: []float64{nan, nan}, times: []float64{nan, nan}},
		{name: "text", rows: "a,cat,high,80\n", err: `osts.csv:2: has "high" in i1; write a number, or leave the cell empty`},
		{name: "infinite i1", rows: "a,cat,1,80\nb,dog,-inf,80\n", err: `osts.csv:3: has "-inf" in i1`},
		{name: "infinite time", rows: "a,cat,1,inf\n", err: `has "inf" in ost`},
		{name: "no truth", rows: "a,,1,80\n", err: `empty truth for stimulus "a"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write := func(name, text string) {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			write("assembly.yaml", "identifier: a\nkind: behavioral\nstimulus_set: s\n")
			write("osts.csv", "stimulus_id,truth,i1,ost\n"+tt.rows)
			got, err := OpenSolutionTimes(dir)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			same := func(x, y []float64) bool {
				for i, v := range x {
					if v != y[i] && !(math.IsNaN(v) && math.IsNaN(y[i])) {
						return false
					}
				}
				return len(x) == len(y)
			}
			if !same(got.I1, tt.i1) || !same(got.Times, tt.times) {
				t.Errorf("i1 %v and times %v, want %v and %v", got.I1, got.Times, tt.i1, tt.times)
			}
		})
	}
}
