package ranking

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

func FuzzParseCondition(f *testing.F) {
	for _, seed := range []string{"a=b", "=b", "a", "a==", "a=b=c", "\x00=\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCondition(text)
		if err == nil && (c.Column == "" || c.Column+"="+c.Value != text) {
			t.Errorf("%q is %+v", text, c)
		}
	})
}

// FuzzTable ranks the models of tables.
func FuzzTable(f *testing.F) {
	composite, err := benchmarks.LoadComposite("cosyne2019")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		"model,v1,v2,v4,it,behavior,imagenet_top1,family\na,.1,.2,.3,.4,.5,70,cnn\nb,.2,,.1,.3,.4,80,vit\nc,.3,.1,.2,.2,.6,,cnn\n",
		"model,V4,v4\na,1,2\n", "Model,it\na,nan\nb,1e300\nc,-0\n", "model,of,it\na,raw,.5\na,ceiled,.6\n", "model\n", "model,top1\n,1\n",
	} {
		f.Add(seed, "of", "raw")
	}
	f.Fuzz(func(t *testing.T, text, column, value string) {
		path := filepath.Join(t.TempDir(), "t.csv")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		table, err := stimuli.ReadTable(path)
		if err != nil {
			return
		}
		var where []Condition
		if column != "" {
			where = []Condition{{column, value}}
		}
		for _, where := range [][]Condition{nil, where} {
			b := New(composite)
			if err := b.AddTables([]*stimuli.Table{table}, where); err != nil {
				if err.Error() == "" {
					t.Errorf("%T says nothing", err)
				}
				continue
			}
			for _, m := range b.Build().Models() {
				for part, v := range m.Parts {
					if math.IsInf(v, 0) || math.IsNaN(v) {
						t.Errorf("%s of %s is %v", part, m.Name, v)
					}
				}
			}
		}
	})
}
