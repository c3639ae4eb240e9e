package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/screen"
)

// newStimuliCommand returns `stimuli`, whose command puts images on a model's screen.
func newStimuliCommand(streams Streams) *cobra.Command {
	return newGroupCommand(&cobra.Command{
		Use:     "stimuli",
		Short:   "Put the images of a stimulus set on a model's screen",
		Long:    "Prepares the images of stimulus sets for models.",
		Example: "  brainscore stimuli place hvm-public --degrees 8 --output images/hvm-public",
		GroupID: groupData,
	}, newStimuliPlaceCommand(streams))
}

type stimuliPlaceOptions struct {
	data    string
	degrees degrees
	shown   degrees
	images  string
	output  string
	force   bool
}

// degrees is the value of a flag for a visual angle; 0, its default, is none.
type degrees float64

func (d *degrees) String() string {
	if *d == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(*d), 'g', -1, 64)
}

func (d *degrees) Type() string { return "D" }

// Set implements pflag.Value.
func (d *degrees) Set(s string) error {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return fmt.Errorf("%q is not a number", s)
	}
	*d = degrees(v)
	if err := stimuli.CheckDegrees(v); err != nil {
		return fmt.Errorf("it is %w", err)
	}
	return nil
}

func newStimuliPlaceCommand(streams Streams) *cobra.Command {
	var opts stimuliPlaceOptions
	c := &cobra.Command{
		Use:   "place SET --degrees D --output DIR",
		Short: "Put images on the screen of a model",
		Long: `Puts the images of a stimulus set on the screen of a model that sees --degrees of visual
angle, as large as they were shown in the experiment: an image that was shown at fewer
degrees is centred on gray, one that was shown at more is cut to its middle. Its pixels
stay as they are; the screen has --degrees / shown as many on each side. Show the
results to the model whole, as they fill its view.

At how many degrees the images were shown is the column degrees of stimuli.csv, or what
the benchmarks on the stimulus set say (visual_degrees), or --shown.

The images are those in the folder images of the stimulus set, or in --images, with the
names of the stimuli or those in the column filename. They keep their names and formats: PNG,
BMP and TIFF without loss, JPEG at quality 75, as the Python original writes them. Those
that fill the screen as they are, are copied.

DIR/placement.yaml records that. Copy it into the dump, beside the layers of the
stimulus set: scores then warn if a benchmark shows its images at another size. If an
image cannot be placed, DIR stays as it was.

` + exitCodes(exitData),
		Example: `  brainscore stimuli place hvm-public --degrees 8 --output images/hvm-public
  brainscore stimuli place lab-scenes --degrees 8 --shown 4 --images scenes --output images/lab-scenes`,
		Args: needArg("the name of a stimulus set"),
		RunE: func(c *cobra.Command, args []string) error {
			return runStimuliPlace(c.Context(), opts, args[0], streams)
		},
	}
	addDataFlag(c, &opts.data)
	flags := c.Flags()
	flags.Var(&opts.degrees, "degrees", "the model sees `D` degrees of visual angle")
	flags.Var(&opts.shown, "shown", "the images were shown at `D` degrees of visual angle")
	flags.StringVar(&opts.images, "images", "", "the images are in folder `DIR`")
	flags.StringVarP(&opts.output, "output", "o", "", "write the images to folder `DIR`")
	flags.BoolVar(&opts.force, "force", false, "write to a folder that is not empty")
	completeFolder(c, "images")
	completeFolder(c, "output")
	required(c, "degrees")
	required(c, "output")
	return c
}

func runStimuliPlace(ctx context.Context, opts stimuliPlaceOptions, set string, streams Streams) error {
	if err := noneEmpty(argument{"SET", []string{set}}); err != nil {
		return err
	}
	if err := stimuli.SafeID(set); err != nil {
		return err
	}
	home, err := openHome(opts.data)
	if err != nil {
		return err
	}
	loaded, err := stimuli.LoadStimulusSet(stimuli.Home(home).StimulusSetPath(set))
	if err != nil {
		return err
	}
	shown := float64(opts.shown)
	if shown == 0 && !loaded.Table.Has(screen.DegreesColumn) {
		if shown, err = shownByBenchmarks(home, set); err != nil {
			return err
		}
	}
	entries, err := os.ReadDir(opts.output)
	if len(entries) > 0 && !opts.force {
		return usagef("%s is not empty; name another folder, or write to it by --force", opts.output)
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if opts.images == "" {
		opts.images = screen.ImagesDir(stimuli.Home(home), set)
	}
	done, err := screen.PlaceSet(ctx, screen.Request{Set: loaded, Images: opts.images, Output: opts.output, Sees: float64(opts.degrees), Shown: shown})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(streams.Out, "%s: %d images of %s on %s degrees, %d of them changed\n", text.Safe(opts.output), done.Images, text.Safe(set), opts.degrees.String(), done.Changed)
	return err
}

// shownByBenchmarks returns the size at which the benchmarks on a stimulus set show it.
func shownByBenchmarks(home benchmarks.Home, set string) (float64, error) {
	definitions, _ := home.Definitions()
	var sizes []float64
	var texts []string
	for _, d := range definitions {
		if slices.Contains(d.StimulusSet.Names, set) && d.VisualDegrees > 0 && !slices.Contains(sizes, d.VisualDegrees) {
			sizes = append(sizes, d.VisualDegrees)
			texts = append(texts, fmt.Sprintf("%v (%s)", d.VisualDegrees, d.Identifier))
		}
	}
	switch len(sizes) {
	case 1:
		return sizes[0], nil
	case 0:
		return 0, usagef("no benchmark says at how many degrees the images of %s were shown: state it by --shown", set)
	}
	return 0, usagef("benchmarks show the images of %s at different sizes, %s: state one by --shown", set, strings.Join(texts, ", "))
}
