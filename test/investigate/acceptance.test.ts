/** What is accepted, and what breaks an acceptance. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isWithinNetworks, NEVER_ACCEPTED, networkOf, scopeProblems } from '../../functions/contract/acceptance.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { Assessment, Evidence } from '../../functions/contract/investigation.ts';
import { severityOf } from '../../functions/contract/vocabulary.ts';
import { acceptanceOf } from '../../functions/investigate/acceptance.ts';
import { RULES } from '../../functions/investigate/indicators/index.ts';
import { AT, CI_ROLE, evidence, finding, role } from '../checks/examples.ts';

const KNOWN = {
  namePattern: 'team-*',
  decidedBy: 'alice',
  decidedAt: AT,
  expiresAt: '2027-02-21T10:00:00.000Z',
  origin: 'proposal',
  reason: 'preview environments',
  indicators: ['secrets-read', 'host-access-workload'],
  addresses: ['10.0.0.0/16', '203.0.113.0/24'],
};
const seen: Evidence = evidence({ check: 'workloads', details: { workloads: [] } });
const known = (changes: object = {}): Evidence =>
  evidence({
    check: 'known-creator',
    status: 'clear',
    details: { principal: CI_ROLE, known: { ...KNOWN, ...changes } },
  });
const from = (address: string | undefined): Finding =>
  finding({ request: { at: AT, ...(address !== undefined && { sourceIps: ['198.51.100.1', address] }) } });
const assessed = (...ids: string[]): Assessment => {
  const indicators = ids.map((id) => {
    const rule = RULES.find((candidate) => candidate.id === id);
    return { id, weight: rule?.weight ?? 0, reason: 'r' };
  });
  const score = Math.min(
    100,
    Math.max(
      0,
      indicators.reduce((sum, { weight }) => sum + weight, 0),
    ),
  );
  return { score, severity: severityOf(score), indicators };
};
const judged = (
  assessment: Assessment,
  { subject = from('10.0.3.4'), answers = [known(), seen], knownAutomation = [] as string[] } = {},
) => acceptanceOf({ finding: subject, evidence: answers, knownAutomation }, assessment);

describe('what a person has accepted', () => {
  test('is accepted, with who, why and until when', () => {
    expect(judged(assessed('secrets-read'))).toEqual({
      by: 'alice',
      why: 'preview environments',
      namePattern: 'team-*',
      until: KNOWN.expiresAt,
    });
    expect(judged(assessed())).toBeDefined();
    expect(judged(assessed('secrets-read', 'known-creator'))).toBeDefined();
  });

  test('a threat that is named is accepted as well, whatever the grade', () => {
    const high = { ...assessed('host-access-workload', 'secrets-read'), severity: 'HIGH' as const };
    expect(judged(high)).toBeDefined();
  });

  test.each<[string, Assessment, Parameters<typeof judged>[1]]>([
    ['another indicator', assessed('secrets-read', 'exec'), {}],
    [
      'an indicator that weighs nothing here',
      { ...assessed('secrets-read'), indicators: [{ id: 'exec', weight: 0, reason: 'r' }] },
      {},
    ],
    ['another address range', assessed('secrets-read'), { subject: from('10.1.0.1') }],
    ['an address that the client made up before its own', assessed('secrets-read'), { subject: from('192.0.2.1') }],
    ['no address', assessed('secrets-read'), { subject: from(undefined) }],
    [
      'a creator who is known, and of whom nothing is accepted',
      assessed(),
      { answers: [known({ indicators: undefined }), seen] },
    ],
    ['invalid networks', assessed(), { answers: [known({ addresses: ['10.0.3.4', '0.0.0.0/0', 7] }), seen] }],
    ['no look into the namespace', assessed(), { answers: [known()] }],
    ['a look that failed', assessed(), { answers: [known(), evidence({ check: 'workloads', status: 'not-checked' })] }],
    [
      'a severity that limits keep unknown',
      { ...assessed(), severity: 'UNKNOWN', limits: ['log-budget'] as never },
      {},
    ],
    ['what was not created', assessed(), { subject: finding({ ...from('10.0.3.4'), outcome: 'attempt-denied' }) }],
    ['nobody having said anything', assessed(), { answers: [seen] }],
  ])('is broken by %s', (_, assessment, given) => {
    expect(judged(assessment, given)).toBeUndefined();
  });

  test('never hides an indicator, or an address, outside of what it names', () => {
    const ids = fc.uniqueArray(fc.constantFrom(...RULES.map(({ id }) => id)), { maxLength: 6 });
    const address = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(ids, ids, address, fc.array(address, { maxLength: 3 }), (found, named, peer, others) => {
        const addresses = others.flatMap((other) => networkOf(other) ?? []);
        const accepted = judged(assessed(...found), {
          subject: from(peer),
          answers: [known({ indicators: named, addresses }), seen],
        });
        const outside = found.filter(
          (id) => !named.includes(id) && (RULES.find((rule) => rule.id === id)?.weight ?? 0) > 0,
        );
        const inRange = others.some((other) => networkOf(other) === networkOf(peer));
        expect(accepted !== undefined).toBe(outside.length === 0 && inRange);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('known automation', () => {
  const listed = { answers: [seen], knownAutomation: [CI_ROLE] };

  test.each<[string, Assessment, boolean]>([
    ['nothing', assessed(), true],
    [
      'what its work shows',
      { ...assessed('new-creator'), indicators: assessed('new-creator', 'secrets-read').indicators },
      true,
    ],
    ['a new address', { ...assessed('new-address') }, false],
    ['a new client', { ...assessed('new-user-agent') }, false],
    ['a threat', { ...assessed('lookalike-name'), severity: 'LOW' }, false],
    ['what is above LOW', { ...assessed('new-creator'), severity: 'MEDIUM' }, false],
  ])('is accepted by the configuration with %s: %s', (_, assessment, expected) => {
    expect(judged(assessment, listed) !== undefined).toBe(expected);
  });

  test('another creator is not', () => {
    expect(
      judged(assessed(), { ...listed, subject: finding({ actor: role({ principalArn: 'arn:aws:iam::1:role/x' }) }) }),
    ).toBeUndefined();
  });

  test('a HIGH by a threat that nobody has named always alerts', () => {
    const threats = RULES.filter(({ kind }) => kind === 'threat').map(({ id }) => id);
    fc.assert(
      fc.property(fc.subarray(threats, { minLength: 1 }), fc.subarray(threats), (found, named) => {
        fc.pre(found.some((id) => !named.includes(id)));
        const given = { answers: [known({ indicators: named }), seen], knownAutomation: [CI_ROLE] };
        expect(judged(assessed(...found), given)).toBeUndefined();
      }),
    );
  });
});

describe('the scope of an acceptance', () => {
  test.each(NEVER_ACCEPTED)('%s can never be accepted, and exists', (id) => {
    expect(scopeProblems({ indicators: [id], addresses: ['10.0.0.0/16'] }).join()).toContain('never be accepted');
    expect(RULES.map((rule) => rule.id)).toContain(id);
  });

  test.each<[string | undefined, string | undefined]>([
    ['10.0.4.30', '10.0.0.0/16'],
    ['172.31.9.1', '172.31.0.0/16'],
    ['203.0.113.20', '203.0.113.0/24'],
    ['::ffff:203.0.113.20', '203.0.113.0/24'],
    ['2a05:d018::1', '2a05:d018::1/64'],
    ['-', undefined],
    [undefined, undefined],
  ])('the network of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
    if (network !== undefined) expect(isWithinNetworks(address?.replace('::ffff:', ''), [network])).toBe(true);
  });

  test('whatever is asked, nothing throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (address, networks) => {
        isWithinNetworks(address, networks);
        scopeProblems({ indicators: networks, addresses: networks });
        networkOf(address);
      }),
    );
  });
});
