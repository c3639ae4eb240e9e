package main

import (
	"os/exec"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// pythonWithTorch returns a Python that can run the script of `template pytorch`, or "".
// Debian's python3-torch belongs to /usr/bin/python3, which need not be the first on PATH.
var pythonWithTorch = sync.OnceValue(func() string {
	for _, name := range []string{"python3", "/usr/bin/python3", "python"} {
		if exec.Command(name, "-c", "import torch, numpy, PIL").Run() == nil {
			return name
		}
	}
	return ""
})

// hasTorchvision reports whether that Python has torchvision too.
var hasTorchvision = sync.OnceValue(func() bool {
	return pythonWithTorch() != "" && exec.Command(pythonWithTorch(), "-c", "import torchvision").Run() == nil
})

// python runs a Python that has PyTorch.
//
//	[!] python [ARG]...
func python(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec(pythonWithTorch(), args...)
	switch {
	case err != nil && !neg:
		ts.Fatalf("%v", err)
	case err == nil && neg:
		ts.Fatalf("it succeeded")
	}
}
