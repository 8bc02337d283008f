/** What a real node needs of the machine. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { delimiter, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { hierarchies } from '../cgroups.ts';
import { MissingPrerequisite } from '../commands.ts';

/** Programs, and the Debian package that has each. */
const TOOLS: Record<string, string> = {
  runc: 'runc',
  clang: 'clang',
  bpftool: 'bpftool',
  iptables: 'iptables',
  ip: 'iproute2',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  tar: 'tar',
};
const FILES: Record<string, string> = {
  '/usr/include/bpf/bpf_helpers.h': 'libbpf-dev',
  '/bin/busybox': 'busybox-static',
};
/** Options of the kernel, each with what needs it. */
const KERNEL: Record<string, string> = {
  NAMESPACES: 'everything',
  NET_NS: 'the network of its own',
  PID_NS: 'processes of its own',
  UTS_NS: 'a host name of its own',
  IPC_NS: 'pods',
  CGROUPS: 'pods',
  CGROUP_DEVICE: 'pods',
  CGROUP_PIDS: 'pods',
  MEMCG: 'pods',
  CPUSETS: 'pods',
  OVERLAY_FS: 'its root, and images',
  VETH: "pods' interfaces",
  BPF_SYSCALL: 'the network policy agent',
  BPF_JIT: 'the network policy agent',
  DEBUG_INFO_BTF: 'the network policy agent',
  NET_CLS_BPF: 'the network policy agent',
  NET_SCH_INGRESS: 'the network policy agent',
  NF_CONNTRACK: 'the network policy agent',
  NF_NAT: 'Services',
  NETFILTER_XT_MATCH_CONNTRACK: 'the network policy agent',
  NETFILTER_XT_MATCH_COMMENT: 'the CNI plugin',
  NETFILTER_XT_NAT: 'Services',
};
/** Capabilities by their bit (capabilities(7)). */
const CAPABILITIES: Record<string, number> = { CAP_NET_ADMIN: 12, CAP_SYS_CHROOT: 18, CAP_SYS_ADMIN: 21, CAP_BPF: 39 };

const inPath = (name: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** The kernel's configuration; undefined where the machine does not give it. */
function kernelConfiguration(): string | undefined {
  try {
    if (existsSync('/proc/config.gz')) return gunzipSync(readFileSync('/proc/config.gz')).toString();
    return readFileSync(`/boot/config-${release()}`, 'utf8');
  } catch {
    return undefined;
  }
}

function missingTools(): string[] {
  const tools = Object.entries(TOOLS).filter(([name]) => !inPath(name));
  const files = Object.entries(FILES).filter(([path]) => !existsSync(path));
  const missing = [...tools, ...files];
  if (missing.length > 0) {
    const packages = [...new Set(missing.map(([, name]) => name))].join(' ');
    const names = missing.map(([name]) => name).join(', ');
    return [`not installed: ${names} (Debian and Ubuntu: apt-get install ${packages})`];
  }
  // a program with an interpreter needs libraries, which an image of it alone does not have
  const dynamic = readFileSync('/bin/busybox').subarray(0, 4096).includes('ld-linux');
  return dynamic ? ['/bin/busybox needs libraries (Debian and Ubuntu: apt-get install busybox-static)'] : [];
}

function missingOfKernel(): string[] {
  const missing: string[] = [];
  const configuration = kernelConfiguration();
  const options = configuration
    ? Object.entries(KERNEL).filter(([name]) => !new RegExp(`^CONFIG_${name}=[ym]$`, 'm').test(configuration))
    : [];
  if (options.length > 0) {
    const named = options.map(([name, user]) => `CONFIG_${name} (for ${user})`).join(', ');
    missing.push(`the kernel ${release()} is built without ${named}`);
  }
  if (!existsSync('/sys/kernel/btf/vmlinux'))
    missing.push('/sys/kernel/btf/vmlinux is not there: the kernel does not give its types (CONFIG_DEBUG_INFO_BTF)');
  if (!existsSync('/dev/kmsg')) missing.push('/dev/kmsg is not there, and a kubelet reads it');
  if (hierarchies().length === 0)
    missing.push('no cgroup v1 hierarchy is mounted; machines with cgroup v2 alone are not supported by this tool yet');
  const effective = BigInt(`0x${/CapEff:\s*(\w+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`);
  const lacks = Object.entries(CAPABILITIES).filter(([, bit]) => ((effective >> BigInt(bit)) & 1n) === 0n);
  if (lacks.length > 0) missing.push(`the process lacks ${lacks.map(([name]) => name).join(', ')}`);
  return missing;
}

/** What is missing for a real node on this machine, a sentence each; empty when it can run. */
export function missingForRealNode(): string[] {
  if (process.platform !== 'linux') return ['a real node needs Linux'];
  const root = process.getuid?.() === 0 ? [] : ['a real node needs root: it makes namespaces and cgroups'];
  return [...root, ...missingTools(), ...missingOfKernel()];
}

/** @throws MissingPrerequisite that names everything that is missing */
export function requireRealNode(): void {
  const missing = missingForRealNode();
  if (missing.length > 0)
    throw new MissingPrerequisite(
      `A real node cannot run here:\n${missing.map((each) => `  - ${each}`).join('\n')}\n` +
        'Without --real-node the twin simulates its nodes. See docs/twin.md.',
    );
}
