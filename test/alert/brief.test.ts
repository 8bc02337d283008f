import { describe, expect, test } from '@jest/globals';
import { brief, clausesOf } from '../../functions/alert/brief.ts';
import type { Actor } from '../../functions/contract/finding.ts';

const ACTOR: Actor = { kind: 'iam-role', principalArn: 'arn:aws:iam::111122223333:role/ci-deployer' };
const BINDING =
  "ClusterRoleBinding m gives cluster-admin to Group 'release-bots'; arn:aws:iam::111122223333:role/ci-deployer wrote it 3 ms before the request.";
const PODS =
  'Looks like a cryptominer: Deployment a (image and arguments), ReplicaSet a-1 (image, according to the audit log), Pod a-1-x (image) and 1 more.';

describe('a reason in few characters is a whole sentence', () => {
  test.each<[string, string, number, string]>([
    [
      'the creator by that name',
      BINDING,
      136,
      "ClusterRoleBinding m gives cluster-admin to Group 'release-bots', written by the creator 3 ms before the request.",
    ],
    ['its first clause', BINDING, 72, "ClusterRoleBinding m gives cluster-admin to Group 'release-bots'."],
    [
      'others by the last part of their ARN',
      BINDING.replace('ci-deployer', 'teams/x/ops'),
      136,
      "ClusterRoleBinding m gives cluster-admin to Group 'release-bots', written by role ops 3 ms before the request.",
    ],
    ['some of what is listed', PODS, 110, 'Looks like a cryptominer: Deployment a (image and arguments) and 3 more.'],
    ['without what stands in parentheses', PODS, 60, 'Looks like a cryptominer: Deployment a and 3 more.'],
    ['as it is, where it is short', 'New source address: 192.0.2.1.', 72, 'New source address: 192.0.2.1.'],
    [
      'longer than wanted, where no form is shorter',
      'The creator changed the DNS of the cluster by an object of that name: x.',
      20,
      'The creator changed the DNS of the cluster by an object of that name: x.',
    ],
  ])('%s', (_, text, max, shown) => {
    expect(brief(text, max, ACTOR)).toBe(shown);
  });

  test('only a value that is longer than any room is cut, and says so', () => {
    const shown = brief(`Reachable from outside: ${'x'.repeat(300)}`, 72, ACTOR);
    expect(shown.length).toBeLessThanOrEqual(76);
    expect(shown).toMatch(/ \.\.\.$/);
  });

  test('text of others stays harmless', () => {
    expect(brief('Image https://evil.com/x "a".', 110, ACTOR)).toBe("Image hxxps[:]//evil[.]com/x 'a'.");
  });
});

describe('an answer is shown clause by clause', () => {
  test('from its first clause to all of it', () => {
    const text = '1 workload, 6 pods (6 running); suspicious: Deployment a. No Service exposes it.';
    expect(clausesOf(text)).toEqual([
      '1 workload, 6 pods.',
      '1 workload, 6 pods (6 running).',
      '1 workload, 6 pods (6 running); suspicious: Deployment a.',
      text,
    ]);
  });

  test('never cut within a quotation', () => {
    const text = 'Ask "a; b. C (d" or "e) f; g".';
    expect(clausesOf(text)).toEqual([text]);
  });
});
