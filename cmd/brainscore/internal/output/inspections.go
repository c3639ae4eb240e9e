package output

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// inspectionsDocument is the JSON of `inspect`.
type inspectionsDocument struct {
	Schema int                   `json:"schema"`
	Items  []*scoring.Inspection `json:"items"`
	Errors []string              `json:"errors"`
}

// WriteInspections writes descriptions of files and folders, as text or JSON; errs are
// the errors of those that could not be read.
func WriteInspections(w io.Writer, list []*scoring.Inspection, errs []error, format Format, color bool) error {
	if format == JSON {
		doc := inspectionsDocument{Schema: results.Schema, Items: append([]*scoring.Inspection{}, list...), Errors: []string{}}
		for _, err := range errs {
			doc.Errors = append(doc.Errors, err.Error())
		}
		return results.WriteJSON(w, doc)
	}
	b := bufio.NewWriter(w)
	for i, inspection := range list {
		if i > 0 {
			b.WriteString("\n")
		}
		(&inspector{w, b, palette(color)}).write(inspection)
	}
	return b.Flush()
}

// inspector writes inspections as text.
type inspector struct {
	page io.Writer // that b writes to
	b    *bufio.Writer
	p    palette
}

func (w *inspector) write(in *scoring.Inspection) {
	w.b.WriteString(w.p.bold(text.Safe(in.Path)) + ": " + text.Safe(in.Is) + "\n")
	switch {
	case in.Array != nil:
		w.facts(append(arrayFacts(in.Array), [2]string{"memory", memoryText(0, in.MemoryAtLeast) + " for a score"}))
	case in.Table != nil:
		w.facts(tableFacts(in.Table))
	case in.Benchmark != nil:
		w.benchmark(in.Benchmark, in.Missing)
	case in.Composite != "":
		w.facts([][2]string{{"definition", in.Composite}})
	case in.Dump != nil:
		w.dump(in.Dump)
	case in.Assembly != nil:
		w.assembly(in.Assembly)
	case in.Home != nil:
		w.home(in.Home)
	case in.Pack != nil:
		w.pack(in.Pack, in.Manifest)
	case in.Manifest != nil:
		w.manifest(in.Manifest)
	}
}

// facts writes names and values, one a line, without those that are empty.
func (w *inspector) facts(facts [][2]string) {
	width := 0
	for _, f := range facts {
		if f[1] != "" {
			width = max(width, text.Width(f[0]))
		}
	}
	for _, f := range facts {
		if f[1] != "" {
			w.b.WriteString(indent + w.p.faint(text.Left(f[0], width)) + gap + text.Safe(f[1]) + "\n")
		}
	}
}

// grid writes an indented table without empty columns.
func (w *inspector) grid(g Grid) {
	if len(g.Rows) == 0 {
		return
	}
	g.DropEmpty = true
	s := onPage(w.page, indent, g)[0].shown(Table)
	s.write(w.b, indent, s.widths(nil), w.p.faint, nil)
}

func arrayFacts(a *stimuli.ArrayInfo) [][2]string {
	order := "C (rows together)"
	if a.Fortran {
		order = "Fortran (columns together)"
	}
	return [][2]string{
		{"shape", shapeText(a.Shape)}, {"type", a.DType}, {"byte order", a.ByteOrder}, {"memory order", order}, {"npy version", a.Version},
		{"as scored", fmt.Sprintf("%d rows × %d features", a.Rows, a.Features)}, {"data", bytesText(a.Bytes)},
	}
}

func tableFacts(t *stimuli.TableInfo) [][2]string {
	facts := [][2]string{{"rows", strconv.Itoa(t.Rows)}, {"columns", strings.Join(t.Columns, ", ")}}
	if t.Stimuli > 0 {
		facts = append(facts, [2]string{"stimuli", strconv.Itoa(t.Stimuli)})
	}
	return facts
}

func (w *inspector) benchmark(d *benchmarks.Definition, missing []string) {
	data := "ready"
	if len(missing) > 0 {
		data = "missing: " + strings.Join(missing, ", ")
	}
	w.facts([][2]string{
		{"identifier", d.Identifier}, {"version", strconv.Itoa(d.Version)}, {"kind", d.Kind}, {"region", d.Region}, {"parent", d.Parent},
		{"metric", d.Metric.Name}, {"stimulus set", d.StimulusSet.String()}, {"assembly", d.Assembly.String()}, {"fitting set", d.FittingStimulusSet}, {"mean over", strings.Join(d.PartNames(), ", ")}, {"data", data},
		{"warnings", strings.Join(d.Warnings, "; ")},
	})
}

func (w *inspector) dump(d *stimuli.DumpInfo) {
	var commitments, metadata []string
	for _, region := range slices.Sorted(maps.Keys(d.Commitments)) {
		commitments = append(commitments, region+": "+d.Commitments[region])
	}
	for _, name := range slices.Sorted(maps.Keys(d.Metadata)) {
		metadata = append(metadata, fmt.Sprintf("%s: %v", name, d.Metadata[name]))
	}
	settings := d.Settings
	if settings == "" {
		settings = "no model.yaml: each layer is scored on its own"
	}
	w.facts([][2]string{
		{"identifier", d.Identifier}, {"settings", settings}, {"commitments", strings.Join(commitments, ", ")},
		{"metadata", strings.Join(metadata, ", ")}, {"reduction", d.Reduction},
	})
	for _, s := range d.Sets {
		w.b.WriteString("\n" + indent + w.p.bold(text.Safe(s.StimulusSet)) + "\n")
		w.dumpSet(s)
	}
}

func (w *inspector) dumpSet(s stimuli.DumpSet) {
	order := s.Order
	switch {
	case order == "" && len(s.Layers) > 0:
		order = "unknown: there is no stimulus_ids.csv, and the data home does not have the stimulus set"
	case len(s.Layers) == 0:
		order = ""
	}
	facts := [][2]string{{"row order", order}, {"ids", matchText(s.Match)}}
	if s.Choices > 0 {
		facts = append(facts, [2]string{"choices", strconv.Itoa(s.Choices)})
	}
	if s.Responses > 0 {
		facts = append(facts, [2]string{"responses", fmt.Sprintf("to %d stimuli", s.Responses)})
	}
	w.facts(facts)
	g := Grid{Columns: []Column{{Header: "layer"}, {Header: "time bin"}, {Header: "shape"}, {Header: "type", Rank: 2}, {Header: "order", Rank: 4}, {Header: "data", Right: true, Rank: 1}, {Header: "memory to score", Right: true, Rank: 3}}}
	for _, l := range s.Layers {
		row := []Cell{Text(l.Layer), Text(l.Bin), Text("cannot be read"), Blank(), Blank(), Blank(), Blank()}
		if a := l.Array; a != nil {
			order := "C"
			if a.Fortran {
				order = "Fortran"
			}
			kind := a.DType
			if a.ByteOrder == "big-endian" {
				kind = a.ByteOrder + " " + kind
			}
			row = []Cell{Text(l.Layer), Text(l.Bin), Text(shapeText(a.Shape)), Text(kind), Text(order), Text(bytesText(a.Bytes)), Text(memoryText(l.MemoryBytes, l.MemoryAtLeast))}
		}
		g.Add(row...)
	}
	w.grid(g)
}

// memoryText returns what a score needs at its peak, or at least; "" if neither is known.
func memoryText(peak, least int64) string {
	switch {
	case peak > 0:
		return humanize.IBytes(uint64(peak))
	case least > 0:
		return "at least " + humanize.IBytes(uint64(least))
	}
	return ""
}

// matchText returns how many ids match a stimulus set.
func matchText(m *stimuli.Match) string {
	if m == nil {
		return "not compared: the data home does not have the stimulus set"
	}
	s := fmt.Sprintf("%d matching", m.Matching)
	for _, part := range []struct {
		n    int
		what string
		ids  []string
	}{{m.Missing, "missing", m.MissingIDs}, {m.Extra, "extra", m.ExtraIDs}} {
		s += fmt.Sprintf(", %d %s", part.n, part.what)
		if part.n > 0 {
			names := strings.Join(part.ids, ", ")
			if part.n > len(part.ids) {
				names += ", …"
			}
			s += " (" + names + ")"
		}
	}
	return s + ", by " + m.StimulusSet
}

func (w *inspector) assembly(a *stimuli.AssemblyContents) {
	facts := [][2]string{{"identifier", a.Identifier}, {"kind", a.Kind}, {"stimulus set", a.StimulusSet}}
	if v := a.Values; v != nil {
		facts = append(facts, [2]string{"values", shapeText(v.Shape) + " " + v.DType + ", " + bytesText(v.Bytes)}, [2]string{"neuroids", neuroidsText(a)})
	}
	if t := a.Table; t != nil {
		facts = append(facts, [2]string{"trials", strconv.Itoa(t.Rows)}, [2]string{"columns", strings.Join(t.Columns, ", ")})
	}
	if a.Stimuli > 0 { // thresholds name none
		facts = append(facts, [2]string{"stimuli", strconv.Itoa(a.Stimuli)}, [2]string{"repetitions", spreadText(a.Repetitions) + " a stimulus"})
	}
	facts = append(facts, [2]string{"subjects", countText(a.Subjects)}, [2]string{"conditions", countText(a.Conditions)}, [2]string{"objects", countText(a.Objects)},
		[2]string{"time bins", strings.Join(a.TimeBins, ", ")}, [2]string{"ids", matchText(a.Match)})
	w.facts(facts)
}

func neuroidsText(a *stimuli.AssemblyContents) string {
	s := strconv.Itoa(a.Neuroids)
	var parts []string
	for _, r := range a.Regions {
		parts = append(parts, fmt.Sprintf("%s %d", r.Name, r.Count))
	}
	if len(parts) > 0 {
		s += " (" + strings.Join(parts, ", ") + ")"
	}
	return s
}

func spreadText(s stimuli.Spread) string {
	if s.Min == s.Max {
		return strconv.Itoa(s.Min)
	}
	return fmt.Sprintf("%d to %d (median %g)", s.Min, s.Max, s.Median)
}

func (w *inspector) home(h *scoring.HomeInfo) {
	data := fmt.Sprintf("%d ready", h.Ready)
	if h.MissingData > 0 {
		data += fmt.Sprintf(", %d missing data", h.MissingData)
	}
	w.facts([][2]string{{"benchmarks", data}})
	g := Grid{Columns: []Column{{Header: "stimulus set"}, {Header: "stimuli", Right: true}, {Header: "columns", Wrap: true}}}
	for _, s := range h.StimulusSets {
		g.Add(Text(s.StimulusSet), Int(s.Stimuli), Text(strings.Join(s.Columns, ", ")))
	}
	w.section(g)
	g = Grid{Columns: TextColumns("assembly", "kind", "stimulus set", "shape")}
	for _, a := range h.Assemblies {
		shape := ""
		if a.Shape != nil {
			shape = shapeText(a.Shape)
		}
		g.Add(Text(a.Assembly), Text(a.Kind), Text(a.StimulusSet), Text(shape))
	}
	w.section(g)
}

func (w *inspector) section(g Grid) {
	if len(g.Rows) > 0 {
		w.b.WriteString("\n")
		w.grid(g)
	}
}

func shapeText(shape []int) string {
	parts := make([]string, len(shape))
	for i, n := range shape {
		parts[i] = strconv.Itoa(n)
	}
	return strings.Join(parts, " × ")
}

// bytesText returns a size for people, in units of 1024.
func bytesText(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	size, units := float64(n)/unit, []string{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}
	i := 0
	for size >= unit && i < len(units)-1 {
		size /= unit
		i++
	}
	return fmt.Sprintf("%.1f %s", size, units[i])
}
