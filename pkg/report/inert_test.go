package report

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/brainscore-go/brainscore/internal/hostile"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// hostileNames are models of hostile names, with benchmarks, layers, families,
// warnings, failures and files of them too.
func hostileNames(t *testing.T) *ranking.Builder {
	d := newData(t)
	var list []benchmarks.ModelResult
	inputs := map[string]string{}
	for i, text := range hostile.Texts {
		m := benchmarks.ModelResult{Model: text, Failures: []benchmarks.Failure{{Benchmark: text, Layer: text, Err: errors.New(text)}}}
		for k, part := range []string{"V4", "IT", "behavior"} {
			s := benchmarks.Result{Benchmark: part + hostile.Texts[k], Region: part, Parent: part, Layer: text, Metric: hostile.Texts[k], NeuroidIDs: []string{text}}
			s.Raw, s.Ceiling, s.Ceiled = metrics.Exact(float64(i+k)/100), metrics.Exact(0.9), metrics.Exact(0.2)
			s.Neuroids, s.NeuroidCeilings, s.Warnings = []float64{0.1}, []float64{0.9}, []string{text}
			m.Scores = append(m.Scores, s)
		}
		list = append(list, m)
		inputs[text+"/set/layer"], inputs["stimuli/"+text] = text, text
	}
	if err := d.AddResults("scores.json", list); err != nil {
		t.Fatal(err)
	}
	d.AddSource(ranking.Source{Path: "scores.json", Version: hostile.Texts[0], Go: hostile.Texts[1], Inputs: inputs})
	quoted := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	table := "model,family," + quoted(hostile.Texts[0]) + "\n"
	for _, text := range hostile.Texts {
		if strings.ContainsAny(text, "\x00\r") || !utf8.ValidString(text) {
			continue // no table can have these
		}
		table += strings.Join([]string{quoted(text), quoted(text), quoted(text)}, ",") + "\n"
	}
	addText(t, d, table)
	return d
}

// checkInert checks that no text of a page is more than text.
func checkInert(t *testing.T, page string) {
	t.Helper()
	if n := strings.Count(page, "<script"); n != 2 {
		t.Errorf("the page has %d script elements", n)
	}
	for _, bad := range []string{"<img", "<script>alert", "<svg onload", "\u2028", "\u2029", "\u202e", "\u202c", "\u2066", "\x00", "\x07", "\xff", "href=\"javascript:"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	// No text opens a tag or an attribute that the template has not.
	for _, tag := range regexp.MustCompile(`(?i)<[a-z][^>]*\son[a-z]+\s*=`).FindAllString(page, -1) {
		t.Errorf("the page holds the tag %s", tag)
	}
}

// Whatever text every field of the results, definitions and sources holds, those that
// are added later too, the page shows it as text.
func TestEveryFieldIsInert(t *testing.T) {
	for _, text := range hostile.Texts {
		var m benchmarks.ModelResult
		var definition benchmarks.Definition
		source := ranking.Source{Path: "scores.json"}
		hostile.Fill(&m, text)
		hostile.Fill(&definition, text)
		hostile.Fill(&source, text)
		source.Path, source.Table = "scores.json", false
		d := newData(t)
		if err := d.AddResults(source.Path, []benchmarks.ModelResult{m}); err != nil {
			t.Fatal(err)
		}
		d.AddSource(source)
		d.AddWarnings(text)
		var page bytes.Buffer
		err := Write(t.Context(), &page, d.Build(), Options{Version: "test", Definitions: []*benchmarks.Definition{&definition}})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		checkInert(t, page.String())
	}
}

func TestHostileNamesAreInert(t *testing.T) {
	page := write(t, hostileNames(t))
	checkInert(t, page)
	x := dataOf(t, page)
	if len(x.Models) != len(hostile.Texts) {
		t.Fatalf("%d models, want %d", len(x.Models), len(hostile.Texts))
	}
	seen := map[string]bool{}
	for _, m := range x.Models {
		if seen[m.Name] {
			t.Errorf("two models are shown as %q", m.Name)
		}
		seen[m.Name] = true
	}
	if !seen[`<script>alert(1)</script>`] || !seen[`\u202eevil\u202c`] || !seen[`a\nb\r\nc\td`] {
		t.Errorf("models are shown as %v", seen)
	}
}

// Two names that look alike once made visible stay two models.
func TestNamesAlike(t *testing.T) {
	d := newData(t)
	addText(t, d, "model,v4\nx\u200by,1\nx\\u200by,2\n")
	x := dataOf(t, write(t, d))
	if x.Models[0].Name == x.Models[1].Name {
		t.Errorf("both models are %q", x.Models[0].Name)
	}
}

// The policy allows the page's script and style, by their hashes, and nothing
// else.
func TestPolicy(t *testing.T) {
	page := write(t, published(t))
	find := func(pattern string) string {
		found := regexp.MustCompile(pattern).FindAllStringSubmatch(page, -1)
		if len(found) != 1 {
			t.Fatalf("%d matches of %s", len(found), pattern)
		}
		return found[0][1]
	}
	policy := strings.ReplaceAll(find(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`), "&#39;", "'")
	script, style := find(`(?s)<script>(.*?)</script>`), find(`(?s)<style>(.*?)</style>`)
	want := fmt.Sprintf("default-src 'none'; script-src %s; style-src %s; img-src data:; base-uri 'none'; form-action 'none'", hashOf([]byte(script)), hashOf([]byte(style)))
	if strings.ReplaceAll(policy, "&#43;", "+") != want {
		t.Errorf("the policy is %s, want %s", policy, want)
	}
	for _, bad := range []string{`style="`, "http://", "https://", "@import", "innerHTML", "eval("} {
		if at := strings.Index(strings.ReplaceAll(page, "http://www.w3.org/2000/svg", ""), bad); at >= 0 && !strings.Contains(string(dataElement.Find([]byte(page))), bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
}

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "plain": "plain", "é 名": "é 名", "a\nb": `a\nb`, "\t": `\t`, "\u202e": `\u202e`, "\U000e0001": `\U000e0001`, "\xff": `\xff`, "zw\u200dj": "zw\u200dj", "\u2028": `\u2028`, "\x1b[1m": `\x1b[1m`,
	} {
		if got := visible(in); got != want {
			t.Errorf("visible(%q) is %q, want %q", in, got, want)
		}
	}
	if got := visibleLines("a: 1\r\nb:\u202e 2\n"); got != "a: 1\nb:\\u202e 2\n" {
		t.Errorf("visibleLines gives %q", got)
	}
}
