package scoring

import (
	"path/filepath"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// inspect returns the shape of an assembly's values, nil if it does not hold recordings. The
// error is about the values, or about tables that do not fit them.
func (recordingsKind) inspect(info stimuli.AssemblyInfo, dir string) (shape []int, err error) {
	if info.Kind != benchmarks.KindNeural {
		return nil, nil
	}
	values, err := stimuli.DescribeArray(filepath.Join(dir, "values.npy"))
	if err != nil {
		return nil, err
	}
	a, err := stimuli.OpenNeural(dir)
	if err != nil {
		return values.Shape, err
	}
	return values.Shape, a.Close()
}
