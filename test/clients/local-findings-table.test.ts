import { expect, test } from '@jest/globals';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { findingsTableContract, someFinding } from './findings-table.contract.ts';

findingsTableContract(() => new LocalFindingsTable());

test('a claim that did not end in an alert is due after ten minutes, whoever had it', async () => {
  let now = 0;
  const table = new LocalFindingsTable(() => now);
  const finding = someFinding();
  const claim = await table.claim(finding, 45_000);
  if (claim.state === 'owned') await table.handedOver(finding.id, claim.token);
  now = 10 * 60_000 - 1;
  await expect(table.due('alert', 9)).resolves.toEqual([]);
  now += 1;
  await expect(table.due('alert', 9)).resolves.toMatchObject([{ id: finding.id, tries: 0 }]);
  await expect(table.take(finding.id, now + 1)).resolves.toEqual({ finding, look: 0 });
});
