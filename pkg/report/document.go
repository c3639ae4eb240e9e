package report

// document is the data of the page. Models and what they refer to are known by
// their index; names of fields are short where there are many.
type document struct {
	Composite  string      `json:"composite"`
	Of         string      `json:"of"`
	By         int         `json:"by"`      // the column that the board starts with
	Against    int         `json:"against"` // the column that scores are plotted against, -1 for none
	Columns    []column    `json:"columns"`
	Families   []string    `json:"families"` // those with a colour of their own
	Metadata   []string    `json:"metadata"`
	Benchmarks []benchmark `json:"benchmarks"`
	Layers     []string    `json:"layers"`
	Metrics    []metric    `json:"metrics"`
	Ceilings   [][]int     `json:"ceilings"` // histograms
	Messages   []string    `json:"messages"`
	Sources    []source    `json:"sources"`
	Models     []model     `json:"models"`
}

// column is what models can be ranked by.
type column struct {
	Name   string   `json:"name"`
	Kind   string   `json:"kind"`   // composite | part | benchmark | metadata
	Values []exact  `json:"values"` // by model
	Ranks  []int    `json:"ranks"`  // by model, 0 where it has no value
	Errors []figure `json:"errors,omitempty"`
	// Lows and Highs are the ends of the values' 95 % intervals, which are drawn
	// rather than errors where there are any.
	Lows  []figure `json:"lows,omitempty"`
	Highs []figure `json:"highs,omitempty"`
	// Ceilings are in the terms of the values; none where the values are
	// ceiled.
	Ceilings []figure `json:"ceilings,omitempty"`
}

// benchmark is a benchmark that models were scored on.
type benchmark struct {
	Name   string  `json:"name"`
	Region string  `json:"region"`
	Parent string  `json:"parent"`
	Metric int     `json:"metric"`
	Low    float64 `json:"low"` // of the neuroids' histograms
	High   float64 `json:"high"`
	// Definition is the text of the definition, where one of the same version
	// is at hand, and Origin where from.
	Definition string `json:"definition,omitempty"`
	Origin     string `json:"origin,omitempty"`
}

// metric is what a metric does.
type metric struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
	Formula string `json:"formula"`
}

// model is all about one model.
type model struct {
	Name     string     `json:"name"`
	Family   int        `json:"family"` // -1 for none, len(Families) for one without a colour of its own
	Why      string     `json:"why,omitempty"`
	Metadata []string   `json:"metadata"`
	Scores   []score    `json:"scores,omitempty"`
	Failures []failure  `json:"failures,omitempty"`
	Curves   []curve    `json:"curves,omitempty"`
	Inputs   [][]string `json:"inputs,omitempty"` // of its own: path, hash
	Table    int        `json:"table"`            // the source of its parts, -1 for none
}

// score is a score of one layer on one benchmark.
type score struct {
	Benchmark int      `json:"b"`
	Version   int      `json:"v"`
	Layer     int      `json:"l"`
	Source    int      `json:"f"` // -1 where it is not known
	Raw       []figure `json:"r"` // value, error, and the ends of the interval where there is one
	Ceiling   []figure `json:"c"` // value, error
	Ceiled    []figure `json:"s"` // as Raw
	Counts    []int    `json:"n"` // stimuli, features, neuroids, trials, subjects
	Splits    int      `json:"k,omitempty"`
	// Histogram counts the neuroids' raw values in bins from the benchmark's
	// low to its high, and Quartiles are their minimum, quartiles and maximum.
	Histogram []int      `json:"h,omitempty"`
	Quartiles []figure   `json:"q,omitempty"`
	Without   int        `json:"x,omitempty"` // neuroids without a value
	Limits    int        `json:"u,omitempty"` // 1 + index of the histogram of their ceilings
	Alphas    []figure   `json:"a,omitempty"` // lowest, median, highest
	Bins      [][]figure `json:"t,omitempty"` // start, end, raw, ceiling, ceiled
	Warnings  []int      `json:"w,omitempty"`
}

type failure struct {
	Benchmark string `json:"benchmark"`
	Layer     string `json:"layer"`
	Error     int    `json:"error"`
}

// curve is how a model's layers score for a region.
type curve struct {
	Region string   `json:"region"`
	Of     int      `json:"of"` // how many benchmarks it is the mean of
	Layers []int    `json:"layers"`
	Values []figure `json:"values"`
	Best   int      `json:"best"` // among the layers, -1 for none
}

// source is a file that scores or metadata came from.
type source struct {
	Path    string     `json:"path"`
	SHA256  string     `json:"sha256,omitempty"`
	Kind    string     `json:"kind"` // results | table
	Where   string     `json:"where,omitempty"`
	Version string     `json:"version,omitempty"`
	Go      string     `json:"go,omitempty"`
	Inputs  [][]string `json:"inputs,omitempty"` // that are of no one model: path, hash
}
