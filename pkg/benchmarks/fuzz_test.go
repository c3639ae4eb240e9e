package benchmarks

import (
	"bytes"
	"cmp"
	"os"
	"testing"
)

// FuzzDefinitionYAML writes definitions and reads them again.
func FuzzDefinitionYAML(f *testing.F) {
	for _, file := range testdataDefinitions(f) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ParseDefinition("b.yaml", data)
		if err != nil {
			return
		}
		first, err := d.YAML()
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseDefinition("b.yaml", first)
		if err != nil {
			t.Fatalf("%q was written as %q: %v", data, first, err)
		}
		second, err := again.YAML()
		if err != nil || !bytes.Equal(first, second) {
			t.Errorf("%q was written as %q and then as %q, %v", data, first, second, err)
		}
		if _, err := d.MarshalJSON(); err != nil {
			t.Error(err)
		}
	})
}

// FuzzOrder compares names of layers and regions: the order is one, whatever the
// names.
func FuzzOrder(f *testing.F) {
	for _, seed := range [][3]string{{"layer10", "layer9", "layer09"}, {"", "1", "01"}, {"V1", "IT", "behavior"}, {"99999999999999999999", "100000000000000000000", "a"}, {"\xff", "é", "٣"}} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, a, b, c string) {
		for _, compare := range []func(a, b string) int{CompareNatural, CompareAnatomy} {
			sign := func(a, b string) int { return cmp.Compare(compare(a, b), 0) }
			if sign(a, b) != -sign(b, a) || sign(a, a) != 0 {
				t.Errorf("%q and %q: %d, %d", a, b, sign(a, b), sign(b, a))
			}
			if sign(a, b) <= 0 && sign(b, c) <= 0 && sign(a, c) > 0 {
				t.Errorf("%q, %q, %q are not in an order", a, b, c)
			}
		}
	})
}
