import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { KubernetesObject } from '../../functions/clients/kubernetes/kubernetes.ts';
import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import { WORKLOAD_FORMS } from '../../functions/contain/forms/index.ts';
import { IMPOSSIBLE_KEY } from '../../functions/kubernetes/quarantine.ts';
import { inside, UID } from './stage.ts';

const spec = fc.record(
  {
    replicas: fc.nat(5),
    suspend: fc.boolean(),
    persistentVolumeClaimRetentionPolicy: fc.record({
      whenScaled: fc.constantFrom('Retain', 'Delete'),
      whenDeleted: fc.constantFrom('Retain', 'Delete'),
    }),
    template: fc.record({
      spec: fc.record(
        { nodeSelector: fc.dictionary(fc.constantFrom('a', 'b', IMPOSSIBLE_KEY), fc.constantFrom('x', 'y')) },
        { requiredKeys: [] },
      ),
    }),
  },
  { requiredKeys: ['template'] },
);

/** Patches as the API server does. */
async function patched(object: KubernetesObject, change: object | undefined): Promise<KubernetesObject> {
  if (!change) return object;
  const cluster = new MemoryCluster([{ ...object, apiVersion: 'apps/v1', kind: 'Deployment' }]);
  const path = '/apis/apps/v1/namespaces/evil/deployments/x';
  const { spec } = await cluster.patch(path, change, new AbortController().signal);
  return { ...object, spec };
}

describe.each(WORKLOAD_FORMS.map((form) => [form.kind, form] as const))('%s', (_, form) => {
  const object = spec.map((fields): KubernetesObject => inside('apps/v1', form.kind, 'x', { spec: fields }));

  test('is contained by one patch, and what it had comes back', () =>
    fc.assert(
      fc.asyncProperty(object, async (original) => {
        const contained = await patched(original, form.contain(original, UID));
        expect(form.isContained(original, contained, UID)).toBe(true);
        expect(form.contain(contained, UID)).toBeUndefined();
        const released = await patched(contained, form.restore(original, contained));
        expect(form.restore(original, released)).toBeUndefined();
        // What release does not give back is ready for a person.
        const restored = await patched(released, form.leaves?.(original, released));
        expect(restored).toEqual(original);
        expect(form.restore(original, restored)).toBeUndefined();
      }),
      { numRuns: 200 },
    ));
});

test.each([
  ['Deployment', { replicas: 3 }, { spec: { replicas: 0 } }],
  ['Deployment', {}, { spec: { replicas: 0 } }],
  ['CronJob', {}, { spec: { suspend: true } }],
  [
    'StatefulSet',
    { replicas: 2, persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } },
    { spec: { replicas: 0, persistentVolumeClaimRetentionPolicy: { whenScaled: 'Retain' } } },
  ],
  ['StatefulSet', { replicas: 2 }, { spec: { replicas: 0 } }],
  [
    'DaemonSet',
    { template: { spec: { nodeSelector: { zone: 'a' } } } },
    { spec: { template: { spec: { nodeSelector: { [IMPOSSIBLE_KEY]: UID } } } } },
  ],
])('%s with %j', (kind, fields, change) => {
  const form = WORKLOAD_FORMS.find((each) => each.kind === kind);
  expect(form?.contain(inside('apps/v1', kind, 'x', { spec: fields }), UID)).toEqual(change);
});

test('a Job that has ended has nothing to contain', () => {
  const form = WORKLOAD_FORMS.find(({ kind }) => kind === 'Job');
  const ended = (type: string) =>
    inside('batch/v1', 'Job', 'x', { spec: {}, status: { conditions: [{ type, status: 'True' }] } });
  expect(form?.contain(ended('Complete'), UID)).toBeUndefined();
  expect(form?.contain(ended('Failed'), UID)).toBeUndefined();
  expect(form?.contain(ended('Suspended'), UID)).toBeDefined();
});
