package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/data"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// The environment variables of the data commands.
const (
	mirrorVariable   = "BRAINSCORE_MIRROR"
	registryVariable = "BRAINSCORE_REGISTRY"
)

func newDataCommand(streams Streams, deps deps) *cobra.Command {
	return newGroupCommand(&cobra.Command{
		Use:   "data",
		Short: "List, fetch, verify and remove published data",
		Long: `Lists the published stimulus sets and assemblies, downloads them into the data home,
verifies them, and removes them.`,
		Example: "  brainscore data list\n  brainscore data fetch MajajHong2015public.IT-pls\n  brainscore data verify",
		GroupID: groupData,
	}, newDataListCommand(streams), newDataFetchCommand(streams, deps), newDataVerifyCommand(streams), newDataPathCommand(streams), newDataRmCommand(streams))
}

// dataOptions are the flags of all data commands.
type dataOptions struct {
	data     string
	registry string
}

func (o *dataOptions) addFlags(c *cobra.Command) {
	addDataFlag(c, &o.data)
	c.Flags().StringVar(&o.registry, "registry", "", "`FILE` that replaces the embedded registry of published data (default $"+registryVariable+")")
}

// store returns the store of the data home, which need not exist yet.
func (o *dataOptions) store(ctx context.Context) (*data.Store, benchmarks.Home, error) {
	home, err := benchmarks.ResolveHome(o.data, os.Getenv)
	if err != nil {
		return nil, home, err
	}
	registry, err := o.load(ctx)
	return &data.Store{Dir: home.Dir, Registry: registry}, home, err
}

func (o *dataOptions) load(ctx context.Context) (*data.Registry, error) {
	path := o.registry
	if path == "" {
		path = os.Getenv(registryVariable)
	}
	if path == "" {
		return data.Published(), nil
	}
	return data.ReadRegistry(ctx, path)
}

// complete completes the names of published data.
func (o *dataOptions) complete(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	registry, err := o.load(c.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var ids []string
	for _, object := range registry.Objects {
		ids = append(ids, object.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids), cobra.ShellCompDirectiveNoFileComp
}

type dataListOptions struct {
	dataOptions
	out outputFlags
}

func newDataListCommand(streams Streams) *cobra.Command {
	var opts dataListOptions
	c := &cobra.Command{
		Use:   "list",
		Short: "List published stimulus sets and assemblies",
		Long: `Lists the published stimulus sets and assemblies: whether anybody can download them
(public) or nobody (private), and whether they, and the images of a stimulus set, are
in the data home. Downloaded files are in the folder cache of the data home.

` + exitCodes(exitData),
		Example: "  brainscore data list\n  brainscore data list --format json",
		Args:    noArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return runDataList(c.Context(), opts, streams) },
	}
	opts.addFlags(c)
	opts.out.addFormat(c, output.Formats...)
	return c
}

type dataDocument struct {
	Schema int          `json:"schema"`
	Home   string       `json:"home"`
	Data   []listedData `json:"data"`
}

type listedData struct {
	ID          string `json:"id"`
	Kind        string `json:"kind"`
	Content     string `json:"content"` // neural | behavioral, of an assembly
	StimulusSet string `json:"stimulus_set"`
	Access      string `json:"access"` // public | private
	State       string `json:"state"`
	Images      string `json:"images"` // the state of a stimulus set's images, if it has any
	File        string `json:"file"`
	SHA1        string `json:"sha1"`
}

func runDataList(ctx context.Context, opts dataListOptions, streams Streams) error {
	store, home, err := opts.store(ctx)
	if err != nil {
		return err
	}
	doc := dataDocument{Schema: results.Schema, Home: home.Dir, Data: []listedData{}}
	for _, o := range store.Registry.Objects {
		l := listedData{ID: o.ID, Kind: string(o.Kind), StimulusSet: o.StimulusSet, Access: "public", State: string(store.State(o)), Images: string(store.ImagesState(o)), File: o.Table.Name, SHA1: o.Table.SHA1}
		if o.Private {
			l.Access = "private"
		}
		if o.Kind == data.Assembly {
			l.Content = o.DataKind()
		}
		doc.Data = append(doc.Data, l)
	}
	return opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		if format == output.JSON {
			return results.WriteJSON(w, doc)
		}
		g := output.Grid{Columns: []output.Column{{Header: "id"}, {Header: "kind", Rank: 4}, {Header: "content", Wrap: true}, {Header: "stimulus set", Rank: 3}, {Header: "access", Rank: 5}, {Header: "state"}, {Header: "images", Rank: 6}}}
		for _, l := range doc.Data {
			g.Add(output.Text(l.ID), output.Text(l.Kind), output.Text(l.Content), output.Text(l.StimulusSet), output.Text(l.Access), output.Text(l.State), output.Text(l.Images))
		}
		return g.Write(w, format, color)
	})
}

func newDataVerifyCommand(streams Streams) *cobra.Command {
	var opts dataOptions
	c := &cobra.Command{
		Use:   "verify [ID|BENCHMARK...]",
		Short: "Check fetched data against their checksums",
		Long: `Compares downloaded files with the published SHA-1, and imported files with their
checksums at the time of import (source.json in each folder). Without an ID, all
published data are verified. Data that were not fetched have no checksums.

` + exitCodes(exitData),
		Example:           "  brainscore data verify\n  brainscore data verify MajajHong2015.public",
		ValidArgsFunction: opts.complete,
		RunE: func(c *cobra.Command, args []string) error {
			return runDataVerify(c.Context(), opts, args, streams)
		},
	}
	opts.addFlags(c)
	return c
}

func runDataVerify(ctx context.Context, opts dataOptions, names []string, streams Streams) error {
	if err := noneEmpty(argument{"ID or BENCHMARK", names}); err != nil {
		return err
	}
	store, home, err := opts.store(ctx)
	if err != nil {
		return err
	}
	objects := store.Registry.Objects
	if len(names) > 0 {
		if objects, err = store.Needed(home, names); err != nil {
			return err
		}
	}
	var failures []benchmarks.Failure
	intact := 0
	for _, o := range objects {
		files, err := store.Verify(ctx, o)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			failures = append(failures, benchmarks.Failure{Err: err})
		case files > 0:
			intact++
			fmt.Fprintf(streams.Out, "%s %s: %d files, all right\n", o.Kind, o.ID, files)
		case len(names) > 0:
			failures = append(failures, benchmarks.Failure{Err: &fileerr.Error{Path: o.ID, What: fmt.Sprintf("the %s has not been fetched", o.Kind)}})
		}
	}
	if intact == 0 && len(failures) == 0 {
		progress.New(streams.Err, false).Note("nothing has been fetched into %s", home.Dir)
	}
	return failuresError(failures, intact, "checks")
}

func newDataPathCommand(streams Streams) *cobra.Command {
	var path string
	c := &cobra.Command{
		Use:     "path",
		Short:   "Print the folder of the data home",
		Long:    "Prints the folder of the data home, whether or not it exists.\n\n" + exitCodes(),
		Example: "  brainscore data path\n  ls $(brainscore data path)/assemblies",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			home, err := benchmarks.ResolveHome(path, os.Getenv)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(streams.Out, home.Dir)
			return err
		},
	}
	addDataFlag(c, &path)
	return c
}

type dataRmOptions struct {
	dataOptions
	force bool
}

func newDataRmCommand(streams Streams) *cobra.Command {
	var opts dataRmOptions
	c := &cobra.Command{
		Use:   "rm ID...",
		Short: "Remove data from the data home",
		Long: `Removes published stimulus sets and assemblies from the data home, and their downloads
from its cache. The stimulus set of an assembly is not removed with it. A folder that
was not fetched is removed only with --force.

` + exitCodes(exitData),
		Example:           "  brainscore data rm MajajHong2015.public hvm-public",
		Args:              needArgs("an ID"),
		ValidArgsFunction: opts.complete,
		RunE: func(c *cobra.Command, args []string) error {
			return runDataRm(c.Context(), opts, args, streams)
		},
	}
	opts.addFlags(c)
	c.Flags().BoolVar(&opts.force, "force", false, "also remove folders that were not fetched")
	return c
}

func runDataRm(ctx context.Context, opts dataRmOptions, names []string, streams Streams) error {
	if err := noneEmpty(argument{"ID", names}); err != nil {
		return err
	}
	store, home, err := opts.store(ctx)
	if err != nil {
		return err
	}
	if err := home.Check(); err != nil {
		return err
	}
	var objects []data.Object
	for _, name := range names {
		found := store.Registry.Named(name)
		if len(found) == 0 {
			return store.Registry.Unknown(name, nil)
		}
		objects = append(objects, found...)
	}
	reporter := progress.New(streams.Err, false)
	var failures []benchmarks.Failure
	removed := 0
	for _, o := range data.Distinct(objects) {
		found, err := store.Remove(ctx, o, opts.force)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			failures = append(failures, benchmarks.Failure{Err: err})
		case found:
			removed++
			reporter.Note("%s %s: removed", o.Kind, o.ID)
		default:
			reporter.Note("%s %s: not there", o.Kind, o.ID)
		}
	}
	return failuresError(failures, removed, "removals")
}
