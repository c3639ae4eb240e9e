package stimuli

import (
	"encoding/json"
	"fmt"
	"hash"
)

// CompactSuffix ends the name of a file that holds a layer's inner products in the place
// of its activations. It is an .npz archive, uncompressed, with arrays of float64 and
// header.json, which describes them:
//
//	<list>.products.npy   the upper triangle of X_c·X_cᵀ of a list of stimuli, row by row
//	<list>.sums.npy       2 × stimuli: what distances with row sums need beside
//	fitting.products.npy  the upper triangle of the fitting stimuli's products, standardised
//	cross.npy             stimuli × fitting stimuli: the products of both
const CompactSuffix = ".compact.npz"

// compactFormat is raised when such files change.
const compactFormat = 1

const compactHeaderName = "header.json"

// StimulusList is stimuli of one set, in order.
type StimulusList struct {
	StimulusSet string   `json:"stimulus_set"`
	IDs         []string `json:"stimuli"`
}

// CompactRow is a stimulus of one of the parts of a reading.
type CompactRow struct {
	Part int    `json:"part"` // the fitting stimulus set is the first
	ID   string `json:"stimulus_id"`
}

// CompactList describes the inner products of one list of stimuli.
type CompactList struct {
	Parts []StimulusList `json:"parts"`
	// Kept are the numbers beside the arrays, which metrics know.
	Kept json.RawMessage `json:"kept"`
}

// CompactContent is the hash of the activations to some stimuli, as scores list it.
type CompactContent struct {
	Parts  []StimulusList `json:"parts"`
	SHA256 string         `json:"sha256"`
}

// CompactHeader describes a file of inner products.
type CompactHeader struct {
	Format   int      `json:"brainscore_compact"`
	Model    string   `json:"model"`
	Layer    string   `json:"layer"`
	Sets     []string `json:"stimulus_sets"`
	Features int      `json:"features"`
	// Bytes is the size of the activations that the file stands for.
	Bytes  int64         `json:"activation_bytes"`
	Kernel string        `json:"kernel"`
	Lists  []CompactList `json:"lists,omitempty"`
	// Fitting are the stimuli that read-outs are fitted on, and Tested the others.
	Fitting *StimulusList  `json:"fitting,omitempty"`
	Tested  []StimulusList `json:"tested,omitempty"`
	// Contents are hashes of the activations.
	Contents []CompactContent `json:"activations"`
	// Alike groups stimuli with the same activations; those of Zeros are all 0.
	Alike [][]CompactRow `json:"alike,omitempty"`
	Zeros []CompactRow   `json:"zeros,omitempty"`
	// Arrays has the hash of each array.
	Arrays map[string]string `json:"arrays"`
}

func countStimuli(parts []StimulusList) int {
	n := 0
	for _, p := range parts {
		n += len(p.IDs)
	}
	return n
}

// Stimuli returns the number of stimuli of the list.
func (l CompactList) Stimuli() int { return countStimuli(l.Parts) }

// Names of arrays.
const (
	FittingProducts = "fitting.products.npy"
	CrossProducts   = "cross.npy"
)

// ProductsName returns the name of the array of a list's inner products.
func ProductsName(list int) string { return fmt.Sprintf("%d.products.npy", list) }

func sumsName(list int) string { return fmt.Sprintf("%d.sums.npy", list) }

// shapes returns the arrays that the header describes, with their shapes.
func (h *CompactHeader) shapes() map[string][]int64 {
	triangle := func(n int) []int64 { return []int64{int64(n) * (int64(n) + 1) / 2} }
	all := make(map[string][]int64)
	for i, l := range h.Lists {
		n := l.Stimuli()
		all[ProductsName(i)] = triangle(n)
		all[sumsName(i)] = []int64{2, int64(n)}
	}
	if h.Fitting != nil {
		fit := len(h.Fitting.IDs)
		all[FittingProducts] = triangle(fit)
		all[CrossProducts] = []int64{int64(countStimuli(h.Tested)), int64(fit)}
	}
	return all
}

func hashText(h hash.Hash) string { return fmt.Sprintf("sha256:%x", h.Sum(nil)) }
