import { beforeAll, expect, test } from '@jest/globals';
import { DELIVERY_LEASE_MS } from '../../functions/alert/alert.ts';
import { LEASE_MS } from '../../functions/detect/detect.ts';
import { fullStack, type Resource, Resources } from './stacks.ts';

/** Lambda repeats an asynchronous invocation after one minute, then after two. */
const FIRST_RETRY_MS = 60_000;

let functions: Resource[];
beforeAll(() => {
  functions = new Resources(fullStack()).of('Lambda::Function');
});

test.each([
  ['finds the namespace creations', LEASE_MS],
  ['words the alert', DELIVERY_LEASE_MS],
])('the function that %s may not outlive its lease, and its first retry finds the lease ended', (what, lease) => {
  const found = functions.find(({ Properties }) => Properties.Description.includes(what));
  expect(found?.Properties.Timeout * 1000).toBeLessThan(lease);
  expect(lease).toBeLessThan(FIRST_RETRY_MS);
});
