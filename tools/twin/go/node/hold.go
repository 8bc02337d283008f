package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// hierarchy is one cgroup v1 tree of the machine.
type hierarchy struct {
	path    string
	options string
}

// hierarchies reads the mounted cgroup v1 trees out of the mount table.
func hierarchies() ([]hierarchy, error) {
	file, err := os.Open("/proc/self/mounts")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var found []hierarchy
	for lines := bufio.NewScanner(file); lines.Scan(); {
		field := strings.Fields(lines.Text())
		if len(field) < 4 || field[2] != "cgroup" {
			continue
		}
		var options []string
		for _, option := range strings.Split(field[3], ",") {
			switch option {
			case "rw", "ro", "relatime", "noatime", "nosuid", "nodev", "noexec":
			default:
				options = append(options, option)
			}
		}
		found = append(found, hierarchy{field[1], strings.Join(options, ",")})
	}
	if len(found) == 0 {
		return nil, errors.New("no cgroup v1 hierarchy is mounted")
	}
	return found, nil
}

// join makes a cgroup of this name in each hierarchy and puts this process there.
func join(name string) error {
	trees, err := hierarchies()
	if err != nil {
		return err
	}
	for _, tree := range trees {
		group := filepath.Join(tree.path, name)
		if err := os.Mkdir(group, 0o755); err != nil && !os.IsExist(err) {
			return err
		}
		// A new cpuset is empty, and an empty one takes no process.
		for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
			value, err := os.ReadFile(filepath.Join(tree.path, file))
			if err != nil {
				continue // not the cpuset hierarchy
			}
			if err := os.WriteFile(filepath.Join(group, file), value, 0o644); err != nil {
				return err
			}
		}
		if err := os.WriteFile(filepath.Join(group, "cgroup.procs"), []byte("0"), 0o644); err != nil {
			return fmt.Errorf("%s: %w", group, err)
		}
	}
	return nil
}

type folders []string

func (f *folders) String() string         { return strings.Join(*f, " ") }
func (f *folders) Set(value string) error { *f = append(*f, value); return nil }

// hold starts the node's first process in namespaces of its own, and ends with it. Both are in one process group: whoever
// kills that, ends every process of the node, as they are in the PID namespace of that first process.
func hold(args []string) error {
	flags := flag.NewFlagSet("hold", flag.ExitOnError)
	folder := flags.String("folder", "", "the twin's folder; its name is the name of the cgroups")
	pid := flags.String("pid", "", "file that takes the number of the first process, as the machine sees it")
	var binds folders
	flags.Var(&binds, "bind", "folder that the node sees as it is; the twin's folder is one anyway")
	_ = flags.Parse(args)
	if err := join(filepath.Base(*folder)); err != nil {
		return err
	}
	runtime.LockOSThread() // the parent that Pdeathsig means is a thread
	child := exec.Command("/proc/self/exe", append([]string{"init", *folder}, binds...)...)
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWCGROUP | syscall.CLONE_NEWNS | syscall.CLONE_NEWNET | syscall.CLONE_NEWPID |
			syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC,
		Pdeathsig: syscall.SIGKILL,
	}
	if err := child.Start(); err != nil {
		return err
	}
	if err := os.WriteFile(*pid, fmt.Appendf(nil, "%d", child.Process.Pid), 0o644); err != nil {
		return err
	}
	return child.Wait()
}

func pause([]string) error {
	for {
		time.Sleep(time.Hour)
	}
}
