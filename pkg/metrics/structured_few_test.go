//go:build !structured

package metrics_test

// usualCases is how many structured cases a test draws, times its share.
const usualCases = 100
