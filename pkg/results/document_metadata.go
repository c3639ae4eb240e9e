package results

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// metadata are facts of a model in JSON: numbers, texts, true and false.
type metadata map[string]any

// newMetadata leaves out what JSON has no number for.
func newMetadata(facts map[string]any) metadata {
	m := metadata{}
	for name, v := range facts {
		if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
			continue
		}
		m[name] = v
	}
	return m
}

// UnmarshalJSON implements json.Unmarshaler. Whole numbers stay whole; null,
// lists and objects are no facts and are passed over.
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
