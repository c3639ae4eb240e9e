package npy

// The remedies of errors.
const (
	saveAgain   = "save it again with numpy.save"
	saveAsFloat = "save it with numpy.save(name, array.astype('float32'))"
)
