import { beforeAll, expect, test } from '@jest/globals';
import { DELIVERY_LEASE_MS } from '../../functions/alert/delivery.ts';
import { TAKE_UP_AFTER_MS } from '../../functions/clients/table/findings-table.ts';
import { LEASE_MS } from '../../functions/detect/take-up.ts';
import { fullStack, type Resource, Resources } from './stacks.ts';

/** Lambda repeats an asynchronous invocation after one minute, then after two. */
const FIRST_RETRY_MS = 60_000;

let full: Resources;
let functions: Resource[];
beforeAll(() => {
  full = new Resources(fullStack());
  functions = full.of('Lambda::Function');
});

test.each([
  ['finds the namespace creations', LEASE_MS],
  ['words the alert', DELIVERY_LEASE_MS],
])('the function that %s may not outlive its lease, and its first retry finds the lease ended', (what, lease) => {
  const found = functions.find(({ Properties }) => Properties.Description.includes(what));
  expect(found?.Properties.Timeout * 1000).toBeLessThan(lease);
  expect(lease).toBeLessThan(FIRST_RETRY_MS);
});

test('watch takes up only what detect, investigate and alert are done with, all waiting included', () => {
  const timeout = (room: string): number => full.one('Lambda::Function', room).Properties.Timeout;
  const waits = full.one('Lambda::EventInvokeConfig', 'Investigate').Properties.MaximumEventAgeInSeconds;
  // Lambda tries alert three times, after pauses of one and two minutes.
  const longest = timeout('Detect') + waits + timeout('Investigate') + 3 * timeout('Alert') + 60 + 120;
  expect(longest * 1000).toBeLessThan(TAKE_UP_AFTER_MS);
});
