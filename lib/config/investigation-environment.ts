import { defined } from '../../functions/kit/defined.ts';
import type { InvestigationConfig } from './investigation-schema.ts';

/** What of the options concerns an investigation. */
export interface InvestigationOptions {
  readonly investigation: InvestigationConfig;
  readonly knownAutomation: readonly string[];
  readonly limits: { readonly investigationBudgetSeconds: number };
}

/**
 * Lambda allows 4 KB for all environment variables of a function, measured as one JSON object. What is not configured
 * takes at most 346 bytes of them: the table's name (255 at most), Node's options and the punctuation.
 */
export const MAX_SETTINGS_BYTES = 3750;

/** How much of that the settings take. */
export const settingsBytes = (options: InvestigationOptions): number =>
  Buffer.byteLength(JSON.stringify(investigationEnvironment(options)));

/** The options as *investigate* reads them (`functions/investigate/settings.ts`). */
export function investigationEnvironment(options: InvestigationOptions): Record<string, string> {
  const { investigation, knownAutomation, limits } = options;
  const { windowHours, startScans, usualRegistries, contacts, proxies, breakGlass } = investigation;
  const { logBudgetGiB, logBudgetVolumes, weights, severities } = investigation;
  return {
    INVESTIGATION_BUDGET_MS: String(limits.investigationBudgetSeconds * 1000),
    LOG_BUDGET_VOLUMES: String(logBudgetVolumes),
    KNOWN_AUTOMATION: JSON.stringify(knownAutomation),
    CHECK_SETTINGS: JSON.stringify({
      windowHours,
      startScans,
      usualRegistries,
      contacts,
      ...(proxies.length > 0 && { proxies }),
      ...(breakGlass.length > 0 && { breakGlass }),
    }),
    ...defined({
      LOG_BUDGET_GIB: logBudgetGiB === undefined ? undefined : String(logBudgetGiB),
      INDICATOR_WEIGHTS: Object.keys(weights).length > 0 ? JSON.stringify(weights) : undefined,
      SEVERITIES: Object.keys(severities).length > 0 ? JSON.stringify(severities) : undefined,
    }),
  };
}
