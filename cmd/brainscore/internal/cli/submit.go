package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// batchSubmitOptions are the flags of `batch submit`, which writes a job for a cluster.
type batchSubmitOptions struct {
	slurm, kubernetes bool
	shards            int
	dryRun            bool
	throttle          int
	cpus              int
	memory            int64 // bytes; 0 for the plan's
	time              time.Duration
	image             string
	claims            []string
}

func newBatchSubmitCommand(streams Streams) *cobra.Command {
	opts := batchSubmitOptions{cpus: 2}
	c := &cobra.Command{
		Use:   "submit PLAN.json --slurm|--kubernetes --shards N",
		Short: "Submit a batch to Slurm or Kubernetes",
		Long: `Submits the shards of a plan to an engine that runs them. With --slurm, an array job
is submitted by sbatch; with --dry-run its script is printed instead, as sbatch reads
it. With --kubernetes, the manifest of an Indexed Job is printed, to pipe into
kubectl apply -f -; its containers need the plan, the models, the data and the results
at the same paths as on this machine, which --claim mounts.

What else a cluster asks for is set by the variables of sbatch, such as SBATCH_ACCOUNT
and SBATCH_PARTITION.

More shards than the plan has tasks are warned about; more than Slurm's MaxArraySize
allows are an error.

Memory and time are estimated from the plan unless they are set. The time is generous;
if it runs out, finished scores are kept, and the job can be submitted again.

` + exitCodes(exitData),
		Example: `  brainscore batch submit plan.json --slurm --shards 16 --throttle 8
  brainscore batch submit plan.json --slurm --shards 16 --dry-run > job.sh
  brainscore batch submit plan.json --kubernetes --shards 16 --image IMAGE --claim lab:/lab | kubectl apply -f -`,
		Args: needArg("one PLAN.json"),
		RunE: func(c *cobra.Command, args []string) error {
			return runBatchSubmit(c.Context(), args[0], opts, streams)
		},
	}
	flags := c.Flags()
	flags.BoolVar(&opts.slurm, "slurm", false, "submit an array job to Slurm")
	flags.BoolVar(&opts.kubernetes, "kubernetes", false, "print an Indexed Job for Kubernetes")
	flags.IntVar(&opts.shards, "shards", 0, "divide into `N` shards")
	flags.BoolVar(&opts.dryRun, "dry-run", false, "print the script and submit nothing")
	flags.IntVar(&opts.throttle, "throttle", 0, "run at most `N` shards concurrently (default all)")
	flags.IntVar(&opts.cpus, "cpus", opts.cpus, "use `N` processors per shard")
	flags.Var(&size{&opts.memory}, "memory", "request `SIZE` of memory per shard, such as 8GiB (default by the plan)")
	flags.DurationVar(&opts.time, "time", 0, "time limit `TIME` per shard, such as 4h (default by the plan)")
	flags.StringVar(&opts.image, "image", "", "container `IMAGE` with brainscore in its path, for Kubernetes")
	flags.StringArrayVar(&opts.claims, "claim", nil, "mount a volume claim, as `NAME:/PATH`, for Kubernetes (repeatable)")
	return c
}

// job describes the job that an engine runs.
type job struct {
	program  string
	plan     string // absolute
	folder   string
	shards   int
	throttle int
	cpus     int
	memory   int64 // bytes
	time     time.Duration
	image    string
	claims   [][2]string // name, path
	name     string
}

func (o *batchSubmitOptions) check() error {
	switch {
	case o.slurm == o.kubernetes:
		return usagef("name one engine: --slurm or --kubernetes")
	case o.shards < 1:
		return usagef("name the number of shards: --shards N")
	case o.throttle < 0 || o.cpus < 1 || o.time < 0:
		return usagef("--throttle and --time must not be negative, and --cpus must be at least 1")
	case o.kubernetes && o.image == "":
		return usagef("Kubernetes needs a container: name it by --image")
	case o.slurm && (o.image != "" || len(o.claims) > 0):
		return usagef("--image and --claim are for Kubernetes")
	}
	return nil
}

// newJob returns the job of the options, with defaults from the plan.
func newJob(ctx context.Context, path string, plan *batchPlan, o batchSubmitOptions) (*job, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	j := &job{program: program, plan: absolute, folder: plan.Folder, shards: o.shards, throttle: o.throttle, cpus: o.cpus, memory: o.memory, time: o.time, image: o.image}
	for _, text := range []string{program, absolute, plan.Folder} {
		if strings.ContainsRune(text, 0) {
			return nil, errors.New("a path holds a zero byte")
		}
	}
	if j.memory == 0 {
		j.memory = scoring.ShardMemory(plan.PeakMemory)
	}
	if j.time == 0 {
		j.time = scoring.ShardTime(plan.Tasks, o.shards)
	}
	for _, claim := range o.claims {
		name, mount, ok := strings.Cut(claim, ":")
		if !ok || name == "" || !strings.HasPrefix(mount, "/") {
			return nil, usagef("--claim %q is not NAME:/PATH", claim)
		}
		j.claims = append(j.claims, [2]string{name, mount})
	}
	content, err := infile.ReadFile(ctx, path, planLimit)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(content)
	j.name = "brainscore-" + hex.EncodeToString(sum[:4])
	return j, nil
}

func runBatchSubmit(ctx context.Context, path string, opts batchSubmitOptions, streams Streams) error {
	if err := opts.check(); err != nil {
		return err
	}
	plan, err := readPlan(ctx, path)
	if err != nil {
		return err
	}
	j, err := newJob(ctx, path, plan, opts)
	if err != nil {
		return err
	}
	reporter := progress.New(streams.Err, false)
	warnOfEmptyShards(reporter, opts.shards, len(plan.Tasks))
	if opts.slurm {
		if err := checkArraySize(ctx, reporter, opts, len(plan.Tasks)); err != nil {
			return err
		}
	}
	if opts.kubernetes {
		manifest, err := j.kubernetes()
		if err != nil {
			return err
		}
		return output.Write(ctx, output.Stdout, streams.Out, func(w io.Writer) error {
			_, err := w.Write(manifest)
			return err
		})
	}
	script := j.slurm()
	if opts.dryRun {
		return output.Write(ctx, output.Stdout, streams.Out, func(w io.Writer) error {
			_, err := io.WriteString(w, script)
			return err
		})
	}
	return sbatch(ctx, script, opts.shards, len(plan.Tasks), streams)
}

// quote returns a text as one word of a shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// slurm returns the script of an array job. Its directives hold only numbers; paths are
// quoted words. Each task names its shard, so that a task that is submitted again by its
// number runs the same shard.
func (j *job) slurm() string {
	array := fmt.Sprintf("1-%d", j.shards)
	if j.throttle > 0 {
		array += fmt.Sprintf("%%%d", j.throttle)
	}
	seconds := int64((j.time + time.Second - 1) / time.Second)
	return fmt.Sprintf(`#!/bin/bash
#SBATCH --job-name=%s
#SBATCH --array=%s
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=%d
#SBATCH --mem=%dM
#SBATCH --time=%02d:%02d:%02d
#SBATCH --requeue
#SBATCH --output=%s-%%A_%%a.log
set -euo pipefail
cd %s
exec %s batch run %s --shard "${SLURM_ARRAY_TASK_ID}/%d" --jobs %d --keep-going
`, j.name, array, j.cpus, (j.memory+1<<20-1)>>20, seconds/3600, seconds/60%60, seconds%60, j.name,
		quote(j.folder), quote(j.program), quote(j.plan), j.shards, j.cpus)
}

// escapeVariables returns a text in which Kubernetes reads $(NAME) not as a variable.
func escapeVariables(s string) string { return strings.ReplaceAll(s, "$", "$$") }

// kubernetes returns the manifest of an Indexed Job.
func (j *job) kubernetes() ([]byte, error) {
	type m = map[string]any
	parallel := j.shards
	if j.throttle > 0 {
		parallel = min(parallel, j.throttle)
	}
	memory := fmt.Sprintf("%dMi", (j.memory+1<<20-1)>>20)
	container := m{
		"name":       "brainscore",
		"image":      j.image,
		"workingDir": j.folder,
		"command":    []string{"brainscore", "batch", "run", escapeVariables(j.plan), "--jobs", fmt.Sprint(j.cpus), "--keep-going"},
		"env":        []m{{"name": shardsVariable, "value": fmt.Sprint(j.shards)}},
		"resources": m{
			"requests": m{"cpu": fmt.Sprint(j.cpus), "memory": memory},
			"limits":   m{"memory": memory},
		},
	}
	pod := m{"restartPolicy": "Never", "containers": []m{container}}
	if len(j.claims) > 0 {
		var volumes, mounts []m
		for i, claim := range j.claims {
			name := fmt.Sprintf("volume-%d", i+1)
			volumes = append(volumes, m{"name": name, "persistentVolumeClaim": m{"claimName": claim[0]}})
			mounts = append(mounts, m{"name": name, "mountPath": claim[1]})
		}
		pod["volumes"], container["volumeMounts"] = volumes, mounts
	}
	manifest := m{
		"apiVersion": "batch/v1",
		"kind":       "Job",
		"metadata":   m{"name": j.name},
		"spec": m{
			"completionMode":       "Indexed",
			"completions":          j.shards,
			"parallelism":          parallel,
			"backoffLimitPerIndex": 3,
			"template":             m{"spec": pod},
		},
	}
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	err := errors.Join(enc.Encode(manifest), enc.Close())
	return b.Bytes(), err
}
