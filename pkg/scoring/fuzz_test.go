package scoring

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

func FuzzParseShard(f *testing.F) {
	for _, seed := range []string{"1/1", "2/4", "0/1", "5/4", "-1/2", "1/", "01/2", "1/2/3", "1e0/2", "9223372036854775808/9223372036854775808"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		i, n, err := ParseShard(text)
		if err == nil && (i < 1 || i > n || fmt.Sprintf("%d/%d", i, n) != text) {
			t.Errorf("%q is shard %d of %d", text, i, n)
		}
	})
}

// FuzzDecodeResult reads kept results; what is read must be kept as the same.
func FuzzDecodeResult(f *testing.F) {
	for _, seed := range []string{
		`{"benchmark":"b","version":1,"region":"IT","layer":"l","metric":"pls","raw":{"value":0.5,"error":"NaN","splits":[0.1,"+Inf"],"interval":[0.1,0.2]},"ceiling":{"value":"NaN"},"ceiled":{"value":-0},"ceiling_bounds":[0.1,0.9],"neuroids":[1,"NaN"],"neuroid_ids":["a","b"],"neuroid_ceilings":[1,1],"alphas":[1e7],"time_bins":[{"start":70,"end":90}],"warnings":["w"],"content":"sha256:0"}`,
		`{"raw":{"value":"0x1p-2","interval":[1]}}`, `{"raw":{"value":"1e999"}}`, `null`, `[]`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		kept, err := decodeResult(data)
		if err != nil {
			return
		}
		first, err := json.Marshal(encodeResult(kept.result(), kept.Content))
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeResult(first)
		if err != nil {
			t.Fatal(err)
		}
		second, err := json.Marshal(encodeResult(again.result(), again.Content))
		if err != nil || string(first) != string(second) {
			t.Errorf("%s\nbecame\n%s\n%v", first, second, err)
		}
	})
}

// FuzzTriplets reads trials with the odd one out.
func FuzzTriplets(f *testing.F) {
	for _, seed := range []string{
		"subject,first,second,third,choice\na,s1,s2,s3,s2\nb,s3,s1,s2,s1\n",
		"subject,first,second,third,choice\na,s1,s1,s3,s2\n", "subject,first\n,\n", "choice\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		for name, text := range map[string]string{"assembly.yaml": "kind: behavioral\nstimulus_set: s\n", "trials.csv": text} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		a, err := stimuli.OpenBehavioral(dir)
		if err != nil {
			return
		}
		read, err := newTriplets(a)
		if err != nil {
			if _, ok := errors.AsType[*stimuli.FileError](err); !ok {
				t.Errorf("%T: %v", err, err)
			}
			return
		}
		if len(read.in.Trials) != a.Trials.Len() || read.in.Stimuli != len(read.ids) {
			t.Errorf("%d trials of %d, %d stimuli", len(read.in.Trials), a.Trials.Len(), read.in.Stimuli)
		}
	})
}
