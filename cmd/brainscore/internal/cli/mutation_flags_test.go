package cli

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// flagValues are values that people, scripts and attackers give to flags.
var flagValues = []string{"", "0", "-1", "1", "1e999", "nan", "99999999999999999999", "9223372036854775807", "-9223372036854775808", "1e-320", "16EiB", "true", "fc", "IT", "a=b", "net", "70-80", "\xff\x00", "no/such", "json", "100%d"}

// TestMutatedFlags runs the commands of the lab with another value of one of their
// flags.
func TestMutatedFlags(t *testing.T) {
	count := 100
	if *caseCount > 0 {
		count = *caseCount
	}
	origin, clean := t.TempDir(), t.TempDir()
	inputs := prepareLab(t, origin, clean)
	root := newRootCommand(Streams{}, newDeps())
	codes := map[int]int{}
	for i := range count {
		seed := *firstSeed + uint64(i)
		r := rand.New(rand.NewPCG(seed, 0))
		m := inputs[r.IntN(len(inputs))]
		c, _, err := root.Find(m.command)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if !slices.Contains([]string{"help", "output", "results"}, f.Name) { // nothing is written elsewhere
				names = append(names, f.Name)
			}
		})
		m.command = append(slices.Clone(m.command), fmt.Sprintf("--%s=%s", names[r.IntN(len(names))], flagValues[r.IntN(len(flagValues))]))
		got, _ := runMutant(t, m, func() error { return nil })
		codes[got.code]++
		problem := judge(got)
		if got.code == exitUsage || got.code == exitFailed || got.code == exitThreshold {
			problem = ""
			if strings.TrimSpace(got.err) == "" {
				problem = "no message"
			}
		}
		if problem != "" {
			t.Errorf("seed %d: %q: %s\n%.1500q", seed, m.command, problem, got.err+got.out)
		}
		restore(t, clean, m.file)
	}
	t.Logf("exit codes %v", codes)
}
