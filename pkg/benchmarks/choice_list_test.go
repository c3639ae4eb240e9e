package benchmarks

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// The lists of the program have the classes that were published.
// The hash of a list changes with its choices, their classes and their order.
func TestChoiceListHash(t *testing.T) {
	seen := map[string]string{}
	for _, text := range []string{"dog,1\ncat,2\n", "cat,2\ndog,1\n", "dog,1\ncat,3\n", "dog,1\ncat,2\ncat,3\n", "dog,1\nhat,2\n"} {
		table, err := stimuli.ParseTable("list.csv", strings.NewReader("choice,index\n"+text))
		if err != nil {
			t.Fatal(err)
		}
		list, err := newChoiceList("list.csv", table)
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[list.Hash()]; ok {
			t.Errorf("%q and %q have one hash", text, other)
		}
		seen[list.Hash()] = text
	}
}

func TestEmbeddedLists(t *testing.T) {
	if got, want := choiceLists(), []string{"baker9", "bmd10", "geirhos16", "imagenet", "scialom12", "zhu5"}; !slices.Equal(got, want) {
		t.Errorf("lists %v, want %v", got, want)
	}
	for name, want := range map[string]struct{ choices, classes int }{
		"baker9": {9, 49}, "bmd10": {10, 79}, "geirhos16": {16, 207}, "imagenet": {1000, 1000}, "scialom12": {12, 26}, "zhu5": {5, 12},
	} {
		d := &Definition{Choices: name, Source: Embedded}
		list, err := d.ChoiceList()
		if err != nil {
			t.Fatal(err)
		}
		classes := 0
		for _, choice := range list.Choices {
			indices := list.Indices(choice)
			classes += len(indices)
			for _, index := range indices {
				if index < 0 || index >= ImageNetClasses {
					t.Errorf("%s: %s has the class %d", name, choice, index)
				}
			}
		}
		if len(list.Choices) != want.choices || classes != want.classes {
			t.Errorf("%s: %d choices of %d classes, want %+v", name, len(list.Choices), classes, want)
		}
	}
	list, _ := (&Definition{Choices: "scialom12", Source: Embedded}).ChoiceList()
	if !slices.Equal(list.Indices("Sewing machine"), list.Indices("sewingmachine")) || list.Indices("Sewing machine") == nil || list.Indices("lorry") != nil {
		t.Error("a choice is not found by its name in lower case without spaces")
	}
	if index, ok := Synset("n01440764"); !ok || index != 0 {
		t.Errorf("the first synset is class %d, %v", index, ok)
	}
	// ImageNet's order is that of the synsets, so that the lowest index wins a tie.
	list, _ = (&Definition{Choices: ImageNet, Source: Embedded}).ChoiceList()
	if !slices.IsSorted(list.Choices) {
		t.Error("the synsets are not ascending")
	}
}

// FuzzChoiceList reads lists of choices beside a definition.
func FuzzChoiceList(f *testing.F) {
	for _, seed := range []string{"choice,index\na,0\na,999\nb,5\n", "choice,index\na,1000\n", "choice,index\na,\n", "index,choice\n 7 ,x y\n", "choice,index\n", "a\n", "choice,index\na,1e2\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "own.csv"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		d := &Definition{Choices: "own.csv", Source: filepath.Join(dir, "b.yaml")}
		list, err := d.ChoiceList()
		if err != nil {
			var file *FileError
			var alignment *stimuli.AlignmentError
			if !errors.As(err, &file) && !errors.As(err, &alignment) {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		if len(list.Choices) == 0 {
			t.Error("a list without choices")
		}
		for _, choice := range list.Choices {
			indices := list.Indices(choice)
			if len(indices) == 0 || slices.Min(indices) < 0 || slices.Max(indices) >= ImageNetClasses {
				t.Errorf("%q has the classes %v", choice, indices)
			}
		}
	})
}
