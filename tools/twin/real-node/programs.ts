/** What a real node runs: programs, eBPF objects and images, built where the cache lacks them. */
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { AGENT_MODULE, build, goModule } from '../binaries.ts';
import { cached, contentKey } from '../cache.ts';
import { run } from '../commands.ts';
import type { Report } from '../report.ts';
import { packImage } from './image.ts';

export interface NodePrograms {
  kubelet: string;
  /** Folder of containerd, its shim and `ctr`. */
  containerd: string;
  agent: string;
  cniPlugin: string;
  ipamd: string;
  /** The small programs of `go/node`. */
  node: string;
  /** Folder of the agent's eBPF objects. */
  bpf: string;
  /** Folder of the image archives. */
  images: string;
}

/** Names of the images on the node; nothing is ever pulled. */
export const PAUSE_IMAGE = 'localhost/pause:1';
/** busybox, and `node` of `go/node` for connections that are measured. */
export const TEST_IMAGE = 'localhost/test:1';
const BUSYBOX = '/bin/busybox';
const KERNEL_TYPES = '/sys/kernel/btf/vmlinux';

/** For IPv4: the node has no other. */
const BPF_PROGRAMS = ['tc.v4ingress', 'tc.v4egress', 'v4events'];
const BPF_TARGETS: Partial<Record<NodeJS.Architecture, string>> = { x64: 'x86', arm64: 'arm64' };

/** The agent's own eBPF sources, compiled for the kernel of this machine as its Makefile does. */
async function bpfObjects(report: Report): Promise<string> {
  const target = BPF_TARGETS[process.arch];
  if (!target) throw new Error(`the node's eBPF programs are not known to work on ${process.arch}`);
  const clang = await run('clang', ['--version']);
  const key = await contentKey([join(goModule('ipamd'), 'go.mod'), KERNEL_TYPES], clang, release());
  return cached('bpf', key, async (folder) => {
    report("compiling the network policy agent's eBPF programs");
    const types = await run('bpftool', ['btf', 'dump', 'file', KERNEL_TYPES, 'format', 'c']);
    await writeFile(join(folder, 'vmlinux.h'), types);
    const list = ['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', AGENT_MODULE];
    const env = { ...process.env, GOFLAGS: '' };
    const source = join((await run('go', list, { cwd: goModule('ipamd'), env })).trim(), 'pkg', 'ebpf', 'c');
    for (const name of BPF_PROGRAMS) {
      const flags = ['-g', '-O2', '-fpie', '-target', 'bpf', '-march=bpf', '-DCORE', '-D__BPF_TRACING__'];
      const files = ['-c', join(source, `${name}.bpf.c`), '-o', join(folder, `${name}.bpf.o`)];
      await run('clang', [`-I${folder}`, ...flags, `-D__TARGET_ARCH_${target}`, ...files]);
    }
  });
}

/** The files of the images, as a folder. */
async function rootFolder(folder: string, node: string): Promise<void> {
  for (const name of ['bin', 'etc', 'proc', 'sys', 'dev', 'var', 'tmp', 'root'])
    await mkdir(join(folder, name), { mode: name === 'tmp' ? 0o1777 : 0o755, recursive: true });
  await copyFile(BUSYBOX, join(folder, 'bin', 'busybox'));
  await copyFile(node, join(folder, 'bin', 'node'));
  for (const applet of (await run(BUSYBOX, ['--list'])).split('\n'))
    if (applet && applet !== 'busybox') await symlink('busybox', join(folder, 'bin', applet));
  await writeFile(join(folder, 'etc', 'passwd'), 'root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::/tmp:/bin/sh\n');
  await writeFile(join(folder, 'etc', 'group'), 'root:x:0:\nuser:x:1000:\n');
}

async function images(node: string, report: Report): Promise<string> {
  const packer = await readFile(join(import.meta.dirname, 'image.ts'), 'utf8');
  const key = await contentKey([BUSYBOX, node, import.meta.filename], packer);
  return cached('images', key, async (folder) => {
    report('packing the images');
    const root = join(folder, 'root');
    await rootFolder(root, node);
    await packImage(root, { name: TEST_IMAGE, command: ['sh'] }, join(folder, 'test.tar'));
    await packImage(root, { name: PAUSE_IMAGE, command: ['sleep', '2147483647'] }, join(folder, 'pause.tar'));
  });
}

/** @throws MissingPrerequisite when a tool is not installed */
export async function nodePrograms(report: Report): Promise<NodePrograms> {
  const node = join(await build('node', report), 'node');
  const kubelet = await build('kubelet', report);
  const containerd = await build('containerd', report);
  const ipamd = await build('ipamd', report);
  return {
    kubelet: join(kubelet, 'kubelet'),
    containerd,
    agent: join(ipamd, 'aws-network-policy-agent'),
    cniPlugin: join(ipamd, 'routed-eni-cni-plugin'),
    ipamd: join(ipamd, 'ipamd'),
    node,
    bpf: await bpfObjects(report),
    images: await images(node, report),
  };
}

/** The folders of the cache that hold them. */
export const foldersOf = (programs: NodePrograms): string[] => [
  ...new Set([
    ...[programs.kubelet, programs.ipamd, programs.node].map((file) => dirname(file)),
    programs.containerd,
    programs.bpf,
    programs.images,
  ]),
];
