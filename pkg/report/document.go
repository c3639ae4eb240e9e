package report

import "github.com/brainscore-go/brainscore/pkg/results"

// document is the data of the page. Unlike a results.Document, it refers to models,
// layers, metrics and messages by index, and the names of repeated fields are short:
// a page of many models stays small enough for a browser.
type document struct {
	Composite  string      `json:"composite"`
	Of         string      `json:"of"`
	Site       bool        `json:"site,omitempty"` // figures and ranks are shown as on brain-score.org
	By         int         `json:"by"`             // the column that the board is sorted by at first
	Against    int         `json:"against"`        // the column that scores are plotted against; -1 for none
	Columns    []column    `json:"columns"`
	Families   []string    `json:"families"` // those with their own colour
	Metadata   []string    `json:"metadata"`
	Benchmarks []benchmark `json:"benchmarks"`
	Layers     []string    `json:"layers"`
	Metrics    []metric    `json:"metrics"`
	Ceilings   [][]int     `json:"ceilings"` // histograms
	Messages   []string    `json:"messages"`
	Sources    []source    `json:"sources"`
	Models     []model     `json:"models"`
	Answers    []answers   `json:"answers,omitempty"`
}

// column is a score or metadata that models can be ranked by.
type column struct {
	Name   string           `json:"name"`
	Kind   string           `json:"kind"`   // composite | part | benchmark | metadata
	Values []results.Number `json:"values"` // by model
	Ranks  []int            `json:"ranks"`  // by model; 0 for one without a value
	Errors []results.Number `json:"errors,omitempty"`
	// Lows and Highs are the ends of the values' 95 % intervals, which are drawn
	// instead of errors if there are any.
	Lows  []results.Number `json:"lows,omitempty"`
	Highs []results.Number `json:"highs,omitempty"`
	// Ceilings belong to raw values; ceiled values have none.
	Ceilings []results.Number `json:"ceilings,omitempty"`
	// Failed are the models without a value because benchmarks failed.
	Failed []int `json:"failed,omitempty"`
	*node
}

// node is the place of a column in the composite's tree; nil in other columns.
type node struct {
	Up     int     `json:"up"`    // 1 + the column of the group around it; 0 for none
	Depth  int     `json:"depth"` // below the composite
	Weight float64 `json:"weight"`
	Leaf   bool    `json:"leaf,omitempty"`
	Upper  bool    `json:"upper,omitempty"` // shown at first
	Rule   string  `json:"rule,omitempty"`  // of a group, about members without a figure
}

// benchmark is a benchmark that models were scored on.
type benchmark struct {
	Name   string  `json:"name"`
	Region string  `json:"region"`
	Parent string  `json:"parent"`
	Metric int     `json:"metric"`
	Low    float64 `json:"low"` // of the neuroids' histograms
	High   float64 `json:"high"`
	// Definition is the text of the definition, if one of the same version is
	// available, and Origin describes where it is from.
	Definition string `json:"definition,omitempty"`
	Origin     string `json:"origin,omitempty"`
}

// metric describes a metric.
type metric struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
	Formula string `json:"formula"`
}

// model holds everything about one model.
type model struct {
	Name     string     `json:"name"`
	Family   int        `json:"family"` // -1 for none, len(Families) for one without its own colour
	Why      string     `json:"why,omitempty"`
	Metadata []string   `json:"metadata"`
	Scores   []score    `json:"scores,omitempty"`
	Failures []failure  `json:"failures,omitempty"`
	Curves   []curve    `json:"curves,omitempty"`
	Inputs   [][]string `json:"inputs,omitempty"` // of this model only: path, hash
	Table    int        `json:"table"`            // the source of its parts; -1 for none
}

// score is a score of one layer on one benchmark.
type score struct {
	Benchmark int              `json:"b"`
	Version   int              `json:"v"`
	Layer     int              `json:"l"`
	Source    int              `json:"f"` // -1 if unknown
	Raw       []results.Number `json:"r"` // value, error, and the ends of the interval if there is one
	Ceiling   []results.Number `json:"c"` // value, error
	Ceiled    []results.Number `json:"s"` // as Raw
	Counts    []int            `json:"n"` // stimuli, features, neuroids, trials, subjects
	Splits    int              `json:"k,omitempty"`
	// Histogram counts the neuroids' raw values in equal bins between the benchmark's
	// Low and High. Quartiles are their minimum, quartiles and maximum.
	Histogram []int              `json:"h,omitempty"`
	Quartiles []results.Number   `json:"q,omitempty"`
	Without   int                `json:"x,omitempty"` // neuroids without a value
	Limits    int                `json:"u,omitempty"` // 1 + index of the histogram of their ceilings
	Alphas    []results.Number   `json:"a,omitempty"` // lowest, median, highest
	Bins      [][]results.Number `json:"t,omitempty"` // start, end, raw, ceiling, ceiled
	Subjects  []subject          `json:"p,omitempty"`
	Warnings  []int              `json:"w,omitempty"`
}

// subject is a score on the neuroids of one subject.
type subject struct {
	Name    string           `json:"name"`
	Figures []results.Number `json:"v"` // raw, ceiling, ceiled, neuroids
}

type failure struct {
	Benchmark string `json:"benchmark"`
	Layer     string `json:"layer"`
	Error     int    `json:"error"`
}

// curve holds the scores of a model's layers for a region.
type curve struct {
	Region string           `json:"region"`
	Of     int              `json:"of"` // number of benchmarks that it averages
	Layers []int            `json:"layers"`
	Values []results.Number `json:"values"`
	Best   int              `json:"best"` // index of a layer; -1 for none
}

// source is a file that scores or metadata came from.
type source struct {
	Path    string     `json:"path"`
	SHA256  string     `json:"sha256,omitempty"`
	Kind    string     `json:"kind"` // results | table
	Where   string     `json:"where,omitempty"`
	Version string     `json:"version,omitempty"`
	Go      string     `json:"go,omitempty"`
	Inputs  [][]string `json:"inputs,omitempty"` // that do not belong to a single model: path, hash
}
