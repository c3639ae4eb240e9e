package cli

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// packs are the models of a request that are packs, each unpacked into a folder.
type packs struct {
	private string            // the folder of all, "" if there are none
	folders map[string]string // packs by their folder
}

// unpack has the packs of a request unpacked into a private folder, which close removes. Packs
// are scored on the benchmarks of their manifest unless the request names others.
func (p *packs) unpack(ctx context.Context, runner *scoring.Runner, request *scoring.Request) (err error) {
	p.folders = make(map[string]string)
	if !slices.ContainsFunc(request.Models, stimuli.IsPack) {
		return nil
	}
	for i, model := range request.Models {
		if slices.ContainsFunc(request.Models[:i], func(other string) bool { return stimuli.IsPack(model) && scoring.SameFile(model, other) }) {
			return scoring.NamedTwice(model)
		}
	}
	if p.private, err = os.MkdirTemp("", "brainscore-pack-"); err != nil { // of mode 0700
		return err
	}
	var manifest string
	request.Models = slices.Clone(request.Models)
	for i, model := range request.Models {
		if !stimuli.IsPack(model) {
			continue
		}
		dir, err := os.MkdirTemp(p.private, "")
		if err != nil {
			return err
		}
		m, err := runner.Unpack(ctx, model, dir)
		if err != nil {
			return err
		}
		if manifest != "" && manifest != m.Hash() {
			return usagef("%s is for another manifest than the packs before it; score packs of each manifest on their own", model)
		}
		if manifest == "" && len(request.Benchmarks) == 0 {
			request.Benchmarks = m.Identifiers()
		}
		manifest, request.Models[i], p.folders[dir] = m.Hash(), dir, model
	}
	return nil
}

// budget limits the submissions of a name that are judged; without a name there is no limit.
type budget struct {
	name string
	n    int
}

func (b *budget) addFlags(c *cobra.Command) {
	c.Flags().StringVar(&b.name, "submitter", "", "count packs as submissions of `NAME`, in the folder of results")
	c.Flags().Var(&count{value: &b.n, min: 1}, "budget", "judge at most `N` packs of the submitter, each counted once")
}

// check returns an error unless all is given that a budget needs, and the models are packs.
func (b *budget) check(folder string, models []string) error {
	// What is missing or of another kind is reported with its own remedy.
	dump := slices.IndexFunc(models, func(model string) bool { info, err := os.Stat(model); return err == nil && info.IsDir() })
	switch {
	case b.n > 0 && dump >= 0:
		return usagef("--budget counts packs, and %s is a folder: name the pack that was made of it", models[dump])
	case (b.name == "") != (b.n == 0):
		return usagef("--budget and --submitter need each other")
	case b.n > 0 && folder == "":
		return usagef("--budget counts submissions in a folder: name it by --results DIR or $%s", results.Variable)
	}
	return nil
}

// spend counts the packs of a run, all of which have been unpacked.
func (b *budget) spend(ctx context.Context, store *results.Store, p *packs) error {
	if b.n == 0 {
		return nil
	}
	if store == nil {
		return errors.New("a budget needs a folder of results that can be written")
	}
	for _, pack := range slices.Sorted(maps.Values(p.folders)) {
		sum, err := store.Hash(ctx, pack)
		if err != nil {
			return err
		}
		if err := store.Spend(b.name, sum, b.n); err != nil {
			return err
		}
	}
	return nil
}

// close removes what was unpacked.
func (p *packs) close() {
	if p.private != "" {
		os.RemoveAll(p.private)
	}
}

// name returns an error that names packs in the place of folders.
func (p *packs) name(err error) error {
	for dir, pack := range p.folders {
		if err != nil && strings.Contains(err.Error(), dir) {
			err = &scoring.PackedError{Pack: pack, Dir: dir, Err: err}
		}
	}
	return err
}

// nameAll names packs in the failures and texts of a report.
func (p *packs) nameAll(report *benchmarks.Report) {
	if p.private == "" || report == nil {
		return
	}
	texts := func(all []string) {
		for i, text := range all {
			all[i] = p.name(errors.New(text)).Error()
		}
	}
	for _, m := range report.Models {
		for i := range m.Failures {
			m.Failures[i].Err = p.name(m.Failures[i].Err)
		}
		for i := range m.Scores {
			texts(m.Scores[i].Warnings)
		}
		texts(m.Notes)
	}
}

// isPublic reports whether an error is about a submitter's pack, and not the host's data.
func isPublic(err error) bool {
	_, ok := errors.AsType[*scoring.PackedError](err)
	return ok
}
