package benchmarks_test

// The kinds of data register the rules by which definitions are checked.
import _ "github.com/brainscore-go/brainscore/pkg/scoring"
