package output

import (
	"cmp"
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
	// minWrapped is the width below which no text is wrapped.
	minWrapped = 24
	// maxWord is the width of words for which a wrapped column is not wider than that.
	maxWord = 40
	// minBar is the width of the longest bar of a column of bars, at least.
	minBar = 8
	// shortName is the width of names that leave room for the columns of a Rank up to
	// wanted, unless a grid has another.
	shortName = 40
	wanted    = 2
)

// Fit returns the grid as a text table that is at most width wide, as far as that is
// possible. It wraps columns of text that allow it, shortens bars, hides columns that have a Rank, the
// highest first, and shortens the widest columns of text in their middle: to 40 characters
// before it hides the columns of rank 2 and 1, further only after all. If that is not enough,
// it hides columns from the right. A name is not shorter than its header. It returns the headers of the hidden columns.
func (g Grid) Fit(width int) (fitted Grid, hidden []string) {
	fitted = g
	fitted.Columns = slices.Clone(g.Columns)
	for fitted.minWidth() > width {
		excess := fitted.minWidth() - width
		last := fitted.leastWanted()
		if last < 0 || fitted.Columns[last].Rank <= wanted && fitted.spare(fitted.short()) >= excess {
			if last = fitted.rightmost(); fitted.spare(minShortened) >= excess || last < 0 {
				fitted = fitted.shorten(excess)
				break
			}
		}
		c := &fitted.Columns[last]
		c.Hide = append(slices.Clone(c.Hide), Table)
		hidden = append(hidden, c.Header)
	}
	return fitted.wrap(width), hidden
}

// elastic returns the width below which the column of texts or bars at index i is not made
// narrower by wrapping or shortening them, 0 for other columns.
func (g Grid) elastic(i int) int {
	switch c := g.Columns[i]; {
	case c.Wrap:
		least := minWrapped
		for _, r := range g.rows(Table) {
			for word := range strings.FieldsSeq(text.Safe(r.Cells[i].text)) {
				least = max(least, text.Width(word))
			}
		}
		return min(least, maxWord)
	case c.Bar:
		return minBar
	}
	return 0
}

// leastWanted returns the column with the highest rank among those shown, -1 if none has
// one.
func (g Grid) leastWanted() int {
	last := -1
	for i, c := range g.Columns {
		if c.Rank > 0 && !slices.Contains(c.Hide, Table) && (last < 0 || c.Rank > g.Columns[last].Rank) {
			last = i
		}
	}
	return last
}

// rightmost returns the last column shown, -1 if there are fewer than three.
func (g Grid) rightmost() int {
	last, shown := -1, 0
	for i, c := range g.Columns {
		if !slices.Contains(c.Hide, Table) {
			last = i
			shown++
		}
	}
	if shown < 3 {
		return -1
	}
	return last
}

func (g Grid) short() int { return cmp.Or(g.Short, shortName) }

// minWidth returns the width of the text table with texts wrapped as narrowly, and bars as
// short as possible.
func (g Grid) minWidth() int {
	s := g.shown(Table)
	total := 0
	for _, w := range s.widths(nil) {
		total += w
	}
	total += len(gap) * max(0, len(s.Header)-1)
	for i, w := range g.textWidths() {
		if least := g.elastic(i); least > 0 {
			total -= max(0, w-least)
		}
	}
	return total
}

// textWidths returns the widths of the columns that can be shortened or wrapped, 0 for
// others.
func (g Grid) textWidths() []int {
	widths := make([]int, len(g.Columns))
	for i, c := range g.Columns {
		if slices.Contains(c.Hide, Table) || c.Right || c.Figures {
			continue
		}
		empty := true
		for _, r := range g.rows(Table) {
			widths[i] = max(widths[i], text.Width(text.Safe(r.Cells[i].text)))
			empty = empty && r.Cells[i].text == ""
		}
		if !empty || !g.DropEmpty {
			widths[i] = max(widths[i], text.Width(text.Safe(c.Header)))
		}
	}
	return widths
}

// spareWidths returns the width by which each column of names can be shortened to short
// characters, but not below its header.
func (g Grid) spareWidths(short int) []int {
	widths := g.textWidths()
	for i := range g.Columns {
		if g.elastic(i) > 0 {
			widths[i] = 0
		}
		widths[i] = max(0, widths[i]-max(short, text.Width(text.Safe(g.Columns[i].Header))))
	}
	return widths
}

// spare returns the width that names of more than short characters could give up.
func (g Grid) spare(short int) (spare int) {
	for _, w := range g.spareWidths(short) {
		spare += w
	}
	return spare
}

// shorten shortens the widest columns of names by excess characters in all.
func (g Grid) shorten(excess int) Grid {
	limits, spare := g.textWidths(), g.spareWidths(minShortened)
	for ; excess > 0; excess-- {
		widest := -1
		for i, s := range spare {
			if s > 0 && (widest < 0 || limits[i] > limits[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		limits[widest]--
		spare[widest]--
	}
	for i := range g.Columns {
		if g.elastic(i) > 0 {
			limits[i] = 0
		}
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

// wrap divides the texts of columns that allow it into lines, and shortens bars, so that
// the table is at most width wide. The further lines of a row are rows that only the table
// shows.
func (g Grid) wrap(width int) Grid {
	widths := g.textWidths()
	limits := make([]int, len(widths)) // 0 for columns that stay as they are
	room := max(0, width-g.minWidth())
	for i := range g.Columns {
		if least := g.elastic(i); least > 0 && widths[i] > least {
			more := min(widths[i]-least, room)
			room -= more
			if least+more < widths[i] {
				limits[i] = least + more
			}
		}
	}
	var rows []Row
	for _, r := range g.Rows {
		lines := []Row{{slices.Clone(r.Cells), r.Hide}}
		for i, limit := range limits {
			if limit == 0 {
				continue
			}
			whole := r.Cells[i].text
			if g.Columns[i].Bar {
				bar := []rune(whole)
				lines[0].Cells[i].text = string(bar[:len(bar)*limit/widths[i]])
				continue
			}
			for k, line := range wrap(text.Safe(whole), limit, limit) {
				if k == len(lines) {
					lines = append(lines, Row{make([]Cell, len(r.Cells)), slices.Concat(r.Hide, []Format{Markdown, CSV, TSV})})
				}
				lines[k].Cells[i].text = line
			}
		}
		rows = append(rows, lines...)
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
