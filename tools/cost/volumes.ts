/**
 * What the functions do and how much of it, where the template does not say. Rounded up from the twin (docs/twin.md), where they run
 * as deployed; what depends on the cluster is an assumption, and says so in the page.
 */
import { LOOK_MINUTES } from '../../functions/contract/vocabulary.ts';

/** The investigations of a finding: the first one and the further looks. */
export const LOOKS = 1 + LOOK_MINUTES.length;

/** By how many minutes a further look asks about more than what is new: what may have come late (`clients/logs/remembered.ts`). */
const OVERLAP_MINUTES = 8;

/**
 * How much of the log the investigations of a finding scan, in days: the first one a whole day, each further one the time since the
 * one before.
 */
export const SCANNED_DAYS =
  1 +
  LOOK_MINUTES.map((at, index) => at - (LOOK_MINUTES[index - 1] ?? 0) + OVERLAP_MINUTES).reduce(
    (sum, minutes) => sum + minutes / (24 * 60),
    0,
  );

/** Seconds that Lambda bills for an invocation, cold starts spread over it. */
export const SECONDS = { watch: 1.25, detect: 0.2, investigate: 10, alert: 3 } as const;

/** What an invocation writes into its log, Lambda's own two lines included, in GB. */
export const LOG_GB = { watch: 2e-6, detect: 2e-6, investigate: 8e-6, alert: 4e-6 } as const;

/** Requests to DynamoDB: of a run of *watch*, and of a finding from its claim to the last look. */
export const RUN_READS = 10;
export const FINDING_WRITES = 400; // what is remembered of the logs: about 20 KB a question
export const FINDING_READS = 120;

/** Files in the evidence bucket of a finding, all looks together, and their size in GB. */
export const FINDING_FILES = 6;
export const FINDING_GB = 1e-3;

/** Requests to KMS of a finding. */
export const FINDING_KEY_REQUESTS = 100;

/** E-mails of a finding for each address: the alert and an update. */
export const FINDING_EMAILS = 2;

/** Deliveries to *detect* for a GB of audit log: whatever creates or patches a namespace, relabelling controllers included. */
export const DELIVERIES_A_GB = 20;
