/**
 * Whatever the stream: digests, acceptances and canaries hide no success of an identity that they are not for. The model knows what
 * was accepted of whom and who sends canaries, and says of each event what has to become of it; the handlers are the real ones, with
 * the real rule of acceptances.
 */
import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { CANARY_MANAGER } from '../functions/contract/canary.ts';
import type { Finding } from '../functions/contract/finding.ts';
import type { Evidence } from '../functions/contract/investigation.ts';
import type { Severity } from '../functions/contract/vocabulary.ts';
import { acceptanceOf } from '../functions/investigate/acceptance.ts';
import { GROUPS } from '../functions/kubernetes/quarantine.ts';
import { role } from './detect/events.ts';
import { created, denied, World } from './stream.ts';

jest.setTimeout(60_000);

const CLUSTER = { name: 'prod', region: 'eu-central-1', account: '111122223333' };
const arnOf = (actor: string): string => `arn:aws:iam::111122223333:role/${actor}`;
const groupsOf = (actor: string): string[] => (actor === 'watch' ? [GROUPS.watch] : ['developers']);
const userOf = (actor: string, groups = groupsOf(actor)) =>
  role({
    username: `arn:aws:sts::111122223333:assumed-role/${actor}/session`,
    groups,
    extra: { canonicalArn: [arnOf(actor)] },
  });

/** What a person has accepted of the identity `ci`: this indicator, from these addresses. */
const ACCEPTED = { indicators: ['new-creator'], addresses: ['10.0.0.0/8'], decidedBy: 'alice' };
const INSIDE = '10.1.2.3';
const OUTSIDE = '203.0.113.9';

const events = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        what: fc.constant('created' as const),
        actor: fc.constantFrom('ci', 'ci', 'eve', 'watch'),
        address: fc.constantFrom(INSIDE, INSIDE, OUTSIDE),
        found: fc.constantFrom<string[]>([], ['new-creator'], ['new-creator'], ['new-creator', 'miner']),
        severity: fc.constantFrom<Severity>('LOW', 'LOW', 'MEDIUM', 'HIGH'),
        /** Written as a canary is, but for what makes one. */
        asCanary: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        what: fc.constant('denied' as const),
        actor: fc.constantFrom('ci', 'eve', 'watch'),
        asCanary: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        what: fc.constant('canary' as const),
        /** Who sends it, with which nonce, and how often the line arrives. */
        actor: fc.constantFrom('watch', 'watch', 'eve'),
        nonce: fc.constantFrom('own', 'own', 'old', 'invented'),
        times: fc.constantFrom(1, 2),
      }),
    },
    { weight: 1, arbitrary: fc.record({ what: fc.constant('pass' as const), minutes: fc.constantFrom(5, 31, 65) }) },
  ),
  { minLength: 1, maxLength: 60 },
);
type Event = typeof events extends fc.Arbitrary<(infer E)[]> ? E : never;
type Creation = Extract<Event, { what: 'created' }>;

/** As the model has it: whether a person has accepted all of it. */
const isCovered = ({ actor, address, found }: Creation): boolean =>
  actor === 'ci' && address === INSIDE && found.every((id) => id === 'new-creator');

/** What the checks would answer, and the indicators that were found. */
function investigation(finding: Finding, creation?: Creation) {
  // Of what was refused, nothing is found.
  const { actor, found, severity } = creation ?? { actor: '', found: [], severity: 'LOW' as const };
  const answer = (check: string, details: object): Evidence => ({
    check,
    question: 'q?',
    status: 'found',
    summary: 's.',
    details: { ...details },
    tookMs: 1,
  });
  const evidence = [answer('workloads', {}), answer('known-creator', actor === 'ci' ? { known: ACCEPTED } : {})];
  const indicators = found.map((id) => ({ id, weight: 10, reason: 'r.' }));
  const assessment = { score: 50, severity, indicators };
  const accepted = acceptanceOf({ finding, evidence, knownAutomation: [] }, assessment);
  return { evidence, assessment: { ...assessment, ...(accepted && { accepted }) } };
}

const nonceOf = (index: number): string => `0b5c0a52-8d0c-4d5e-9f2a-${String(index).padStart(12, '0')}`;
const canaryUri = (nonce: string, dryRun = true): string =>
  `/api/v1/namespaces?${dryRun ? 'dryRun=All&' : ''}fieldManager=${CANARY_MANAGER}${nonce}`;

/** Delivers a stream, and holds each event to the model. */
async function play(list: readonly Event[]): Promise<void> {
  const world = new World();
  const creations = new Map<string, Creation>();
  world.investigationOf = (finding) => investigation(finding, creations.get(finding.namespace.name ?? ''));
  const [refused, followed] = [new Set<string>(), new Set<string>()];
  const sent: string[] = [];
  /** When the canaries were sent that have not arrived. */
  const unused = new Map<string, number>();
  let arrivedAt: number | undefined;
  let findings = 0;
  let covered = 0;
  let deferred = 0;
  for (const [index, event] of list.entries()) {
    const before = world.sender.sent.length;
    const hour = Math.floor(world.now / 3_600_000);
    if (event.what === 'pass') await world.pass(event.minutes);
    else if (event.what === 'denied') {
      findings++;
      refused.add(`${event.actor} ${hour}`);
      const requestURI = event.asCanary ? canaryUri(sent.at(-1) ?? nonceOf(0), false) : '/api/v1/namespaces';
      await world.deliver([denied(world.now, '', { user: userOf(event.actor), requestURI })]);
    } else if (event.what === 'canary') {
      const { actor, nonce: kind, times } = event;
      const nonce = (kind === 'old' ? sent.at(-1) : undefined) ?? nonceOf(index);
      if (kind === 'own') {
        await world.canaries.keep({ nonce, cluster: CLUSTER, principal: arnOf('watch'), sentAt: world.now });
        sent.push(nonce);
        unused.set(nonce, world.now);
      }
      // Sent by another identity, it shows nothing, and uses nothing up.
      const sentAt = actor === 'watch' ? unused.get(nonce) : undefined;
      if (sentAt !== undefined) {
        arrivedAt = Math.max(arrivedAt ?? 0, sentAt);
        unused.delete(nonce);
      }
      const user = userOf(actor, groupsOf('watch'));
      const line = denied(world.now, '', { user, requestURI: canaryUri(nonce), requestObject: undefined });
      for (let time = 0; time < times; time++) await world.deliver([line]);
      // Nobody is told about a canary, and none but that of watch with its own nonce counts.
      expect(world.sender.sent.length).toBe(before);
      expect((await world.canaries.state(CLUSTER)).arrivedAt).toBe(arrivedAt);
    } else {
      findings++;
      const name = `n-${index}`;
      creations.set(name, event);
      const requestURI = event.asCanary ? canaryUri(sent.at(-1) ?? nonceOf(0), false) : '/api/v1/namespaces';
      await world.deliver([
        created(world.now, name, '', { user: userOf(event.actor), sourceIPs: [event.address], requestURI }),
      ]);
      const isTold = world.sender.sent.length > before;
      const [follows] = [hour, hour - 1]
        .map((each) => `${event.actor} ${each}`)
        .filter((each) => refused.has(each) && !followed.has(each));
      if (follows !== undefined) {
        expect([name, 'follows a refusal', isTold]).toEqual([name, 'follows a refusal', true]);
        followed.add(follows);
      } else if (event.severity === 'HIGH' && !isCovered(event) && !world.isDeferred(name))
        expect([name, 'is HIGH', isTold]).toEqual([name, 'is HIGH', true]);
      if (world.isDeferred(name)) deferred++;
      else if (isCovered(event) && !isTold) covered++;
      // What is accepted is reported on its own where refusals came before, and nowhere else.
      const isSuspect = [hour, hour - 1].some((each) => refused.has(`${event.actor} ${each}`));
      if (isCovered(event) && !isSuspect) expect([name, 'is accepted', isTold]).toEqual([name, 'is accepted', false]);
    }
  }
  await world.pass(100);
  // The digest of what was accepted is that of a day.
  world.now += 24 * 3_600_000;
  await world.pass(15);
  expect(world.findings()).toHaveLength(findings);
  const told = new Set(world.alerts().map(({ finding }) => finding.namespace.name));
  for (const [name, creation] of creations)
    if (creation.severity === 'HIGH' && !isCovered(creation)) expect(told).toContain(name);
  // What is told as accepted are the accepted ones alone, and all of them.
  const rows = world.digested().flatMap((digest) => digest.rows);
  const accepted = rows.filter(({ reason }) => reason === 'accepted');
  expect([...new Set(accepted.map(({ actor }) => actor.name))].filter((name) => name !== arnOf('ci'))).toEqual([]);
  const acceptedCount = accepted.reduce((sum, { count }) => sum + count, 0);
  expect(acceptedCount).toBeGreaterThanOrEqual(covered);
  expect(acceptedCount).toBeLessThanOrEqual(covered + deferred);
  // Everything is reported on its own or counted.
  const counted = rows.filter(({ reason }) => reason !== 'looked-at').reduce((sum, { count }) => sum + count, 0);
  const single = new Set(world.alerts().flatMap(({ id, update }) => (update ? [] : id)));
  expect(counted + single.size).toBeGreaterThanOrEqual(findings);
  // What was deferred may be counted again, as what was found then.
  expect(counted + single.size).toBeLessThanOrEqual(findings + deferred);
}

test('no success hides behind what was accepted of another, behind canaries, or in a digest', async () => {
  await fc.assert(fc.asyncProperty(events, play), { numRuns: 60 });
});
