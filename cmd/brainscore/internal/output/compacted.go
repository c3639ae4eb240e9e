package output

import (
	"io"

	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// WriteCompacted writes what became of each layer of a dump.
func WriteCompacted(w io.Writer, c *scoring.Compacted, format Format, color bool) error {
	g := Grid{Columns: TextColumns("stimulus set", "layer", "stimuli", "features", "activations", "written", "kept as activations")}
	for i := 2; i < 6; i++ {
		g.Columns[i].Right = true
	}
	for _, l := range c.Layers {
		g.Add(Text(l.StimulusSet), Text(l.Layer), Count(l.Stimuli), Count(l.Features), Bytes(l.Before), Bytes(l.After), Text(l.Kept))
	}
	return g.Write(w, format, color)
}
