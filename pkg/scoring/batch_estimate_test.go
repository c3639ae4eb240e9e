package scoring

import (
	"testing"
	"time"
)

func TestShardEstimates(t *testing.T) {
	for _, c := range []struct{ peak, want int64 }{
		{0, 896 << 20}, {512 << 20, 896 << 20}, {4 << 30, 5<<30 + 256<<20},
	} {
		if got := ShardMemory(c.peak); got != c.want {
			t.Errorf("a shard that holds %d bytes is given %d, want %d", c.peak, got, c.want)
		}
	}
	task := func(bytes int64, scores int) BatchTask {
		return BatchTask{Bytes: bytes, Benchmarks: make([]string, scores)}
	}
	for _, c := range []struct {
		tasks  []BatchTask
		shards int
		want   time.Duration
	}{
		{nil, 1, 30 * time.Minute},
		{[]BatchTask{task(1<<20, 3)}, 1, 30 * time.Minute},
		{[]BatchTask{task(36000<<20, 30)}, 1, 70 * time.Minute},
		{[]BatchTask{task(36000<<20, 30), task(36000<<20, 30)}, 1, 140 * time.Minute},
		{[]BatchTask{task(36000<<20, 30), task(36000<<20, 30)}, 2, 70 * time.Minute},
	} {
		if got := ShardTime(c.tasks, c.shards); got != c.want {
			t.Errorf("%d tasks in %d shards are given %v, want %v", len(c.tasks), c.shards, got, c.want)
		}
	}
}
