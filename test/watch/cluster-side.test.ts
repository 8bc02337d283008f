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
/** Of the audit log; each line has its place as its id. */
let log: object[] | Error;
let pages: number;
let unknown: string[];
let now: number;
let asked: { from: number; to: number; pattern: string }[];
let forbidden: boolean;
let mails: { subject: string; text: string }[];
/** By what they are about. */
let states: Record<string, ChainState>;

beforeEach(() => {
  live = installed();
  log = [];
  pages = 2;
  unknown = [];
  now = NOW;
  asked = [];
  forbidden = false;
  mails = [];
  states = {};
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
          const at = Number(page.token ?? 1);
          if (at < pages) return { events: [], token: `${at + 1}` };
          const events = log.map((each, index) => ({
            id: `${index}`,
            timestamp: NOW - 60_000,
            logStream: 's',
            message: JSON.stringify(each),
          }));
          return { events: events.filter(({ timestamp }) => timestamp >= page.from && timestamp <= page.to) };
        },
      },
      ownLists: Object.fromEntries(
        Object.entries(ownLists({ protectedNamespaces: ['amazon-guardduty', 'amazon-cloudwatch'], exempt: [] })).map(
          ([list, expression]) => [list, listDigest(expression)],
        ),
      ),
      chainStates: {
        read: async ({ about = '', ...cluster }) => {
          expect(cluster).toEqual(CLUSTER);
          return states[about];
        },
        write: async ({ about = '' }, written) => {
          states[about] = structuredClone(written);
        },
      },
      health: { tell: async (subject, text) => void mails.push({ subject, text }) },
    },
    settings: { maxPerRun: 1, role: '' },
    clusters: [CLUSTER],
    signal: new AbortController().signal,
    now: () => now,
    failed: (_, error) => {
      throw error;
    },
    unknown: (what, error) => void unknown.push(`${what}: ${(error as Error).message}`),
    problem: () => {},
  });

const change = (path: string, changes: object): void => {
  live.set(path, { ...(live.get(path) as KubernetesObject), ...changes });
};
const pathOf = (kind: string, name: string): string => RESOURCES[kind] + encodeURIComponent(name);
const specOf = (path: string) => structuredClone(live.get(path)?.['spec']) as Record<string, unknown>;

test('nothing is told where all is as shipped, and nobody wrote to it', async () => {
  await expect(run()).resolves.toEqual({ different: 0, writes: 0 });
  expect(mails).toEqual([]);
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

/** A write as the audit log has it. */
const write = (changes: object = {}) => ({
  stage: 'ResponseComplete',
  verb: 'delete',
  user: { username: 'eve' },
  objectRef: {
    apiGroup: 'admissionregistration.k8s.io',
    resource: 'validatingadmissionpolicies',
    name: 'namespace-sentinel-freeze',
  },
  responseStatus: { code: 200 },
  sourceIPs: ['10.0.0.1', '203.0.113.9'],
  requestReceivedTimestamp: '2026-11-30T07:58:00Z',
  ...changes,
});
const IN_WORDS =
  'delete validatingadmissionpolicies namespace-sentinel-freeze at 2026-11-30T07:58:00Z, from 203[.]0[.]113[.]9';
const WRITES = 'write to what Namespace Sentinel installed';

test('whoever did it is named from the audit log, without those who were refused, and told once', async () => {
  live.delete(FREEZE);
  log = [
    write({ user: { username: 'mallory' }, responseStatus: { code: 403 } }),
    write({ user: { username: 'eve\n- nobody: https://evil.example/' } }),
    write({
      user: { username: 'kubernetes-admin', extra: { arn: ['arn:aws:sts::111122223333:assumed-role/admin/eve'] } },
      impersonatedUser: { username: 'system:admin' },
    }),
  ];
  await run();
  const who = mails[0]?.text.split('\n').filter((each) => each.includes(': delete ') || each.includes('admin: ')) ?? [];
  expect(who).toEqual([
    `- eve?- nobody: https[:]//evil[.]example/: ${IN_WORDS}`,
    `- arn:aws:sts::111122223333:assumed-role/admin/eve as system:admin: ${IN_WORDS}`,
  ]);
  expect(asked[0]).toMatchObject({ from: NOW - 15 * 60_000, to: NOW });
  await run();
  expect(mails).toHaveLength(1);
});

test('a change is told also where the log does not answer', async () => {
  live.delete(FREEZE);
  log = new Error('throttled');
  await run();
  expect(mails[0]?.text).toContain('Who did it is not in the audit log yet');
  expect(unknown).toEqual(['who changed the cluster side of prod: throttled']);
});

describe('a write in the audit log is told once', () => {
  test('where it was taken back before the cluster was looked at', async () => {
    log = [write(), write({ verb: 'create' })];
    await expect(run()).resolves.toEqual({ different: 0, writes: 2 });
    await expect(run()).resolves.toEqual({ different: 0, writes: 0 });
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toBe(`prod: 2 ${WRITES.replace('write', 'writes')}`);
    expect(mails[0]?.text).toContain(`- eve: ${IN_WORDS}\n- eve: ${IN_WORDS.replace('delete', 'create')}`);
    now += 20 * 60_000;
    log = [];
    await run();
    expect(mails).toHaveLength(1);
  });

  test('where its line comes after the difference was told', async () => {
    live.delete(FREEZE);
    await run();
    log = [write()];
    await run();
    await run();
    expect(mails.map(({ subject }) => subject)).toEqual([
      'prod: 1 change of what Namespace Sentinel installed',
      `prod: 1 ${WRITES}`,
    ]);
  });

  test('also one that has the audit id of another', async () => {
    log = [write({ auditID: 'a' })];
    await run();
    log = [write({ auditID: 'a' }), write({ auditID: 'a', verb: 'patch' })];
    await run();
    expect(mails.map(({ text }) => text.includes(': patch '))).toEqual([false, true]);
  });

  test('of aws-auth by a message of its own', async () => {
    live.delete(FREEZE);
    const objectRef = { resource: 'configmaps', namespace: 'kube-system', name: 'aws-auth' };
    log = [write({ verb: 'update', objectRef, requestObject: { data: { mapRoles: '- rolearn: arn:evil' } } }), write()];
    await run();
    await run();
    expect(mails.map(({ subject }) => subject)).toEqual([
      'prod: 1 change of what Namespace Sentinel installed',
      'prod: 1 write to aws-auth, which lets IAM identities in',
    ]);
    expect(mails[1]?.text).toContain('- eve: update configmaps aws-auth at 2026-11-30T07:58:00Z');
    expect(mails[1]?.text).toContain('kubectl get configmaps aws-auth --namespace=kube-system --output=yaml');
    expect(mails[1]?.text).not.toContain('arn:evil');
  });

  test('where the cluster does not answer', async () => {
    live.get = () => {
      throw new KubernetesError(500, 'InternalError', 'down');
    };
    log = [write()];
    await expect(run()).rejects.toThrow('down');
    expect(mails.map(({ subject }) => subject)).toEqual([`prod: 1 ${WRITES}`]);
  });

  test('and not where nothing was changed by it', async () => {
    log = [
      write({ responseStatus: { code: 403 } }),
      write({ verb: 'patch', requestURI: '/apis/x?dryRun=All' }),
      write({ requestObject: { dryRun: ['All'] } }),
      write({ verb: 'update', objectRef: { ...write().objectRef, subresource: 'status' } }),
    ];
    await expect(run()).resolves.toEqual({ different: 0, writes: 0 });
  });

  test('and what only looks like a dry run is told', async () => {
    log = [
      write({ verb: 'patch', requestURI: '/apis/x?dryRun=%zz' }),
      write({ verb: 'patch', requestObject: { dryRun: ['All'] } }),
    ];
    await expect(run()).resolves.toEqual({ different: 0, writes: 2 });
  });

  test('of many, so many that a message can be read; and what is kept of them fits into an item', async () => {
    log = Array.from({ length: 3_000 }, () => write());
    await expect(run()).resolves.toEqual({ different: 0, writes: 1_000 });
    expect(mails[0]?.text).toContain('- and 980 more');
    expect(unknown).toEqual([expect.stringContaining('too long')]);
    expect(Object.keys(states['cluster-writes']?.broken ?? {})).toHaveLength(1_000);
  });
});
