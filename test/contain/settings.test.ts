import { expect, test } from '@jest/globals';
import { DEFAULT_SETTINGS } from '../../functions/contain/framework/step.ts';
import { readSettings } from '../../functions/contain/lambda/settings.ts';
import { Environment } from '../../functions/kit/environment.ts';

test('what the stack does not set is as documented', () => {
  expect(readSettings(new Environment({}))).toEqual(DEFAULT_SETTINGS);
});

test('what the stack sets counts', () => {
  const variables = { PROTECTED_NAMESPACES: '["payments","team-*"]', QUESTION_HOURS: '12', STEP_BUDGET_SECONDS: '60' };
  expect(readSettings(new Environment(variables))).toEqual({
    protectedNamespaces: ['payments', 'team-*'],
    questionHours: 12,
    budgetMs: 60_000,
    agentsMs: 10_000,
  });
});

test.each([
  ['PROTECTED_NAMESPACES', 'payments'],
  ['QUESTION_HOURS', '0'],
  ['STEP_BUDGET_SECONDS', '-1'],
])('%s = %j is an error that names it', (name, value) => {
  expect(() => readSettings(new Environment({ [name]: value }))).toThrow(name);
});
