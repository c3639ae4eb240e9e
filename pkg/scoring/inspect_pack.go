package scoring

import (
	"context"

	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// ManifestInfo is what a manifest asks for.
type ManifestInfo struct {
	Hash         string              `json:"hash"`
	Kernel       string              `json:"kernel"`
	StimulusSets []ManifestSet       `json:"stimulus_sets"`
	Benchmarks   []ManifestBenchmark `json:"benchmarks"`
}

// ManifestSet is a stimulus set of a manifest.
type ManifestSet struct {
	StimulusSet string    `json:"stimulus_set"`
	Stimuli     int       `json:"stimuli"`
	Degrees     []float64 `json:"visual_degrees,omitempty"`
}

// ManifestBenchmark is a benchmark of a manifest.
type ManifestBenchmark struct {
	Benchmark    string   `json:"benchmark"`
	Version      int      `json:"version"`
	Region       string   `json:"region"`
	Metric       string   `json:"metric"`
	Needs        string   `json:"needs"`
	StimulusSets []string `json:"stimulus_sets"`
	FittingSets  []string `json:"fitting_stimulus_sets,omitempty"`
}

// PackInfo is what a pack holds.
type PackInfo struct {
	Model string             `json:"model"`
	Files []stimuli.PackFile `json:"files"`
}

func inspectJSON(ctx context.Context, in *Inspection) error {
	data, err := infile.ReadFile(ctx, in.Path, infile.Limit{Bytes: stimuli.MaxManifest, What: "JSON"})
	if err != nil {
		return err
	}
	if !benchmarks.IsManifest(data) {
		return &stimuli.FileError{Path: in.Path, What: "is JSON, which inspect does not describe", Remedy: "show a document of scores by brainscore leaderboard, compare or report"}
	}
	m, err := benchmarks.ParseManifest(in.Path, data)
	if err != nil {
		return err
	}
	in.Is, in.Manifest = IsManifest, describeManifest(m)
	return nil
}

// inspectPack describes a pack as its header and manifest state it, and checks all but the
// hashes of its files, which unpacking them checks.
func inspectPack(ctx context.Context, in *Inspection) error {
	p, err := stimuli.OpenPack(ctx, in.Path)
	if err != nil {
		return err
	}
	defer p.Close()
	m, err := benchmarks.ParseManifest(in.Path, p.Manifest)
	if err != nil {
		return err
	}
	if err := p.Check(ctx, packLimits(m)); err != nil {
		return err
	}
	in.Is, in.Manifest, in.Pack = IsPack, describeManifest(m), &PackInfo{Model: p.Model, Files: p.Files()}
	return nil
}

func describeManifest(m *benchmarks.Manifest) *ManifestInfo {
	info := &ManifestInfo{Hash: m.Hash(), Kernel: m.Kernel}
	for _, s := range m.StimulusSets {
		info.StimulusSets = append(info.StimulusSets, ManifestSet{s.ID, len(s.Stimuli), s.Degrees})
	}
	for _, b := range m.Benchmarks {
		one := ManifestBenchmark{Benchmark: b.Identifier, Version: b.Version, Region: b.Region, Metric: b.Metric, Needs: b.Needs, StimulusSets: b.StimulusSets}
		for _, p := range b.Parts {
			if p.FittingSet != "" {
				one.FittingSets = append(one.FittingSets, p.FittingSet)
			}
		}
		info.Benchmarks = append(info.Benchmarks, one)
	}
	return info
}
