import { describe, expect, test } from '@jest/globals';
import type { CheckContext } from '../../functions/checks/check.ts';
import { knownCreator } from '../../functions/checks/known-creator.ts';
import { LocalBaseline } from '../../functions/clients/local/baseline.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import { accept } from '../../functions/contract/lessons.ts';
import { CI_ROLE, finding, role, serviceAccount } from './examples.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const CLUSTER = { name: 'prod', region: 'eu-central-1', account: '111122223333' };

async function baseline(principal: string = CI_ROLE): Promise<LocalBaseline> {
  const known = new LocalBaseline();
  await accept(known, { cluster: CLUSTER, principal, namePattern: 'team-*', decidedBy: 'alice' }, NOW - 1000);
  return known;
}
const ask = async (overrides: Partial<Finding>, known: Pick<LocalBaseline, 'lookUp'> | undefined) =>
  knownCreator.run({
    finding: finding({ namespace: { name: 'team-a' }, ...overrides }),
    clients: known ? { baseline: known } : {},
    signal: new AbortController().signal,
    now: () => NOW,
  } as CheckContext);

describe('known creator', () => {
  test('is clear where a person has said so, with who and until when', async () => {
    await expect(ask({}, await baseline())).resolves.toMatchObject({
      status: 'clear',
      completeUntil: '2026-11-23T10:00:00.000Z',
      summary: expect.stringMatching(
        /^alice confirmed it at 2026-11-23T09:59:59.000Z, for names like team-\*; valid until 2027-02/,
      ),
      details: { principal: CI_ROLE, known: { namePattern: 'team-*', decidedBy: 'alice', origin: 'proposal' } },
    });
  });

  test.each<[string, Partial<Finding>]>([
    ['another name', { namespace: { name: 'shop' } }],
    ['another creator', { actor: role({ principalArn: 'arn:aws:iam::111122223333:role/other' }) }],
    ['another cluster', { cluster: { ...CLUSTER, account: '999988887777' } }],
    ['a name of the platform', { namespace: { name: 'kube-systern' } }],
  ])('is not known for %s', async (_, overrides) => {
    const answer = await ask(overrides, await baseline());
    expect(answer).toMatchObject({ status: 'found', summary: expect.stringContaining('No: a creator is known') });
    expect('details' in answer && answer.details).not.toHaveProperty('known');
  });

  test('a ServiceAccount is known by its username, an IAM identity by its principal alone', async () => {
    const username = 'system:serviceaccount:shop:cart';
    await expect(ask({ actor: serviceAccount() }, await baseline(username))).resolves.toMatchObject({
      status: 'clear',
    });
    const taken = role({ username });
    await expect(ask({ actor: taken }, await baseline(username))).resolves.toMatchObject({ status: 'found' });
  });

  test.each<[string, Partial<Finding>, RegExp]>([
    ['nobody', { actor: { kind: 'anonymous', username: 'system:anonymous' } }, /no identity/],
    ['an IAM role whose principal is not told', { actor: { kind: 'iam-role', username: 'x' } }, /no identity/],
    ['an unknown cluster', { cluster: { name: 'prod' } }, /which cluster/],
    ['an unknown name', { namespace: {} }, /the name of the namespace/],
  ])('is not checked for %s', async (_, overrides, reason) => {
    await expect(ask(overrides, await baseline())).resolves.toEqual({
      status: 'not-checked',
      reason: expect.stringMatching(reason),
    });
  });

  test('is not checked without a baseline', async () => {
    await expect(ask({}, undefined)).resolves.toMatchObject({ status: 'not-checked' });
  });
});
