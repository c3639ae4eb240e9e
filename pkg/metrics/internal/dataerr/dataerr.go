// Package dataerr has the type of errors that are due to invalid data and have no detail.
package dataerr

// Error is the type of errors without detail that are due to invalid data.
type Error string

func (e Error) Error() string { return string(e) }

// DataError reports that the cause is invalid data.
func (e Error) DataError() bool { return true }
