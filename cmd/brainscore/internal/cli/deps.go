package cli

// deps are the parts of the toolkit that commands call on; tests replace them.
type deps struct{}

func newDeps() deps { return deps{} }
