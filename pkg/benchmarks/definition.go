package benchmarks

// Definition is one benchmark as its YAML file states it.
type Definition struct {
	Identifier         string            `yaml:"identifier"`
	Version            int               `yaml:"version"`
	Kind               string            `yaml:"kind"` // neural | behavioral
	Region             string            `yaml:"region"`
	Parent             string            `yaml:"parent"`
	Assembly           string            `yaml:"assembly"`
	Select             map[string]string `yaml:"select"`
	StimulusSet        string            `yaml:"stimulus_set"`
	FittingStimulusSet string            `yaml:"fitting_stimulus_set"`
	FittingLabel       string            `yaml:"fitting_label"`
	Time               string            `yaml:"time"` // "" | per_bin
	Metric             MetricDefinition  `yaml:"metric"`
	CrossValidation    *CrossValidation  `yaml:"cross_validation"`
	Ceiling            *CeilingDef       `yaml:"ceiling"`
	Score              string            `yaml:"score"`
	Reference          *Reference        `yaml:"reference"`

	// Source is the file that the definition came from, or "embedded".
	Source string `yaml:"-"`
}

// MetricDefinition names a metric and sets its options.
type MetricDefinition struct {
	Name    string
	Options map[string]any
}

// CrossValidation says how stimuli are split.
type CrossValidation struct {
	Splits    int     `yaml:"splits"`
	TrainSize float64 `yaml:"train_size"`
	TestSize  float64 `yaml:"test_size"`
	Stratify  string  `yaml:"stratify"`
	Seed      uint32  `yaml:"seed"`
}

// CeilingDef says where the noise ceiling comes from: a name (as
// internal_consistency) or a value.
type CeilingDef struct {
	Name   string   `yaml:"name"`
	Splits int      `yaml:"splits"`
	Seed   uint32   `yaml:"seed"`
	Value  *float64 `yaml:"value"`
}

// Reference is the publication of a benchmark.
type Reference struct {
	Title string `yaml:"title"`
	DOI   string `yaml:"doi"`
	Year  int    `yaml:"year"`
	URL   string `yaml:"url"`
}
