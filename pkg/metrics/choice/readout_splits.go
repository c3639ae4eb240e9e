package choice

import (
	"errors"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
)

// domainSplit is one split of the images of all domains.
type domainSplit struct {
	train []int   // of the images of the first domain, their places in it, ascending
	test  [][]int // images of each domain
}

// draw draws the splits.
func (m readoutAccuracy) draw(in metrics.DomainInput) ([]domainSplit, error) {
	switch {
	case len(in.Domains) != len(m.domains) || len(in.Rows) != len(in.Objects):
		return nil, &metrics.InputError{Problem: "the domains are not those of the metric"}
	case len(in.Names) < 2:
		return nil, &metrics.DomainError{Domain: m.domains[0], Problem: "shows one object alone, but choices need two"}
	}
	strata := make([]*metrics.Strata, len(m.domains))
	for k, domain := range m.domains {
		var err error
		if strata[k], err = m.strata(domain, in, in.Domains[k], k == 0); err != nil {
			return nil, err
		}
	}
	random := numpyrand.New(m.seed)
	splits := make([]domainSplit, m.splits)
	for i := range splits {
		s := domainSplit{test: make([][]int, len(m.domains))}
		backgrounds := make(map[int]bool)
		for k, domain := range m.domains {
			images := in.Domains[k]
			switch {
			case domain.ByBackground:
				for _, image := range images {
					if backgrounds[in.Backgrounds[image]] {
						s.test[k] = append(s.test[k], image)
					}
				}
			case strata[k] == nil:
				s.test[k] = images
			default:
				// scikit-learn's train part are the images to test here.
				drawn := strata[k].Draw(random)
				for _, place := range drawn.Train {
					s.test[k] = append(s.test[k], images[place])
				}
				slices.Sort(s.test[k])
				if k == 0 {
					s.train = drawn.Test
					slices.Sort(s.train)
				}
			}
			if k == 0 && in.Backgrounds != nil {
				for _, image := range s.test[0] {
					backgrounds[in.Backgrounds[image]] = true
				}
			}
		}
		splits[i] = s
	}
	return splits, nil
}

// strata returns the images of a domain by object, nil if none is drawn.
func (m readoutAccuracy) strata(domain metrics.Domain, in metrics.DomainInput, images []int, fit bool) (*metrics.Strata, error) {
	fail := func(format string, args ...any) error {
		return &metrics.DomainError{Domain: domain, Problem: fmt.Sprintf(format, args...)}
	}
	switch {
	case len(images) == 0:
		return nil, fail("has no images")
	case domain.ByBackground && in.Backgrounds == nil:
		return nil, &metrics.InputError{Problem: "the images have no backgrounds"}
	case domain.ByBackground:
		return nil, m.checkBackgrounds(in, images, fail)
	case len(images) < m.test || fit && len(images) == m.test:
		return nil, fail("has %d images, too few for %d to test%s", len(images), m.test, map[bool]string{true: " and others to fit on"}[fit])
	case len(images) == m.test:
		return nil, nil
	}
	codes := make(map[int]int) // of the objects of the domain, ascending
	var objects []int
	for _, image := range images {
		objects = append(objects, in.Objects[image])
	}
	present := slices.Compact(slices.Sorted(slices.Values(objects)))
	for code, object := range present {
		codes[object] = code
	}
	for i, object := range objects {
		objects[i] = codes[object]
	}
	s, err := metrics.NewStrata(objects, m.test, len(images)-m.test)
	if class, ok := errors.AsType[*metrics.ClassSizeError](err); ok {
		return nil, fail("has %d image of %s, but splits stratified by object need two of each", class.Rows, in.Names[present[class.Class]])
	}
	if err != nil {
		return nil, fail("has %d images of %d objects, %d of them to test: test and remaining images need one of each object", len(images), len(present), m.test)
	}
	return s, nil
}

// checkBackgrounds returns an error if no image has the background of one of the first domain.
func (m readoutAccuracy) checkBackgrounds(in metrics.DomainInput, images []int, fail func(string, ...any) error) error {
	for _, image := range images {
		if slices.ContainsFunc(in.Domains[0], func(first int) bool { return in.Backgrounds[first] == in.Backgrounds[image] }) {
			return nil
		}
	}
	return fail("has no image with the background of one of %s", m.domains[0])
}
