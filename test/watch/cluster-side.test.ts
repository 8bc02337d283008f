/** What is installed in a cluster, against what is shipped: each change is told once, with who did it where that is known. */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import type { Kubernetes, KubernetesObject } from '../../functions/clients/kubernetes/kubernetes.ts';
import type { ChainState } from '../../functions/contract/chain-state.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import { listDigest, ownLists } from '../../functions/kubernetes/cluster-side.ts';
import { clusterSide } from '../../functions/watch/jobs/cluster-side.ts';

const CLUSTER = { name: 'prod', region: 'eu-west-1', account: '111122223333' };
const NOW = Date.parse('2026-11-30T08:00:00Z');
const RESOURCES: Record<string, string> = {
  ValidatingAdmissionPolicy: '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/',
  ValidatingAdmissionPolicyBinding: '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/',
  ClusterRole: '/apis/rbac.authorization.k8s.io/v1/clusterroles/',
  ClusterRoleBinding: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/',
};
const FREEZE = `${RESOURCES['ValidatingAdmissionPolicy']}namespace-sentinel-freeze`;

/** By path, as `kubectl apply -k cluster/` makes them. */
function installed(): Map<string, KubernetesObject> {
  const files = ['roles', 'policies'].flatMap((folder) =>
    readdirSync(`cluster/${folder}`).map((file) => readFileSync(`cluster/${folder}/${file}`, 'utf8')),
  );
  const objects = files.flatMap((text) => parseAllDocuments(text).map((each) => each.toJS() as KubernetesObject));
  return new Map(
    objects.flatMap((object) => {
      const path = RESOURCES[object.kind ?? ''];
      return path ? [[path + encodeURIComponent(object.metadata.name ?? ''), object] as const] : [];
    }),
  );
}

let live: Map<string, KubernetesObject>;
let log: object[] | Error;
let asked: { from: number; to: number; pattern: string }[];
let forbidden: boolean;
let mails: { subject: string; text: string }[];
let state: ChainState | undefined;

beforeEach(() => {
  live = installed();
  log = [];
  asked = [];
  forbidden = false;
  mails = [];
  state = undefined;
});

const run = () =>
  clusterSide.run({
    clients: {
      kubernetes: {
        connect: async () =>
          ({
            read: async (path: string) => {
              if (forbidden) throw new KubernetesError(403, 'Forbidden', 'no');
              return live.get(path);
            },
          }) as unknown as Kubernetes,
      },
      clusterLog: {
        patterns: [],
        filters: async () => [],
        events: async (_, page) => {
          asked.push(page);
          if (log instanceof Error) throw log;
          const events = log.map((each, index) => ({
            id: `${index}`,
            timestamp: 0,
            logStream: 's',
            message: JSON.stringify(each),
          }));
          return page.token === undefined ? { events: [], token: 'next' } : { events };
        },
      },
      ownLists: Object.fromEntries(
        Object.entries(ownLists({ protectedNamespaces: ['amazon-guardduty', 'amazon-cloudwatch'], exempt: [] })).map(
          ([list, expression]) => [list, listDigest(expression)],
        ),
      ),
      chainStates: {
        read: async (place) => {
          expect(place).toEqual({ ...CLUSTER, about: 'cluster-side' });
          return state;
        },
        write: async (_, written) => {
          state = structuredClone(written);
        },
      },
      health: { tell: async (subject, text) => void mails.push({ subject, text }) },
    },
    settings: { maxPerRun: 1, role: '' },
    clusters: [CLUSTER],
    signal: new AbortController().signal,
    now: () => NOW,
    failed: (_, error) => {
      throw error;
    },
    unknown: () => {},
    problem: () => {},
  });

const change = (path: string, changes: object): void => {
  live.set(path, { ...(live.get(path) as KubernetesObject), ...changes });
};
const pathOf = (kind: string, name: string): string => RESOURCES[kind] + encodeURIComponent(name);
const specOf = (path: string) => structuredClone(live.get(path)?.['spec']) as Record<string, unknown>;

test('nothing is told where all is as shipped, and the log is not asked', async () => {
  await expect(run()).resolves.toEqual({ different: 0 });
  expect([mails, asked]).toEqual([[], []]);
});

describe('a change is told once', () => {
  test.each<[string, () => void, string]>([
    [
      'a policy that is gone',
      () => live.delete(FREEZE),
      'ValidatingAdmissionPolicy namespace-sentinel-freeze: the policy is missing.',
    ],
    [
      'a binding that is gone',
      () => live.delete(pathOf('ValidatingAdmissionPolicyBinding', 'namespace-sentinel-freeze')),
      'ValidatingAdmissionPolicy namespace-sentinel-freeze: its binding is missing, so that it is not in force.',
    ],
    [
      'a binding that only warns',
      () => {
        const path = pathOf('ValidatingAdmissionPolicyBinding', 'namespace-sentinel-freeze');
        change(path, { spec: { ...specOf(path), validationActions: ['Warn'] } });
      },
      'ValidatingAdmissionPolicy namespace-sentinel-freeze: its binding differs from what is shipped.',
    ],
    [
      'a policy that lets errors through',
      () => change(FREEZE, { spec: { ...specOf(FREEZE), failurePolicy: 'Ignore' } }),
      'ValidatingAdmissionPolicy namespace-sentinel-freeze: the policy differs from what is shipped.',
    ],
    [
      'an exemption that the configuration does not name',
      () => {
        const spec = specOf(FREEZE) as { variables: { name: string; expression: string }[] };
        for (const each of spec.variables)
          if (each.name === 'exempt') each.expression = "[{'who': 'eve', 'group': '', 'resource': '*'}]";
        change(FREEZE, { spec });
      },
      'ValidatingAdmissionPolicy namespace-sentinel-freeze: its list "exempt" is not that of the configuration.',
    ],
    [
      'a role that allows more',
      () =>
        change(pathOf('ClusterRole', 'namespace-sentinel:watch'), {
          rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
        }),
      'ClusterRole namespace-sentinel:watch does not allow what is shipped, or allows more.',
    ],
    [
      'a role whose rights are gathered from others',
      () =>
        change(pathOf('ClusterRole', 'namespace-sentinel:watch'), {
          aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
        }),
      'ClusterRole namespace-sentinel:watch does not allow what is shipped, or allows more.',
    ],
    [
      'a binding that is for others too',
      () =>
        change(pathOf('ClusterRoleBinding', 'namespace-sentinel:contain'), {
          subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:authenticated' }],
        }),
      'ClusterRoleBinding namespace-sentinel:contain gives another role, or gives it to others, than is shipped.',
    ],
    [
      'a role that is gone',
      () => live.delete(pathOf('ClusterRole', 'namespace-sentinel:release')),
      'ClusterRole namespace-sentinel:release is missing.',
    ],
    [
      'that watch may not look any more',
      () => (forbidden = true),
      'The cluster does not let watch read them: its ClusterRole namespace-sentinel:watch, or the binding of it, is missing or older than this version.',
    ],
  ])('%s', async (_, act, line) => {
    act();
    await run();
    await run();
    expect(mails.map(({ subject }) => subject)).toEqual(['prod: 1 change of what Namespace Sentinel installed']);
    expect(mails[0]?.text.split('\n')).toContain(`- ${line}`);
    expect(mails[0]?.text).toContain('Who did it is not in the audit log yet');
    live = installed();
    forbidden = false;
    await run();
    await run();
    expect(mails.slice(1).map(({ subject }) => subject)).toEqual([
      'prod: what Namespace Sentinel installed is as shipped again',
    ]);
  });
});

test('whoever did it is named from the audit log, without those who were refused', async () => {
  live.delete(FREEZE);
  const event = (username: string, code: number, extra?: object) => ({
    verb: 'delete',
    user: { username, extra },
    objectRef: { resource: 'validatingadmissionpolicies', name: 'namespace-sentinel-freeze' },
    responseStatus: { code },
    sourceIPs: ['10.0.0.1', '203.0.113.9'],
    requestReceivedTimestamp: '2026-11-30T07:58:00Z',
  });
  log = [
    event('mallory', 403),
    event('eve\n- nobody: https://evil.example/', 200),
    event('kubernetes-admin', 200, { arn: ['arn:aws:sts::111122223333:assumed-role/admin/eve'] }),
  ];
  await run();
  const who = mails[0]?.text.split('\n').filter((each) => each.includes(': delete ')) ?? [];
  expect(who).toEqual([
    '- eve?- nobody: https[:]//evil[.]example/: delete validatingadmissionpolicies namespace-sentinel-freeze at 2026-11-30T07:58:00Z, from 203[.]0[.]113[.]9',
    '- arn:aws:sts::111122223333:assumed-role/admin/eve: delete validatingadmissionpolicies namespace-sentinel-freeze at 2026-11-30T07:58:00Z, from 203[.]0[.]113[.]9',
  ]);
  expect(asked[0]).toMatchObject({ from: NOW - 15 * 60_000, to: NOW });
});

test('a change is told also where the log does not answer', async () => {
  live.delete(FREEZE);
  log = new Error('throttled');
  await run();
  expect(mails[0]?.text).toContain('Who did it is not in the audit log yet');
});
