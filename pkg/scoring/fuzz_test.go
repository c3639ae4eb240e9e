package scoring

import (
	"encoding/json"
	"fmt"
	"testing"
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
