import type { Finding } from '../../contract/finding.ts';

/** What is known of a finding that a person has named. */
export type FoundFinding =
  /** The finding is absent where the table knows the id alone: *alert* had it without a claim. */
  | { state: 'found'; id: string; finding?: Finding }
  | { state: 'unknown' }
  /** It is past its time, which is RFC 3339: DynamoDB deletes it within some days. */
  | { state: 'expired'; since: string }
  /** Several findings begin so. */
  | { state: 'ambiguous' };

/** Finds a finding by its id, or by the first digits of it. */
export interface FindingLookup {
  /** @param id whole, or `nsf-` and 12 digits or more */
  find(id: string): Promise<FoundFinding>;
}
