import type { Environment } from '../environment.ts';
import type { Settings } from './investigate.ts';

/**
 * `INVESTIGATION_BUDGET_MS` (25,000 by default; to stay below the function's timeout) and `KNOWN_AUTOMATION` (a JSON
 * array, none by default).
 *
 * @throws when one of them is wrong, naming it
 */
export function readSettings(environment: Environment): Settings {
  const knownAutomation = environment.stringList('KNOWN_AUTOMATION');
  const toAll = knownAutomation.find((pattern) => /^\**$/.test(pattern));
  if (toAll !== undefined)
    throw new Error(`environment variable KNOWN_AUTOMATION: ${JSON.stringify(toAll)} would make everybody known`);
  return { budgetMs: environment.positiveInteger('INVESTIGATION_BUDGET_MS', 25_000), knownAutomation };
}
