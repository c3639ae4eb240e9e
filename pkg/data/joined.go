package data

import (
	"context"
	"crypto/sha1"
	"fmt"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/imports"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// completeJoined sets the SHA-1 of objects that join others, of those of their parts, and
// makes them private if a part is.
func (r *Registry) completeJoined() error {
	for i := range r.Objects {
		o := &r.Objects[i]
		if len(o.Parts) == 0 {
			continue
		}
		var sums []string
		for _, id := range o.Parts {
			part, ok := r.Find(o.Kind, id)
			if !ok || len(part.files()) == 0 {
				return fmt.Errorf("the part %q of the %s %s is not listed with a file", id, o.Kind, o.ID)
			}
			sums = append(sums, part.Table.SHA1)
			o.Private = o.Private || part.Private
			o.Behavioral = part.Behavioral
		}
		o.Table.SHA1 = fmt.Sprintf("%x", sha1.Sum([]byte(strings.Join(sums, "\n"))))
	}
	return nil
}

// withParts returns an object behind those that it joins.
func (r *Registry) withParts(o Object) []Object {
	var objects []Object
	for _, id := range o.Parts {
		if part, ok := r.Find(o.Kind, id); ok {
			objects = append(objects, part)
		}
	}
	return append(objects, o)
}

// join imports an object of the parts that are in the home into a staging home.
func (s *Store) join(ctx context.Context, o Object, staging string) ([]string, error) {
	r, err := imports.Join(ctx, imports.JoinRequest{Home: stimuli.Home{Dir: s.Dir}, Parts: o.Parts, ID: o.ID, StimulusSet: o.StimulusSet, To: stimuli.Home{Dir: staging}, Subjects: true})
	if err != nil {
		return nil, err
	}
	return r.Notes, nil
}
