/** How the simulated controller of the VPC CNI resolves policies; the facts are those of resolve.ts. */
import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../functions/clients/kubernetes/kubernetes.ts';
import { resolveClusterPolicy, resolvePolicy, type World } from '../../tools/twin/network-policy-controller/resolve.ts';
import { combine, split } from '../../tools/twin/network-policy-controller/rules.ts';

const pod = (namespace: string, name: string, podIP: string, more: { spec?: object; status?: object } = {}) =>
  ({
    metadata: { namespace, name, labels: { app: name } },
    spec: {
      containers: [{ ports: [{ name: 'http', containerPort: Number(podIP.split('.')[3]) + 8000 }] }],
      ...more.spec,
    },
    status: { podIP, hostIP: '10.0.9.10', phase: 'Running', ...more.status },
  }) as unknown as KubernetesObject;
const namespace = (name: string, labels = {}) => ({ metadata: { name, labels } }) as unknown as KubernetesObject;

const WORLD: World = {
  namespaces: [namespace('own'), namespace('shop', { team: 'shop' }), namespace('till', { team: 'shop' })],
  pods: [
    pod('own', 'web', '10.0.0.1'),
    pod('own', 'db', '10.0.0.2'),
    pod('own', 'done', '10.0.0.3', { status: { phase: 'Succeeded' } }),
    pod('own', 'host', '10.0.9.10', { spec: { hostNetwork: true } }),
    pod('own', 'pending', '', { status: { podIP: undefined, phase: 'Pending' } }),
    pod('shop', 'front', '10.0.1.1'),
    pod('till', 'front', '10.0.2.1'),
  ],
  services: [
    {
      metadata: { namespace: 'shop', name: 'front' },
      spec: { clusterIP: '10.100.0.5', selector: { app: 'front' }, ports: [{ port: 80, targetPort: 'http' }] },
    },
    { metadata: { namespace: 'shop', name: 'headless' }, spec: { clusterIP: 'None', selector: { app: 'front' } } },
  ] as unknown as KubernetesObject[],
};

const resolve = (spec: object) =>
  resolvePolicy({ metadata: { name: 'p', namespace: 'own' }, spec } as unknown as KubernetesObject, WORLD);
const ALL = [
  { cidr: '0.0.0.0/0', ports: [] },
  { cidr: '::/0', ports: [] },
];
const TCP = (port: number, endPort?: number) => ({ protocol: 'TCP', port, ...(endPort && { endPort }) });

describe('a NetworkPolicy', () => {
  test('lists the pods that have an address of their own and have not ended', () => {
    const { pods, ingress, egress } = resolve({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    expect(pods.map(({ name }) => name)).toEqual(['web', 'db']);
    expect(pods[0]).toEqual({ name: 'web', namespace: 'own', podIP: '10.0.0.1', hostIP: '10.0.9.10' });
    expect([ingress, egress]).toEqual([[], []]);
  });

  test.each([
    [{ matchLabels: { app: 'web' } }, ['web']],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['db', 'x'] }] }, ['db']],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['db'] }] }, ['web']],
    [{ matchExpressions: [{ key: 'app', operator: 'Exists' }] }, ['web', 'db']],
    [{ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, []],
  ])('takes pods by %j', (podSelector, names) => {
    expect(resolve({ podSelector }).pods.map(({ name }) => name)).toEqual(names);
  });

  test('an empty rule lets everything through', () => {
    expect(resolve({ podSelector: {}, ingress: [{}], egress: [{}] })).toMatchObject({ ingress: ALL, egress: ALL });
  });

  test('networks with exceptions, and ranges of ports', () => {
    const ipBlock = { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] };
    const ports = [{ protocol: 'UDP', port: 53 }, { port: 8000, endPort: 8010 }, { protocol: 'SCTP' }];
    const rule = { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] };
    const known = [{ protocol: 'UDP', port: 53 }, TCP(8000, 8010), { protocol: 'SCTP' }];
    const { ingress, egress } = resolve({
      podSelector: {},
      ingress: [{ from: [{ ipBlock }], ports }],
      egress: [{ to: [{ ipBlock }], ports }],
    });
    expect(ingress).toEqual([{ ...rule, ports: known }]);
    expect(egress).toEqual([{ ...rule, ports: known }]);
  });

  test('pods of chosen namespaces, and of its own where none is chosen', () => {
    const shops = { namespaceSelector: { matchLabels: { team: 'shop' } } };
    const addresses = (from: object[]) =>
      resolve({ podSelector: {}, ingress: [{ from }] }).ingress.map(({ cidr }) => cidr);
    expect(addresses([shops])).toEqual(['10.0.1.1', '10.0.2.1']);
    expect(addresses([{ ...shops, podSelector: { matchLabels: { app: 'none' } } }])).toEqual([]);
    expect(addresses([{ podSelector: { matchLabels: { app: 'db' } } }])).toEqual(['10.0.0.2']);
    expect(addresses([{ namespaceSelector: {} }])).toContain('10.0.9.10'); // whoever is in the node's network may be a peer
  });

  test('named ports: of the pods that it is for on the way in, of each peer on the way out', () => {
    const ports = [{ port: 'http' }];
    const { ingress, egress } = resolve({
      podSelector: { matchLabels: { app: 'web' } },
      ingress: [{ ports }, { ports: [{ port: 'absent' }] }],
      egress: [{ to: [{ podSelector: {} }], ports }, { ports }, { to: [{ ipBlock: { cidr: '1.2.3.4/32' } }], ports }],
    });
    expect(ingress).toEqual(ALL.map((rule) => ({ ...rule, ports: [TCP(8001)] })));
    expect(egress.map(({ cidr, ports }) => [cidr, ports[0]?.port])).toEqual([
      ['10.0.0.1', 8001],
      ['10.0.0.2', 8002],
      ['10.0.9.10', 8010],
    ]);
  });

  test('out to a Service: its address too, by the port behind which the pods’ is', () => {
    const to = [
      { namespaceSelector: { matchLabels: { team: 'shop' } }, podSelector: { matchLabels: { app: 'front' } } },
    ];
    const service = (ports?: object[]) =>
      resolve({ podSelector: {}, egress: [{ to, ...(ports && { ports }) }] }).egress.find(
        ({ cidr }) => cidr === '10.100.0.5',
      );
    expect(service()).toEqual({ cidr: '10.100.0.5', ports: [] });
    expect(service([{ port: 'http' }])).toEqual({ cidr: '10.100.0.5', ports: [TCP(80)] });
    expect(service([{ port: 8001 }])).toEqual({ cidr: '10.100.0.5', ports: [TCP(80)] });
    expect(service([{ port: 443 }])).toBeUndefined();
  });
});

test('a network has one rule: its ports together, and every port where one rule names none', () => {
  const rule = (port?: number) => ({ cidr: '10.0.0.1', ports: port ? [TCP(port)] : [] });
  expect(combine([rule(1), rule(2), rule(1)])).toEqual([{ cidr: '10.0.0.1', ports: [TCP(1), TCP(2)] }]);
  expect(combine([rule(1), rule()])).toEqual([rule()]);
  const other = { ...rule(1), except: ['10.0.0.1'] };
  expect(combine([rule(1), other])).toEqual([rule(1), other]);
});

test('at most 200 of each in one endpoint, and one empty endpoint where there is nothing', () => {
  const numbers = (length: number) => Array.from({ length }, (_, index) => index);
  const sizes = (parts: ReturnType<typeof split<number, number, number>>) =>
    parts.map(({ ingress, egress, pods }) => [ingress.length, egress.length, pods.length]);
  expect(sizes(split([], [], []))).toEqual([[0, 0, 0]]);
  expect(sizes(split(numbers(3), numbers(401), numbers(200)))).toEqual([
    [3, 200, 200],
    [0, 200, 0],
    [0, 1, 0],
  ]);
});

describe('a ClusterNetworkPolicy', () => {
  const resolveCluster = (spec: object) =>
    resolveClusterPolicy({ metadata: { name: 'c' }, spec } as unknown as KubernetesObject, WORLD);
  const subject = { namespaces: { matchLabels: { team: 'shop' } } };

  test('holds the pods of namespaces, or some of them', () => {
    const held = (of: object) =>
      resolveCluster({ subject: of }).pods.map(({ namespace, name }) => `${namespace}/${name}`);
    expect(held(subject)).toEqual(['shop/front', 'till/front']);
    const podSelector = { matchLabels: { app: 'web' } };
    expect(held({ pods: { namespaceSelector: {}, podSelector } })).toEqual(['own/web']);
    expect(held({})).toEqual([]);
  });

  test('each rule with its action: networks, pods, and names of hosts unless it denies', () => {
    const { ingress, egress } = resolveCluster({
      subject,
      ingress: [
        { action: 'Deny', from: [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'db' } } } }] },
      ],
      egress: [
        {
          action: 'Accept',
          to: [{ domainNames: ['*.example.com'] }],
          ports: [{ portNumber: { protocol: 'TCP', port: 443 } }],
        },
        { action: 'Deny', to: [{ networks: ['0.0.0.0/0'] }, { domainNames: ['evil.example.com'] }] },
        {
          action: 'Pass',
          to: [{ namespaces: { matchLabels: { team: 'shop' } } }],
          ports: [{ portRange: { protocol: 'TCP', start: 1, end: 9 } }],
        },
      ],
    });
    expect(ingress).toEqual([{ cidr: '10.0.0.2', ports: [], action: 'Deny' }]);
    expect(egress).toEqual([
      { domainName: '*.example.com', ports: [TCP(443)], action: 'Accept' },
      { cidr: '0.0.0.0/0', ports: [], action: 'Deny' },
      { cidr: '10.0.1.1', ports: [TCP(1, 9)], action: 'Pass' },
      { cidr: '10.0.2.1', ports: [TCP(1, 9)], action: 'Pass' },
    ]);
  });
});
