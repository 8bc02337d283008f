/**
 * A real node beside the twin's control plane: kubelet, containerd and runc, AWS's CNI plugin and network policy agent, in
 * namespaces of their own. The address daemon is simulated. See docs/twin.md.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { records, text } from '../../../functions/kit/json.ts';
import type { Certificates } from '../certificates.ts';
import { run } from '../commands.ts';
import type { ControlPlane } from '../control-plane.ts';
import { kubeconfig, kubeRequest } from '../kube.ts';
import type { Processes } from '../processes.ts';
import type { Report } from '../report.ts';
import { configure, type NodeFiles, nodeFiles } from './configuration.ts';
import { Internet } from './internet.ts';
import { tunnelSocket } from './kubelet-access.ts';
import { connect, inNetwork, inNodeOf, serveDnsFrom } from './network.ts';
import {
  API_RELAY_PORT,
  API_SERVICE,
  ATTACKER,
  ATTACKER_NAME,
  CLUSTER_DOMAIN,
  NODE_ADDRESS,
  NODE_NAME,
  POD_ADDRESSES,
  REAL_NODE,
} from './place.ts';
import { Pods } from './pods.ts';
import { foldersOf, type NodePrograms } from './programs.ts';

const MANIFEST = join(import.meta.dirname, '..', 'manifests', 'real-node.yaml');

/** What a node is brought up beside. */
export interface NodeCluster extends ControlPlane {
  certificates: Certificates;
  processes: Processes;
  kubectl: string;
}

/** Programs of the node that a test may stop, freeze and start again. */
export type Part = 'kubelet' | 'containerd' | 'agent' | 'ipamd';

export class RealNode {
  readonly name = NODE_NAME;
  readonly address = NODE_ADDRESS;
  readonly pods: Pods;
  readonly internet: Internet;
  readonly #cluster: NodeCluster;
  readonly #programs: NodePrograms;
  readonly #files: NodeFiles;
  readonly #pid: number;

  private constructor(cluster: NodeCluster, programs: NodePrograms, pids: { node: number; internet: number }) {
    this.#cluster = cluster;
    this.#programs = programs;
    this.#files = nodeFiles(cluster.processes.folder);
    this.#pid = pids.node;
    this.pods = new Pods(cluster, cluster.processes, { kubectl: cluster.kubectl, node: programs.node });
    this.internet = new Internet(cluster.processes, pids.internet, programs.node);
  }

  /**
   * Brings the node up; ready when pods can run on it and DNS answers. The control plane was started with what
   * {@link kubeletAccess} gives, and serves the kinds of the VPC CNI.
   *
   * @throws ProcessError when a part does not come up
   */
  static async up(cluster: NodeCluster, programs: NodePrograms, report: Report): Promise<RealNode> {
    const { processes } = cluster;
    await run(cluster.kubectl, [`--kubeconfig=${cluster.adminKubeconfig}`, 'apply', '-f', MANIFEST]);
    const pids = await holdNamespaces(cluster, programs);
    await connect(pids);
    const node = new RealNode(cluster, programs, pids);
    await node.#prepare();
    await node.start('ipamd');
    await node.start('agent');
    await node.start('containerd');
    await node.#importImages();
    await node.start('kubelet');
    await processes.until(() => node.isReady(), { what: `node ${NODE_NAME} is ready`, process: 'kubelet' });
    report('node ready (simulated: its address daemon)');
    const dns = await node.#serveNames();
    await serveDnsFrom(pids.node, dns);
    report(`pods run, DNS answers, ${ATTACKER_NAME} is outside`);
    return node;
  }

  async #prepare(): Promise<void> {
    const { certificates, endpoint, processes } = this.#cluster;
    await certificates.issue(
      { name: 'node', commonName: `system:node:${NODE_NAME}`, organizations: ['system:nodes'] },
      {
        name: 'kubelet',
        commonName: `system:node:${NODE_NAME}`,
        organizations: ['system:nodes'],
        dnsNames: [NODE_NAME],
        ipAddresses: [NODE_ADDRESS],
      },
      // as the account of its DaemonSet
      { name: 'agent', commonName: 'system:serviceaccount:kube-system:aws-node' },
    );
    configure(this.#files, this.#programs, endpoint.ca, certificates.pair('kubelet'));
    for (const name of ['node', 'agent'])
      writeFileSync(this.#file(`${name}.kubeconfig`), kubeconfig(endpoint, name, certificates.pair(name)), {
        mode: 0o600,
      });
    const { host, hostname, port } = new URL(endpoint.url);
    const socket = this.#file('api.sock');
    const relay = { command: this.#programs.node, args: ['relay', `unix:${socket}`, `tcp:${host}`] };
    await processes.start({ name: 'api-relay', ...relay });
    await processes.until(async () => existsSync(socket), { what: 'the relay listens', process: 'api-relay' });
    for (const [name, at] of [
      ['api-at-endpoint', `${hostname}:${port}`],
      ['api-at-service', `${NODE_ADDRESS}:${API_RELAY_PORT}`],
    ] as const)
      await this.#startInside(name, [this.#programs.node, 'relay', `tcp:${at}`, `unix:${socket}`]);
    await this.#startInside('kubelet-tunnel', [
      this.#programs.node,
      'tunnel',
      `unix:${tunnelSocket(processes.folder)}`,
    ]);
    await this.inside('mkdir', '-p', '/run/aws-node', '/host/opt/cni/bin'); // there the agent copies what it loads
  }

  #file(name: string): string {
    return join(this.#files.folder, name);
  }

  /** Starts a program in the node's namespaces. */
  #startInside(name: string, command: string[], env: Record<string, string> = {}): Promise<void> {
    const [program, args] = inNodeOf(this.#pid, this.#cluster.processes.folder, ...command);
    const path = `${this.#programs.containerd}:/usr/sbin:/usr/bin:/sbin:/bin`;
    return this.#cluster.processes.start({ name, command: program, args, env: { PATH: path, HOME: '/root', ...env } });
  }

  /** Runs a command in the node's namespaces to its end; gives back its output. */
  inside(...command: string[]): Promise<string> {
    return run(...inNodeOf(this.#pid, this.#cluster.processes.folder, ...command));
  }

  /** Runs a command in the node's network, with the machine's files; gives back its output. */
  inNetwork(...command: string[]): Promise<string> {
    return inNetwork(this.#pid, ...command);
  }

  /** Number of the node's first process, as the machine sees it. */
  get pid(): number {
    return this.#pid;
  }

  /** Starts a part that was stopped. */
  async start(part: Part): Promise<void> {
    const socket = this.#socket(part);
    if (socket) await this.inside('rm', '-f', socket); // of one that was killed
    await this.#startInside(part, this.#commands()[part]);
    await this.#cluster.processes.until(() => this.#answers(part), { what: `${part} answers`, process: part });
  }

  #commands(): Record<Part, string[]> {
    const programs = this.#programs;
    const { first, last } = POD_ADDRESSES;
    const agent = [
      `cd ${this.#files.agentFolder} && exec ${programs.agent} "$@"`,
      'agent',
      `--kubeconfig=${this.#file('agent.kubeconfig')}`,
      '--enable-network-policy=true',
      '--enable-policy-event-logs=true',
      '--log-level=debug',
      `--log-file=${this.#files.agentLog}`,
      '--metrics-bind-addr=127.0.0.1:8162',
      '--health-probe-bind-addr=127.0.0.1:8163',
    ];
    return {
      ipamd: [programs.ipamd, `-node=${NODE_ADDRESS}`, `-first=${first}`, `-last=${last}`],
      agent: ['env', `MY_NODE_NAME=${NODE_NAME}`, 'sh', '-c', ...agent],
      containerd: [join(programs.containerd, 'containerd'), '-c', this.#files.containerdConfig],
      kubelet: [
        programs.kubelet,
        `--config=${this.#files.kubeletConfig}`,
        `--kubeconfig=${this.#file('node.kubeconfig')}`,
        `--hostname-override=${NODE_NAME}`,
        `--node-ip=${NODE_ADDRESS}`,
        `--root-dir=${this.#files.kubeletRoot}`,
        `--node-labels=${Object.entries(REAL_NODE).map((label) => label.join('='))}`,
        '-v=2',
      ],
    };
  }

  /** Where a part answers in the node; the kubelet's node says when that one does. */
  #socket(part: Part): string | undefined {
    const { containerdSocket } = this.#files;
    return {
      ipamd: '/run/aws-node/ipamd.sock',
      agent: '/run/aws-node/npa.sock',
      containerd: containerdSocket,
      kubelet: undefined,
    }[part];
  }

  async #answers(part: Part): Promise<boolean> {
    const socket = this.#socket(part);
    if (socket) await this.inside('test', '-S', socket);
    return true;
  }

  /** Ends a part (SIGKILL). Containers go on without containerd and kubelet. */
  stop(part: Part): Promise<void> {
    return this.#cluster.processes.stop(part);
  }

  /** Sends a signal to a part alone, as `SIGSTOP` to the kubelet of a node that is cut off. */
  signal(part: Part, signal: NodeJS.Signals): void {
    const outside = this.#cluster.processes.pid(part);
    const children = readFileSync(`/proc/${outside}/task/${outside}/children`, 'utf8').trim().split(' ');
    process.kill(Number(children[0]), signal);
  }

  async #importImages(): Promise<void> {
    const ctr = join(this.#programs.containerd, 'ctr');
    for (const name of ['pause', 'test'])
      await this.inside(
        ctr,
        '-a',
        this.#files.containerdSocket,
        '-n',
        'k8s.io',
        'images',
        'import',
        join(this.#programs.images, `${name}.tar`),
      );
  }

  async isReady(): Promise<boolean> {
    const { endpoint, admin } = this.#cluster;
    const { json } = await kubeRequest(endpoint, admin, { path: `/api/v1/nodes/${NODE_NAME}` });
    const status = (json?.['status'] ?? {}) as Record<string, unknown>;
    return records(status['conditions']).some((each) => each['type'] === 'Ready' && text(each['status']) === 'True');
  }

  /** Runs the DNS server as a pod. @returns its address */
  async #serveNames(): Promise<string> {
    const names = { [ATTACKER_NAME]: ATTACKER, [`kubernetes.default.svc.${CLUSTER_DOMAIN}`]: API_SERVICE };
    const pairs = Object.entries(names).map((pair) => pair.join('='));
    const command = ['node', 'dns', ':53', ...pairs];
    const labels = { 'k8s-app': 'kube-dns' };
    return (await this.pods.run({ namespace: 'kube-system', name: 'dns', labels, command })).ip;
  }

  /** What the agent decided about packets, as it logs it. */
  agentLog(): string {
    return readFileSync(this.#files.agentLog, 'utf8');
  }
}

/** Makes the namespaces of the node and of the internet; both end with their process. */
async function holdNamespaces(
  cluster: NodeCluster,
  programs: NodePrograms,
): Promise<{ node: number; internet: number }> {
  const { processes } = cluster;
  const pidFile = join(processes.folder, 'node.pid');
  const { folder } = nodeFiles(processes.folder);
  await run('mkdir', ['-p', folder]);
  const binds = foldersOf(programs).map((each) => `-bind=${each}`);
  await processes.start({
    name: 'node',
    command: programs.node,
    args: ['hold', `-folder=${processes.folder}`, `-pid=${pidFile}`, ...binds],
  });
  await processes.start({ name: 'internet', command: 'unshare', args: ['--net', programs.node, 'pause'] });
  const ready = async () => existsSync(join(folder, 'ready')) && readFileSync(pidFile, 'utf8') !== '';
  await processes.until(ready, { what: 'the namespaces of the node are made', process: 'node', everyMs: 5 });
  const internet = processes.pid('internet');
  const own = (pid: number | 'self') => run('readlink', [`/proc/${pid}/ns/net`]);
  const apart = async () => (await own(internet)) !== (await own('self'));
  await processes.until(apart, { what: 'the network of the internet is made', process: 'internet', everyMs: 5 });
  return { node: Number(readFileSync(pidFile, 'utf8')), internet };
}
