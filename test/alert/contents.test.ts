import { expect, test } from '@jest/globals';
import { contentsOf } from '../../functions/alert/contents.ts';
import { MAX_CONTENTS } from '../../functions/contract/contents.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { evidence } from '../checks/examples.ts';
import { HIGH } from './examples.ts';

const AT = '2026-11-30T08:00:00Z';
const of = (...all: Partial<Evidence>[]) =>
  contentsOf({ ...HIGH, evidence: all.map((each) => evidence({ status: 'found', completeUntil: AT, ...each })) });
const seen = (details: object) => of({ check: 'namespace', details: { live: 'confirmed', ...details } });
const pods = (count: number) => [{ kind: 'Pod', count, complete: true }];

test('the objects that the cluster has, with the time', () => {
  expect(seen({ inventory: pods(2), notListed: [] })).toEqual({
    objects: { at: AT, kinds: [{ kind: 'Pod', count: 2 }], more: false },
  });
  expect(seen({ inventory: pods(2), notListed: ['widgets.example.com'] }).objects?.more).toBe(true);
});

test.each<[string, object]>([
  ['that is not there', { live: 'absent' }],
  ['whose place another one has', { live: 'other-uid', inventory: pods(9) }],
  ['that is on its way out', { phase: 'Terminating', inventory: pods(0) }],
  ['that could not be listed', {}],
])('nothing of a namespace %s', (_, details) => {
  expect(seen(details)).toEqual({});
});

test('nothing of a check without an answer', () => {
  expect(of({ check: 'namespace', status: 'not-checked', details: { live: 'confirmed', inventory: pods(2) } })).toEqual(
    {},
  );
});

test('what the audit log says was created in it, the most first, without what was changed', () => {
  const acts = ['create pods', 'create deployments.apps', 'patch deployments.apps', 'create pods'].map((act) => {
    const [verb, resource] = act.split(' ');
    return { at: AT, by: 'eve', byActor: true, verb, resource };
  });
  const details = { acts, total: 4, more: false, byControlPlane: 1, images: ['x/miner:1'], signs: [] };
  const kinds = [
    { kind: 'pods', count: 2 },
    { kind: 'deployments.apps', count: 1 },
  ];
  expect(of({ check: 'namespace-activity', details })).toEqual({
    made: { until: AT, kinds, images: ['x/miner:1'], more: false },
  });
  expect(of({ check: 'namespace-activity', details: { ...details, total: 90 } }).made?.more).toBe(true);
});

test('no more of it than an item has room for', () => {
  const inventory = Array.from({ length: 500 }, (_, index) => ({ kind: `K${'x'.repeat(9_000)}${index}`, count: 1 }));
  const { objects } = seen({ inventory });
  expect([objects?.kinds?.length, objects?.more]).toEqual([MAX_CONTENTS, true]);
  expect(JSON.stringify(objects).length).toBeLessThan(2_000);
});
