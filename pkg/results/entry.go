package results

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/brainscore-go/brainscore/internal/infile"
)

// schema is the version of the entries' format.
const schema = 1

// entry is the content of one result's file.
type entry struct {
	Schema   int             `json:"schema"`
	Key      Key             `json:"key"`
	Result   json.RawMessage `json:"result"`
	Checksum string          `json:"checksum"` // of all before it
}

// render returns an entry's file. There is one form of it, so any change is detected.
func (e entry) render() ([]byte, error) {
	e.Checksum = ""
	unsigned, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(unsigned)
	e.Checksum = "sha256:" + hex.EncodeToString(sum[:])
	signed, err := json.Marshal(e)
	return append(signed, '\n'), err
}

// The text between the parts of an entry's file.
const (
	beforeKey      = `{"schema":1,"key":`
	beforeResult   = `,"result":`
	beforeChecksum = `,"checksum":"`
	afterChecksum  = `"}`
)

// resultOf returns the result of an entry's file without parsing it. ok is false unless
// the file has exactly the key k and the checksum of its content.
func resultOf(k Key, data []byte) (result json.RawMessage, ok bool) {
	key, err := json.Marshal(k)
	if err != nil {
		return nil, false
	}
	text := data
	for _, part := range [][]byte{[]byte(beforeKey), key, []byte(beforeResult)} {
		if text, ok = bytes.CutPrefix(text, part); !ok {
			return nil, false
		}
	}
	i := bytes.LastIndex(text, []byte(beforeChecksum))
	if i < 0 {
		return nil, false
	}
	result, end := text[:i], text[i+len(beforeChecksum):]
	digest := sha256.New()
	digest.Write(data[:len(data)-len(end)])
	digest.Write([]byte(afterChecksum))
	return result, string(end) == "sha256:"+hex.EncodeToString(digest.Sum(nil))+afterChecksum+"\n"
}

// readEntry reads an entry's file and checks that it is complete and unchanged.
func readEntry(path string) (*entry, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return parseEntry(path, data)
}

// entryLimit leaves room for the neuroids and splits of one score.
var entryLimit = infile.Limit{Bytes: 256 << 20, What: "a kept score", Remedy: "remove it"}

func readFile(path string) ([]byte, error) {
	return infile.ReadFile(context.Background(), path, entryLimit)
}

// parseEntry parses an entry's file. An entry in the form that render gives it is not
// rendered again: its checksum covers its bytes.
func parseEntry(path string, data []byte) (*entry, error) {
	if e, ok := parseSigned(path, data); ok {
		return e, nil
	}
	var e entry
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&e); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, errors.New("it is cut short")
		}
		return nil, fmt.Errorf("it is not a result: %w", err)
	}
	if e.Schema != schema {
		return nil, fmt.Errorf("its schema is %d, but this build reads %d", e.Schema, schema)
	}
	rendered, err := e.render()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(rendered, data) {
		return nil, errors.New("its checksum does not match its content")
	}
	if name := strings.TrimSuffix(filepath.Base(path), ".json"); e.Key.Hash() != name {
		return nil, errors.New("its name is not the hash of its key")
	}
	return &e, nil
}

// parseSigned parses an entry's file without parsing its result. ok is false unless the
// checksum matches and the file's name is the hash of its key.
func parseSigned(path string, data []byte) (e *entry, ok bool) {
	text, ok := bytes.CutPrefix(data, []byte(beforeKey))
	if !ok {
		return nil, false
	}
	e = &entry{Schema: schema}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&e.Key); err != nil {
		return nil, false
	}
	if e.Result, ok = resultOf(e.Key, data); !ok || e.Key.Hash() != strings.TrimSuffix(filepath.Base(path), ".json") {
		return nil, false
	}
	return e, true
}
