package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/observers"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// Options are the settings of Write.
type Options struct {
	// Version is the version of the program.
	Version string
	// Definitions are the available definitions of benchmarks. The page shows those of
	// the versions that were scored.
	Definitions []*benchmarks.Definition
	// Answers are the answers of models and people on benchmarks, which the page compares.
	Answers []*observers.Answers
	// Seed determines the bootstrap samples of intervals.
	Seed uint64
}

// noModels is the type of ErrNoModels.
type noModels struct{}

func (noModels) Error() string { return "there are no models to report on" }

// DataError reports that the cause is invalid data.
func (noModels) DataError() bool { return true }

// ErrNoModels is returned by Write if the inputs have no models.
var ErrNoModels error = noModels{}

//go:embed assets
var assets embed.FS

// scripts lists the parts of the page's script, in the order in which they run.
var scripts = []string{"core.js", "tree.js", "board.js", "scatter.js", "curves.js", "answers.js", "model.js", "main.js"}

// Write writes the page about the models of data to w. It writes nothing if it returns
// an error, unless writing itself fails.
func Write(ctx context.Context, w io.Writer, data *ranking.Data, options Options) error {
	b := newBuilder(data, options)
	if err := b.build(ctx); err != nil {
		return err
	}
	question := ranking.Question{Above: math.NaN(), Seed: options.Seed, NoKendall: true}
	if column := b.doc.Against; column >= 0 {
		question.Against = []string{b.columns[column]}
		if b.columns[column] == ranking.AccuracyColumn {
			question.Above = ranking.AccuracyThreshold
		}
	}
	analysis, err := data.Analyze(ctx, question)
	if err != nil {
		return err
	}
	p := newPage(b, analysis)
	if err := p.embed(b.doc); err != nil {
		return err
	}
	t, err := template.New("page.html").ParseFS(assets, "assets/page.html")
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}

// embed inserts style, script and data into the page, with the content security policy
// that allows only these.
func (p *page) embed(doc document) error {
	style, err := assets.ReadFile("assets/style.css")
	if err != nil {
		return err
	}
	var script bytes.Buffer
	script.WriteString("'use strict';\n")
	for _, name := range scripts {
		part, err := assets.ReadFile("assets/" + name)
		if err != nil {
			return err
		}
		script.Write(part)
	}
	// No text of the JSON can end the script element, since <, > and & are escaped.
	data, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	p.Style, p.Script, p.Data = template.CSS(style), template.JS(script.String()), template.JS(data)
	p.Policy = fmt.Sprintf("default-src 'none'; script-src %s; style-src %s; img-src data:; base-uri 'none'; form-action 'none'", hashOf(script.Bytes()), hashOf(style))
	return nil
}

// hashOf returns content's hash as a source expression of a content security policy.
func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// regionsOf returns the regions with curves of layers.
func regionsOf(models []model) []string {
	var regions []string
	for _, m := range models {
		for _, c := range m.Curves {
			if !slices.Contains(regions, c.Region) {
				regions = append(regions, c.Region)
			}
		}
	}
	slices.Sort(regions)
	return regions
}
