/**
 * Who goes on writing in a quarantined namespace, on the real API server: each identity of the freeze's list, with the role
 * that its maker publishes, does what its rows say and nothing else of that role.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { type FreezeRow, freezeRows } from '../../bin/commands/preflight/freeze-rows.ts';
import type { KubeRequest } from '../../tools/twin/kube.ts';
import type { Rule } from './attempts.ts';
import { BRING_UP_MS } from './bring-up.ts';
import { type ClusterSide, refusedBy, startClusterSide } from './cluster-side.ts';
import { change, DEFINITIONS, KINDS, listing, objectOf, writeOf } from './exempt/objects.ts';
import { nameOf, OPERATIONS, type Write, writesOf } from './exempt/writes.ts';

interface Identity {
  user: string;
  group?: string;
  rules: Rule[];
}

const FREEZE = parseAllDocuments(readFileSync('cluster/policies/freeze.yaml', 'utf8'))[0]?.toJS();
const SA = 'system:serviceaccount:kube-system:';
const ROWS = [
  ...freezeRows(FREEZE, 'platform'),
  ...freezeRows(FREEZE, 'controllers').map((row) => ({ ...row, who: `${SA}${row.who}` })),
];
const PUBLISHED: Identity[] = parse(readFileSync('test/system/exempt/published-roles.yaml', 'utf8'));
const CONTROLLERS = [...new Set(freezeRows(FREEZE, 'controllers').map(({ who }) => who))];
/** Roles of Kubernetes itself, which the API server makes. */
const COMPONENTS: [user: string, roles: string[], group?: string][] = [
  // Not by the name of a node, as another admission plugin would ask whose pod it is.
  ['a-kubelet', ['system:node'], 'system:nodes'],
  ['system:kube-controller-manager', ['system:kube-controller-manager']],
  ['system:kube-scheduler', ['system:kube-scheduler', 'system:volume-scheduler']],
  ...CONTROLLERS.map((name): [string, string[]] => [SA + name, [`system:controller:${name}`]]),
];
/** These make objects, or clear evidence away: nothing of what they write goes on. */
const STOPPED = [
  'root-ca-cert-publisher',
  'ttl-after-finished-controller',
  'legacy-service-account-token-cleaner',
  'ephemeral-volume-controller',
];

let side: ClusterSide;
let served: Set<string>;
const live = new Map<string, object>();

beforeAll(async () => {
  side = await startClusterSide();
  await side.kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'List', items: DEFINITIONS });
  await side.kubectl([
    'wait',
    '--for=condition=Established',
    ...DEFINITIONS.map(({ metadata }) => `crd/${metadata.name}`),
  ]);
  await side.make('pen');
  const items = Object.keys(KINDS).map((name) => objectOf(name, { name: 'x', namespace: 'pen', labels: { app: 'z' } }));
  // Services last: a controller makes Endpoints of their names.
  const [services, others] = [true, false].map((of) => items.filter(({ kind }) => (kind === 'Service') === of));
  for (const part of [others, services])
    await side.kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'List', items: part });
  // Their own controllers have to be done with them, or what is put back would be out of date.
  await side.kubectl([
    '-n',
    'pen',
    'wait',
    '--for=jsonpath={.status.observedGeneration}=1',
    'deployment/x',
    'daemonset/x',
  ]);
  // Nodes have their rights by another authorizer, which asks what a pod uses: what its role grants is tried here.
  await side.kubectl(['create', 'clusterrolebinding', 'nodes', '--clusterrole=system:node', '--group=system:nodes']);
  await side.quarantine('pen');
  for (const name of Object.keys(KINDS)) live.set(name, await side.read(`${listing(name, 'pen')}/x`));
  const groups = new Set(Object.keys(KINDS).map((name) => listing(name, 'pen').split('/namespaces/')[0] as string));
  const lists = await Promise.all(
    [...groups].map(async (path) => {
      const { resources } = await side.read<{ resources: { name: string }[] }>(path);
      const group = path.startsWith('/apis/') ? path.split('/')[2] : '';
      return resources.map(({ name }) => `${group}/${name}`);
    }),
  );
  served = new Set(lists.flat());
}, BRING_UP_MS);
afterAll(() => side?.close());

/** As the identity, whose rights are those of its role and of nobody else. */
const as = ({ user, group }: Identity, request: KubeRequest) =>
  side.ask(side.cluster.admin, {
    ...request,
    headers: { ...request.headers, 'impersonate-user': user, ...(group ? { 'impersonate-group': group } : {}) },
  });

const rowsFor = ({ user, group }: Identity): FreezeRow[] => ROWS.filter(({ who }) => who === user || who === group);

const rowOf = (identity: Identity, { verb, group, resource, subresource }: Write): FreezeRow | undefined =>
  rowsFor(identity).find(
    (row) =>
      ['*', group].includes(row.group) &&
      ['*', `${resource}${subresource ? `/${subresource}` : ''}`].includes(row.resource) &&
      row.may.split(' ').includes(OPERATIONS[verb] as string),
  );

/** Each write of the role, as it is and as it ought to be. */
async function tryAll(identity: Identity): Promise<{ wrong: string[]; passed: number; refused: number }> {
  const wrong: string[] = [];
  let [passed, refused] = [0, 0];
  for (const write of writesOf(identity.rules, served)) {
    const name = `${write.group}/${write.resource}`;
    // As it is now: its controller may have written since.
    const path = `${listing(name, 'pen')}/x${write.subresource === 'scale' ? '/scale' : ''}`;
    const before = write.verb === 'update' ? await side.read<object>(path) : {};
    const request = writeOf(write.verb, write, 'pen', before);
    if (!request) continue;
    const { code, text } = await as(identity, request);
    const reports = write.resource === 'events' && OPERATIONS[write.verb] !== 'DELETE' && rowsFor(identity).length > 0;
    if (rowOf(identity, write) || reports) {
      if (code > 299) wrong.push(`${nameOf(write)}: refused: ${code} ${text.slice(0, 300)}`);
      else passed++;
    } else if (code !== 403 || !text.includes(refusedBy('freeze')))
      wrong.push(`${nameOf(write)}: not refused by the freeze: ${code} ${text.slice(0, 300)}`);
    else refused++;
  }
  return { wrong, passed, refused };
}

async function grant({ user, group, rules }: Identity): Promise<void> {
  const name = `published-${user.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}`;
  const subject = group ? { kind: 'Group', name: group } : { kind: 'User', name: user };
  await side.kubectl(['apply', '-f', '-'], {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
        subjects: [{ ...subject, apiGroup: 'rbac.authorization.k8s.io' }],
      },
    ],
  });
}

describe.each(PUBLISHED)('$user', (identity) => {
  beforeAll(() => grant(identity));

  test('does what its rows say, and nothing else of its role', async () => {
    const { wrong, passed, refused } = await tryAll(identity);
    expect(wrong).toEqual([]);
    expect(passed > 0).toBe(rowsFor(identity).length > 0);
    expect(refused).toBeGreaterThan(identity.user === 'eks:node-manager' ? -1 : 0);
  });

  test('has no row that its role does not grant', () => {
    const granted = writesOf(identity.rules, served);
    for (const row of rowsFor(identity).filter(({ group }) => group !== 'aga.k8s.aws'))
      for (const operation of row.may.split(' '))
        expect([
          row,
          operation,
          granted.some(
            (write) => OPERATIONS[write.verb] === operation && rowOf({ ...identity, rules: [] }, write) !== undefined,
          ),
        ]).toEqual([row, operation, true]);
  });

  const held = heldRows(identity);
  if (held.length > 0)
    test.each(held)('of $resource in "$group" it changes: $only $finalizer', (row) => changes(identity, row));
});

function heldRows(identity: Identity): FreezeRow[] {
  return rowsFor(identity).filter(({ only, resource }) => only !== undefined && resource !== '*');
}

/** What the row allows of an object passes, and nothing else does. */
async function changes(identity: Identity, row: FreezeRow): Promise<void> {
  const [resource = '', subresource] = row.resource.split('/');
  const name = `${row.group}/${resource}`;
  const path = `${listing(name, 'pen')}/x${subresource ? `/${subresource}` : ''}`;
  const finalizer =
    { '*': 'a.example/any', undefined: undefined }[String(row.finalizer)] ?? row.finalizer?.replace(/\/$/, '/team-a');
  if (finalizer !== undefined) {
    const answer = await as(identity, change(path, { metadata: { finalizers: [finalizer] } }));
    expect([answer.code, answer.json]).toMatchObject([200, { metadata: { finalizers: [finalizer] } }]);
  }
  const { metadata } = live.get(name) as { metadata: { uid: string } };
  const changes: Record<string, [body: object, stored: (object: Stored) => boolean]> = {
    label: [{ metadata: { labels: { evil: 'yes' } } }, (o) => o.metadata.labels?.['evil'] === 'yes'],
    ...(row.only === 'annotations'
      ? {}
      : {
          annotation: [
            { metadata: { annotations: { evil: 'yes' } } },
            (o) => o.metadata.annotations?.['evil'] === 'yes',
          ],
        }),
    ...(row.finalizer === '*'
      ? {}
      : {
          finalizer: [
            { metadata: { finalizers: ['evil.example/x'] } },
            (o) => (o.metadata.finalizers ?? []).includes('evil.example/x'),
          ],
        }),
    ...(row.only === 'ownerReferences'
      ? {}
      : {
          owner: [
            { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: metadata.uid }] } },
            (o: Stored) => o.metadata.ownerReferences !== undefined,
          ],
        }),
    ...(SPECS[name] && !subresource ? { spec: [SPECS[name], () => true] } : {}),
  };
  for (const [what, [body, stored]] of Object.entries(changes)) {
    const { code, text, json } = await as(identity, change(path, body));
    // By a status, the API server itself lets some parts of an object not be changed.
    const ok = code === 403 ? text.includes(refusedBy('freeze')) : code === 200 && !stored(json as unknown as Stored);
    expect([what, ok, ok || text]).toEqual([what, true, true]);
  }
}

interface Stored {
  metadata: {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
    ownerReferences?: unknown;
  };
}

/** A change of what the object is for. */
const SPECS: Readonly<Record<string, object>> = {
  '/secrets': { stringData: { a: 'c' } },
  '/services': { spec: { selector: { app: 'other' } } },
  'networking.k8s.io/ingresses': { spec: { ingressClassName: 'other' } },
  'networking.k8s.io/networkpolicies': { spec: { ingress: [{}], policyTypes: ['Ingress'] } },
  'networking.k8s.aws/applicationnetworkpolicies': { spec: { podSelector: { matchLabels: { a: 'b' } } } },
  'elbv2.k8s.aws/targetgroupbindings': { spec: { a: 2 } },
  'eks.amazonaws.com/targetgroupbindings': { spec: { a: 2 } },
};

describe.each(COMPONENTS)('%s', (user, roles, group) => {
  test('does what its rows say, and nothing else of its role', async () => {
    const answers = await Promise.all(
      roles.map((name) =>
        side.ask(side.cluster.admin, { path: `/apis/rbac.authorization.k8s.io/v1/clusterroles/${name}` }),
      ),
    );
    const rules = answers.flatMap(({ code, json }) => (code === 200 ? (json as { rules: Rule[] }).rules : []));
    // Kubernetes makes this role only where its feature is on.
    if (rules.length === 0) return expect(user).toMatch(/storage-version-migrator|device-taint/);
    const { wrong, passed } = await tryAll({ user, rules, ...(group ? { group } : {}) });
    expect(wrong).toEqual([]);
    expect(passed).toBeGreaterThan(0);
  });

  const held = heldRows({ user, rules: [] });
  // An update by a patch, which some of these roles do not grant: the row is what is looked at.
  if (held.length > 0)
    test.each(held)('of $resource in "$group" it changes: $only $finalizer', (row) =>
      changes({ user, group: 'system:masters', rules: [] }, row),
    );
});

test.each(STOPPED)('%s writes nothing', async (name) => {
  const { rules } = await side.read<{ rules: Rule[] }>(
    `/apis/rbac.authorization.k8s.io/v1/clusterroles/system:controller:${name}`,
  );
  const { wrong, passed, refused } = await tryAll({ user: SA + name, rules });
  expect([wrong, passed, refused > 0]).toEqual([[], 0, true]);
});

test.each(['eks:cluster-bootstrap', 'eks:support-engineer', 'eks:addon-manager'])(
  '%s, which may everything, writes nothing',
  async (user) => {
    const identity = { user, group: 'system:masters', rules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] };
    const { wrong, passed, refused } = await tryAll(identity);
    expect([wrong, passed]).toEqual([[], 0]);
    expect(refused).toBeGreaterThan(Object.keys(KINDS).length * 4);
  },
);

test('the API server itself counts in quotas, and no more', async () => {
  const rules = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }];
  const { wrong } = await tryAll({ user: 'system:apiserver', group: 'system:masters', rules });
  expect(wrong).toEqual([]);
});

test('each row has its source', () => {
  for (const { source } of ROWS)
    expect(source).toMatch(
      /^(none|(controller_policy|policy)\.go:\d+|[\w-]+\/[\w-]+@[\w.]+ \S+\.go:[\d,]+( \S+\.go:\d+)?|docs\.aws\.amazon\.com\/\S+\.html [\w:-]+)$/,
    );
  expect(ROWS.filter(({ source }) => source === 'none').map(({ who, resource }) => `${who} ${resource}`)).toEqual([
    'eks:managed networkpolicies',
    'eks:managed policyendpoints',
    'eks:kms-storage-migrator secrets',
  ]);
});
