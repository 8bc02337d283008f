/** An empty answer is good news only where the service says that it looked. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { CHECKS } from '../../functions/checks/index.ts';
import { assess } from '../../functions/investigate/assess.ts';
import { RULES } from '../../functions/investigate/indicators/index.ts';
import { evidenceOf } from './audit-log.ts';
import { EMPTY_ANSWERS, emptyAnswersTable } from './empty-answers.ts';
import { finding } from './examples.ts';
import { expectShort } from './short-form.ts';

test.each(EMPTY_ANSWERS.map((row) => ({ ...row, name: row.check.name })))(
  '$name finds nothing, and $state: $status',
  async ({ check, status, says, asking }) => {
    const evidence = await evidenceOf(check, asking);
    expect([evidence.status, evidence.reason ?? evidence.summary]).toEqual([status, expect.stringContaining(says)]);
    expectShort(evidence);
  },
);

test.each(
  EMPTY_ANSWERS.filter(
    ({ check, status, says }) =>
      check.name === 'network' && status === 'found' && /deleted already|than were read/.test(says),
  ),
)('what was not looked at could change the picture: $state', async ({ check, asking }) => {
  const evidence = await evidenceOf(check, asking);
  const { assessment } = assess({ finding: finding(), evidence: [evidence], knownAutomation: [] }, RULES);
  expect(assessment.couldChange?.map(({ check: name }) => name)).toContain(check.name);
});

test('each check has its rows', () => {
  expect([...new Set(EMPTY_ANSWERS.map(({ check }) => check.name))].sort()).toEqual(
    CHECKS.map(({ name }) => name).sort(),
  );
});

test('docs/empty-answers.md has the table', () => {
  expect(readFileSync('docs/empty-answers.md', 'utf8')).toContain(`\n\n${emptyAnswersTable()}\n`);
});
