import { describe, expect, test } from '@jest/globals';
import type { Baseline } from '../../functions/clients/table/baseline.ts';
import type { FindingsTable } from '../../functions/clients/table/findings-table.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { AssessmentSnapshot } from '../../functions/contract/investigation.ts';
import type { FindingLesson, Lesson } from '../../functions/contract/known-creator.ts';
import { accept, teach } from '../../functions/contract/lessons.ts';
import { someFinding } from './findings-table.contract.ts';

const DAY_MS = 86_400_000;
const SCOPE = { indicators: ['new-creator'], addresses: ['10.0.0.0/16'] };
const ORDINARY: AssessmentSnapshot = { severity: 'LOW', score: 15, indicators: { 'new-creator': 15 } };

/** What every implementation of the baseline promises; run against each, with the table that its findings are in. */
export function baselineContract(make: () => { baseline: Baseline; table: FindingsTable }): void {
  let counter = 0;
  // Another creator for each test: they share a table.
  const someCreator = (): { finding: Finding; lesson: Lesson } => {
    const principal = `arn:aws:iam::111122223333:role/Dev-${process.pid}-${++counter}`;
    const finding = someFinding({
      namespace: { name: 'team-a' },
      actor: { kind: 'iam-role', principalArn: principal },
    });
    return { finding, lesson: { cluster: finding.cluster, principal, namePattern: 'team-*', decidedBy: 'alice' } };
  };
  const alerted = async (
    table: FindingsTable,
    finding: Finding,
    verdict: AssessmentSnapshot = ORDINARY,
  ): Promise<void> => {
    await table.claim(finding, 1_000);
    await table.alerted(finding.id, verdict, { afterMinutes: 5 });
  };
  const question = ({ cluster, principal }: Lesson, name: string) => ({
    cluster: cluster as { name: string; region: string; account: string },
    principal,
    name,
  });
  const now = Date.now();

  describe('teach', () => {
    const decided = (finding: Finding, lesson: Lesson, changes: Partial<FindingLesson> = {}): FindingLesson => ({
      ...lesson,
      findingId: finding.id,
      reason: 'a new team',
      ...changes,
    });

    test('a legitimate finding makes its creator known for names like this one, for 90 days', async () => {
      const { baseline, table } = make();
      const { finding, lesson } = someCreator();
      await alerted(table, finding);
      const known = await teach(baseline, decided(finding, lesson), now);
      expect(known).toMatchObject({ ...lesson, origin: 'decision', findingId: finding.id, reason: 'a new team' });
      expect(Date.parse(known.expiresAt) - now).toBe(90 * DAY_MS);
      await expect(baseline.lookUp(question(lesson, 'team-b'), now)).resolves.toEqual(known);
      await expect(baseline.lookUp(question(lesson, 'team-b'), now + 89 * DAY_MS)).resolves.toEqual(known);
      await expect(baseline.lookUp(question(lesson, 'team-b'), now + 90 * DAY_MS)).resolves.toBeUndefined();
    });

    test('nobody else, nowhere else, and no other names', async () => {
      const { baseline, table } = make();
      const { finding, lesson } = someCreator();
      await alerted(table, finding);
      await teach(baseline, decided(finding, lesson), now);
      const other = { ...lesson, principal: `${lesson.principal}x` };
      const elsewhere = { ...lesson, cluster: { ...lesson.cluster, region: 'us-east-1' } };
      for (const [asked, name] of [
        [other, 'team-a'],
        [elsewhere, 'team-a'],
        [lesson, 'shop'],
        [lesson, 'team'],
      ] as const)
        await expect(baseline.lookUp(question(asked, name), now)).resolves.toBeUndefined();
    });

    test.each<[string, (finding: Finding, lesson: Lesson) => Partial<FindingLesson>, RegExp]>([
      ['about a finding that is not known', () => ({ findingId: 'nsf-none' }), /not known here/],
      ['about another creator', (_, { principal }) => ({ principal: `${principal}x` }), /another creator/],
      ['about another cluster', (_, { cluster }) => ({ cluster: { ...cluster, name: 'dev' } }), /another cluster/],
      ['with a pattern that does not cover the name', () => ({ namePattern: 'shop-*' }), /does not cover/],
      ['with what is not a pattern', () => ({ namePattern: 'team*' }), /neither the name/],
      ['with what the finding does not show', () => ({ ...SCOPE, indicators: ['exec'] }), /does not show it: exec/],
      ['as somebody whom the creator was not', () => ({ impersonated: 'bob' }), /somebody else/],
      ['with what can never be accepted', () => ({ ...SCOPE, indicators: ['break-glass'] }), /never be accepted/],
      ['without addresses', () => ({ indicators: ['new-creator'] }), /no addresses/],
      ['with every address', () => ({ ...SCOPE, addresses: ['0.0.0.0/0'] }), /not networks/],
      ['by the creator itself', (_, { principal }) => ({ decidedBy: principal }), /vouch for itself/],
      [
        'by a session of the creator',
        (_, { principal }) => ({
          decidedBy: `${principal.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/s`,
        }),
        /vouch for itself/,
      ],
      ['by nobody', () => ({ decidedBy: ' ' }), /Who decided it/],
    ])('refuses a decision %s', async (_, changes, message) => {
      const { baseline, table } = make();
      const { finding, lesson } = someCreator();
      await alerted(table, finding);
      const refused = teach(baseline, decided(finding, lesson, changes(finding, lesson)), now);
      await expect(refused).rejects.toMatchObject({ name: 'LessonRefused', message: expect.stringMatching(message) });
      await expect(baseline.lookUp(question(lesson, 'team-a'), now)).resolves.toBeUndefined();
    });

    test.each<[string, AssessmentSnapshot, RegExp]>([
      [
        'something grave',
        { ...ORDINARY, indicators: { 'lookalike-name': 25, x: 24 } },
        /Still standing: lookalike-name\. Name it/,
      ],
      ['no assessment', { indicators: {} }, /never assessed/],
    ])('refuses while there is %s', async (_, verdict, message) => {
      const { baseline, table } = make();
      const { finding, lesson } = someCreator();
      await alerted(table, finding, verdict);
      await expect(teach(baseline, decided(finding, lesson), now)).rejects.toThrow(message);
    });

    test('refuses when a later look found something grave, told or not', async () => {
      const { baseline, table } = make();
      const { finding, lesson } = someCreator();
      await alerted(table, finding);
      await table.looked(finding.id, 1, { severity: 'MEDIUM', indicators: { 'wide-binding': 30 } }, false);
      await expect(teach(baseline, decided(finding, lesson), now)).rejects.toThrow(/wide-binding/);
    });

    test.each<[string, Partial<Finding>, RegExp]>([
      ['was refused', { outcome: 'attempt-denied' }, /Nothing was created/],
      [
        'acted as somebody else',
        { actor: { kind: 'iam-role', principalArn: 'arn:aws:iam::111122223333:role/R', impersonated: {} } },
        /somebody else/,
      ],
      [
        'has no identity to rely on',
        { actor: { kind: 'iam-role', username: 'arn:aws:iam::111122223333:role/R' } },
        /another creator/,
      ],
    ])('refuses where the creator %s', async (_, changes, message) => {
      const { baseline, table } = make();
      const finding = someFinding(changes);
      await alerted(table, finding);
      const lesson = {
        cluster: finding.cluster,
        principal: 'arn:aws:iam::111122223333:role/R',
        namePattern: 'team-a',
        decidedBy: 'alice',
      };
      await expect(teach(baseline, decided(finding, lesson), now)).rejects.toThrow(message);
    });
  });

  describe('accept', () => {
    test('makes known, without a finding; accepted again, it is valid again', async () => {
      const { baseline } = make();
      const { lesson } = someCreator();
      const known = await accept(baseline, lesson, now);
      expect(known).toMatchObject({ ...lesson, origin: 'proposal' });
      const again = await accept(baseline, { ...lesson, decidedBy: 'bob' }, now + DAY_MS);
      await expect(baseline.lookUp(question(lesson, 'team-a'), now)).resolves.toEqual(again);
      expect(again.expiresAt > known.expiresAt).toBe(true);
    });

    test.each<[string, Partial<Lesson>]>([
      ['nobody', { principal: 'system:anonymous' }],
      ['no principal', { principal: '' }],
      ['a principal too long for a key', { principal: 'x'.repeat(1_001) }],
      ['a cluster that is not wholly known', { cluster: { name: 'prod', region: 'eu-central-1' } }],
      ['all names', { namePattern: '*' }],
      ['an acceptance that does not say why', { ...SCOPE }],
      ['an acceptance by whom it acted as', { ...SCOPE, reason: 'r', impersonated: 'alice' }],
      ['an acceptance as nobody', { ...SCOPE, reason: 'r', impersonated: '' }],
      ['addresses without indicators', { addresses: SCOPE.addresses }],
    ])('refuses %s', async (_, changes) => {
      const { lesson } = someCreator();
      await expect(accept(make().baseline, { ...lesson, ...changes }, now)).rejects.toMatchObject({
        name: 'LessonRefused',
      });
    });

    test('an acceptance is kept with all that it names, and whom the creator acts as is a part of it', async () => {
      const { baseline } = make();
      const { lesson } = someCreator();
      const accepted = { ...lesson, ...SCOPE, impersonated: 'bob#\u202e', reason: 'a proxy' };
      const known = await accept(baseline, accepted, now);
      expect(known).toMatchObject(accepted);
      const asked = (impersonated?: string) => ({
        ...question(lesson, 'team-a'),
        ...(impersonated !== undefined && { impersonated }),
      });
      await expect(baseline.lookUp(asked('bob#\u202e'), now)).resolves.toEqual(known);
      for (const other of [undefined, 'bob', 'carol'])
        await expect(baseline.lookUp(asked(other), now)).resolves.toBeUndefined();
      await expect(baseline.revoke({ ...known, ...{ impersonated: 'bob' } })).resolves.toBe(false);
      await expect(baseline.revoke(known)).resolves.toBe(true);
      await expect(baseline.lookUp(asked('bob#\u202e'), now)).resolves.toBeUndefined();
    });

    test('the narrowest pattern answers; names of the platform have no answer', async () => {
      const { baseline } = make();
      const { lesson } = someCreator();
      for (const namePattern of ['team-*', 'team-a-*', 'team-a-b'])
        await accept(baseline, { ...lesson, namePattern }, now);
      const patternFor = async (name: string) => (await baseline.lookUp(question(lesson, name), now))?.namePattern;
      await expect(Promise.all(['team-x', 'team-a-x', 'team-a-b', 'kube-x'].map(patternFor))).resolves.toEqual([
        'team-*',
        'team-a-*',
        'team-a-b',
        undefined,
      ]);
    });

    test('a principal is taken for what it is, whatever it holds', async () => {
      const { baseline } = make();
      const { lesson } = someCreator();
      const odd = { ...lesson, principal: `oidc#team-*#${lesson.principal}` };
      await accept(baseline, odd, now);
      await expect(baseline.lookUp(question(odd, 'team-a'), now)).resolves.toMatchObject({ principal: odd.principal });
      await expect(baseline.lookUp(question(lesson, 'team-a'), now)).resolves.toBeUndefined();
    });
  });

  describe('list and revoke', () => {
    test('what holds is listed, what expires first at the beginning, until it is revoked', async () => {
      const { baseline } = make();
      const [{ lesson: first }, { lesson: second }, { lesson: expired }] = [
        someCreator(),
        someCreator(),
        someCreator(),
      ];
      await accept(baseline, second, now + DAY_MS);
      await accept(baseline, first, now);
      await accept(baseline, expired, now - 91 * DAY_MS);
      const ours = [first, second, expired].map(({ principal }) => principal);
      const listed = async () =>
        (await baseline.list(now)).map(({ principal }) => principal).filter((principal) => ours.includes(principal));
      await expect(listed()).resolves.toEqual([first.principal, second.principal]);
      const { cluster, principal, namePattern } = await accept(baseline, first, now);
      await expect(baseline.revoke({ cluster, principal, namePattern })).resolves.toBe(true);
      await expect(baseline.revoke({ cluster, principal, namePattern })).resolves.toBe(false);
      await expect(listed()).resolves.toEqual([second.principal]);
      await expect(baseline.lookUp(question(first, 'team-a'), now)).resolves.toBeUndefined();
    });
  });
}
