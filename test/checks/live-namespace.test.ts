/** What the checks that read live objects answer, by what has become of the namespace. */
import { describe, expect, test } from '@jest/globals';
import { images } from '../../functions/checks/images.ts';
import { namespace } from '../../functions/checks/namespace.ts';
import { network } from '../../functions/checks/network.ts';
import { namespaceReader } from '../../functions/checks/parts/target.ts';
import { workloads } from '../../functions/checks/workloads.ts';
import type { Kubernetes } from '../../functions/clients/kubernetes/kubernetes.ts';
import { investigate } from '../../functions/investigate/investigate.ts';
import { evidenceOf } from './audit-log.ts';
import { cluster, Faulty, named, SHOP } from './clusters.ts';
import { finding } from './examples.ts';

const CONTENTS = [workloads, images, network];
const within = (...namespaces: object[]) => cluster({ Namespace: namespaces });
const at = (kubernetes: Kubernetes) => ({ kubernetes: { connect: async () => kubernetes } });

const TERMINATING = {
  ...SHOP,
  metadata: { ...SHOP.metadata, deletionTimestamp: '2026-11-23T10:05:00Z' },
  status: { phase: 'Terminating' },
};
const ANOTHER = { ...SHOP, metadata: { ...SHOP.metadata, uid: 'b7c2' } };
const REFUSED = finding({ outcome: 'attempt-denied', namespace: { name: 'shop' } });

describe.each(CONTENTS)('the check $name', (check) => {
  test.each<[string, Kubernetes, RegExp]>([
    ['gone', within(), /^the namespace is gone, and what was in it with it/],
    ['made again, with another UID', within(ANOTHER), /^the namespace of the record is gone, and the one that now/],
    ['being deleted', within(TERMINATING), /what is deleted already \(the namespace is being deleted\)/],
    ['out of reach', new Faulty(within(SHOP), { '': 'failing' }), /cannot be reached/],
    ['not to be read', new Faulty(within(SHOP), { '/namespaces/shop': 'denied' }), /denied/],
  ])('says nothing good of a namespace that is %s', async (_, kubernetes, reason) => {
    const evidence = await evidenceOf(check, { clients: at(kubernetes) });
    expect(evidence.status).not.toBe('clear');
    expect(evidence.reason ?? evidence.summary).toMatch(reason);
  });

  test('says nothing about what is in another namespace of the same name', async () => {
    const kubernetes = cluster({
      Namespace: [ANOTHER],
      Pod: [named('theirs', 'shop', { spec: { containers: [{ name: 'main', image: 'theirs' }] } })],
    });
    expect(JSON.stringify(await evidenceOf(check, { clients: at(kubernetes) }))).not.toContain('theirs');
  });

  test('looks at what is there, where it cannot be compared or only the namespace cannot be read', async () => {
    const Pod = [named('a', 'shop', { spec: { hostPID: true, containers: [{ name: 'main', image: 'seen' }] } })];
    const withoutUid = await evidenceOf(check, {
      clients: at(cluster({ Pod })),
      subject: finding({ namespace: { name: 'shop' } }),
    });
    expect(withoutUid.reason ?? '').not.toContain('gone');
    const unread: Kubernetes = Object.assign(new Faulty(cluster({ Pod }), {}), {
      read: async () => Promise.reject(Object.assign(new Error('no'), { code: 403 })),
    });
    const evidence = await evidenceOf(check, { clients: at(unread) });
    expect(evidence.status).not.toBe('clear');
    expect(evidence.summary).not.toContain('gone');
  });
});

test.each(CONTENTS)('$name is clear where a refused attempt left no namespace behind', async (check) => {
  const { status } = await evidenceOf(check, { clients: at(within()), subject: REFUSED });
  expect(status).toBe('clear');
});

test('the namespace is read once for all checks, and one that gives up does not take it from the others', async () => {
  let reads = 0;
  const kubernetes: Kubernetes = Object.assign(new Faulty(within(SHOP), {}), {
    read: async (path: string) => {
      if (path === '/api/v1/namespaces/shop') reads++;
      return structuredClone(SHOP);
    },
  });
  const settings = { budgetMs: 5_000, knownAutomation: [] };
  const parts = { checks: [namespace, ...CONTENTS], rules: [], now: Date.now };
  const { evidence } = await investigate(finding(), at(kubernetes), settings, parts);
  expect(evidence.map(({ check }) => check)).toEqual(['namespace', 'workloads', 'images', 'network']);
  expect(reads).toBe(1);
});

test('a namespace without a name is not asked for', async () => {
  const read = namespaceReader(finding({ namespace: {} }), async () => within(), new AbortController().signal);
  await expect(read()).rejects.toThrow('the record does not give the name of the namespace');
});
