package cli

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/sitemodels"
)

// newModelsCommand returns `models`, whose commands list and show the models of brain-score.org.
func newModelsCommand(streams Streams) *cobra.Command {
	return newGroupCommand(&cobra.Command{
		Use:     "models",
		Short:   "List and show the models of brain-score.org",
		Long:    "Lists and shows the models of brain-score.org, as of August 2026: the layers that the\nsite scores for each region, and what it says of them.",
		Example: "  brainscore models list\n  brainscore models show alexnet",
		GroupID: groupModels,
	}, newModelsListCommand(streams), newModelsShowCommand(streams))
}

func newModelsListCommand(streams Streams) *cobra.Command {
	var family string
	var out outputFlags
	c := &cobra.Command{
		Use:   "list",
		Short: "List the models of brain-score.org",
		Long: `Lists the registered models of brain-score.org with their family, number of parameters,
visual degrees, and the layers that are scored for each region. A model without layers
has no stored map.

` + exitCodes(),
		Example: "  brainscore models list\n  brainscore models list --family resnet\n  brainscore models list --format csv --output models.csv",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("family") && family == "" {
				return usagef("--family is empty")
			}
			return runModelsList(c.Context(), family, out, streams)
		},
	}
	c.Flags().StringVar(&family, "family", "", "list only the models of family `NAME`")
	out.add(c, output.Formats...)
	return c
}

func runModelsList(ctx context.Context, family string, out outputFlags, streams Streams) error {
	if err := out.check(); err != nil {
		return err
	}
	var models []sitemodels.Model
	for _, m := range sitemodels.Models() {
		if family == "" || strings.EqualFold(m.Family, family) {
			models = append(models, m)
		}
	}
	return out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		return writeModels(w, models, format, color)
	})
}

type modelsShowOptions struct {
	name string
	out  outputFlags
}

func newModelsShowCommand(streams Streams) *cobra.Command {
	var opts modelsShowOptions
	c := &cobra.Command{
		Use:   "show NAME",
		Short: "Show a model of brain-score.org",
		Long: `Shows a model of brain-score.org: the layers that are scored for each region and what the
site says of it. Of recurrent models, several layers of a region are its time steps.
layers MODEL --published NAME commits a dump to these layers.

` + exitCodes(exitData),
		Example: "  brainscore models show alexnet\n  brainscore models show CORnet-S --format json",
		Args:    needArg("the name of a model"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return publishedNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			opts.name = args[0]
			return runModelsShow(c.Context(), opts, streams)
		},
	}
	opts.out.add(c, output.Formats...)
	return c
}

// publishedNames lists the names of the published models.
func publishedNames() []string {
	var names []string
	for _, m := range sitemodels.Models() {
		names = append(names, m.Name)
	}
	return names
}

func runModelsShow(ctx context.Context, opts modelsShowOptions, streams Streams) error {
	if err := noneEmpty(argument{"NAME", []string{opts.name}}); err != nil {
		return err
	}
	if err := opts.out.check(); err != nil {
		return err
	}
	m, err := sitemodels.Find(opts.name)
	if err != nil {
		return err
	}
	return opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		if format != output.Table && format != output.Markdown {
			return writeModels(w, []sitemodels.Model{m}, format, color)
		}
		g := output.Grid{Columns: []output.Column{{Header: "model"}, {Header: m.Name, Wrap: true}}}
		for _, fact := range [][2]string{{"family", m.Family}, {"architecture", m.Architecture}, {"parameters", m.Parameters}, {"training data", m.TrainingDataset}, {"sees (degrees)", m.VisualDegrees}, {"link", m.Link}} {
			if fact[1] != "" {
				g.Add(output.Text(fact[0]), output.Text(fact[1]))
			}
		}
		for _, region := range sitemodels.Regions {
			if layers := m.Layers[region]; len(layers) > 0 {
				text := strings.Join(layers, ", ")
				if len(layers) > 1 {
					text += " (time steps)"
				}
				g.Add(output.Text(region), output.Text(text))
			}
		}
		return g.Write(w, format, color)
	})
}

// modelDocument is the JSON of a published model.
type modelDocument struct {
	Model           string              `json:"model"`
	Layers          map[string][]string `json:"layers"`
	VisualDegrees   string              `json:"visual_degrees,omitempty"`
	Architecture    string              `json:"architecture,omitempty"`
	Family          string              `json:"family,omitempty"`
	Parameters      string              `json:"parameters,omitempty"`
	TrainingDataset string              `json:"training_dataset,omitempty"`
	Link            string              `json:"link,omitempty"`
}

func writeModels(w io.Writer, models []sitemodels.Model, format output.Format, color bool) error {
	if format == output.JSON {
		doc := struct {
			Schema int             `json:"schema"`
			Models []modelDocument `json:"models"`
		}{results.Schema, []modelDocument{}}
		for _, m := range models {
			doc.Models = append(doc.Models, modelDocument{m.Name, m.Layers, m.VisualDegrees, m.Architecture, m.Family, m.Parameters, m.TrainingDataset, m.Link})
		}
		return results.WriteJSON(w, doc)
	}
	g := output.Grid{Columns: append([]output.Column{{Header: "model"}, {Header: "family", Rank: 3}, {Header: "parameters", Rank: 4}, {Header: "visual_degrees", Rank: 5}}, output.TextColumns(sitemodels.Regions...)...)}
	for _, name := range []string{"architecture", "training_dataset", "link"} {
		g.Columns = append(g.Columns, output.Column{Header: name, Hide: output.People})
	}
	for _, m := range models {
		cells := []output.Cell{output.Text(m.Name), output.Text(m.Family), output.Text(m.Parameters), output.Text(m.VisualDegrees)}
		for _, region := range sitemodels.Regions {
			cells = append(cells, output.Text(strings.Join(m.Layers[region], ";")))
		}
		g.Add(append(cells, output.Text(m.Architecture), output.Text(m.TrainingDataset), output.Text(m.Link))...)
	}
	return g.Write(w, format, color)
}
