import type { InvestigationRequest } from '../../contract/finding.ts';

/** Starts *investigate* without waiting for it. */
export interface Investigator {
  /** @throws when the invocation was not accepted. */
  start(request: InvestigationRequest): Promise<void>;
}
