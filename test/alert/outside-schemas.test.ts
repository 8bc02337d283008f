/** Whatever is told, by hostile hands too, is what the receivers say that they take. The judge's test holds the corpus to it. */
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { DESTINATIONS, type Destination } from '../../functions/alert/destinations/index.ts';
import { FOLLOW_UPS } from './follow-up-samples.ts';
import { hostileAlert } from './hostile-alerts.ts';
import { hostileDigest } from './hostile-digests.ts';
import { hostileFollowUp } from './hostile-follow-ups.ts';
import { objectionsTo } from './outside-schemas.ts';

jest.setTimeout(180_000);

describe.each(Object.entries(objectionsTo))('%s', (id, objections) => {
  const row = DESTINATIONS.find((each) => each.id === id) as Destination;

  test('takes every sample of a follow-up', async () => {
    for (const followUp of Object.values(FOLLOW_UPS))
      expect(await objections(row.followUp(followUp, {}, {}))).toEqual([]);
  });

  test('takes any alert, follow-up and digest', async () => {
    const message = fc.oneof(
      hostileAlert.map((alert) => row.alert(alert)),
      hostileFollowUp.map((followUp) => row.followUp(followUp, {}, {})),
      hostileDigest.map((digest) => row.digest(digest, {})),
    );
    await fc.assert(
      fc.asyncProperty(message, async (each) => {
        expect(await objections(each)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
