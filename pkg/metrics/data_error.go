package metrics

// dataError is the type of errors without detail that are due to invalid data.
type dataError string

func (e dataError) Error() string { return string(e) }

// DataError reports that the cause is invalid data.
func (e dataError) DataError() bool { return true }
