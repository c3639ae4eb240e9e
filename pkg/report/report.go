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
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// Accuracy is the metadata that scores are plotted against where it is there.
const Accuracy = "imagenet_top1"

// accuracyAbove is the threshold of the accuracy above which scores are
// correlated with it too.
const accuracyAbove = 0.7

// Options are what a report needs beside models.
type Options struct {
	// Version is that of the program.
	Version string
	// Definitions are the benchmarks' definitions at hand; of these, the ones
	// of the versions that were scored are shown.
	Definitions []*benchmarks.Definition
	// Seed is what intervals are drawn from.
	Seed uint64
}

// noModels is an error about data.
type noModels struct{}

func (noModels) Error() string { return "there are no models to report on" }

// DataError says that the cause is invalid data.
func (noModels) DataError() bool { return true }

// ErrNoModels says that the inputs have no models.
var ErrNoModels error = noModels{}

//go:embed assets
var assets embed.FS

// scripts are the parts of the page's script, in the order they run.
var scripts = []string{"core.js", "board.js", "scatter.js", "curves.js", "model.js", "main.js"}

// Write writes the page about models.
func Write(ctx context.Context, w io.Writer, data *ranking.Data, options Options) error {
	b := newBuilder(data, options)
	if err := b.build(ctx); err != nil {
		return err
	}
	question := ranking.Question{Above: math.NaN(), Seed: options.Seed, NoKendall: true}
	if at := b.doc.Against; at >= 0 {
		question.Against = []string{b.columns[at]}
		if b.columns[at] == Accuracy {
			question.Above = accuracyAbove
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

// embed puts style, script and data into the page, and the policy that allows
// these alone.
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
	// Within a script element, JSON ends it at no text: <, > and & are escaped.
	data, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	p.Style, p.Script, p.Data = template.CSS(style), template.JS(script.String()), template.JS(data)
	p.Policy = fmt.Sprintf("default-src 'none'; script-src %s; style-src %s; img-src data:; base-uri 'none'; form-action 'none'", hashOf(script.Bytes()), hashOf(style))
	return nil
}

// hashOf is a source expression of a content security policy.
func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// regionsOf lists the regions that models have curves of layers for.
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
