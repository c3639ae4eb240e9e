package scoring

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestShardsShareTheReading(t *testing.T) {
	var tasks []BatchTask
	var total int64
	for i := range 50 {
		tasks = append(tasks, BatchTask{Model: fmt.Sprint(i), Bytes: int64(i*i) << 20})
		total += tasks[i].Bytes
	}
	for _, n := range []int{1, 2, 4, 7, 50, 60} {
		shards := Shards(tasks, n)
		var all []int
		for _, shard := range shards {
			var bytes int64
			for _, i := range shard {
				bytes += tasks[i].Bytes
			}
			if most := total/int64(n) + tasks[49].Bytes; bytes > most {
				t.Errorf("%d shards: one reads %d of at most %d", n, bytes, most)
			}
			if !slices.IsSorted(shard) {
				t.Errorf("%d shards: %v is not in order", n, shard)
			}
			all = append(all, shard...)
		}
		slices.Sort(all)
		if len(shards) != n || len(all) != len(tasks) || len(slices.Compact(all)) != len(tasks) {
			t.Errorf("%d shards do not have each task once", n)
		}
	}
}

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
