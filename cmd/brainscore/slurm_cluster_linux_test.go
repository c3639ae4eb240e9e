package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// slurmCluster is a Slurm of this machine only, with daemons of its own.
type slurmCluster struct {
	dir     string
	user    string
	daemons []*exec.Cmd
}

// slurmConf needs no cgroups, accounting or name service. The file defines the nodes, so
// that two jobs run concurrently on a machine of any size.
const slurmConf = `ClusterName=test
SlurmctldHost=%[1]s(127.0.0.1)
SlurmctldPort=%[2]d
SlurmdPort=%[3]d
SlurmUser=%[4]s
SlurmdUser=%[4]s
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=%[5]s/munge.socket
StateSaveLocation=%[5]s/state
SlurmdSpoolDir=%[5]s/spool
SlurmctldPidFile=%[5]s/slurmctld.pid
SlurmdPidFile=%[5]s/slurmd.pid
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=batch_sched_delay=0,sched_interval=1
KillWait=1
JobRequeue=1
ReturnToService=2
NodeName=%[1]s NodeAddr=127.0.0.1 CPUs=2 RealMemory=4096
PartitionName=all Nodes=%[1]s Default=YES MaxTime=INFINITE State=UP
`

// startSlurm starts the daemons, which end with the test. If they cannot start, the test
// is skipped with the reason.
func startSlurm(t *testing.T) *slurmCluster {
	t.Helper()
	for _, program := range []string{"munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel", "sinfo"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("Slurm is not installed (install slurm-wlm and munge): %v", err)
		}
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	name, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	name, _, _ = strings.Cut(name, ".")
	// The path of a socket has to be short.
	dir, err := os.MkdirTemp("", "slurm")
	if err != nil {
		t.Fatal(err)
	}
	c := &slurmCluster{dir: dir, user: me.Username}
	t.Cleanup(func() { c.stop(t) })
	for _, folder := range []string{"state", "spool"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	key := make([]byte, 1024)
	if _, err := rand.Read(key); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.path("munge.key"), key, 0o400); err != nil {
		t.Fatal(err)
	}
	put(t, c.path("slurm.conf"), fmt.Appendf(nil, slurmConf, name, freePort(t), freePort(t), me.Username, dir))
	c.start(t, "munged", "--foreground", "--force", "--socket="+c.path("munge.socket"), "--key-file="+c.path("munge.key"),
		"--pid-file="+c.path("munged.pid"), "--log-file="+c.path("munged.log"), "--seed-file="+c.path("munged.seed"))
	c.await(t, "munged", func() bool { _, err := os.Stat(c.path("munge.socket")); return err == nil })
	c.start(t, "slurmctld", "-D", "-i", "-f", c.path("slurm.conf"))
	c.start(t, "slurmd", "-D", "-f", c.path("slurm.conf"))
	c.await(t, "slurmctld and slurmd", func() bool {
		out, err := c.command("sinfo", "--noheader", "--format=%T").Output()
		return err == nil && strings.TrimSpace(string(out)) == "idle"
	})
	return c
}

func (c *slurmCluster) path(name string) string { return filepath.Join(c.dir, name) }

// freePort returns a port that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// start starts a daemon; if the tests are killed, it is too.
func (c *slurmCluster) start(t *testing.T, program string, words ...string) {
	t.Helper()
	log, err := os.Create(c.path(program + ".out"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	d := c.command(program, words...)
	d.Stdout, d.Stderr = log, log
	d.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := d.Start(); err != nil {
		t.Fatal(err)
	}
	c.daemons = append(c.daemons, d)
}

// command returns a Slurm command on this cluster.
func (c *slurmCluster) command(program string, words ...string) *exec.Cmd {
	command := exec.Command(program, words...)
	command.Env = append(os.Environ(), "SLURM_CONF="+c.path("slurm.conf"))
	command.Dir = c.dir
	return command
}

// run runs a Slurm command on this cluster.
func (c *slurmCluster) run(t *testing.T, program string, words ...string) string {
	t.Helper()
	out, err := c.command(program, words...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", program, words, err, out)
	}
	return string(out)
}

// await waits until the daemons answer, or skips the test.
func (c *slurmCluster) await(t *testing.T, what string, there func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !there(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Skipf("%s cannot start here:\n%s", what, c.logs())
		}
	}
}

// logs returns the logs of the daemons.
func (c *slurmCluster) logs() string {
	var b strings.Builder
	for _, d := range c.daemons {
		name := filepath.Base(d.Path)
		said, _ := os.ReadFile(c.path(name + ".out"))
		fmt.Fprintf(&b, "%s:\n%s\n", name, said)
	}
	return b.String()
}

// stop ends all jobs, then the daemons, the last one first.
func (c *slurmCluster) stop(t *testing.T) {
	if len(c.daemons) == 3 {
		_ = c.command("scancel", "--user="+c.user).Run()
		for range 100 {
			out, err := c.command("squeue", "--noheader").Output()
			if err != nil || len(bytes.TrimSpace(out)) == 0 {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
	if t.Failed() {
		t.Log(c.logs())
	}
	for i := len(c.daemons) - 1; i >= 0; i-- {
		d := c.daemons[i]
		_ = d.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(10*time.Second, func() { _ = d.Process.Kill() })
		_ = d.Wait()
		late.Stop()
	}
	if err := os.RemoveAll(c.dir); err != nil {
		t.Error(err)
	}
}

// slurmTask is a task of an array.
type slurmTask struct{ job, state string }

var slurmFields = regexp.MustCompile(`(?m)^JobId=(\d+) .*?\bArrayTaskId=(\d+) .*?\bJobState=(\w+) `)

// tasks returns the started tasks of an array, by their number.
func (c *slurmCluster) tasks(t *testing.T, array string) map[string]slurmTask {
	t.Helper()
	tasks := make(map[string]slurmTask)
	for _, m := range slurmFields.FindAllStringSubmatch(c.run(t, "scontrol", "--oneliner", "show", "job", array), -1) {
		tasks[m[2]] = slurmTask{m[1], m[3]}
	}
	return tasks
}

// awaitTask waits until a task of an array is in a state.
func (c *slurmCluster) awaitTask(t *testing.T, array, task, state string) {
	t.Helper()
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		is := c.tasks(t, array)[task].state
		if is == state {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("task %s of job %s is %s, but should be %s:\n%s", task, array, is, state, c.run(t, "scontrol", "show", "job", array))
		}
	}
}

// processOf returns the process of a task's script.
func (c *slurmCluster) processOf(t *testing.T, job string) (pid int) {
	t.Helper()
	for line := range strings.Lines(c.run(t, "scontrol", "listpids", job)) {
		var taskJob, step string
		if n, _ := fmt.Sscan(line, &pid, &taskJob, &step); n == 3 && taskJob == job && step == "batch" {
			return pid
		}
	}
	t.Fatalf("job %s has no process", job)
	return 0
}

// again queues a task that ended, or runs, again, without delay.
func (c *slurmCluster) again(t *testing.T, array, task string) {
	t.Helper()
	name := array + "_" + task
	c.run(t, "scontrol", "requeue", name)
	c.awaitTask(t, array, task, "PENDING")
	c.run(t, "scontrol", "update", "JobId="+name, "StartTime=now")
}
