import * as z from 'zod/mini';
import { type CheckSettings, DEFAULT_CHECK_SETTINGS } from '../checks/check.ts';
import type { Environment } from '../kit/environment.ts';
import type { InvestigateSettings } from './investigate.ts';
import { type Scale, scaleOf } from './weights.ts';

/**
 * `INVESTIGATION_BUDGET_MS` (25,000 by default; to stay below the function's timeout), `KNOWN_AUTOMATION` (a JSON array,
 * none by default), `INDICATOR_WEIGHTS` and `SEVERITIES` (JSON objects of numbers, the documented defaults for what they
 * do not name), and `CHECK_SETTINGS` (JSON of {@link CheckSettings}).
 *
 * @throws when one of them is wrong, naming it
 */
export function readSettings(environment: Environment): InvestigateSettings {
  const knownAutomation = environment.stringList('KNOWN_AUTOMATION');
  const toAll = knownAutomation.find((pattern) => /^\**$/.test(pattern));
  if (toAll !== undefined)
    throw new Error(`environment variable KNOWN_AUTOMATION: ${JSON.stringify(toAll)} would make every creator known`);
  return {
    budgetMs: environment.positiveInteger('INVESTIGATION_BUDGET_MS', 25_000),
    knownAutomation,
    scale: readScale(environment),
    checks: readCheckSettings(environment),
  };
}

const checkSettings = z.object({
  windowHours: z.number().check(z.positive(), z.lte(24 * 90)),
  startScans: z.boolean(),
  usualRegistries: z.array(z.string()),
  contacts: z.array(z.object({ pattern: z.string(), contact: z.string() })),
  proxies: z._default(z.array(z.string()), []),
  breakGlass: z._default(z.array(z.string()), []),
});

function readCheckSettings(environment: Environment): CheckSettings {
  const text = environment.optional('CHECK_SETTINGS');
  if (text === undefined) return DEFAULT_CHECK_SETTINGS;
  try {
    return checkSettings.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`environment variable CHECK_SETTINGS is wrong: ${(error as Error).message}`);
  }
}

function readScale(environment: Environment): Scale {
  const [weights, severities] = [environment.numbers('INDICATOR_WEIGHTS'), environment.numbers('SEVERITIES')];
  try {
    return scaleOf({ weights, severities });
  } catch (error) {
    throw new Error(`environment variables INDICATOR_WEIGHTS and SEVERITIES: ${(error as Error).message}`);
  }
}
