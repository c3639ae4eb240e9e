package npy_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// An array is written, opened, and read in part: two of its three rows, in the order
// asked for, and two of its columns.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "npy")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "layer.npy")
	out, err := os.Create(path)
	if err != nil {
		log.Fatal(err)
	}
	if err := npy.Write(out, 3, 4, []float32{0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23}); err != nil {
		log.Fatal(err)
	}
	if err := out.Close(); err != nil {
		log.Fatal(err)
	}

	array, err := npy.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer array.Close()
	const first, end = 1, 3 // columns
	block := make([]float64, 2*(end-first))
	if err := array.ReadBlock([]int{2, 0}, first, end, block, end-first, nil); err != nil {
		log.Fatal(err)
	}
	fmt.Println(array.Shape(), array.DType(), block)
	// Output: [3 4] float32 [21 22 1 2]
}
