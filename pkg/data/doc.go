// Package data fetches the published stimulus sets and assemblies into a data
// home: a registry lists them, and a store downloads, checks and imports them.
package data
