package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
)

func TestParseMaxArraySize(t *testing.T) {
	for _, c := range []struct {
		config string
		want   int
		ok     bool
	}{
		{"Configuration data as of 2026-01-01T00:00:00\nMaxArraySize            = 1001\nMaxBatchRequeue = 5\n", 1001, true},
		{"MaxArraySize=0", 0, true},
		{"MaxArraySize = many\n", 0, false},
		{"MaxArraySize = -1\n", 0, false},
		{"NotMaxArraySize = 7\n", 0, false},
		{"", 0, false},
	} {
		if n, ok := parseMaxArraySize(c.config); ok != c.ok || ok && n != c.want {
			t.Errorf("%q: %d, %v", c.config, n, ok)
		}
	}
}

func TestShardLimits(t *testing.T) {
	for _, c := range []struct {
		shards, tasks int
		want          string // "" for nothing
	}{
		{1, 5, ""}, {5, 5, ""},
		{6, 5, "warning: 1 of 6 shards would have nothing to do, as the plan has 5 tasks: --shards 5 is enough"},
		{2, 0, "2 of 2 shards would have nothing to do, as the plan has 0 tasks: --shards 1 is enough"},
	} {
		var out bytes.Buffer
		warnOfEmptyShards(progress.New(&out, false), c.shards, c.tasks)
		if !strings.Contains(out.String(), c.want) || (out.Len() == 0) != (c.want == "") {
			t.Errorf("%d shards of %d tasks: %q", c.shards, c.tasks, out.String())
		}
	}
	for _, c := range []struct {
		size, tasks int
		want        string
	}{
		{1001, 5, "use --shards 5 or fewer"},
		{1001, 5000, "use --shards 1000 or fewer"},
		{2, 5, "use --shards 1 or fewer"},
		{1, 5, "run the plan without an array, by batch run"},
		{0, 5, "run the plan without an array, by batch run"},
	} {
		if got := fewerShards(c.size, c.tasks); got != c.want {
			t.Errorf("MaxArraySize %d, %d tasks: %s", c.size, c.tasks, got)
		}
	}
}
