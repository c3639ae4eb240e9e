package results

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// schema is the version of the files' form.
const schema = 1

// entry is the file of one result.
type entry struct {
	Schema   int             `json:"schema"`
	Key      Key             `json:"key"`
	Result   json.RawMessage `json:"result"`
	Checksum string          `json:"checksum"` // of the file up to here
}

// render is the one form of an entry's file, so that any change of it shows.
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

// What stands around the parts of an entry's file.
const (
	beforeKey      = `{"schema":1,"key":`
	beforeResult   = `,"result":`
	beforeChecksum = `,"checksum":"`
	afterChecksum  = `"}`
)

// resultOf cuts the result out of an entry's file without parsing it: the file
// is about k to the byte and has the checksum of what it holds, or it is not ok.
func resultOf(k Key, data []byte) (result json.RawMessage, ok bool) {
	key, err := json.Marshal(k)
	if err != nil {
		return nil, false
	}
	rest := data
	for _, part := range [][]byte{[]byte(beforeKey), key, []byte(beforeResult)} {
		if rest, ok = bytes.CutPrefix(rest, part); !ok {
			return nil, false
		}
	}
	at := bytes.LastIndex(rest, []byte(beforeChecksum))
	if at < 0 {
		return nil, false
	}
	result, end := rest[:at], rest[at+len(beforeChecksum):]
	digest := sha256.New()
	digest.Write(data[:len(data)-len(end)])
	digest.Write([]byte(afterChecksum))
	return result, string(end) == "sha256:"+hex.EncodeToString(digest.Sum(nil))+afterChecksum+"\n"
}

// readEntry reads a file and checks that it is whole and as it was written.
func readEntry(path string) (*entry, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseEntry(path, data)
}

func parseEntry(path string, data []byte) (*entry, error) {
	var e entry
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&e); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, errors.New("it is cut short")
		}
		return nil, fmt.Errorf("it is no result: %w", err)
	}
	if e.Schema != schema {
		return nil, fmt.Errorf("its schema is %d, but this build reads %d", e.Schema, schema)
	}
	again, err := e.render()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, data) {
		return nil, errors.New("its checksum is not that of its content")
	}
	if name := strings.TrimSuffix(filepath.Base(path), ".json"); e.Key.Hash() != name {
		return nil, errors.New("its name is not the hash of what it is about")
	}
	return &e, nil
}
