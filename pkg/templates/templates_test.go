package templates

import (
	"os/exec"
	"strings"
	"testing"
)

// Names with quotes, line breaks and what Python or templates would read as code.
var hostile = []string{
	`a"b`, `a'b`, `"""`, "a\nimport os", `\`, `\"`, `{{.}}`, `{x}`, `%s`, "\u2028", "<&>", "😀", "\x00",
}

// Scripts are valid Python that holds every name as it was given.
func TestNamesAreLiterals(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	for _, f := range frameworks {
		t.Run(f.Name, func(t *testing.T) {
			s := Script{Data: hostile[0], StimulusSet: hostile[1], Model: hostile[2], Layers: hostile, Degrees: 0.1,
				Time: map[string][]string{}, Commitments: map[string]string{}}
			for _, name := range hostile {
				s.Time[name+"t"] = []string{"0-50"}
				s.Commitments[name] = name
			}
			var script strings.Builder
			if err := s.Write(&script, f); err != nil {
				t.Fatal(err)
			}
			// The constants, read from the script's syntax, are printed as the test wrote them.
			const check = `
import ast, sys
tree = ast.parse(sys.stdin.read())
found = {n.targets[0].id: n.value for n in tree.body if isinstance(n, ast.Assign)}
value = {name: ast.literal_eval(found[name]) for name in ('DATA', 'STIMULUS_SET', 'MODEL', 'LAYERS', 'TIME', 'COMMITMENTS', 'STIMULUS_DEGREES')}
sys.stdout.reconfigure(encoding='utf-8', newline='\n')
print('\x01'.join([value['DATA'], value['STIMULUS_SET'], value['MODEL'], *value['LAYERS']]), end='')
assert value['TIME'] == {name + 't': ['0-50'] for name in value['LAYERS']}
assert value['COMMITMENTS'] == {name: name for name in value['LAYERS']}
assert value['STIMULUS_DEGREES'] == 0.1
`
			cmd := exec.Command(python, "-X", "utf8", "-c", check)
			cmd.Stdin = strings.NewReader(script.String())
			var stderr strings.Builder
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v: %s", err, &stderr)
			}
			want := strings.Join(append([]string{hostile[0], hostile[1], hostile[2]}, hostile...), "\x01")
			if string(out) != want {
				t.Errorf("the script holds %q, want %q", out, want)
			}
		})
	}
}
