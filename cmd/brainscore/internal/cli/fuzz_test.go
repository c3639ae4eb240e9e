package cli

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
)

// FuzzFlags sets the flags that have types of their own; what a flag takes, it
// prints in a form that it takes again.
func FuzzFlags(f *testing.F) {
	for _, seed := range []string{"1", "0", "-1", "1e3", "2GiB", "500 mb", "1.5TB", "9e18", "16EiB", "8EiB", "NaN", "Inf", "-0x1p-1074", "0x10", "1_000", "json", "a=b", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var n int
		c := count{value: &n, min: 1}
		if c.Set(text) == nil && (n < 1 || c.Set(c.String()) != nil) {
			t.Errorf("the count %q is %d", text, n)
		}
		x := anyFloat()
		if x.Set(text) == nil {
			v := x.value
			if err := x.Set(x.String()); err != nil || x.value != v || math.IsInf(v, 0) || math.IsNaN(v) {
				t.Errorf("the number %q is %v, %v", text, v, err)
			}
		}
		share := optionalFloat{min: 0, max: 1}
		if share.Set(text) == nil && !(share.value >= 0 && share.value <= 1) {
			t.Errorf("the share %q is %v", text, share.value)
		}
		var bytes int64
		v := size{&bytes}
		if v.Set(text) == nil {
			before := bytes
			if err := v.Set(v.String()); err != nil || before < 1 || math.Abs(float64(bytes-before)) > .06*float64(before) {
				t.Errorf("the size %q is %d and then %d, %v", text, before, bytes, err)
			}
		}
		format := formatFlag{allowed: output.Formats}
		if err := format.Set(text); err == nil && format.String() != text {
			t.Errorf("the format %q is %q", text, format.String())
		}
		var where whereFlag
		if where.Set(text) == nil && where.String() != text {
			t.Errorf("the condition %q is %q", text, where.String())
		}
		if limit, ok := parseMaxArraySize(text); ok && limit < 0 {
			t.Errorf("%q limits arrays to %d", text, limit)
		}
	})
}

// FuzzChooseShard reads the variables of a cluster's task.
func FuzzChooseShard(f *testing.F) {
	f.Add("3", "4", "1", "4", "1", "", "")
	f.Add("", "", "", "", "", "1", "3")
	f.Add("9223372036854775807", "2", "-1", "9223372036854775807", "0", "x", "1e3")
	f.Fuzz(func(t *testing.T, id, count, first, last, step, index, total string) {
		variables := map[string]string{slurmID: id, slurmCount: count, slurmMin: first, slurmMax: last, slurmStep: step, kubernetesIndex: index, shardsVariable: total}
		i, n, err := chooseShard("", func(name string) string { return variables[name] })
		if err == nil && (i < 1 || i > n) {
			t.Errorf("%v: shard %d of %d", variables, i, n)
		}
	})
}

// FuzzReadPlan reads plans of batches.
func FuzzReadPlan(f *testing.F) {
	for _, seed := range []string{
		`{"schema":1,"folder":"/x","models":["m"],"data":"home","results":"r","benchmarks":["b"],"layers":[],"composite":"c.yaml","tasks":[{"model":"m","layers":["l"],"bytes":10}],"bytes":10,"peak_memory":5,"model_folders":{"m":"m"}}`,
		`{"schema":1,"models":[""],"data":"..","results":"-"}`, `{"schema":2}`, `[]`, `{`, ``,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "plan.json")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		p, err := readPlan(t.Context(), path)
		if err != nil {
			if _, ok := errors.AsType[*planError](err); !ok || !strings.Contains(err.Error(), path) {
				t.Errorf("%T: %v", err, err)
			}
			return
		}
		if len(p.Models) == 0 || p.Data == "" || p.Results == "" {
			t.Errorf("%+v", p)
		}
		_ = p.request()
	})
}
