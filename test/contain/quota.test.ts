import { describe, expect, test } from '@jest/globals';
import { limitsFor } from '../../functions/contain/isolation/quota.ts';

const kind = (apiVersion: string, resource: string) => ({
  apiVersion,
  kind: resource,
  resource,
  namespaced: true,
  verbs: ['create', 'list'],
});

describe('the limits of the quota', () => {
  test.each([['a b'], ['x/y'], ['-x'], ['x'.repeat(64)], ['évil'], ['x\n']])(
    'leave out a kind that would have the whole quota refused: %j',
    (resource) => {
      const { hard, uncounted } = limitsFor([kind('v1', 'secrets'), kind('evil.example/v1', resource)]);
      expect(Object.keys(hard)).toContain('count/secrets');
      expect(uncounted).toEqual([`${resource}.evil.example`]);
      expect(Object.keys(hard).some((key) => key.includes('evil'))).toBe(false);
    },
  );

  test('count the kinds of Kubernetes first, and not more than can be stored', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => kind('a.example/v1', `k${index}`));
    const own = [kind('v1', 'secrets'), kind('apps/v1', 'deployments'), kind('coordination.k8s.io/v1', 'leases')];
    const { hard, uncounted } = limitsFor([...many, ...own]);
    expect(Object.keys(hard)).toEqual(
      expect.arrayContaining(['count/secrets', 'count/deployments.apps', 'count/leases.coordination.k8s.io']),
    );
    expect(uncounted.length).toBeGreaterThan(5_000);
    // Three times: in the spec, and twice in the status; etcd stores 1.5 MB.
    expect(3 * JSON.stringify(hard).length).toBeLessThan(1_000_000);
  });
});
