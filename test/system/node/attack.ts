/** A hostile namespace on the real node: everything that an intruder keeps open, and when bytes came through it last. */
import { connect as dialLocally, type Socket } from 'node:net';
import type { Channel } from '../../../tools/twin/real-node/channel.ts';
import { ATTACKER } from '../../../tools/twin/real-node/place.ts';
import { dialCommand, listenCommand, type RunningPod } from '../../../tools/twin/real-node/pods.ts';
import { until } from '../until.ts';
import { AGAIN, ALLOW_ALL, FAST, type NodeScene, received } from './scene.ts';

/** The channels, as the page of what was measured calls them. */
export const CHANNELS = {
  openOut: 'reverse shell that was open',
  newOut: 'new connections out',
  openIn: 'connection from outside the cluster that was open',
  newIn: 'new connections from outside the cluster',
  exec: '`kubectl exec` that was open',
  portForward: '`kubectl port-forward` that was open',
  token: 'requests to the API by a stolen token',
} as const;
export type ChannelName = keyof typeof CHANNELS;

export interface Attack {
  namespace: string;
  uid: string;
  pods: Record<'attacker' | 'thief' | 'clinging', RunningPod>;
  /** When bytes came last through each channel that there is. */
  lastBytes(): Promise<Partial<Record<ChannelName, Date>>>;
  stop(): Promise<void>;
}

export interface AttackOptions {
  /** A policy selects the pods before: it allows everything, and carries the finalizer of EKS's controller. */
  policy?: boolean;
  /** A policy above the namespaces selects them before, too, and accepts everything. */
  above?: boolean;
  /** A cluster-admin holds an exec and a port-forward open. */
  sessions?: boolean;
}

const IMAGE = { image: 'localhost/test:1', imagePullPolicy: 'Never' };
const FINALIZER = 'networking.k8s.aws/resources';
let port = 6000;

/** Brings it up; all channels are at work when it is there. */
export async function attack(
  scene: NodeScene,
  namespace: string,
  { policy = false, above = false, sessions = false }: AttackOptions,
): Promise<Attack> {
  const made = (await scene.namespace(namespace)) as { metadata: { uid: string } };
  if (policy)
    await scene.ask('POST', `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`, {
      metadata: { name: 'mine', finalizers: [FINALIZER] },
      spec: ALLOW_ALL,
    });
  if (above)
    await scene.clusterPolicy(namespace, {
      tier: 'Admin',
      priority: 0,
      subject: { namespaces: { matchLabels: { name: namespace } } },
      ingress: [{ action: 'Accept', name: 'all', from: [{ namespaces: {} }] }],
      egress: [{ action: 'Accept', name: 'all', to: [{ namespaces: {} }, { networks: ['0.0.0.0/0'] }] }],
    });
  const binding = {
    metadata: { name: 'thief' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace }],
  };
  await scene.ask('POST', `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`, binding);

  const [open, again] = [port++, port++];
  const openOut = await scene.internet.listen(open);
  const newOut = await scene.internet.listen(again, { echo: true });
  const container = (name: string, command: string[]) => ({ name, ...IMAGE, command });
  const attacker = await scene.pods.run({
    namespace,
    name: 'attacker',
    spec: {
      containers: [
        container('shell', dialCommand(`${ATTACKER}:${open}`, { ...FAST, send: 'beat {n}' })),
        container('again', dialCommand(`${ATTACKER}:${again}`, { ...AGAIN, send: 'again' })),
        container('listener', listenCommand(8080, { echo: true })),
        container('noisy', ['sh', '-c', 'while :; do seq 1 2000; sleep 0.2; done']),
      ],
    },
  });
  // Its containers end and begin again, so that it is never Ready.
  const crashing = { containers: [container('crash', ['sh', '-c', 'exit 1'])] };
  await scene.ask('POST', `/api/v1/namespaces/${namespace}/pods`, {
    metadata: { name: 'crashing' },
    spec: { nodeSelector: { 'twin/real': 'true' }, ...crashing },
  });
  const loop = `while :; do node ask /api/v1/namespaces/${namespace}/pods?limit=1; sleep 0.2; done`;
  const thief = await scene.pods.run({ namespace, name: 'thief', command: ['sh', '-c', loop] });
  const clinging = await scene.pods.run({ namespace, name: 'clinging', spec: { terminationGracePeriodSeconds: 0 } });
  const openIn = await scene.internet.dial(attacker, 8080, { ...FAST, send: 'in {n}' });
  const newIn = await scene.internet.dial(attacker, 8080, { ...AGAIN, send: 'new in' });

  const held: Channel[] = [];
  let forwarded: Forwarded | undefined;
  if (sessions) {
    const beat = 'while :; do date; sleep 0.1; done';
    const exec = ['exec', '-n', namespace, 'attacker', '-c', 'listener', '--', 'sh', '-c', beat];
    held.push(await scene.pods.hold(exec));
    const forward = await scene.pods.hold(['port-forward', '-n', namespace, 'attacker', ':8080']);
    held.push(forward);
    const { text = '' } = await forward.until('a port is taken', received);
    forwarded = new Forwarded(Number(/127\.0\.0\.1:(\d+)/.exec(text)?.[1]));
  }
  const channels: [ChannelName, Channel][] = [
    ['openOut', openOut],
    ['newOut', newOut],
    ['openIn', openIn],
    ['newIn', newIn],
    ...held.slice(0, 1).map((channel): [ChannelName, Channel] => ['exec', channel]),
  ];
  const tokenUsed = async () => {
    const answers = (await scene.pods.events(thief)).filter(({ text }) => text === '200 OK');
    const last = answers.at(-1);
    return last && new Date(last.at);
  };
  for (const [, channel] of channels) await channel.flows();
  await until('the token is used', async () => (await tokenUsed()) !== undefined, 20_000);
  if (forwarded) await until('bytes are forwarded', async () => forwarded.lastByte !== undefined, 20_000);

  return {
    namespace,
    uid: made.metadata.uid,
    pods: { attacker, thief, clinging },
    async lastBytes() {
      const told = channels.map(([name, channel]) => [name, channel.lastByte()] as const);
      const [token, forward] = [await tokenUsed(), forwarded?.lastByte];
      const all = [...told, ['token', token] as const, ['portForward', forward] as const];
      return Object.fromEntries(all.filter(([, at]) => at !== undefined));
    },
    async stop() {
      forwarded?.stop();
      for (const channel of [openOut, newOut, openIn, newIn, ...held]) await channel.stop();
    },
  };
}

/** What goes through a forwarded port: sent ten times a second, and echoed by the pod. */
class Forwarded {
  lastByte: Date | undefined;
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;

  constructor(localPort: number) {
    this.#socket = dialLocally(localPort, '127.0.0.1');
    this.#socket.on('data', () => {
      this.lastByte = new Date();
    });
    this.#socket.on('error', () => {}); // it is cut: that is what is measured
    this.#timer = setInterval(() => this.#socket.writable && this.#socket.write('forwarded\n'), FAST.everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#socket.destroy();
  }
}
