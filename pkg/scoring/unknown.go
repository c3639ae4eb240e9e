package scoring

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// maxUnknownShare is the share of names outside a set above which a benchmark fails: a
// few are slips, more are another spelling, which would be scored as mistakes.
const maxUnknownShare = 0.05

// unknownNames are the names of a column that are outside a set of names.
type unknownNames struct {
	what  string // what is said of them, such as "choices are none of the objects"
	names []stimuli.Group
	count int // values that are unknown names
	total int // values of the column
	known []string
}

// findUnknown returns the values that are none of the known ones. Values without an
// answer are not names.
func findUnknown(what string, values, known []string) *unknownNames {
	isKnown := make(map[string]bool)
	for _, name := range known {
		isKnown[name] = true
	}
	counts := make(map[string]int)
	for _, v := range values {
		if !isKnown[v] && !unanswered(v) {
			counts[v]++
		}
	}
	return newUnknown(what, counts, len(values), known)
}

func newUnknown(what string, counts map[string]int, total int, known []string) *unknownNames {
	u := &unknownNames{what: what, total: total, known: known}
	for name, n := range counts {
		u.names = append(u.names, stimuli.Group{Name: name, Count: n})
		u.count += n
	}
	slices.SortFunc(u.names, func(a, b stimuli.Group) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	return u
}

// unanswered reports whether a choice is none, as published trials write it.
func unanswered(choice string) bool {
	return choice == "" || strings.EqualFold(choice, "na") || strings.EqualFold(choice, "nan")
}

// String counts the unknown names, each with the nearest known one.
func (u *unknownNames) String() string {
	const shown = 5
	var parts []string
	for _, g := range u.names[:min(len(u.names), shown)] {
		part := fmt.Sprintf("%d %q", g.Count, g.Name)
		if near := nearest.Suggest(g.Name, u.known); near != "" {
			part += " (" + near + ")"
		}
		parts = append(parts, part)
	}
	if more := len(u.names) - shown; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d other names", more))
	}
	return fmt.Sprintf("%d of %d %s: %s", u.count, u.total, u.what, strings.Join(parts, ", "))
}

// check returns an error about a file if the share of unknown names is large and the
// benchmark does not allow that, else warnings, which count them.
func (u *unknownNames) check(path string, d *benchmarks.Definition) (warnings []string, err error) {
	if u.count > 1 && float64(u.count) > maxUnknownShare*float64(u.total) {
		return u.refuse(path, d)
	}
	return u.warnings(), nil
}

// warnings counts the unknown names, if there are any.
func (u *unknownNames) warnings() []string {
	if u.count == 0 {
		return nil
	}
	return []string{u.String()}
}

// refuse returns an error about a file if there are unknown names and the benchmark does
// not allow that, else warnings.
func (u *unknownNames) refuse(path string, d *benchmarks.Definition) (warnings []string, err error) {
	if u.count > 0 && !d.AllowUnknownChoices {
		return nil, &stimuli.FileError{Path: path, What: u.String(), Remedy: "correct the names, or allow them by allow_unknown_choices: true in the benchmark's definition"}
	}
	return u.warnings(), nil
}

// otherChoices returns the names that are no object, but that minSubjects or more chose, so
// that they are names of something: objects that the trials do not show. A name that
// looks like a misspelt object is none of these.
func otherChoices(t *stimuli.SubjectTrials, objects []string, minSubjects int) []string {
	type choice struct {
		name    string
		subject int
	}
	made := make(map[choice]bool)
	subjects := make(map[string]int) // that chose a name
	isObject := make(map[string]bool)
	for _, o := range objects {
		isObject[o] = true
	}
	for i, name := range t.Choice {
		if one := (choice{name, t.Subject[i]}); !isObject[name] && !made[one] {
			made[one] = true
			subjects[name]++
		}
	}
	var names []string
	for name, n := range subjects {
		if n >= minSubjects {
			names = append(names, name)
		}
	}
	misspelt := nearest.Misspelt(names, objects)
	return slices.DeleteFunc(names, func(name string) bool { return misspelt[name] != "" })
}

// findLoners returns the labels that look misspelt: they are near a label of more
// stimuli, and are of a single one or differ in case and blanks alone. Labels that are
// wanted elsewhere, such as the objects of trials, are right.
func findLoners(what string, labels, wanted []string) *unknownNames {
	isWanted := make(map[string]bool)
	for _, name := range wanted {
		isWanted[name] = true
	}
	groups := stimuli.Groups(labels)
	largest := make(map[string]stimuli.Group) // of the labels that differ in case and blanks alone
	for _, g := range groups {
		if l := largest[nearest.Fold(g.Name)]; isWanted[g.Name] || !isWanted[l.Name] && g.Count > l.Count {
			largest[nearest.Fold(g.Name)] = g
		}
	}
	var single, classes []string
	counts := make(map[string]int)
	for _, g := range groups {
		switch {
		case isWanted[g.Name], g.Count > 1 && largest[nearest.Fold(g.Name)].Name == g.Name:
			classes = append(classes, g.Name)
		case g.Count == 1:
			single = append(single, g.Name)
		default:
			counts[g.Name] = g.Count
		}
	}
	for name := range nearest.Misspelt(single, classes) {
		counts[name] = 1
	}
	return newUnknown(what, counts, len(labels), classes)
}
