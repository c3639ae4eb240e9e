package metrics

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// KindDomains asks how well a read-out that is fitted on images of one domain, such as
// photographs, names the objects in images of others. It compares with no recordings.
const KindDomains Kind = "domains"

// The columns of a stimulus set that name the domain of each image, the object in it, and
// its background.
const (
	SourceColumn     = "stimulus_source"
	StyleColumn      = "object_style"
	ObjectColumn     = "object_label"
	BackgroundColumn = "background_id"
)

// Domain is the images of one source and style.
type Domain struct {
	Source string
	Style  string // "" for all images of the source
	// ByBackground is true if the images are tested that have the backgrounds of the test
	// images of the first domain; else they are drawn.
	ByBackground bool
}

// String returns the domain as options name it.
func (d Domain) String() string {
	if d.Style == "" {
		return d.Source
	}
	return d.Source + "/" + d.Style
}

// DomainInput is the images of all domains, numbered in the order of the stimulus set.
type DomainInput struct {
	// Domains are the images of each domain of the metric, ascending. The read-out is fitted
	// on the first.
	Domains [][]int
	Objects []int // the code of the object in each image, which ascends with the names
	Names   []string
	// Backgrounds are the codes of the images' backgrounds, nil if no domain is tested by
	// these.
	Backgrounds []int
	Rows        []int // of the images in the reading of a layer
	Workers     int
}

// DomainError reports images of a domain that cannot be scored.
type DomainError struct {
	Domain  Domain
	Problem string
}

func (e *DomainError) Error() string { return "the domain " + e.Domain.String() + " " + e.Problem }

// DataError reports that the cause is invalid data.
func (e *DomainError) DataError() bool { return true }

// Domains is a metric of KindDomains.
type Domains interface {
	Metric
	// Domains lists the domains, that of the fit first.
	Domains() []Domain
	// NewDomains returns the sink of a reading. What is wrong with the images of a domain is
	// a *DomainError.
	NewDomains(in DomainInput) (DomainStream, error)
	// Memory estimates what the metric holds, an upper bound, of Stimuli images, Train of them
	// in a fit, of so many objects as Neuroids.
	Memory(s Shape) Memory
}

// DomainStream is a sink that scores the layer once the reading is done.
type DomainStream interface {
	stream.Sink
	// Score reads the layer once more by again. It leaves Ceiling and Ceiled empty.
	Score(ctx context.Context, again func(ctx context.Context, sink stream.Sink) error) (Score, error)
}
