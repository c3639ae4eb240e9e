//go:build structured

package metrics_test

// usualCases is how many structured cases a test draws, times its share: as many as
// two processors do in go test's ten minutes. -cases 10000 -timeout 2h draws more.
const usualCases = 2000
