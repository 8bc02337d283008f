import type { Finding } from '../../contract/finding.ts';

/** What was found before. */
export interface Explanations {
  /** The findings of these ids that there are, by id; without the finding where only its delivery is known. */
  findings(ids: readonly string[], signal: AbortSignal): Promise<Map<string, Finding | undefined>>;
}
