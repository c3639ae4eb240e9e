package cli

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// gathered are messages about many models, in which those of one kind are told as one.
type gathered struct {
	kinds []*messageKind
	byKey map[string]*messageKind
}

// messageKind is the messages that differ in names and figures alone.
type messageKind struct {
	messages []*modelMessage
	byText   map[string]*modelMessage
}

// modelMessage is one text, with the models and the benchmarks that it is about.
type modelMessage struct {
	message
	models []string
}

// add adds a message about a model, and about a benchmark on a layer unless these are
// empty. names are those that differ between messages of the same kind.
func (g *gathered) add(text, model, benchmark, layer string, names ...string) {
	key := kindOf(text, append(names, model, benchmark, layer)...)
	k := g.byKey[key]
	if k == nil {
		if g.byKey == nil {
			g.byKey = make(map[string]*messageKind)
		}
		k = &messageKind{byText: make(map[string]*modelMessage)}
		g.kinds, g.byKey[key] = append(g.kinds, k), k
	}
	m := k.byText[text]
	if m == nil {
		m = &modelMessage{message: message{text: text}}
		k.messages, k.byText[text] = append(k.messages, m), m
	}
	m.mention([]string{model}, []string{subjectOf(benchmark, layer)})
}

// mention adds models and subjects that the message is about.
func (m *modelMessage) mention(models, subjects []string) {
	for _, name := range models {
		if !slices.Contains(m.models, name) {
			m.models = append(m.models, name)
		}
	}
	for _, name := range subjects {
		if name != "" && !slices.Contains(m.subjects, name) {
			m.subjects = append(m.subjects, name)
		}
	}
}

// lines returns the messages, each in one line. Of more than shownNames of one kind it returns
// the first, with the names that all are about.
func (g gathered) lines() (lines []string) {
	for _, k := range g.kinds {
		if len(k.messages) <= shownNames {
			for _, m := range k.messages {
				lines = append(lines, m.lineOf(modelNames(m.models)))
			}
			continue
		}
		all := modelMessage{message: message{text: fmt.Sprintf("%s (the first of %d messages of this kind)", k.messages[0].text, len(k.messages))}}
		for _, m := range k.messages {
			all.mention(m.models, m.subjects)
		}
		lines = append(lines, all.lineOf(modelNames(all.models)))
	}
	return lines
}

// modelNames returns the name of the only model, or the first names of several.
func modelNames(models []string) string {
	if len(models) == 1 {
		return models[0]
	}
	return fmt.Sprintf("%d models (%s)", len(models), firstNames(models))
}

// varying matches what differs between messages of one kind: quoted and bracketed texts,
// and figures.
var varying = regexp.MustCompile(`"[^"]*"|\([^()]*\)|[0-9]+`)

// kindOf returns a text without names and figures.
func kindOf(text string, names ...string) string {
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) }) // a name may be part of another
	for _, name := range names {
		text = withoutWord(text, name)
	}
	return varying.ReplaceAllString(text, "…")
}

// withoutWord returns a text without a name where it is not part of a word.
func withoutWord(text, name string) string {
	var out strings.Builder
	done := 0 // bytes of the text that are written
	for name != "" {
		at := strings.Index(text[done:], name)
		if at < 0 {
			break
		}
		at += done
		end := at + len(name)
		last, _ := utf8.DecodeLastRuneInString(text[:at])
		next, _ := utf8.DecodeRuneInString(text[end:])
		if out.WriteString(text[done:at]); unicode.IsLetter(last) || unicode.IsLetter(next) {
			out.WriteString(name)
		} else {
			out.WriteString("…")
		}
		done = end
	}
	return out.String() + text[done:]
}
