package dataerr

// Error is the type of errors without detail that are due to invalid data.
type Error string

func (e Error) Error() string { return string(e) }

// DataError reports that the cause is invalid data.
func (e Error) DataError() bool { return true }
