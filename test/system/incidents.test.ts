/**
 * Staged incidents on the live twin: what the alerts and mails say, against what the scripts really did.
 *
 * What stands under *simulated* in docs/twin.md proves nothing about AWS. A test that rests on it says so: CloudTrail holds
 * a call at once, here. GuardDuty, Container Insights, flow logs and the logs of the API server and its authenticator are
 * not there, and an alert has to say that they were not checked.
 */

import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newsOf } from '../../functions/alert/news.ts';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { SINGLES } from '../../functions/contract/digest.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { type Grade, SEVERITIES } from '../../functions/contract/vocabulary.ts';
import type { Fact, GroundTruth } from '../../tools/record/incidents/incident.ts';
import { INCIDENTS } from '../../tools/record/incidents/index.ts';
import type { Received } from '../../tools/twin/alerts.ts';
import { run } from '../../tools/twin/commands.ts';
import { kubeRequest } from '../../tools/twin/kube.ts';
import { type Stack, startStack } from '../../tools/twin/stack.ts';
import { BRING_UP_MS, progress } from './bring-up.ts';
import { type Metadata, missingAnswers } from './staged/answers.ts';
import { LiveStack, type Outcome } from './staged/live.ts';
import { mailOf, sectionsOf } from './staged/mail.ts';
import { doerOf, entranceOf, factsOf, objectOf, portOf, refusedBefore, requestOf } from './staged/truth.ts';

/** From the request to the message. */
const BUDGET_MS = 25_000;

let stack: Stack;
let live: LiveStack;
const report = progress();
const times: number[] = [];

beforeAll(async () => {
  stack = await startStack(report, { fromNow: true, config: { emails: [{ address: 'oncall@example.com' }] } });
  live = new LiveStack(stack);
  await kubectl('apply', '-k', 'cluster/');
}, BRING_UP_MS);
afterAll(async () => {
  const sorted = times.toSorted((a, b) => a - b);
  report(`from request to message: median ${seconds(sorted[sorted.length >> 1])}, worst ${seconds(sorted.at(-1))}`);
  await stack?.close();
});

const seconds = (ms = Number.NaN): string => `${(ms / 1000).toFixed(1)} s`;
const kubectl = (...args: string[]) => run(stack.binaries.kubectl, [`--kubeconfig=${stack.adminKubeconfig}`, ...args]);

/** @throws when the check gave no answer */
function detailsOf<Details>(evidence: readonly Evidence[] | undefined, check: string): Details {
  const found = evidence?.find((item) => item.check === check);
  if (!found || found.status === 'not-checked') throw new Error(`${check}: ${found?.summary ?? 'not asked'}`);
  return found.details as Details;
}

const rank = (severity: Grade | undefined): number =>
  severity === undefined || severity === 'UNKNOWN' ? -1 : SEVERITIES.indexOf(severity);

/** Signs that ordinary work does not show. */
const GRAVE: readonly string[] = [
  'privileged',
  'host-pid',
  'host-path',
  'miner-image',
  'suspicious-command',
  'node-entry',
];

/** An answer of CloudTrail serves for half a minute: the incident that rests on it comes before anything else asks. */
const inOrder = INCIDENTS.toSorted((a, b) => Number(!entranceOf(a.right)) - Number(!entranceOf(b.right)));

describe.each(inOrder)('$name', (incident) => {
  let truth: GroundTruth;
  let outcome: Outcome;
  /** What was found at the first look, and at the second one, whether it was sent or not; of the first namespace. */
  let first: readonly Evidence[] | undefined;
  let second: readonly Evidence[];
  let facts: Record<'first' | 'second', Fact[]>;

  beforeAll(async () => {
    outcome = await live.run(incident);
    ({ truth } = outcome);
    const [alert, update] = [outcome.first[0]?.alert, outcome.updates[0]?.alert];
    if (!alert) throw new Error('no alert');
    first = alert.evidence;
    second = update?.evidence ?? (await live.investigate(alert.finding)).evidence;
    const { before, creation, after } = truth.facts;
    facts = { first: [...before, ...creation], second: [...before, ...creation, ...after] };
  }, 180_000);

  test('one alert for each namespace, of the first of the hour, in time; the others are told in its digest', () => {
    const { creations, digested } = outcome;
    expect(outcome.first).toHaveLength(Math.min(creations.length, SINGLES.actor));
    expect(digested).toHaveLength(creations.length - outcome.first.length);
    const uids = outcome.first.map(({ alert }) => alert.finding.namespace.uid);
    expect(uids).toEqual(truth.creations.map(({ uid }) => uid));
    const took = outcome.first.map(
      ({ at }, index) => performance.timeOrigin + at - Date.parse(requestOf(truth, index).at),
    );
    report(`${incident.name}: from request to message ${took.map(seconds).join(', ')}`);
    times.push(...took);
    for (const ms of took) expect(ms).toBeLessThan(BUDGET_MS);
  });

  test('beside them, alerts only for what was refused, and for what the administrator made before', () => {
    const refused = { what: 'attempt-denied', by: truth.creations[0]?.actor.username };
    for (const { alert } of outcome.others) {
      const { outcome: what, actor } = alert.finding;
      expect([refused, { what: 'created', by: 'kubernetes-admin' }]).toContainEqual({ what, by: actor.username });
    }
  });

  test('the actor', () => {
    for (const [index, { alert }] of outcome.first.entries()) {
      const { outcome: what, actor, request } = alert.finding;
      expect(what).toBe('created');
      expect(actor).toMatchObject(truth.creations[index]?.actor ?? {});
      expect(request.auditId).toBe(truth.creations[index]?.auditID);
      expect(request.sourceIps).toEqual([requestOf(truth, index).from]);
    }
  });

  test('the right that allowed it', () => {
    const entrance = entranceOf(truth.right);
    for (const { alert } of outcome.first) {
      const { grantedBy } = detailsOf<DetailsByCheck['permissions']>(alert.evidence, 'permissions');
      expect(grantedBy).not.toHaveProperty('bindingGone');
      if (entrance) {
        expect(grantedBy?.accessPolicyArn?.split('/').pop()).toBe(entrance.policy);
        const { identity, accessEntry } = detailsOf<DetailsByCheck['principal']>(alert.evidence, 'principal');
        expect(identity?.name).toBe(entrance.principal);
        expect(accessEntry?.principalArn).toBe(truth.creations[0]?.actor.principalArn);
      } else {
        const { kind, name: binding } = objectOf(truth.right);
        expect(grantedBy).toMatchObject({ kind, binding });
      }
    }
  });

  test.each(['first', 'second'] as const)('the rights that were given, and by whom: %s look', (look) => {
    const { changes } = detailsOf<DetailsByCheck['access-changes']>(
      look === 'first' ? first : second,
      'access-changes',
    );
    const wide = changes.filter(({ source, wide, concerns }) => source === 'audit' && wide && concerns.length > 0);
    const given = factsOf('access-change', facts[look]).filter((fact) => !entranceOf(fact));
    expect(wide.map(({ what, namespace, name, by, verb }) => ({ what, namespace, name, by, verb }))).toEqual(
      given.map((fact) => {
        const { kind: what, namespace, name } = objectOf(fact);
        return { what, namespace, name, by: doerOf(truth, fact), verb: 'create' };
      }),
    );
    for (const { gives } of wide) expect(gives).toContain('cluster-admin');
  });

  test('the way into the cluster that was opened, and by whom (CloudTrail: simulated)', () => {
    const { changes } = detailsOf<DetailsByCheck['access-changes']>(first, 'access-changes');
    const opened = changes.filter(({ source, concerns }) => source === 'cloudtrail' && concerns.includes('actor'));
    const given = factsOf('access-change', facts.first).flatMap((fact) => {
      const { policy, principal: name } = entranceOf(fact) ?? {};
      const verb = policy ? 'AssociateAccessPolicy' : 'CreateAccessEntry';
      return name ? [{ verb, name, by: doerOf(truth, fact) }] : [];
    });
    const byVerb = (a: { verb: string }, b: { verb: string }): number => a.verb.localeCompare(b.verb);
    expect(opened.map(({ verb, name, by }) => ({ verb, name, by })).toSorted(byVerb)).toEqual(given.toSorted(byVerb));
  });

  test('what runs there, and what is open', () => {
    const { workloads } = detailsOf<DetailsByCheck['workloads']>(second, 'workloads');
    const started = factsOf('workload', facts.second).map(objectOf);
    expect(workloads.map(({ kind, name }) => ({ kind, name }))).toEqual(
      started.map(({ kind, name }) => ({ kind, name })),
    );
    for (const { signs } of workloads)
      expect(signs.some(({ sign }) => GRAVE.includes(sign))).toBe(truth.kind === 'hostile');
    const { services } = detailsOf<DetailsByCheck['network']>(second, 'network');
    const opened = factsOf('exposure', facts.second);
    expect(services).toMatchObject(
      opened.map((fact) => {
        const { type, port } = portOf(fact);
        return { name: objectOf(fact).name, type, ports: [expect.stringContaining(port)] };
      }),
    );
    expect(services).toHaveLength(opened.length);
  });

  test('what was refused, and which secrets were read', () => {
    expect(detailsOf<DetailsByCheck['actor-activity']>(first, 'actor-activity')).toMatchObject({
      refusedBefore: refusedBefore(truth),
      secretsRead: 0,
      more: false,
    });
    const activity = detailsOf<DetailsByCheck['actor-activity']>(second, 'actor-activity');
    expect(activity.secretsRead).toBe(factsOf('secrets', facts.second).length);
    const created = activity.namespacesCreated.map(({ name }) => name);
    expect(created).toEqual(outcome.creations.map(({ namespace }) => namespace));
    // `clear` and `not-checked` hold no groups
    const { groups = [] } = (second.find(({ check }) => check === 'refused-requests')?.details ?? {}) as Partial<
      DetailsByCheck['refused-requests']
    >;
    const ofActor = groups.filter(({ isActor }) => isActor).reduce((sum, { count }) => sum + count, 0);
    expect(ofActor).toBe(refusedBefore(truth));
  });

  test('the severity at both looks', () => {
    for (const [index, { alert, attributes }] of outcome.first.entries()) {
      expect(attributes['severity']).toBe(alert.assessment?.severity);
      for (const [look, severity] of [
        ['first', alert.assessment?.severity],
        ['second', outcome.latest[index]?.severity],
      ] as const) {
        const { atLeast = 'LOW', atMost = 'CRITICAL' } = truth.expect[look] ?? {};
        expect(rank(severity)).toBeGreaterThanOrEqual(rank(atLeast));
        expect(rank(severity)).toBeLessThanOrEqual(rank(atMost));
      }
    }
  });

  test('an update where something is new, which it says', () => {
    for (const [index, { alert }] of outcome.first.entries()) {
      const latest = outcome.latest[index];
      const [was, is] = [alert.assessment?.severity, latest?.severity];
      const update = outcome.updates[index]?.alert;
      const told = new Set(alert.assessment?.indicators.filter(({ weight }) => weight > 0).map(({ id }) => id));
      const isNew = Object.entries(latest?.indicators ?? {}).some(([id, weight]) => weight > 0 && !told.has(id));
      if (rank(is) !== rank(was) || isNew) expect(update).toBeDefined();
      if (!update) continue;
      expect(update.update).toMatchObject({ previous: was, look: 1 });
      expect(update.assessment?.severity).toBe(is);
      expect(newsOf(update, 300).length).toBeGreaterThan(0);
    }
  });

  test('the mail alone answers the seven questions (CloudTrail: simulated)', async () => {
    for (const [index, received] of outcome.first.entries()) {
      const metadata = await metadataOf(truth.creations[index]?.namespace ?? '');
      const missing = async ({ alert, ...rest }: Received, until: Fact[]) => {
        const { to, text } = await mailOf(stack, { alert, ...rest });
        expect(to).toBe('oncall@example.com');
        return missingAnswers(text, { alert, truth, index, facts: until, metadata });
      };
      expect(await missing(received, facts.first)).toEqual([]);
      const update = outcome.updates[index];
      if (update) expect(await missing(update, facts.second)).toEqual([]);
    }
  });
});

/** What the cluster holds of what the script gave the namespace. */
async function metadataOf(name: string): Promise<Metadata> {
  const { json } = await kubeRequest(stack.endpoint, stack.admin, { path: `/api/v1/namespaces/${name}` });
  const { labels = {}, annotations = {} } = (json?.['metadata'] ?? {}) as Partial<Metadata>;
  const { 'kubernetes.io/metadata.name': _, ...ownLabels } = labels;
  const { 'kubectl.kubernetes.io/last-applied-configuration': __, ...ownAnnotations } = annotations;
  return { labels: ownLabels, annotations: ownAnnotations };
}

/** Checks that ask the cluster, and nothing else. */
const OF_THE_CLUSTER = ['namespace', 'workloads', 'images', 'network', 'cluster-weaknesses'];

/** Each of them has no answer, for this reason, and the mail says so. */
async function expectUnanswered(received: Received, reason: RegExp): Promise<void> {
  const { evidence = [], investigationFailed } = received.alert;
  expect(investigationFailed).toBeUndefined();
  const unknown = sectionsOf((await mailOf(stack, received)).text).get('NOT KNOWN');
  expect(unknown).toMatch(/\d+ of \d+ checks gave no answer/);
  for (const name of OF_THE_CLUSTER) {
    const { status, summary = '' } = evidence.find(({ check }) => check === name) ?? {};
    expect([name, status, summary]).toEqual([name, 'not-checked', expect.stringMatching(reason)]);
  }
}

describe('what cannot be asked', () => {
  let finding: Finding;

  test('the cluster denies it, before kubectl apply -k cluster/: an alert in time, that says so', async () => {
    await kubectl('delete', '-k', 'cluster/');
    const kubeconfig = await stack.identities.roleKubeconfig('Dev', 'alice@example.com', stack.processes.folder);
    const start = performance.now();
    await run(stack.binaries.kubectl, [`--kubeconfig=${kubeconfig}`, 'create', 'namespace', 'unobserved']);
    const [received] = await stack.alerts.next();
    if (!received) throw new Error('no alert');
    report(`denied: from request to message ${seconds(received.at - start)}`);
    expect(received.at - start).toBeLessThan(BUDGET_MS);
    ({ finding } = received.alert);
    expect(finding).toMatchObject({ outcome: 'created', namespace: { name: 'unobserved' } });
    await expectUnanswered(received, /denied/);
    const permissions = received.alert.evidence?.find(({ check }) => check === 'permissions');
    expect(permissions).toMatchObject({ status: 'found', summary: expect.stringContaining('the binding (denied)') });
  });

  test('the cluster does not answer: an alert in time, that says so', async () => {
    await stack.processes.stop('kube-apiserver');
    const silent = createServer();
    const { hostname, port } = new URL(stack.endpoint.url);
    await new Promise<void>((listening) => silent.listen(Number(port), hostname, listening));
    const start = performance.now();
    await live.start({ ...finding, id: `nsf-${'0'.repeat(32)}` });
    const [received] = await stack.alerts.next();
    silent.close();
    if (!received) throw new Error('no alert');
    report(`no answer: from request to message ${seconds(received.at - start)}`);
    expect(received.at - start).toBeLessThan(BUDGET_MS);
    await expectUnanswered(received, /no answer/);
    const answers = Object.fromEntries((received.alert.evidence ?? []).map(({ check, ...rest }) => [check, rest]));
    expect(answers['permissions']).toMatchObject({
      status: 'found',
      summary: expect.stringMatching(/^Allowed by ClusterRoleBinding developers.* \(no answer in time\)/),
    });
    expect(answers['access-changes']).toMatchObject({ status: 'found' });
    expect(answers['actor-activity']).toMatchObject({ status: 'found' });
  });
});
