package figures

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

// A matrix has a cell for each row and column, and a scale that its figures ask for.
func TestMatrix(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name   string
		values [][]float64
		texts  []string
		lowest string // of the scale
	}{
		{"wide", [][]float64{{1, 0.254, 0.5}}, []string{"1.00", "0.25", "0.50"}, "0"},
		{"high", [][]float64{{0.75}, {nan}, {-0.001}}, []string{"0.75", "–", "0.00"}, "0"},
		{"negative", [][]float64{{0.3, -0.4}, {0.2, 0.1}}, []string{"0.30", "−0.40", "0.20", "0.10"}, "−1"},
		{"one", [][]float64{{1}}, []string{"1.00"}, "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := Matrix{Title: "Layers", Caption: "cka", Values: c.values}
			for i := range c.values {
				m.Rows = append(m.Rows, "row"+strings.Repeat("x", i))
			}
			for j := range c.values[0] {
				m.Columns = append(m.Columns, "column"+strings.Repeat("y", j))
			}
			figure, err := NewOfMatrix(m, Request{})
			if err != nil {
				t.Fatal(err)
			}
			var svg bytes.Buffer
			if err := figure.Write(&svg, SVG); err != nil {
				t.Fatal(err)
			}
			for _, text := range append(append(append(c.texts, m.Rows...), m.Columns...), c.lowest) {
				if !strings.Contains(svg.String(), ">"+text+"<") {
					t.Errorf("the figure has no %q", text)
				}
			}
			if c.lowest == "0" && strings.Contains(svg.String(), ">−1<") {
				t.Error("the scale starts at −1")
			}
		})
	}
	many := Matrix{Rows: make([]string, maxCompared+1), Columns: []string{"a"}, Values: make([][]float64, maxCompared+1)}
	if _, err := NewOfMatrix(many, Request{}); err == nil || !strings.Contains(err.Error(), "up to 300 layers") {
		t.Errorf("error %v", err)
	}
}
