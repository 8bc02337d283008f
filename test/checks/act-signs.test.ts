/** What requests in the audit log show by themselves; each row an act, and what is nearly one. */
import { describe, expect, test } from '@jest/globals';
import { actorActivity } from '../../functions/checks/actor-activity.ts';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { type ActSign, actsIn } from '../../functions/checks/parts/act-signs.ts';
import { auditEntries } from '../../functions/checks/parts/audit-entry.ts';
import { rightsOver } from '../../functions/checks/parts/role-bindings.ts';
import { auditLog, event, evidenceOf, type Request, time } from './audit-log.ts';

const actsOf = (request: Request): ActSign[] =>
  auditEntries([{ at: 0, message: '', json: JSON.parse(event({ verb: 'create', code: 201, ...request })) }]).flatMap(
    actsIn,
  );
const coredns = { namespace: 'kube-system', name: 'coredns', verb: 'patch', code: 200 };
const label = { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } };
const pod = { kind: 'Pod', spec: { containers: [{ name: 'a', image: 'b' }], serviceAccountName: 'deployer' } };

describe('acts', () => {
  test.each<[string, Request, ActSign[]]>([
    ['events deleted', { on: 'events.events.k8s.io', verb: 'deletecollection', code: 200 }, ['event-deletion']],
    ['the same, refused', { on: 'events', verb: 'delete', code: 403 }, []],
    ['an event', { on: 'events' }, []],
    ["the cluster's DNS", { ...coredns, on: 'configmaps' }, ['dns-change']],
    ['a ConfigMap of the name elsewhere', { ...coredns, on: 'configmaps', namespace: 'shop' }, []],
    [
      'a certificate approved',
      { on: 'certificatesigningrequests/approval.certificates.k8s.io', verb: 'update', code: 200 },
      ['certificate-approval'],
    ],
    [
      'a webhook at an address outside',
      {
        on: 'mutatingwebhookconfigurations.admissionregistration.k8s.io',
        request: { webhooks: [{ clientConfig: { url: 'https://hook.example.com/v' } }] },
      },
      ['outside-webhook'],
    ],
    [
      'webhooks by a Service, and on the host of the API server',
      {
        on: 'validatingwebhookconfigurations.admissionregistration.k8s.io',
        request: {
          webhooks: [
            { clientConfig: { service: { name: 'hook', namespace: 'policy' } } },
            { clientConfig: { url: 'https://127.0.0.1:21443/v' } },
            { clientConfig: { url: 'no address' } },
          ],
        },
      },
      [],
    ],
    [
      'a command by a kubelet',
      { on: 'nodes/proxy', verb: 'get', code: 101, uri: '/api/v1/nodes/n/proxy/exec/shop/web-0/main?command=sh' },
      ['kubelet-command'],
    ],
    [
      'metrics of a kubelet',
      { on: 'nodes/proxy', verb: 'get', code: 200, uri: '/api/v1/nodes/n/proxy/metrics/cadvisor' },
      [],
    ],
    [
      "a volume of the node's files",
      { on: 'persistentvolumes', request: { spec: { hostPath: { path: '/' } } } },
      ['host-volume'],
    ],
    [
      'a volume of a driver',
      { on: 'persistentvolumes', request: { spec: { csi: { driver: 'ebs.csi.aws.com' } } } },
      [],
    ],
    [
      'privileged pods allowed',
      { on: 'namespaces', verb: 'patch', code: 200, name: 'cart', request: label },
      ['pod-security-change'],
    ],
    ['allowed from the first', { on: 'namespaces', name: 'cart', request: label }, []],
    ["a pod among the system's own", { on: 'pods', namespace: 'kube-system', request: pod }, ['system-workload']],
    ['a quota deleted', { on: 'resourcequotas', verb: 'delete', code: 200 }, ['protection-removal']],
    ['a question about oneself', { on: 'selfsubjectrulesreviews.authorization.k8s.io' }, ['self-review']],
    [
      'a role for everybody',
      {
        on: 'clusterrolebindings.rbac.authorization.k8s.io',
        request: { subjects: [{ kind: 'Group', name: 'system:unauthenticated' }] },
      },
      ['role-for-everybody'],
    ],
    [
      'a container more in a pod',
      { on: 'pods/ephemeralcontainers', verb: 'patch', code: 200, namespace: 'shop' },
      ['pod-session'],
    ],
    ['a dry run', { on: 'daemonsets.apps', uri: '/x?dryRun=All' }, []],
  ])('%s', (_, request, acts) => {
    expect(actsOf(request)).toEqual(acts);
  });
});

test('what the creator took on, was refused and did is told about it', async () => {
  const lines = [
    event({ at: time('09:50:00'), verb: 'list', on: 'secrets', namespace: 'cart', code: 403 }),
    event({ at: time('09:50:01'), verb: 'create', on: 'pods/exec', namespace: 'cart', name: 'a', code: 403 }),
    event({ at: time('09:50:02'), verb: 'update', on: 'configmaps', namespace: 'cart', name: 'other', code: 403 }),
    event({ at: time('09:50:03'), verb: 'patch', on: 'namespaces', name: 'tools', code: 403 }),
    event({ verb: 'create', on: 'serviceaccounts/token', namespace: 'flux-system', name: 'controller', code: 201 }),
    event({ verb: 'create', on: 'pods', namespace: 'cart', name: 'x', code: 201, request: pod }),
    event({ verb: 'create', on: 'pods', namespace: 'cart', name: 'y', code: 403, request: pod }),
  ];
  const { details } = await evidenceOf(actorActivity, { clients: { logs: auditLog(...lines) } });
  expect(details as unknown as DetailsByCheck['actor-activity']).toMatchObject({
    refusedBefore: 5,
    refusedThings: 5,
    probed: expect.arrayContaining(['reading Secrets', 'running commands in pods', 'running pods']),
    namespacesRefused: [{ verb: 'patch', at: '2026-11-23T09:50:03.000Z' }],
    accountsTaken: ['flux-system/controller', 'cart/deployer'],
  });
});

describe('rights over the cluster', () => {
  const all = { apiGroups: ['*'], resources: ['*'] };
  test.each<[string, Parameters<typeof rightsOver>[0], string | undefined, string[]]>([
    [
      'reading everything opens no sessions',
      [{ ...all, verbs: ['get', 'list', 'watch'] }],
      undefined,
      ['reading Secrets'],
    ],
    [
      'a session opened by GET, where it is named',
      [{ apiGroups: [''], resources: ['pods/exec'], verbs: ['get'] }],
      undefined,
      ['running commands in pods'],
    ],
    ['in one namespace', [{ ...all, verbs: ['*'] }], 'shop', []],
    ['by name', [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: ['tls'] }], undefined, []],
  ])('%s', (_, rules, boundIn, rights) => {
    expect(rightsOver(rules, boundIn)).toEqual(rights);
  });
});
