/** Pods of the real node: running them, talking to them, and the processes that they really have. */
import { readdirSync, readFileSync } from 'node:fs';
import { record, text } from '../../../functions/kit/json.ts';
import { finish, run } from '../commands.ts';
import type { ControlPlane } from '../control-plane.ts';
import { type Credentials, type KubeAnswer, kubeRequest } from '../kube.ts';
import type { Processes } from '../processes.ts';
import { Channel, type ChannelEvent, type ChannelOptions, channelArguments, eventsIn } from './channel.ts';
import { REAL_NODE } from './place.ts';
import { TEST_IMAGE } from './programs.ts';

export interface PodSpec {
  namespace: string;
  name: string;
  /** Default: sleeps. */
  command?: string[];
  labels?: Record<string, string>;
  /** More of the container, and of the pod's spec. */
  container?: object;
  spec?: object;
}

export interface RunningPod {
  namespace: string;
  name: string;
  uid: string;
  ip: string;
}

/** A process of a pod as the machine sees it. */
export interface PodProcess {
  pid: number;
  command: string[];
}

/** Command of a container that listens, or dials; its log has the events. */
export const listenCommand = (port: number, options: ChannelOptions = {}): string[] => [
  'node',
  'listen',
  ...channelArguments(options),
  `:${port}`,
];
export const dialCommand = (to: string, options: ChannelOptions = {}): string[] => [
  'node',
  'dial',
  ...channelArguments(options),
  to,
];

/** Spec of a pod with one container of the test image, on the real node. */
const podSpec = ({ command = ['sleep', '2147483647'], container = {}, spec = {} }: Partial<PodSpec>): object => ({
  nodeSelector: REAL_NODE,
  terminationGracePeriodSeconds: 1,
  containers: [{ name: 'main', image: TEST_IMAGE, imagePullPolicy: 'Never', command, ...container }],
  ...spec,
});

export class Pods {
  readonly #cluster: ControlPlane;
  readonly #processes: Processes;
  readonly #kubectl: string;
  readonly #node: string;
  #held = 0;

  constructor(cluster: ControlPlane, processes: Processes, programs: { kubectl: string; node: string }) {
    this.#cluster = cluster;
    this.#processes = processes;
    this.#kubectl = programs.kubectl;
    this.#node = programs.node;
  }

  #ask(method: string, path: string, body?: object, who: Credentials = this.#cluster.admin): Promise<KubeAnswer> {
    return kubeRequest(this.#cluster.endpoint, who, { method, path, body });
  }

  /** Makes a pod and waits until it runs. @throws ProcessError when it does not within a minute */
  async run(wanted: PodSpec): Promise<RunningPod> {
    const { namespace, name, labels = { app: name } } = wanted;
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: podSpec(wanted) };
    await this.#processes.until(
      async () => {
        const { code, text } = await this.#ask('POST', `/api/v1/namespaces/${namespace}/pods`, pod);
        // the namespace's ServiceAccount comes a moment after the namespace
        if (code !== 201 && code !== 409) throw new Error(`${code} ${text}`);
        return true;
      },
      { what: `pod ${namespace}/${name} is made`, timeoutMs: 10_000 },
    );
    return this.running(namespace, name);
  }

  /** Waits until a pod runs, whoever made it. */
  async running(namespace: string, name: string): Promise<RunningPod> {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    let found: RunningPod | undefined;
    await this.#processes.until(
      async () => {
        const { json } = await this.#ask('GET', path);
        const { phase, podIP, containerStatuses } = record(json?.['status']);
        if (phase !== 'Running' || !podIP) throw new Error(JSON.stringify(containerStatuses ?? phase));
        found = { namespace, name, uid: text(record(json?.['metadata'])['uid']) ?? '', ip: `${podIP}` };
        return true;
      },
      { what: `pod ${namespace}/${name} runs` },
    );
    return found as RunningPod;
  }

  /** The log of a container as the API server gives it. */
  async log({ namespace, name }: Pick<RunningPod, 'namespace' | 'name'>, query = ''): Promise<string> {
    return (await this.#ask('GET', `/api/v1/namespaces/${namespace}/pods/${name}/log${query}`)).text;
  }

  /** The events of a pod that listens or dials. */
  async events(pod: RunningPod): Promise<ChannelEvent[]> {
    return eventsIn(await this.log(pod));
  }

  #kubectlWords(...args: string[]): string[] {
    return [`--kubeconfig=${this.#cluster.adminKubeconfig}`, ...args];
  }

  kubectl(...args: string[]): Promise<string> {
    return run(this.#kubectl, this.#kubectlWords(...args));
  }

  /** Runs a command in a pod, by the API server; its exit code and what it wrote. */
  exec(
    { namespace, name }: RunningPod,
    ...command: string[]
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    return finish(this.#kubectl, this.#kubectlWords('exec', '-n', namespace, name, '--', ...command));
  }

  /** Keeps `kubectl exec`, `attach`, `logs -f` or `port-forward` open; notes what comes out of it, and when. */
  async hold(args: string[], kubeconfig = this.#cluster.adminKubeconfig): Promise<Channel> {
    const name = `kubectl-${args[0]}-${++this.#held}`;
    const words = ['stamp', this.#kubectl, `--kubeconfig=${kubeconfig}`, ...args];
    await this.#processes.start({ name, command: this.#node, args: words });
    return new Channel(this.#processes, name);
  }

  /** The processes that a pod has, by the machine's own table: what really runs, whatever the API says. */
  processes({ uid }: Pick<RunningPod, 'uid'>): PodProcess[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          if (!readFileSync(`/proc/${name}/cgroup`, 'utf8').includes(`/pod${uid}/`)) return [];
          const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').slice(0, -1);
          return [{ pid: Number(name), command }];
        } catch {
          return []; // gone meanwhile
        }
      });
  }
}
