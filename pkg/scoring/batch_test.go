package scoring

import (
	"fmt"
	"slices"
	"testing"
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
