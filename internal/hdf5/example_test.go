package hdf5_test

import (
	"context"
	"fmt"
	"log"

	"github.com/brainscore-go/brainscore/internal/hdf5"
)

func ExampleOpenNetCDF() {
	n, err := hdf5.OpenNetCDF(context.Background(), "testdata/assy_plain_bigendian.nc")
	if err != nil {
		log.Fatal(err)
	}
	defer n.Close()
	for _, v := range n.Vars {
		fmt.Println(v.Name, v.DimNames(), v.Shape(), v.Type())
	}
	// Output:
	// data [presentation neuroid] [320 52] float64
	// image_id [presentation] [320] string
	// object_name [presentation] [320] string
	// neuroid_id [neuroid] [52] string
	// region [neuroid] [52] string
}

func ExampleDataset_RowBlocks() {
	f, err := hdf5.Open(context.Background(), "testdata/alexnet-probabilities.nc")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	d, err := f.Dataset("/__xarray_dataarray_variable__")
	if err != nil {
		log.Fatal(err)
	}
	rows := 0
	var values []float32
	for b, err := range d.RowBlocks() {
		if err != nil {
			log.Fatal(err)
		}
		if values, err = b.Float32s(values[:0]); err != nil {
			log.Fatal(err)
		}
		rows += len(values) / int(b.Shape[1])
	}
	fmt.Println(rows, "rows")
	// Output: 240 rows
}
