package output

import (
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/term"

	"github.com/rivo/uniseg"

	"github.com/brainscore-go/brainscore/internal/text"
)

// TerminalWidth returns the number of characters that a line of w has room for:
// $COLUMNS, else the width of the terminal. It is 0 if w is not a terminal or its
// width is not known.
func TerminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return max(0, width)
}

const (
	// minShortened is the width below which no column is shortened.
	minShortened = 8
	// shortName is the width of names that leave room for the columns of a Rank up to
	// wanted.
	shortName = 40
	wanted    = 2
)

// Fit returns the grid as a text table that is at most width wide, as far as that is
// possible. It hides columns that have a Rank, the highest first, and shortens the widest
// columns of text in their middle: to 40 characters before it hides the columns of rank 2
// and 1, further only after all. It returns the headers of the hidden columns.
func (g Grid) Fit(width int) (fitted Grid, hidden []string) {
	fitted = g
	fitted.Columns = slices.Clone(g.Columns)
	for fitted.textWidth() > width {
		last := -1
		for i, c := range fitted.Columns {
			if c.Rank > 0 && !slices.Contains(c.Hide, Table) && (last < 0 || c.Rank > fitted.Columns[last].Rank) {
				last = i
			}
		}
		excess := fitted.textWidth() - width
		if last < 0 || fitted.Columns[last].Rank <= wanted && fitted.spare() >= excess {
			return fitted.shorten(excess), hidden
		}
		c := &fitted.Columns[last]
		c.Hide = append(slices.Clone(c.Hide), Table)
		hidden = append(hidden, c.Header)
	}
	return fitted, hidden
}

// textWidth returns the width of the text table.
func (g Grid) textWidth() int {
	s := g.shown(Table)
	total := 0
	for _, w := range s.widths(nil) {
		total += w
	}
	return total + len(gap)*max(0, len(s.Header)-1)
}

// textWidths returns the widths of the columns that can be shortened, 0 for others.
func (g Grid) textWidths() []int {
	widths := make([]int, len(g.Columns))
	for i, c := range g.Columns {
		if slices.Contains(c.Hide, Table) || c.Right || c.Figures {
			continue
		}
		widths[i] = text.Width(text.Safe(c.Header))
		for _, r := range g.rows(Table) {
			widths[i] = max(widths[i], text.Width(text.Safe(r.Cells[i].text)))
		}
	}
	return widths
}

// spare returns the width that names of more than shortName characters could give up.
func (g Grid) spare() (spare int) {
	for _, w := range g.textWidths() {
		spare += max(0, w-shortName)
	}
	return spare
}

// shorten shortens the widest columns of text by excess characters in all.
func (g Grid) shorten(excess int) Grid {
	limits := g.textWidths()
	for ; excess > 0; excess-- {
		i := slices.Index(limits, slices.Max(limits))
		if limits[i] <= minShortened {
			break
		}
		limits[i]--
	}
	rows := make([]Row, len(g.Rows))
	for k, r := range g.Rows {
		rows[k] = Row{slices.Clone(r.Cells), r.Hide}
		for i, limit := range limits {
			if limit > 0 {
				rows[k].Cells[i].text = Shorten(r.Cells[i].text, limit)
			}
		}
	}
	g.Rows = rows
	return g
}

// Shorten returns a text of at most width characters, with … in place of its middle.
func Shorten(s string, width int) string {
	if s = text.Safe(s); text.Width(s) <= width {
		return s
	}
	var clusters []string
	for g := uniseg.NewGraphemes(s); g.Next(); {
		clusters = append(clusters, g.Str())
	}
	for len(clusters) > 0 {
		half := (len(clusters) + 1) / 2
		if candidate := strings.Join(clusters[:half], "") + "…" + strings.Join(clusters[half:], ""); text.Width(candidate) <= width {
			return candidate
		}
		clusters = slices.Delete(clusters, len(clusters)/2, len(clusters)/2+1)
	}
	return "…"
}
