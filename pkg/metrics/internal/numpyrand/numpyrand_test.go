package numpyrand

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"testing"
)

// TestGolden draws the sequences that numpy drew, in the same order from one
// state, for several seeds.
func TestGolden(t *testing.T) {
	data, err := os.ReadFile("../../../../testdata/golden/random.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden map[string]struct {
		Uint32      []uint32 `json:"uint32"`
		Permutation []int    `json:"permutation_10"`
		Second      []int    `json:"then_permutation_33"`
		Choice      []int    `json:"then_choice_5_of_17"`
		Head        []int    `json:"then_permutation_1000_head"`
		List        []int    `json:"then_shuffle_list_12"`
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden) < 5 {
		t.Fatalf("%d seeds in the golden file, want at least 5", len(golden))
	}
	for name, want := range golden {
		seed, err := strconv.ParseUint(name, 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		raw := New(uint32(seed))
		for i, w := range want.Uint32 {
			if got := raw.Uint32(); got != w {
				t.Fatalf("seed %s, draw %d: %d, want %d", name, i, got, w)
			}
		}
		s := New(uint32(seed))
		list := slices.Clone(s.Permutation(10))
		check := func(what string, got, want []int) {
			t.Helper()
			if !slices.Equal(got, want) {
				t.Errorf("seed %s, %s: %v, want %v", name, what, got, want)
			}
		}
		check("permutation of 10", list, want.Permutation)
		check("permutation of 33", s.Permutation(33), want.Second)
		check("choice of 5 from 17", s.Choice(17, 5), want.Choice)
		check("permutation of 1000", s.Permutation(1000)[:len(want.Head)], want.Head)
		values := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
		s.Shuffle(values)
		check("shuffled list", values, want.List)
	}
}

func TestIntervalStaysInRange(t *testing.T) {
	s := New(3)
	for _, max := range []uint32{0, 1, 2, 5, 255, 256, 1<<31 + 1, 1<<32 - 1} {
		for range 200 {
			if v := s.Interval(max); v > max {
				t.Fatalf("Interval(%d) = %d", max, v)
			}
		}
	}
}

// TestGenerator draws the permutations of numpy's default generator, and choices with
// replacement of the legacy one.
func TestGenerator(t *testing.T) {
	data, err := os.ReadFile("testdata/generator.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden map[string]struct {
		Permutation []int `json:"permutation_10"`
		List        []int `json:"then_permutation_of_3_5_7"`
		Second      []int `json:"then_permutation_33"`
		Choice      []int `json:"legacy_choice_12_of_37_with_replacement"`
	}
	if err := json.Unmarshal(data, &golden); err != nil || len(golden) < 4 {
		t.Fatalf("%d seeds: %v", len(golden), err)
	}
	for name, want := range golden {
		seed, err := strconv.ParseUint(name, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		g := NewGenerator(seed)
		first := g.Permutation(10)
		var list []int
		for _, k := range g.Permutation(3) {
			list = append(list, []int{3, 5, 7}[k])
		}
		if !slices.Equal(first, want.Permutation) || !slices.Equal(list, want.List) || !slices.Equal(g.Permutation(33), want.Second) {
			t.Errorf("seed %s: %v, then %v", name, first, list)
		}
		if want.Choice != nil && !slices.Equal(New(uint32(seed)).ChoiceReplaced(37, 12), want.Choice) {
			t.Errorf("seed %s: choices with replacement differ", name)
		}
	}
}

// The draws are those of Python 3.11's random.Random(seed).getrandbits(32).
func TestPython(t *testing.T) {
	for seed, want := range map[uint32][]uint32{
		1751: {28418310, 3796535025, 1488527770},
		0:    {3626764237, 1654615998, 3255389356},
	} {
		s := NewPython(seed)
		for i, w := range want {
			if got := s.Uint32(); got != w {
				t.Errorf("seed %d, draw %d: %d, want %d", seed, i, got, w)
			}
		}
	}
	s := NewPython(1751)
	for range 1303 {
		s.Uint32()
	}
	if got := s.Uint32(); got != 2895860874 {
		t.Errorf("draw 1304: %d", got)
	}
}
