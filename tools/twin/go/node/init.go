package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// tunables are settings of the whole machine that a kubelet sets when it finds other values. The node sees files with the
// values it wants, so the machine keeps its own. (k8s.io/kubernetes pkg/kubelet/cm setupKernelTunables)
var tunables = map[string]string{
	"vm/overcommit_memory":      "1",
	"vm/panic_on_oom":           "0",
	"kernel/panic":              "10",
	"kernel/panic_on_oops":      "1",
	"kernel/keys/root_maxkeys":  "1000000",
	"kernel/keys/root_maxbytes": "25000000",
}

// step is a mount, in the order of the list.
type step struct {
	source, target, kind string
	flags                uintptr
	data                 string
}

func mountAll(steps []step) error {
	for _, s := range steps {
		if err := os.MkdirAll(s.target, 0o755); err != nil {
			return err
		}
		if err := syscall.Mount(s.source, s.target, s.kind, s.flags, s.data); err != nil {
			return fmt.Errorf("mount %s %s on %s: %w", s.kind, s.source, s.target, err)
		}
	}
	return nil
}

const bindReadOnly = syscall.MS_REMOUNT | syscall.MS_BIND | syscall.MS_RDONLY

// initNode is the first process of the node. Its root is the machine's with a layer in memory above it, so nothing that is
// written there stays; only the twin's folder is the real one. Then it reaps what shims leave behind, until it is killed.
func initNode(args []string) error {
	folder, binds := args[0], args[1:]
	trees, err := hierarchies()
	if err != nil {
		return err
	}
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return err
	}
	layers := filepath.Join(folder, "node", "layers")
	root := filepath.Join(layers, "root")
	upper, work := filepath.Join(layers, "upper"), filepath.Join(layers, "work")
	if err := mountAll([]step{{"tmpfs", layers, "tmpfs", 0, "mode=755"}}); err != nil {
		return err
	}
	for _, each := range []string{root, upper, work} {
		if err := os.Mkdir(each, 0o755); err != nil {
			return err
		}
	}
	at := func(path string) string { return filepath.Join(root, path) }
	steps := []step{
		{"overlay", root, "overlay", 0, fmt.Sprintf("lowerdir=/,upperdir=%s,workdir=%s", upper, work)},
		{"/dev", at("/dev"), "", syscall.MS_BIND | syscall.MS_REC, ""},
		{"tmpfs", at("/run"), "tmpfs", 0, "mode=755"},
		{"proc", at("/proc"), "proc", 0, ""},
		// Of the settings below /proc/sys, the node may change those of its own network.
		{at("/proc/sys/net"), at("/run/net"), "", syscall.MS_BIND, ""},
		{at("/proc/sys"), at("/proc/sys"), "", syscall.MS_BIND, ""},
		{"", at("/proc/sys"), "", bindReadOnly, ""},
		{at("/run/net"), at("/proc/sys/net"), "", syscall.MS_BIND, ""},
		{"sysfs", at("/sys"), "sysfs", 0, ""},
		{"", at("/sys"), "", bindReadOnly, ""},
		{"bpf", at("/sys/fs/bpf"), "bpf", 0, ""},
		{"tmpfs", at("/sys/fs/cgroup"), "tmpfs", 0, "mode=755"},
	}
	for _, tree := range trees { // mounted again, each begins at the node's own cgroup
		steps = append(steps, step{"cgroup", at("/sys/fs/cgroup/" + filepath.Base(tree.path)), "cgroup", 0, tree.options})
	}
	for _, each := range append(binds, folder) {
		steps = append(steps, step{each, at(each), "", syscall.MS_BIND, ""})
	}
	if err := mountAll(steps); err != nil {
		return err
	}
	for name, value := range tunables {
		file := at("/run/" + filepath.Base(name))
		if err := os.WriteFile(file, []byte(value+"\n"), 0o644); err != nil {
			return err
		}
		if err := syscall.Mount(file, at("/proc/sys/"+name), "", syscall.MS_BIND, ""); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := enter(root); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "node", "ready"), nil, 0o644); err != nil {
		return err
	}
	for {
		if _, err := syscall.Wait4(-1, nil, 0, nil); err == syscall.ECHILD {
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// enter makes the folder the root of this mount namespace, and lets the machine's own go out of sight. Mounts that are
// made later reach containers, as a kubelet needs it.
func enter(root string) error {
	if err := os.Chdir(root); err != nil {
		return err
	}
	if err := syscall.PivotRoot(".", "."); err != nil {
		return err
	}
	if err := syscall.Unmount(".", syscall.MNT_DETACH); err != nil {
		return err
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	return syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_SHARED, "")
}
