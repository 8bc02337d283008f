import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { network } from '../../functions/checks/network.ts';
import { athenaQuery, talkersOf } from '../../functions/checks/parts/flow-records.ts';
import type { FlowLogDestination, FlowLogs } from '../../functions/clients/aws/cloud-findings.ts';
import type { Kubernetes } from '../../functions/clients/kubernetes/kubernetes.ts';
import { localCloud } from '../../functions/clients/local/cloud.ts';
import { LocalEks } from '../../functions/clients/local/eks.ts';
import { LocalKubernetes } from '../../functions/clients/local/kubernetes.ts';
import { type Asking, evidenceOf, HANGING, logsOf } from './audit-log.ts';
import { Faulty, named, RUBBISH_LISTS, SHOP } from './clusters.ts';
import { denied, cluster as eksCluster, finding } from './examples.ts';

const FIELDS = [
  'version',
  'pkt-srcaddr',
  'pkt-dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'bytes',
  'action',
  'start',
  'end',
];
const record = (from: string, to: string, ports: [number, number], bytes: number, action = 'ACCEPT') =>
  `5 ${from} ${to} ${ports.join(' ')} 6 ${bytes} ${action} 1795428060 1795428120`;

const pod = (name: string, ips: string[], spec: object = {}) =>
  named(name, 'shop', { spec, status: { podIPs: ips.map((ip) => ({ ip })) } });

const cluster = (objects: Record<string, object[]>) =>
  new LocalKubernetes({
    '/api/v1/namespaces': { kind: 'NamespaceList', items: objects['Namespace'] ?? [SHOP] },
    '/api/v1/pods': { kind: 'PodList', items: objects['Pod'] ?? [] },
    '/api/v1/services': { kind: 'ServiceList', items: objects['Service'] ?? [] },
    '/apis/networking.k8s.io/v1/ingresses': { kind: 'IngressList', items: objects['Ingress'] ?? [] },
    '/apis/networking.k8s.io/v1/networkpolicies': { kind: 'NetworkPolicyList', items: objects['NetworkPolicy'] ?? [] },
  });

const eks = new LocalEks([
  eksCluster({
    resourcesVpcConfig: { vpcId: 'vpc-1', endpointPublicAccess: true, publicAccessCidrs: ['203.0.113.0/24'] },
  }),
]);
const inCloudWatch: FlowLogDestination = { kind: 'cloudwatch', name: 'flow', fields: FIELDS };
const flows = (...destinations: FlowLogDestination[]): FlowLogs =>
  localCloud({ flowLogs: { 'vpc-1': { cidrs: ['10.0.0.0/16'], destinations } } }).flowLogs as FlowLogs;
const linesOf = (...messages: string[]) =>
  logsOf({ flow: () => messages.map((message) => ({ at: Date.parse('2026-11-23T10:02:00Z'), message })) });

const run = (objects: Record<string, object[]>, { clients, ...asking }: Asking = {}) =>
  evidenceOf(network, { clients: { kubernetes: cluster(objects), eks, ...clients }, ...asking });
const detailsOf = async (objects: Record<string, object[]>, asking?: Asking) =>
  (await run(objects, asking)).details as unknown as DetailsByCheck['network'];

describe('what opens it', () => {
  test('Services, Ingresses and policies, of this namespace', async () => {
    const evidence = await run({
      Service: [
        named('web', 'shop', {
          spec: { type: 'LoadBalancer', ports: [{ port: 443, nodePort: 30443, protocol: 'TCP' }] },
          status: { loadBalancer: { ingress: [{ hostname: 'x.elb.amazonaws.com' }] } },
        }),
        named('debug', 'shop', { spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080, protocol: 'UDP' }] } }),
        named('inner', 'shop', { spec: { type: 'ClusterIP', ports: [{ port: 80 }] } }),
        named('other', 'cart', { spec: { type: 'LoadBalancer' } }),
      ],
      Ingress: [named('front', 'shop', { spec: { rules: [{ host: 'shop.example' }, {}] } }), named('all', 'shop')],
      NetworkPolicy: [named('deny', 'shop', { spec: { policyTypes: ['Ingress', 'Egress'] } })],
    });
    expect(evidence).toMatchObject({
      status: 'found',
      details: {
        services: [
          { name: 'web', type: 'LoadBalancer', ports: ['443:30443/TCP'], address: 'x.elb.amazonaws.com' },
          { name: 'debug', type: 'NodePort', ports: ['80:30080/UDP'] },
        ],
        ingresses: [
          { name: 'front', hosts: ['shop.example'] },
          { name: 'all', hosts: [] },
        ],
        networkPolicies: [{ name: 'deny', types: ['Ingress', 'Egress'] }],
        publicEndpoint: { open: true, cidrs: ['203.0.113.0/24'] },
      },
      command: ['kubectl', 'get', 'services,ingresses,networkpolicies', '--namespace', 'shop', '--output', 'wide'],
    });
    expect(evidence.summary).toBe(
      'Exposed by Service web (LoadBalancer 443:30443/TCP), Service debug (NodePort 80:30080/UDP), Ingress front (shop.example), Ingress all (any host). ' +
        '1 NetworkPolicy. Traffic not checked: no pod has an address of its own. ' +
        "The cluster's endpoint is public (203.0.113.0/24).",
    );
  });

  test('nothing, and no pod that could talk', async () => {
    expect(await run({})).toMatchObject({
      status: 'clear',
      summary: expect.stringContaining('No Service or Ingress exposes it. No NetworkPolicy.'),
    });
  });

  test.each([
    ['the host’s network', pod('node', ['10.0.9.9'], { hostNetwork: true })],
    ['no address yet', pod('new', [])],
  ])('a pod with %s may talk unseen', async (_, one) => {
    expect(await run({ Pod: [one] })).toMatchObject({ status: 'found', details: { flow: { status: 'not-checked' } } });
  });

  test('a cluster that EKS does not describe has no known endpoint', async () => {
    const clients = { eks: new LocalEks([eksCluster({ arn: 'arn:aws:eks:us-east-1:444455556666:cluster/prod' })]) };
    expect(await detailsOf({}, { clients })).not.toHaveProperty('publicEndpoint');
  });
});

describe('whom its pods talk to', () => {
  const Pod = [
    pod('a', ['10.0.1.1', '2001:db8::1']),
    pod('b', ['10.0.1.2']),
    pod('node', ['10.0.9.9'], { hostNetwork: true }),
  ];

  test('by address and port of the server’s side, both directions together', async () => {
    const clients = {
      flowLogs: flows(inCloudWatch),
      logs: linesOf(
        record('10.0.1.1', '198.51.100.7', [40_000, 3333], 5_000),
        record('198.51.100.7', '10.0.1.1', [3333, 40_000], 7_000),
        record('10.0.1.2', '10.0.3.4', [40_001, 5432], 900),
        record('10.0.1.2', '10.0.3.4', [40_002, 22], 40, 'REJECT'),
        record('10.0.1.11', '10.0.3.4', [1, 2], 1),
        record('10.0.9.9', '8.8.8.8', [1, 53], 1),
        record('2001:db8::1', '2001:db8:ffff::2', [40_000, 443], 10),
        '5 - - - - - - NODATA 1 2',
        'rubbish 10.0.1.1',
      ),
    };
    const evidence = await run({ Pod }, { clients });
    expect((evidence.details as unknown as DetailsByCheck['network']).flow).toEqual({
      status: 'read',
      talkers: [
        { address: '10.0.3.4', port: 22, bytes: 40, rejected: 1, outsideVpc: false },
        { address: '198.51.100.7', port: 3333, bytes: 12_000, rejected: 0, outsideVpc: true },
        { address: '10.0.3.4', port: 5432, bytes: 900, rejected: 0, outsideVpc: false },
        { address: '2001:db8:ffff::2', port: 443, bytes: 10, rejected: 0, outsideVpc: true },
      ],
      signs: [
        { sign: 'pool-port', peers: 1, addresses: ['198.51.100.7 port 3333'] },
        { sign: 'unusual-port-outside', peers: 1, addresses: ['198.51.100.7 port 3333'] },
        { sign: 'outside-peer', peers: 2, addresses: ['198.51.100.7 port 3333', '2001:db8:ffff::2 port 443'] },
        { sign: 'rejected-inside', peers: 1, addresses: ['10.0.3.4 port 22'] },
      ],
    });
    expect(evidence.summary).toContain('Traffic: 4 peers, 2 outside the VPC, 1 with rejected packets.');
  });

  test('what is refused at many places is a search; who comes from outside to a port of the pod is not one of its peers', async () => {
    const clients = {
      flowLogs: flows(inCloudWatch),
      logs: linesOf(
        ...Array.from({ length: 12 }, (_, index) =>
          record('10.0.1.1', `10.0.4.${index}`, [40_000, 10250], 40, 'REJECT'),
        ),
        record('198.51.100.9', '10.0.1.1', [50_000, 443], 40),
        record('10.0.1.1', '198.51.100.9', [443, 50_000], 40),
        record('198.51.100.9', '10.0.1.2', [50_001, 22], 40, 'REJECT'),
        record('10.0.1.2', '169.254.169.254', [50_001, 80], 40),
      ),
    };
    const { flow } = (await run({ Pod }, { clients })).details as unknown as DetailsByCheck['network'];
    expect(flow.signs?.map(({ sign, peers }) => [sign, peers])).toEqual([
      ['metadata-address', 1],
      ['rejected-inside', 12],
      ['scan', 12],
    ]);
  });

  test('within the VPC only: clear once the records had the time to arrive', async () => {
    const inner = record('10.0.1.2', '10.0.3.4', [40_001, 5432], 900);
    const clients = { flowLogs: flows(inCloudWatch), logs: linesOf(inner) };
    expect(await run({ Pod }, { clients })).toMatchObject({
      status: 'clear',
      completeUntil: '2026-11-23T10:02:00.000Z',
    });
    const early = { flowLogs: flows(inCloudWatch), logs: logsOf({ flow: () => [] }) };
    expect(
      await run({ Pod }, { clients: early, subject: finding({ request: { at: '2026-11-23T10:00:30Z' } }) }),
    ).toMatchObject({ status: 'not-checked' });
  });

  test.each<[string, FlowLogDestination[], Partial<DetailsByCheck['network']['flow']>]>([
    ['no flow log', [], { status: 'none', reason: 'the VPC has no flow log' }],
    [
      'one without the pods’ addresses',
      [{ ...inCloudWatch, fields: FIELDS.filter((field) => !field.startsWith('pkt')) }],
      { status: 'not-checked', reason: 'the flow log lacks the fields pkt-srcaddr, pkt-dstaddr' },
    ],
    [
      'one that goes on',
      [{ kind: 'firehose', name: 'x', fields: FIELDS }],
      { status: 'not-checked', reason: 'the flow logs go to a delivery stream' },
    ],
    [
      'one in S3',
      [{ kind: 's3', name: 'arn:aws:s3:::b', fields: FIELDS }],
      {
        status: 'in-s3',
        reason: 'they are in arn:aws:s3:::b',
        athena: expect.stringContaining("'10.0.1.1', '2001:db8::1', '10.0.1.2'") as never,
      },
    ],
  ])('%s', async (_, destinations, expected) => {
    const evidence = await run({ Pod }, { clients: { flowLogs: flows(...destinations), logs: linesOf() } });
    expect(evidence).toMatchObject({ status: 'found', details: { flow: expected } });
    expect(evidence.summary).toContain(`Traffic not checked: ${expected.reason}`);
  });

  test.each<[string, Partial<FlowLogDestination>, string]>([
    ['holds a part of the traffic', { only: 'REJECT' }, 'the flow log holds only what was rejected'],
    [
      'is younger than the request',
      { createdAt: '2026-11-23T10:05:00.000Z' },
      'the flow log is younger than the request',
    ],
  ])('one that %s is not whole', async (_, more, reason) => {
    const inner = record('10.0.1.2', '10.0.3.4', [40_001, 5432], 900);
    const clients = { flowLogs: flows({ ...inCloudWatch, ...more }), logs: linesOf(inner) };
    expect(await run({ Pod }, { clients })).toMatchObject({ status: 'found', details: { flow: { reason } } });
  });

  test('one that cannot be delivered is not read; another that can, is', async () => {
    const failing = { ...inCloudWatch, failure: 'Access error' };
    const asked = (...destinations: FlowLogDestination[]) =>
      detailsOf({ Pod }, { clients: { flowLogs: flows(...destinations), logs: linesOf() } });
    expect((await asked(failing)).flow).toEqual({
      status: 'not-checked',
      reason: 'the flow log cannot be delivered: Access error',
    });
    expect((await asked(failing, inCloudWatch)).flow.status).toBe('read');
  });

  test('many pods: only so many are asked for, and that is said', async () => {
    const many = Array.from({ length: 60 }, (_, index) => pod(`p${index}`, [`10.0.1.${index + 1}`]));
    const { flow } = await detailsOf(
      { Pod: many },
      { clients: { flowLogs: flows(inCloudWatch), logs: linesOf(record('10.0.1.1', '10.0.1.60', [1, 2], 3)) } },
    );
    expect(flow.reason).toBe('only 40 of 60 pods were asked for');
  });

  afterEach(() => void jest.useRealTimers());

  test.each<[string, object, string]>([
    ['nobody to ask', {}, 'flow logs cannot be asked for here'],
    [
      'denied',
      { flowLogs: { ...flows(), destinations: async () => Promise.reject(denied('ec2:DescribeFlowLogs')) } },
      'denied: its role may not do ec2:DescribeFlowLogs',
    ],
    ['rubbish', { flowLogs: { ...flows(), destinations: async () => [null] as never } }, 'TypeError'],
    ['no log to ask', { flowLogs: flows(inCloudWatch) }, 'there are no logs to search here'],
    ['no VPC known', { flowLogs: flows(inCloudWatch), eks: undefined }, 'it is not known which VPC'],
    ['it hangs', { flowLogs: flows(inCloudWatch), logs: HANGING }, 'no answer in time'],
  ])('not known: %s', async (name, more, reason) => {
    if (name === 'it hangs')
      jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance', 'nextTick', 'queueMicrotask'] });
    const clients = Object.fromEntries(
      Object.entries({ kubernetes: cluster({ Pod }), eks, ...more }).filter(([, client]) => client !== undefined),
    );
    const answer = evidenceOf(network, { clients });
    if (name === 'it hangs') for (let second = 0; second < 19; second++) await jest.advanceTimersByTimeAsync(1_000);
    const evidence = await answer;
    expect(evidence).toMatchObject({
      status: 'found',
      details: { flow: { status: 'not-checked', reason: expect.stringContaining(reason) } },
    });
    expect(evidence.summary).toContain('Traffic not checked');
  });
});

describe('records and queries', () => {
  test('invalid ranges hold no address', () => {
    const lines = [{ at: 0, message: record('10.0.1.1', '10.0.0.9', [1, 2], 3) }];
    expect(talkersOf(lines, FIELDS, ['10.0.1.1'], ['x', '10.0.0.0/99x', '/8', ''])).toMatchObject([
      { outsideVpc: true },
    ]);
  });

  test('an Athena query holds addresses and nothing else', () => {
    const query = athenaQuery(['10.0.0.1', "x' OR '1'='1", '::1'], Date.parse('2026-11-23T10:00:00Z'));
    expect(query).toContain("pkt_srcaddr IN ('10.0.0.1', '::1')");
    expect(query).toContain('"start" >= 1795428000');
    expect(query).not.toContain("OR '1'");
  });
});

describe('not checked', () => {
  const at = (kubernetes: Kubernetes) => run({}, { clients: { kubernetes: { connect: async () => kubernetes } } });

  test('there is no way to the cluster, or it refuses', async () => {
    expect(await evidenceOf(network, {})).toMatchObject({
      status: 'not-checked',
      reason: 'the cluster cannot be reached from here',
    });
    expect((await at(new Faulty(cluster({}), { ingresses: 'denied' }))).status).toBe('not-checked');
    expect(
      await evidenceOf(
        { ...network, deadlineMs: 30 },
        { clients: { kubernetes: { connect: async () => new Faulty(cluster({}), { pods: 'silent' }) } } },
      ),
    ).toMatchObject({ status: 'not-checked' });
  });

  test.each([{}, { name: 'gen-*' }, { name: '../x' }])(
    'the namespace has no name to ask for: %j',
    async (namespace) => {
      expect((await run({}, { subject: finding({ namespace }) })).status).toBe('not-checked');
    },
  );

  test('rubbish is never clear but where nothing is in it', async () => {
    for (const answers of RUBBISH_LISTS) {
      const evidence = await at(new Faulty(cluster({}), { services: { answers } }));
      expect(['clear', 'not-checked']).toContain(evidence.status);
    }
    const incomplete = await at(new Faulty(cluster({}), { services: { answers: { items: [], complete: false } } }));
    expect(incomplete).toMatchObject({
      status: 'found',
      summary: expect.stringContaining('more objects than were read'),
    });
  });
});
