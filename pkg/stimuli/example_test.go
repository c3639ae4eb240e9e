package stimuli_test

import (
	"fmt"
	"log"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// A dump holds a model's layers by stimulus set. Rows are chosen by stimulus_id,
// whatever their order in the file.
func ExampleOpenDump() {
	const golden = "../../testdata/golden/"
	set, err := stimuli.LoadStimulusSet(golden + "home/stimuli/hvm-mini")
	if err != nil {
		log.Fatal(err)
	}
	dump, err := stimuli.OpenDump(golden + "models/mini-net")
	if err != nil {
		log.Fatal(err)
	}
	layer, err := dump.OpenLayer(set, dump.Commitments["IT"], nil)
	if err != nil {
		log.Fatal(err)
	}
	defer layer.Close()
	rows, err := layer.Select(set.IDs[:2])
	if err != nil {
		log.Fatal(err)
	}
	const columns = 3
	block := make([]float64, rows.Rows()*columns)
	if err := rows.ReadBlock(0, columns, block, columns); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s, layer %s: %d features\n", dump.ID, layer.Name, rows.Cols())
	for i, id := range set.IDs[:2] {
		fmt.Printf("%s %.3f\n", id, block[i*columns:(i+1)*columns])
	}
	// Output:
	// mini-net, layer fc: 700 features
	// stim_00170 [-0.027 0.048 -0.015]
	// stim_00226 [0.031 2.770 -0.020]
}
