import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { CONTROLLERS, isControlPlane } from '../../functions/kubernetes/control-plane.ts';

const FOLDER = 'test/corpus/incidents';
/** The roles that a real API server shipped for its controllers: `system:controller:replicaset-controller`. */
const shipped = (name: string): string[] => {
  const recording = gunzipSync(readFileSync(join(FOLDER, name, 'objects-first.json.gz'))).toString();
  return [...recording.matchAll(/"system:controller:([a-z0-9-]+)"/g)].map(([, controller = '']) => controller);
};

test('each controller for which a recorded cluster has a role is known', () => {
  const recorded = new Set(readdirSync(FOLDER).flatMap(shipped));
  expect(recorded.size).toBeGreaterThan(30);
  expect([...recorded].filter((name) => !CONTROLLERS.has(name))).toEqual([]);
});

test.each([
  ['system:kube-scheduler', true],
  ['system:node:ip-10-0-0-1.ec2.internal', true],
  ['system:serviceaccount:kube-system:root-ca-cert-publisher', true],
  ['system:serviceaccount:kube-system:evil-controller', false],
  ['system:serviceaccount:shop:replicaset-controller', false],
  ['system:kube-scheduler-2', false],
  ['', false],
])('%s: %s', (username, expected) => {
  expect(isControlPlane(username)).toBe(expected);
});
