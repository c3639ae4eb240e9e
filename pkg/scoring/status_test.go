package scoring

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

func nan() float64 { return math.NaN() }
func inf() float64 { return math.Inf(1) }

// npyText is a .npy file of float64.
func npyText(shape []int, values []float64) string {
	var dims []string
	for _, n := range shape {
		b, _ := json.Marshal(n)
		dims = append(dims, string(b))
	}
	header := "{'descr': '<f8', 'fortran_order': False, 'shape': (" + strings.Join(dims, ", ") + ",), }"
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	b := []byte("\x93NUMPY\x01\x00")
	b = append(b, byte(len(header)), byte(len(header)>>8))
	b = append(b, header...)
	for _, v := range values {
		bits := math.Float64bits(v)
		for i := range 8 {
			b = append(b, byte(bits>>(8*i)))
		}
	}
	return string(b)
}

func TestMissing(t *testing.T) {
	home := benchmarks.Home{Dir: smallHome(t, []string{"a,0"}, []float64{1, 2})}
	d, err := benchmarks.ParseDefinition("b.yaml", []byte(neuralDefinition))
	if err != nil {
		t.Fatal(err)
	}
	if got := home.Missing(d); got != nil {
		t.Errorf("missing %q, want nothing", got)
	}
	if err := os.Remove(filepath.Join(home.AssemblyPath(d.Assembly.Name()), "values.npy")); err != nil {
		t.Fatal(err)
	}
	if got, want := home.Missing(d), []string{"values.npy of assembly hvm-mini.assembly"}; !slices.Equal(got, want) {
		t.Errorf("missing %q, want %q", got, want)
	}
	behavioral, err := benchmarks.ParseDefinition("b.yaml", []byte(behavioralDefinition))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"stimulus set objectome-mini.private", "assembly objectome-mini.private.assembly", "stimulus set objectome-mini.public"}
	if got := home.Missing(behavioral); !slices.Equal(got, want) {
		t.Errorf("missing %q, want %q", got, want)
	}
}

func TestOrigin(t *testing.T) {
	for _, c := range []struct {
		d    benchmarks.Definition
		want string
	}{
		{benchmarks.Definition{Source: benchmarks.Embedded}, "embedded"},
		{benchmarks.Definition{Source: "home/b.yaml"}, "home"},
		{benchmarks.Definition{Source: "home/b.yaml", Shadows: true}, "home (replaces embedded)"},
	} {
		if got := c.d.Origin(); got != c.want {
			t.Errorf("origin %q, want %q", got, c.want)
		}
	}
}

func TestDefinitionJSON(t *testing.T) {
	d, err := benchmarks.ParseDefinition("b.yaml", []byte(neuralDefinition))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(d)
	want := `{"identifier":"b","version":1,"kind":"neural","region":"IT","assembly":"hvm-mini.assembly","select":{"region":"IT"},"stimulus_set":"hvm-mini",` +
		`"metric":{"name":"pls"},"cross_validation":{"splits":10,"train_size":0.9,"stratify":"object_name","seed":1},` +
		`"ceiling":{"name":"internal_consistency","splits":10,"seed":1},"score":"explained_variance"}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	text, err := d.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := benchmarks.ParseDefinition("b.yaml", text); err != nil || again.CrossValidation.TrainSize != 0.9 || !strings.Contains(string(text), "\n  splits: 10\n") {
		t.Errorf("got %v, %v by\n%s", again, err, text)
	}
}
