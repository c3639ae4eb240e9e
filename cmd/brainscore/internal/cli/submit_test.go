package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// hostile are names that a shell or YAML could misread.
var hostile = []string{
	"plain", "with space", "quote's", `double"quote`, "$HOME", "$(touch owned)", "`touch owned`", "a;touch owned", "a\nb",
	`back\slash`, "-rf", "#SBATCH --mem=1", "*", "~", "a & b", "é", "%", "{a,b}", "!x", ": yes", "- a",
}

// TestSlurmScriptQuotes runs the script with a program that prints its words.
func TestSlurmScriptQuotes(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	for _, name := range hostile {
		folder := filepath.Join(t.TempDir(), name)
		if err := os.MkdirAll(folder, 0o777); err != nil {
			t.Fatal(err)
		}
		program := filepath.Join(folder, name)
		if err := os.WriteFile(program, []byte("#!/bin/sh\nprintf '%s\\0' \"$(pwd)\" \"$@\"\n"), 0o777); err != nil {
			t.Fatal(err)
		}
		j := job{program: program, plan: filepath.Join(folder, name+".json"), folder: folder, shards: 4, throttle: 2, cpus: 3, memory: 1<<30 + 1, time: 90 * time.Minute, name: "brainscore-1"}
		script := j.slurm()
		for _, directive := range []string{"--array=1-4%2\n", "--mem=1025M\n", "--time=01:30:00\n", "--cpus-per-task=3\n"} {
			if !strings.Contains(script, "#SBATCH "+directive) {
				t.Errorf("%q: no %q in\n%s", name, directive, script)
			}
		}
		run := exec.Command(bash)
		run.Stdin = strings.NewReader(script)
		run.Dir = t.TempDir()
		run.Env = append(os.Environ(), "SLURM_ARRAY_TASK_ID=3")
		out, err := run.CombinedOutput()
		want := strings.Join([]string{folder, "batch", "run", j.plan, "--shard", "3/4", "--jobs", "3", "--keep-going", ""}, "\x00")
		if err != nil || string(out) != want {
			t.Errorf("%q: %v, ran %q, want %q", name, err, out, want)
		}
		if left, _ := os.ReadDir(run.Dir); len(left) > 0 {
			t.Errorf("%q: the script left %v", name, left)
		}
	}
}

func TestSlurmScriptPassesShellcheck(t *testing.T) {
	shellcheck, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Skip("there is no shellcheck")
	}
	for _, name := range hostile {
		j := job{program: "/bin/" + name, plan: "/plans/" + name, folder: "/" + name, shards: 4, cpus: 1, memory: 1 << 30, time: time.Hour, name: "brainscore-1"}
		// SC2016 warns that single quotes prevent expansion, which is intended.
		check := exec.Command(shellcheck, "--exclude=SC2016", "-")
		check.Stdin = strings.NewReader(j.slurm())
		if out, err := check.CombinedOutput(); err != nil {
			t.Errorf("%q: %v\n%s", name, err, out)
		}
	}
}

func TestKubernetesManifestQuotes(t *testing.T) {
	for _, name := range hostile {
		j := job{plan: "/" + name, folder: "/f/" + name, shards: 8, throttle: 3, cpus: 2, memory: 3 << 30, image: name, claims: [][2]string{{name, "/m/" + name}}, name: "brainscore-1"}
		text, err := j.kubernetes()
		if err != nil {
			t.Fatal(err)
		}
		var manifest struct {
			Spec struct {
				CompletionMode           string `yaml:"completionMode"`
				Completions, Parallelism int
				Template                 struct {
					Spec struct {
						Containers []struct {
							Image      string
							Command    []string
							WorkingDir string `yaml:"workingDir"`
							Env        []struct{ Name, Value string }
						}
						Volumes []struct {
							Claim struct {
								Name string `yaml:"claimName"`
							} `yaml:"persistentVolumeClaim"`
						}
					}
				}
			}
		}
		if err := yaml.Unmarshal(text, &manifest); err != nil {
			t.Fatal(err)
		}
		s := manifest.Spec
		c := s.Template.Spec.Containers[0]
		if s.CompletionMode != "Indexed" || s.Completions != 8 || s.Parallelism != 3 || c.Image != name || c.WorkingDir != j.folder ||
			strings.ReplaceAll(c.Command[3], "$$", "$") != j.plan || c.Env[0].Value != "8" || s.Template.Spec.Volumes[0].Claim.Name != name {
			t.Errorf("%q: the manifest says %+v", name, manifest)
		}
		if strings.Contains(strings.ReplaceAll(c.Command[3], "$$", ""), "$(") {
			t.Errorf("%q would be expanded: %q", name, c.Command[3])
		}
	}
}
