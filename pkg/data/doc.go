// Package data fetches the published stimulus sets and assemblies into a data
// home: which there are, where they lie, and how they get here whole.
package data
