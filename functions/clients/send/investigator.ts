import type { InvestigationRequest } from '../../contract/investigation.ts';

/** Starts *investigate* without waiting for it. */
export interface Investigator {
  /** @throws when the invocation was not accepted. */
  start(request: InvestigationRequest): Promise<void>;
}
