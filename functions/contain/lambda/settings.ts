import type { Environment } from '../../kit/environment.ts';
import { type ContainSettings, DEFAULT_SETTINGS } from '../framework/step.ts';

/**
 * `PROTECTED_NAMESPACES` (a JSON array, those of AWS by default), `QUESTION_HOURS` (4 by default) and `STEP_BUDGET_SECONDS` (240 by
 * default; to stay below the function's timeout).
 *
 * @throws when one of them is wrong, naming it
 */
export function readSettings(environment: Environment): ContainSettings {
  const { protectedNamespaces, questionHours, budgetMs, agentsMs } = DEFAULT_SETTINGS;
  return {
    agentsMs,
    protectedNamespaces: environment.stringList('PROTECTED_NAMESPACES', protectedNamespaces),
    questionHours: environment.positiveInteger('QUESTION_HOURS', questionHours),
    budgetMs: environment.positiveInteger('STEP_BUDGET_SECONDS', budgetMs / 1_000) * 1_000,
  };
}
