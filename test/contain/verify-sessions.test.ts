/** The audit log arrives late, and is waited for. */
import { expect, test } from '@jest/globals';
import { verifySessions } from '../../functions/contain/steps/verify-sessions.ts';
import { Contained, later, session } from './proofs/contained.ts';
import { NOW } from './stage.ts';

const MINUTE = 60_000;

/** A namespace that was quarantined just now. */
async function quarantined(): Promise<Contained> {
  const on = await new Contained().prepared();
  await on.finished('disableNamespace', NOW);
  on.auditLines = [later(-1)];
  return on;
}

test('until it is later than the quarantine', async () => {
  const on = await quarantined();
  expect(await on.run(verifySessions)).toMatchObject({ again: true, round: 1, proofs: [{ verdict: 'not-proven' }] });
  on.now += MINUTE;
  on.auditLines.push(later(30));
  expect(await on.run(verifySessions)).toMatchObject({ again: false, proofs: [{ verdict: 'proven' }] });
});

test('for five minutes, or as long as the input says', async () => {
  const on = await quarantined();
  on.now += 5 * MINUTE - 1;
  expect(await on.run(verifySessions)).toMatchObject({ again: true });
  on.now += 1;
  expect(await on.run(verifySessions)).toMatchObject({
    again: false,
    open: [expect.stringContaining('complete to 2026-11-26T09:59:59.000Z')],
  });
  expect(await on.run(verifySessions, { input: { auditLogMinutes: 10 } })).toMatchObject({ again: true });
  await expect(on.run(verifySessions, { input: { auditLogMinutes: 61 } })).rejects.toThrow(
    'auditLogMinutes must be a whole number of minutes from 0 to 60',
  );
});

test('not for one that is open in a log that is whole', async () => {
  const on = await quarantined();
  on.auditLines = [session(-60), later(1)];
  on.now += MINUTE;
  expect(await on.run(verifySessions)).toMatchObject({ again: false, proofs: [{ verdict: 'not-proven' }] });
});

test('one that is open in a log that is not whole may have ended', async () => {
  const on = await quarantined();
  on.auditLines = [session(-60), later(-1)];
  expect(await on.run(verifySessions)).toMatchObject({ again: true });
  on.auditLines.push(session(-60, { stage: 'ResponseComplete' }), later(1));
  on.now += MINUTE;
  expect(await on.run(verifySessions)).toMatchObject({ again: false, proofs: [{ verdict: 'proven' }] });
});
