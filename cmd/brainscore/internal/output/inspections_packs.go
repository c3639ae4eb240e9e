package output

import (
	"fmt"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// pack describes a pack: its files, and the manifest that it was made for.
func (w *inspector) pack(p *scoring.PackInfo, m *scoring.ManifestInfo) {
	w.facts([][2]string{{"model", p.Model}})
	g := Grid{Columns: []Column{{Header: "file"}, {Header: "size", Right: true}}}
	for _, f := range p.Files {
		g.Add(Text(f.Name), Text(bytesText(f.Bytes)))
	}
	w.section(g)
	w.b.WriteString("\n" + indent + w.p.bold("manifest") + "\n")
	w.manifest(m)
}

func (w *inspector) manifest(m *scoring.ManifestInfo) {
	w.facts([][2]string{{"hash", m.Hash}, {"kernel", m.Kernel}})
	g := Grid{Columns: []Column{{Header: "stimulus set"}, {Header: "stimuli", Right: true}, {Header: "visual degrees"}}}
	for _, s := range m.StimulusSets {
		g.Add(Text(s.StimulusSet), Int(s.Stimuli), Text(strings.Trim(fmt.Sprint(s.Degrees), "[]")))
	}
	w.section(g)
	g = Grid{Columns: []Column{{Header: "benchmark"}, {Header: "version", Right: true}, {Header: "region"}, {Header: "metric"}, {Header: "needs"}, {Header: "of"}, {Header: "fitted on"}}}
	for _, b := range m.Benchmarks {
		g.Add(Text(b.Benchmark), Int(b.Version), Text(b.Region), Text(b.Metric), Text(b.Needs), Text(strings.Join(b.StimulusSets, ", ")), Text(strings.Join(b.FittingSets, ", ")))
	}
	w.section(g)
}
