package output

import (
	"regexp"
	"strings"
)

// minDescribed is the width below which the second column of a list is not kept.
const minDescribed = 24

// entry matches the name of a line in a list, up to what describes it.
var entry = regexp.MustCompile(`^( +\S+(?: \S+)*? {2,})\S`)

// flagName matches a flag that may be followed by its value.
var flagName = regexp.MustCompile(`( --[\w-]+) `)

// WrapHelp returns a help text in lines of at most width characters, as far as its words
// are no longer. Lines that are not indented are paragraphs, which are filled anew. What
// describes an entry of a list stays in its column, and a command of the program is
// continued as shells read it.
func WrapHelp(s string, width int) string {
	var b strings.Builder
	var joined string // the lines of a paragraph, or of an entry of a list
	column := 0       // of further lines that belong to it, -1 for none
	end := func() {
		b.WriteString(wrapJoined(joined, width))
		joined = ""
	}
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, " \n")
		bare := strings.TrimLeft(line, " ")
		if joined != "" && bare != "" && len(line)-len(bare) == column {
			joined += " " + bare
			continue
		}
		end()
		joined, column = line, 0
		switch m := entry.FindStringSubmatch(line); {
		case m != nil:
			column = styledWidth(m[1])
		case bare == "":
			b.WriteString("\n")
		case bare != line:
			column = -1
		}
	}
	end()
	return b.String()
}

// wrapJoined returns a line as lines of at most width characters, "" for an empty one.
func wrapJoined(line string, width int) string {
	if line == "" {
		return ""
	}
	bare := strings.TrimLeft(line, " ")
	lead := strings.Repeat(" ", len(line)-len(bare))
	if strings.HasPrefix(line, "  brainscore ") && styledWidth(line) > width {
		lead += "  "
		lines := wrap(flagName.ReplaceAllString(line, "$1\u00a0"), width-2, width-2-len(lead)) // a flag stays beside its value
		return strings.ReplaceAll(strings.Join(lines, " \\\n"+lead), "\u00a0", " ") + "\n"
	}
	if m := entry.FindStringSubmatch(line); m != nil && width-styledWidth(m[1]) >= minDescribed {
		lead = strings.Repeat(" ", styledWidth(m[1]))
	} else if lead != "" {
		lead += "  "
	}
	return strings.Join(wrap(line, width, width-len(lead)), "\n"+lead) + "\n"
}

// listItem matches the mark of an item of a list in Markdown.
var listItem = regexp.MustCompile(`^ *(?:[-*]|\d+\.) `)

// WrapMarkdown returns a page of Markdown in lines of at most width characters, as far as its
// words are no longer. Paragraphs and items of lists are filled anew; code stays as it is, but
// for entries of its lists, whose descriptions stay in their column.
func WrapMarkdown(s string, width int) string {
	var b strings.Builder
	var joined, lead string
	end := func() {
		if joined != "" {
			b.WriteString(strings.Join(wrap(joined, width, width-len(lead)), "\n"+lead) + "\n")
		}
		joined = ""
	}
	code := false
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, " \n")
		mark := listItem.FindString(line)
		switch bare := strings.TrimLeft(line, " "); {
		case strings.HasPrefix(bare, "```"):
			end()
			code = !code
			b.WriteString(line + "\n")
		case code && strings.Contains(bare, "  "):
			// A name and its description, two columns of a list.
			name, _, _ := strings.Cut(bare, "  ")
			rest := strings.TrimLeft(bare[len(name):], " ")
			column := len(line) - len(rest)
			if column > width-minDescribed {
				column = 4
			}
			b.WriteString(strings.Join(wrap(line, width, width-column), "\n"+strings.Repeat(" ", column)) + "\n")
		case code:
			b.WriteString(line + "\n")
		case line == "" || bare[0] == '|' || bare[0] == '#':
			end()
			b.WriteString(wrapLine(line, width))
		case mark != "":
			end()
			joined, lead = line, strings.Repeat(" ", len(mark))
		case joined != "":
			joined += " " + bare
		default:
			joined, lead = line, ""
		}
	}
	end()
	return b.String()
}
