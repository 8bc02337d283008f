/** A cluster that was deleted and made again under its name: nothing of the former one is contained or released in it. */
import { expect, test } from '@jest/globals';
import { checkSnapshot } from '../../functions/contain/release/check-snapshot.ts';
import { checkTarget } from '../../functions/contain/steps/check-target.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import { alertOf } from './alerts.ts';
import { NAMESPACE, NOW, namespaceObjects, RUN, Stage } from './stage.ts';

const HOUR_MS = 3_600_000;
const at = (ms: number) => new Date(NOW + ms).toISOString();
const ANOTHER =
  /^Nothing was touched\. The cluster prod is another one: it was made at .*in the former cluster of that name/;

const SEEN: Alert = (() => {
  const alert = alertOf({});
  return { ...alert, finding: { ...alert.finding, request: { ...alert.finding.request, at: at(0) } } };
})();

/** The cluster of the name, made at that time, with these namespaces. */
const cluster = (made: number, ...others: object[]) => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', creationTimestamp: at(made) } },
  ...others,
];
const stage = (objects: object[], alert: Alert | undefined = SEEN) =>
  new Stage(objects, { findings: { alert: async () => alert } as never });
const another = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: NAMESPACE, uid: '99999999-2222-4333-8444-555555555555', creationTimestamp: at(2 * HOUR_MS) },
};
const input = { findingId: RUN.findingId };

test.each([
  ['without a namespace of the name', []],
  ['with a namespace of the same name', [another]],
])('contain refuses a finding of the former cluster, and says why: %s', async (_, others) => {
  for (const mode of ['plan', 'isolate', 'remove'] as const) {
    const one = stage(cluster(HOUR_MS, ...others));
    const { status, summary } = await one.run(checkTarget, { mode, input });
    expect([status, summary]).toEqual(['refused', expect.stringMatching(ANOTHER)]);
    expect([one.cluster.writes, one.leases.size]).toEqual([[], 0]);
  }
});

test.each([
  ['of the cluster that was there before', cluster(-HOUR_MS), SEEN],
  ['whose time is not known', cluster(HOUR_MS), alertOf({})],
  ['that is not known', cluster(HOUR_MS), undefined],
  ['of a cluster that does not tell when it was made', [], SEEN],
])('a namespace that is gone is just that, for a finding %s', async (_, objects, alert) => {
  const { status, summary } = await new Stage(objects, { findings: { alert: async () => alert } as never }).run(
    checkTarget,
    { input },
  );
  expect([status, summary]).toEqual(['refused', `Nothing was touched. The namespace ${NAMESPACE} is gone.`]);
});

test('where the age of the cluster may not be read, the namespace is gone all the same', async () => {
  const one = stage(cluster(HOUR_MS));
  const read = one.cluster.read.bind(one.cluster);
  one.cluster.read = async (path, signal) => {
    if (path.endsWith('/kube-system')) throw new KubernetesError(403, 'Forbidden', 'may not read');
    return read(path, signal);
  };
  const { status, summary } = await one.run(checkTarget, { input });
  expect([status, summary]).toEqual(['refused', `Nothing was touched. The namespace ${NAMESPACE} is gone.`]);
});

test('release refuses a snapshot of the former cluster, and says why', async () => {
  const one = stage(cluster(HOUR_MS, another));
  await one.snapshot([]);
  for (const mode of ['plan', 'release'] as const) {
    const { status, summary } = await one.run(checkSnapshot, { mode });
    expect([status, summary]).toEqual([
      'refused',
      expect.stringMatching(/^The cluster prod is another one: it was made at 2026-11-26T11:00:00.000Z/),
    ]);
  }
  expect([one.cluster.writes, one.leases.size]).toEqual([[], 0]);
});

test('in the cluster that it was taken of, a snapshot is released', async () => {
  const one = stage(cluster(-HOUR_MS, ...namespaceObjects()));
  await one.snapshot([]);
  expect((await one.run(checkSnapshot, { mode: 'release' })).status).toBe('done');
});
