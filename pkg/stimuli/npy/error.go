package npy

// FormatError says what is wrong with a file and what its owner can do.
type FormatError struct {
	Path   string
	What   string // continues the sentence "the file ..."
	Remedy string // an instruction; may be empty
	Err    error  // the cause, where there is one
}

func (e *FormatError) Error() string {
	s := e.Path + ": " + e.What
	if e.Remedy != "" {
		s += ": " + e.Remedy
	}
	return s
}

// DataError reports that the cause is invalid data.
func (e *FormatError) DataError() bool { return true }

func (e *FormatError) Unwrap() error { return e.Err }

const (
	saveAgain   = "save it again with numpy.save"
	saveAsFloat = "save it with numpy.save(name, array.astype('float32'))"
)
