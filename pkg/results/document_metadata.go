package results

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/brainscore-go/brainscore/internal/stats"
)

// metadata holds a model's metadata in JSON: numbers, texts, true and false.
type metadata map[string]any

// newMetadata returns the facts without NaN and infinities, which JSON cannot represent.
func newMetadata(facts map[string]any) metadata {
	m := metadata{}
	for name, v := range facts {
		if f, ok := v.(float64); ok && !stats.Finite(f) {
			continue
		}
		m[name] = v
	}
	return m
}

// UnmarshalJSON implements json.Unmarshaler. Integers remain integers; null, lists and
// objects are skipped.
func (m *metadata) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var facts map[string]any
	if err := d.Decode(&facts); err != nil {
		return err
	}
	*m = metadata{}
	for name, v := range facts {
		switch v := v.(type) {
		case string, bool:
			(*m)[name] = v
		case json.Number:
			if i, err := strconv.Atoi(v.String()); err == nil {
				(*m)[name] = i
			} else if f, err := v.Float64(); err == nil {
				(*m)[name] = f
			} else {
				return fmt.Errorf("metadata %s is %s, which is too large", name, v)
			}
		}
	}
	return nil
}
