package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// kubernetesJob has the fields of Kubernetes' batch/v1 Job that a manifest may have.
type kubernetesJob struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct{ Name string }
	Spec       struct {
		CompletionMode       string `yaml:"completionMode"`
		Completions          int
		Parallelism          int
		BackoffLimitPerIndex int `yaml:"backoffLimitPerIndex"`
		Template             struct {
			Spec struct {
				RestartPolicy string `yaml:"restartPolicy"`
				Containers    []struct {
					Name, Image string
					WorkingDir  string `yaml:"workingDir"`
					Command     []string
					Env         []struct{ Name, Value string }
					Resources   struct{ Requests, Limits map[string]string }
					Mounts      []struct {
						Name string
						Path string `yaml:"mountPath"`
					} `yaml:"volumeMounts"`
				}
				Volumes []struct {
					Name  string
					Claim struct {
						Name string `yaml:"claimName"`
					} `yaml:"persistentVolumeClaim"`
				}
			}
		}
	}
}

// TestKubernetesManifestRuns checks the manifest against the rules of an Indexed
// Job, then does what Kubernetes does with it: it runs the command once for each
// index, which the environment names.
func TestKubernetesManifestRuns(t *testing.T) {
	dir := t.TempDir()
	l := smallLab
	l.models, l.layers, l.stimuli, l.features = 3, 2, 128, 64
	l.write(t, dir)
	models := []string{l.model(0), l.model(1), l.model(2), "--data", "home", "--all-layers"}
	want := output(t, dir, "brainscore", append([]string{"score", "--format", "json"}, models...)...)
	output(t, dir, "brainscore", append([]string{"batch", "plan", "--results", "results", "--output", "plan.json"}, models...)...)
	for _, c := range []struct{ throttle, parallel int }{{0, 4}, {3, 3}, {9, 4}} {
		text := output(t, dir, "brainscore", "batch", "submit", "plan.json", "--kubernetes", "--shards", "4", "--throttle", fmt.Sprint(c.throttle),
			"--memory", "3GiB", "--image", "registry.example/lab/brainscore:1", "--claim", "lab:/lab", "--claim", "scratch:/scratch")
		var job kubernetesJob
		strict := yaml.NewDecoder(bytes.NewReader(text))
		strict.KnownFields(true)
		if err := strict.Decode(&job); err != nil {
			t.Fatal(err)
		}
		spec, pod := job.Spec, job.Spec.Template.Spec
		if job.APIVersion != "batch/v1" || job.Kind != "Job" || !strings.HasPrefix(job.Metadata.Name, "brainscore-") {
			t.Errorf("%s %s %q", job.APIVersion, job.Kind, job.Metadata.Name)
		}
		// Kubernetes accepts a limit for each index only for indexed jobs whose
		// pods are never restarted in place.
		if spec.CompletionMode != "Indexed" || pod.RestartPolicy != "Never" || spec.BackoffLimitPerIndex < 1 {
			t.Errorf("mode %q, restart policy %q, backoff limit %d", spec.CompletionMode, pod.RestartPolicy, spec.BackoffLimitPerIndex)
		}
		if spec.Completions != 4 || spec.Parallelism != c.parallel {
			t.Errorf("throttle %d: %d completions, %d at a time", c.throttle, spec.Completions, spec.Parallelism)
		}
		if len(pod.Containers) != 1 || len(pod.Volumes) != 2 {
			t.Fatalf("%d containers, %d volumes", len(pod.Containers), len(pod.Volumes))
		}
		container := pod.Containers[0]
		for i, claim := range []string{"lab", "scratch"} {
			volume, mount := pod.Volumes[i], container.Mounts[i]
			if volume.Claim.Name != claim || mount.Path != "/"+claim || mount.Name != volume.Name {
				t.Errorf("claim %q is volume %+v at %+v", claim, volume, mount)
			}
		}
		if r := container.Resources; r.Requests["memory"] != "3072Mi" || r.Limits["memory"] != "3072Mi" || r.Requests["cpu"] == "" {
			t.Errorf("resources %v", r)
		}
		if c.throttle != 3 {
			continue
		}
		for index := range spec.Completions {
			command := exec.Command(container.Command[0], container.Command[1:]...)
			command.Dir = container.WorkingDir
			command.Env = append(os.Environ(), fmt.Sprintf("JOB_COMPLETION_INDEX=%d", index))
			for _, v := range container.Env {
				command.Env = append(command.Env, v.Name+"="+v.Value)
			}
			if out, err := command.CombinedOutput(); err != nil {
				t.Errorf("index %d: %v: %s", index, err, out)
			}
		}
	}
	if got := output(t, dir, "brainscore", "batch", "merge", "plan.json"); !bytes.Equal(got, want) {
		t.Error("the merge differs from one run")
	}
	if n := len(kept(t, filepath.Join(dir, "results"))); n != l.scores() {
		t.Errorf("%d scores, want %d", n, l.scores())
	}
}
