/**
 * The policies read patterns of protected names as the functions do: by a model of the rule in CEL here, and on the API server
 * in test/system/cluster-protected.test.ts.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { listItems, ownLists } from '../../functions/kubernetes/cluster-side.ts';
import { protection } from '../../functions/kubernetes/quarantine.ts';
import { name, pattern } from './protected-patterns.ts';

/** `p.contains('*') ? name.matches('^' + p.replace('*', '.*') + '$') : name == p`; CEL's regular expressions are RE2. */
const byPolicy = (of: string, p: string): boolean =>
  p.includes('*') ? new RegExp(`^${p.replaceAll('*', '.*')}$`).test(of) : of === p;

describe('protected names', () => {
  test('are the same for functions and policies', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 4 }), name, (patterns, of) => {
        expect(protection(of, patterns) !== undefined).toBe(patterns.some((each) => byPolicy(of, each)));
      }),
      { numRuns: 5_000 },
    );
  });

  test('are read back out of the list as they were written', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 5 }), (protectedNamespaces) => {
        const exempt = [{ who: 'system:serviceaccount:a:b', group: '', resource: 'pods/status' }];
        const lists = ownLists({ protectedNamespaces, exempt });
        expect(listItems(String(lists['protected']))).toEqual(protectedNamespaces.map((each) => `'${each}'`));
        expect(listItems(String(lists['exempt']))).toHaveLength(1);
      }),
    );
  });

  test.each(['kube-systern', 'kube-x', 'kube-green', 'eks-system', 'default-2', 'amazon-cloudwatch-2'])(
    'are not those that merely look like them: %s',
    (of) => {
      expect(protection(of, ['amazon-cloudwatch', 'amazon-guardduty'])).toBeUndefined();
    },
  );
});
