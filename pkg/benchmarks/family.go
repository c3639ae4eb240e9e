package benchmarks

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// datedName matches identifiers that begin with the name of a publication, such as
// Geirhos2021edge-top1, behind that of a laboratory in tong.Coggan2024_behavior.
var datedName = regexp.MustCompile(`^(?:[a-z]+\.)?([A-Za-z]+(?:19|20)[0-9]{2})`)

// Family returns what the identifiers of benchmarks on one publication's data begin
// with: name and year, such as Geirhos2021. Without a year it is the part before the
// first dot, else before the last hyphen.
func (d *Definition) Family() string {
	if m := datedName.FindStringSubmatch(d.Identifier); m != nil {
		return m[1]
	}
	if name, _, ok := strings.Cut(d.Identifier, "."); ok {
		return name
	}
	if i := strings.LastIndexByte(d.Identifier, '-'); i > 0 {
		return d.Identifier[:i]
	}
	return d.Identifier
}

// InFamily reports whether a benchmark's identifier begins with a name, in any case,
// that ends there: Geirhos and Geirhos2021 begin Geirhos2021edge-top1, Geir does not.
func (d *Definition) InFamily(name string) bool {
	rest := d.Identifier
	if i := strings.Index(rest, d.Family()); i > 0 && !hasPrefixFold(rest, name) {
		rest = rest[i:] // behind the laboratory
	}
	if name == "" || !hasPrefixFold(rest, name) {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(name)
	next, _ := utf8.DecodeRuneInString(rest[len(name):])
	return !(unicode.IsLetter(last) && unicode.IsLetter(next) || unicode.IsDigit(last) && unicode.IsDigit(next))
}

// hasPrefixFold reports whether s begins with prefix, in any case.
func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
