package screen_test

import (
	"fmt"
	"image"
	"log"

	"github.com/brainscore-go/brainscore/pkg/stimuli/screen"
)

// An image that people saw at 8 degrees fills half the width of a model that sees 16.
func ExamplePlace() {
	placed, err := screen.Place(image.NewGray(image.Rect(0, 0, 224, 224)), 8, 16)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(placed.Bounds().Size())
	// Output: (448,448)
}
