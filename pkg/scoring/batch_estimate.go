package scoring

import "time"

// Estimates of what a shard needs are generous, as a cluster ends a job that needs
// more than it asked for.
const (
	// estimatedRate is how many bytes a shard reads and scores in a second on the
	// slowest machines.
	estimatedRate = 10 << 20
	// estimatedScore is the time of one score beside the reading.
	estimatedScore = 20 * time.Second
	// smallLayers is the memory that small layers hold which are read concurrently.
	smallLayers = 512 << 20
	// programMemory is what the program holds beside layers.
	programMemory = 256 << 20
)

// ShardMemory returns an estimate of the memory in bytes of a shard whose largest
// task holds peak bytes.
func ShardMemory(peak int64) int64 { return max(peak, smallLayers)*5/4 + programMemory }

// ShardTime returns an estimate of the time that the longest of n shards takes: a
// multiple of ten minutes, at least half an hour.
func ShardTime(tasks []BatchTask, n int) time.Duration {
	var longest time.Duration
	for _, shard := range Shards(tasks, n) {
		var bytes int64
		scores := 0
		for _, i := range shard {
			bytes += tasks[i].Bytes
			scores += len(tasks[i].Benchmarks)
		}
		longest = max(longest, time.Duration(bytes/estimatedRate)*time.Second+time.Duration(scores)*estimatedScore)
	}
	return max(30*time.Minute, (longest + 9*time.Minute).Truncate(10*time.Minute))
}
