/** What the entries of the playbooks say that they need is what they call, and what the roles in `cluster/` grant. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import { CAUSES } from '../../functions/contain/causes/index.ts';
import { Surroundings } from '../../functions/contain/dangers/danger.ts';
import { DANGERS } from '../../functions/contain/dangers/index.ts';
import { Actuator } from '../../functions/contain/framework/actuator.ts';
import { factsOf } from '../../functions/contain/framework/containment-facts.ts';
import { allNeeds, type Needs, STEP_NEEDS } from '../../functions/contain/framework/needs.ts';
import type { PlaybookStep, StepContext } from '../../functions/contain/framework/step.ts';
import { ClusterReader } from '../../functions/contain/proofs/cluster-reader.ts';
import { ISOLATION, REMOVAL } from '../../functions/contain/proofs/index.ts';
import { RELEASE_FUNCTION_STEPS } from '../../functions/contain/release/index.ts';
import { REMEDIES } from '../../functions/contain/remedies/index.ts';
import { checkTarget } from '../../functions/contain/steps/check-target.ts';
import { CONTAIN_FUNCTION_STEPS } from '../../functions/contain/steps/index.ts';
import { PROBE_FUNCTION_STEPS } from '../../functions/contain/steps/probe.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import type { StepKey } from '../../functions/contract/playbook-steps.ts';
import { GROUPS } from '../../functions/kubernetes/quarantine.ts';
import { someFinding } from '../clients/findings-table.contract.ts';
import { everything, KINDS_BESIDE, otherNamespace } from './everything.ts';
import { Recorder, rightOf } from './recorder.ts';
import { NOW, quarantined, Stage, TARGET, UID } from './stage.ts';

test.each([
  ['get', '/api/v1/namespaces/shop', 'get namespaces'],
  ['list', '/api/v1/namespaces', 'list namespaces'],
  ['create', '/api/v1/namespaces/shop/pods', 'create pods'],
  ['create', '/api/v1/namespaces/shop/pods/a/exec?command=true', 'create pods/exec'],
  ['patch', '/api/v1/namespaces/shop/resourcequotas/a/status', 'patch resourcequotas/status'],
  ['delete', '/apis/apps/v1/namespaces/shop/deployments/web', 'delete deployments.apps'],
  ['get', '/apis/rbac.authorization.k8s.io/v1/clusterroles/a', 'get clusterroles.rbac.authorization.k8s.io'],
])('%s %s is the right "%s"', (verb, path, right) => {
  expect(rightOf(verb, path)).toBe(right);
});

/** What is said to be needed and was not called. */
const unused = (needs: Needs, { rights, actions }: Recorder): string[] => {
  const { kubernetes, aws } = allNeeds(needs);
  return [...kubernetes, ...aws].filter((need) => !rights.has(need) && !actions.has(need));
};

describe('a step', () => {
  const used = new Map<StepKey, Recorder>();
  const alert = { findings: { alert: async () => undefined } };
  const finding = { findingId: 'nsf-0123456789abcdef0123456789abcdef' };
  const notOf = (steps: readonly PlaybookStep[], ...keys: StepKey[]) => steps.filter(({ key }) => !keys.includes(key));
  const stage = (): Stage => {
    const made = new Stage(new MemoryCluster(everything(), KINDS_BESIDE), {
      ...alert,
      roleTrust: { of: async () => ({ status: 'none' }) },
    });
    made.associations = [{ associationId: 'a-1', serviceAccount: 'bot', roleArn: 'arn:aws:iam::111122223333:role/r' }];
    // Of a run that has ended.
    made.leases.set(UID, { execution: 'execution:before', until: Number.POSITIVE_INFINITY });
    made.ended.add('execution:before');
    return made;
  };
  const note = (on: Stage) => {
    for (const [step, recorder] of on.used) used.set(step, recorder.with(used.get(step)));
  };

  beforeAll(async () => {
    const on = stage();
    const isolating = notOf(CONTAIN_FUNCTION_STEPS, 'askOnCall', 'removeWorkloads', 'report');
    await on.findings.record(
      someFinding({
        id: finding.findingId,
        cluster: TARGET.cluster,
        namespace: { name: TARGET.namespace, uid: TARGET.uid },
      }),
    );
    for (const step of isolating) await on.run(step, { input: finding });
    await on.run(checkTarget, { typed: { ...finding, mode: 'plan' } });
    // Asked, approved, and with pods that do not end.
    const [askOnCall, removeWorkloads, report] = (['askOnCall', 'removeWorkloads', 'report'] as const).map(
      (key) => CONTAIN_FUNCTION_STEPS.find((step) => step.key === key) as PlaybookStep,
    );
    on.leases.set(UID, { execution: 'execution:before', until: Number.POSITIVE_INFINITY });
    await on.run(askOnCall as PlaybookStep, { mode: 'remove', taskToken: 'token', input: finding });
    const { planHash } = on.questions[0]?.question ?? {};
    const answer = {
      decision: 'approve',
      planHash,
      decidedBy: 'alice',
      reason: 'x',
      decidedAt: '2026-11-26T10:00:00Z',
    };
    on.cluster.fault = (verb, path) =>
      verb === 'remove' && path.includes('/pods/stuck') ? new KubernetesError(403, 'Forbidden', 'no') : undefined;
    const removal = { mode: 'remove', results: { askOnCall: answer } } as const;
    while ((await on.run(removeWorkloads as PlaybookStep, removal)).again);
    on.cluster.fault = () => undefined;
    await on.run(report as PlaybookStep, { typed: { ...finding, mode: 'isolate' } });

    on.leases.set(UID, { execution: 'execution:before', until: Number.POSITIVE_INFINITY });
    const results: Record<string, unknown> = {};
    for (const step of RELEASE_FUNCTION_STEPS)
      results[step.key] = await on.run(step, {
        name: 'release-1',
        typed: { ...finding, mode: 'release', overwrite: true },
        // The last one looks the finding up where the first could not.
        results: step.key === 'report' ? {} : { ...results },
      });
    note(on);

    // Another namespace of that name, just as something is made in it.
    for (const step of CONTAIN_FUNCTION_STEPS.filter(({ key }) => /^(disable|isolate|cut)/.test(key))) {
      const moved = stage();
      moved.cluster.fault = (verb) => {
        if (verb === 'create') moved.cluster.add(otherNamespace());
        return undefined;
      };
      await moved.run(step).catch(() => undefined);
      note(moved);
    }
  }, 60_000);

  test.each(notOf([...CONTAIN_FUNCTION_STEPS, ...RELEASE_FUNCTION_STEPS]))('$key calls all that it needs', (step) => {
    // What the kinds of danger and the proofs need is held below.
    const parts =
      step.key === 'checkTarget'
        ? new Set<string>(allNeeds(...DANGERS.map(({ needs }) => needs)).kubernetes)
        : new Set();
    const left = unused(step.needs, used.get(step.key) as Recorder);
    expect(left.filter((need) => !parts.has(need))).toEqual([]);
  });
});

/** Runs something on a cluster with everything in it, before and after it was quarantined, and on one with nothing. */
async function compared(
  needs: Needs,
  run: (context: StepContext, stage: Stage) => Promise<unknown>,
  /** What it may call beside. */
  framework: Needs = {},
): Promise<void> {
  const recorder = new Recorder();
  const { signal } = new AbortController();
  const all = everything().slice(1) as { kind: string }[];
  for (const { objects, noted } of [
    { objects: all, noted: false },
    { objects: all, noted: true },
    { objects: [], noted: false },
    // What ran has gone.
    { objects: [ANSWERING], noted: true },
  ]) {
    const stage = new Stage(new MemoryCluster([quarantined(), ...objects], KINDS_BESIDE));
    stage.associations = [{ associationId: 'a-1', serviceAccount: 'bot' }];
    await stage.snapshot(
      all.filter(({ kind }) => ['ServiceAccount', 'PersistentVolumeClaim'].includes(kind)),
      all.filter(({ kind }) => kind.endsWith('RoleBinding')),
    );
    if (noted) await stage.finished('disableNamespace', NOW - 60_000);
    if (noted) await stage.finished('cutConnections', NOW, { denialFirst: true });
    if (noted) await stage.finished('removeWorkloads', NOW, { pods: [GONE] });
    stage.cluster.may = async () => {
      throw new KubernetesError(500, 'InternalError', `${CALLING} failed calling webhook "dead.example.com"`);
    };
    const clients = recorder.clients(stage.clients);
    const cluster = new Actuator(recorder.cluster(stage.cluster), signal, { dryRun: false });
    const context = stage.context({}, { clients, cluster, folder: stage.folderOf(clients.store) });
    await run(context, stage).catch(() => undefined);
  }
  expect({ beyond: recorder.beyond(allNeeds(framework, needs)), unused: unused(needs, recorder) }).toEqual({
    beyond: [],
    unused: [],
  });
}
const ANSWERING = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'answering' },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
};
const GONE = { name: 'web', uid: 'u', node: 'answering', seen: 'gone', graceful: true, nodeAnswered: true };
const CALLING = 'Internal error occurred:';

test.each([...new Set([...ISOLATION, ...REMOVAL])])(
  'the proof $id calls what it needs, and nothing else',
  ({ needs, prove }) => compared(needs, (context) => prove(new ClusterReader(context))),
);

test.each(DANGERS)('looking for $about calls what it needs, and nothing else', ({ needs, find }) =>
  compared(needs, ({ cluster, clients, signal }) =>
    find(new Surroundings(TARGET, cluster.kubernetes, signal, clients.capabilities)),
  ),
);

test.each([
  ...CAUSES.map(({ question, needs, find }) => ({ what: `the question "${question}"`, needs, ask: find })),
  ...REMEDIES.map(({ name, needs, propose }) => ({ what: `the remedy ${name}`, needs, ask: propose })),
])('$what calls what it needs, and nothing else', ({ needs = {}, ask }) =>
  compared(
    needs,
    // The facts are read by the step, for all of them.
    async (context, stage) => ask({ ...(await factsOf(stage.context())), context }),
    STEP_NEEDS,
  ),
);

describe('the roles', () => {
  interface Rule {
    apiGroups: string[];
    resources: string[];
    verbs: string[];
  }
  const objects = [
    'roles/snapshot',
    'roles/contain',
    'roles/probe',
    'roles/release',
    'policies/guarded-rights',
  ].flatMap((file) => parseAllDocuments(readFileSync(`cluster/${file}.yaml`, 'utf8')).map((each) => each.toJS()));
  const rightsOf = (role: string): string[] =>
    objects
      .filter(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === role)
      .flatMap(({ rules }: { rules: Rule[] }) => rules)
      .flatMap(({ apiGroups, resources, verbs }) =>
        apiGroups.flatMap((group) =>
          resources.flatMap((each) => verbs.map((verb) => `${verb} ${each}${group ? `.${group}` : ''}`)),
        ),
      );
  const rolesOf = (group: string): string[] =>
    objects
      .filter(
        ({ kind, subjects }) =>
          kind === 'ClusterRoleBinding' && subjects.some(({ name }: { name: string }) => name === group),
      )
      .map(({ roleRef }) => roleRef.name);
  const STEPS: Record<string, readonly PlaybookStep[]> = {
    [GROUPS.contain]: CONTAIN_FUNCTION_STEPS,
    [GROUPS.probe]: PROBE_FUNCTION_STEPS,
    [GROUPS.release]: RELEASE_FUNCTION_STEPS,
  };
  const neededBy = (group: string) =>
    allNeeds(STEP_NEEDS, ...(STEPS[group] ?? []).map(({ needs }) => needs)).kubernetes;

  test.each(Object.keys(STEPS))('%s may do what its steps need', (group) => {
    const granted = rolesOf(group).flatMap(rightsOf);
    expect(neededBy(group).filter((right) => !granted.includes(right))).toEqual([]);
  });

  test.each([...new Set(Object.keys(STEPS).flatMap(rolesOf))].filter((role) => role !== 'view'))(
    '%s grants nothing that no step needs',
    (role) => {
      const groups = Object.keys(STEPS).filter((group) => rolesOf(group).includes(role));
      const needed = new Set<string>(groups.flatMap(neededBy));
      expect(rightsOf(role).filter((right) => !needed.has(right))).toEqual([]);
    },
  );
});
