/** What the checks say that they need is what they call, over the recordings and in the situations that none of these holds. */
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { CheckClients, CheckSettings } from '../../functions/checks/check.ts';
import { CHECKS, type CheckName } from '../../functions/checks/index.ts';
import { namespaceReader } from '../../functions/checks/parts/target.ts';
import type { Kubernetes } from '../../functions/clients/kubernetes/kubernetes.ts';
import { localCloud } from '../../functions/clients/local/cloud.ts';
import { LocalEks } from '../../functions/clients/local/eks.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { runCheck } from '../../functions/investigate/run-check.ts';
import { event, LATER, logsOf, time } from './audit-log.ts';
import { cluster, named, SETTINGS } from './clusters.ts';
import { ACCOUNT, CI_ROLE, cluster as eksCluster, finding } from './examples.ts';
import { findingsOf, INCIDENTS, type Look, stageOf } from './incidents.ts';
import {
  application,
  appliedBy,
  clusterOf,
  helmRelease,
  kustomization,
  releasedBy,
  trackedBy,
} from './origin-objects.ts';
import { Recorder, rightOf } from './recorder.ts';

jest.setTimeout(60_000);

/** What a check is run on. */
interface Stage {
  finding: Finding;
  clients: CheckClients;
  cluster: Kubernetes;
  settings: CheckSettings;
  now: number;
}

const used = new Map<CheckName, Recorder>(CHECKS.map(({ name }) => [name, new Recorder()]));

async function runAll({ finding, clients, cluster, settings, now }: Stage): Promise<void> {
  await Promise.all(
    CHECKS.map((check) => {
      const recorder = used.get(check.name) as Recorder;
      const recorded = recorder.cluster(cluster);
      const kubernetes = async () => recorded;
      const liveNamespace = namespaceReader(finding, kubernetes, new AbortController().signal);
      const clientsOf = recorder.clients(clients);
      const context = { finding, settings, isFirst: true, clients: clientsOf, kubernetes, liveNamespace };
      return runCheck(check, { ...context, now: () => now }, 10_000);
    }),
  );
}

const RBAC = 'rbac.authorization.k8s.io';
/** As a query fetches it: the line ends before what the binding gives. */
const cutLine = (on: string, namespace?: string) => {
  const response = { metadata: { annotations: { x: 'y'.repeat(20_000) } } };
  const line = event({ verb: 'create', on, name: 'long', code: 201, response, ...(namespace && { namespace }) });
  return { at: Date.parse(time('09:30:00')), message: line.slice(0, 8_192) };
};

/** A creator without an access entry of its name, and a namespace that runs images of ECR on nodes with flow logs. */
const MADE: Stage = {
  finding: finding({
    request: { ...finding().request, grantedBy: 'RBAC: allowed by RoleBinding "b/shop" of Role "r" to User "x"' },
  }),
  cluster: cluster({
    Pod: [
      named('a', 'shop', {
        spec: { nodeName: 'n', containers: [{ name: 'main', image: 'a' }] },
        status: {
          podIPs: [{ ip: '10.0.1.1' }],
          containerStatuses: [
            {
              name: 'main',
              imageID: `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/shop/web@sha256:${'0'.repeat(64)}`,
            },
          ],
        },
      }),
    ],
    RoleBinding: [named('long', 'shop', { roleRef: { kind: 'Role', name: 'r' }, subjects: [] })],
  }),
  clients: {
    kubernetes: cluster(),
    eks: new LocalEks([eksCluster({ resourcesVpcConfig: { vpcId: 'vpc-1' } }, [])]),
    logs: logsOf({
      audit: () => [cutLine(`clusterrolebindings.${RBAC}`), cutLine(`rolebindings.${RBAC}`, 'shop')],
      flow: () => [],
    }),
    ...localCloud({
      // Somebody was let in by a group.
      cloudTrail: {
        Events: [
          {
            EventName: 'CreateAccessEntry',
            EventSource: 'eks.amazonaws.com',
            EventTime: '2026-11-23T09:40:00Z',
            CloudTrailEvent: JSON.stringify({
              requestParameters: { name: 'prod', principalArn: CI_ROLE, kubernetesGroups: ['team'] },
            }),
          },
        ],
      },
      imageScans: [],
      threats: { detectorId: 'd', findings: [] },
      flowLogs: {
        'vpc-1': {
          cidrs: [],
          destinations: [
            {
              kind: 'cloudwatch',
              name: '/vpc/flow-logs',
              fields: ['pkt-srcaddr', 'pkt-dstaddr', 'srcport', 'dstport', 'action', 'bytes'],
            },
          ],
        },
      },
    }),
  },
  settings: { ...SETTINGS, startScans: true },
  now: LATER,
};

/** A namespace that Argo CD or Flux deployed, from each kind of source. */
const DEPLOYED: Stage[] = [
  { annotations: trackedBy('checkout'), objects: [application()] },
  ...['GitRepository', 'OCIRepository', 'Bucket'].map((kind) => ({
    labels: appliedBy('apps'),
    objects: [kustomization({ spec: { sourceRef: { kind, name: 'fleet' } } })],
  })),
  { labels: releasedBy('monitoring'), objects: [helmRelease()] },
  {
    labels: releasedBy('monitoring'),
    objects: [helmRelease({ spec: { chart: undefined, chartRef: { kind: 'HelmChart', name: 'c' } } })],
  },
].map(({ objects, ...marks }) => ({
  ...MADE,
  finding: finding({ namespace: { ...finding().namespace, ...marks } }),
  cluster: clusterOf(objects),
}));

beforeAll(async () => {
  await runAll(MADE);
  for (const stage of DEPLOYED) await runAll(stage);
  for (const incident of INCIDENTS)
    for (const look of ['first', 'second'] as Look[])
      for (const finding of findingsOf(incident)) await runAll({ finding, ...stageOf(incident, look) });
});

test.each([
  ['get', '/api/v1/namespaces/shop', 'get namespaces'],
  ['list', '/api/v1/namespaces', 'list namespaces'],
  ['get', '/api/v1/namespaces/shop/pods/a', 'get pods'],
  ['list', '/apis/apps/v1/namespaces/shop/deployments', 'list deployments.apps'],
  ['get', '/apis/rbac.authorization.k8s.io/v1/clusterroles/a', 'get clusterroles.rbac.authorization.k8s.io'],
] as const)('%s %s is the right "%s"', (verb, path, right) => {
  expect(rightOf(verb, path)).toBe(right);
});

describe.each(CHECKS)('the check $name', ({ name, needs }) => {
  const calls = () => used.get(name) as Recorder;
  const optional = (needs.optional ?? []).map(
    (right) => new RegExp(`^${right.replaceAll('.', '\\.').replace('*', '.+')}$`),
  );

  test('asks the cluster for nothing that it does not say', () => {
    const asked = [...calls().rights].filter((right) => !optional.some((pattern) => pattern.test(right)));
    expect(asked.filter((right) => !(needs.kubernetes as readonly string[]).includes(right))).toEqual([]);
  });

  test('asks AWS for nothing that it does not say', () => {
    expect([...calls().actions].filter((action) => !(needs.aws as readonly string[]).includes(action))).toEqual([]);
  });

  test('says nothing that it does not ask', () => {
    const { rights, actions } = calls();
    expect([...needs.kubernetes, ...needs.aws].filter((need) => !rights.has(need) && !actions.has(need))).toEqual([]);
  });

  test('says each once', () => {
    for (const list of [needs.kubernetes, needs.aws] as readonly (readonly string[])[])
      expect(list).toEqual([...new Set(list)]);
  });
});
