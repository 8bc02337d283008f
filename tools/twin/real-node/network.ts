/**
 * The networks of the node: its own, and behind it "the internet". Both are namespaces that this run made; a pair of
 * interfaces joins them, and nothing joins them to the machine's own network.
 */
import { run } from '../commands.ts';
import {
  API_RELAY_PORT,
  API_SERVICE,
  ATTACKER,
  DNS_SERVICE,
  GATEWAY,
  METADATA_ADDRESS,
  NODE_ADDRESS,
  NODE_NETWORK,
} from './place.ts';

export interface Networks {
  /** Number of the first process of the node. */
  node: number;
  /** Number of the process that keeps the internet. */
  internet: number;
}

/** The words of a command that runs in the network of a process, with the machine's files. */
export const inNetworkOf = (pid: number, ...command: string[]): [string, string[]] => [
  'nsenter',
  [`--net=/proc/${pid}/ns/net`, ...command],
];

export const inNetwork = (pid: number, ...command: string[]): Promise<string> => run(...inNetworkOf(pid, ...command));

/** The words of a command in the namespaces and the cgroup of the node. */
export function inNodeOf(pid: number, runFolder: string, ...command: string[]): [string, string[]] {
  const group = runFolder.slice(runFolder.lastIndexOf('/') + 1);
  const join = `for group in /sys/fs/cgroup/*/"$0"; do echo 0 > "$group/cgroup.procs"; done; exec "$@"`;
  return ['sh', ['-c', join, group, 'nsenter', `--target=${pid}`, '--all', ...command]];
}

/** @throws CommandError */
export async function connect({ node, internet }: Networks): Promise<void> {
  const inNode = (...command: string[]) => inNetwork(node, ...command);
  const inInternet = (...command: string[]) => inNetwork(internet, ...command);
  await inNode('ip', 'link', 'set', 'lo', 'up');
  await inNode('ip', 'address', 'add', `${METADATA_ADDRESS}/32`, 'dev', 'lo');
  await inInternet('ip', 'link', 'set', 'lo', 'up');
  await inInternet('ip', 'address', 'add', `${ATTACKER}/32`, 'dev', 'lo');
  await inNode('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', `${internet}`);
  await inNode('ip', 'address', 'add', `${NODE_ADDRESS}/24`, 'dev', 'eth0');
  await inNode('ip', 'link', 'set', 'eth0', 'up');
  await inNode('ip', 'route', 'add', 'default', 'via', GATEWAY);
  await inInternet('ip', 'address', 'add', `${GATEWAY}/32`, 'dev', 'eth0');
  await inInternet('ip', 'link', 'set', 'eth0', 'up');
  await inInternet('ip', 'route', 'add', `${NODE_ADDRESS}/32`, 'dev', 'eth0');
  await inInternet('ip', 'route', 'add', NODE_NETWORK, 'via', NODE_ADDRESS);
  // These are settings of this network alone.
  const settings = ['ip_forward=1', 'conf.all.rp_filter=0', 'conf.default.rp_filter=0'];
  for (const setting of settings) {
    const [name = '', value] = setting.split('=');
    const file = `/proc/sys/net/ipv4/${name.replaceAll('.', '/')}`;
    await inNode('sh', '-c', `echo ${value} > ${file}`);
  }
  // What kube-proxy does for the Service "kubernetes".
  const target = `${NODE_ADDRESS}:${API_RELAY_PORT}`;
  const destination = ['-d', API_SERVICE, '-p', 'tcp', '--dport', '443', '-j', 'DNAT', '--to-destination', target];
  await inNode('iptables', '-t', 'nat', '-A', 'PREROUTING', ...destination);
  // The kernel keeps a table of connections, which the agent reads, only where a rule looks at them.
  await inNode('iptables', '-A', 'FORWARD', '-m', 'conntrack', '--ctstate', 'INVALID', '-j', 'ACCEPT');
}

/** What kube-proxy does for the Service "kube-dns". */
export async function serveDnsFrom(node: number, podAddress: string): Promise<void> {
  for (const protocol of ['udp', 'tcp']) {
    const destination = [
      '-d',
      DNS_SERVICE,
      '-p',
      protocol,
      '--dport',
      '53',
      '-j',
      'DNAT',
      '--to-destination',
      podAddress,
    ];
    await inNetwork(node, 'iptables', '-t', 'nat', '-A', 'PREROUTING', ...destination);
  }
}
