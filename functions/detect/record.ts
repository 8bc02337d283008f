import type { CanarySighting } from '../contract/canary.ts';
import type { Deletion } from '../contract/deletion.ts';
import type { DrillSighting } from '../contract/drill.ts';
import type { Cluster, Finding } from '../contract/finding.ts';

/** One line of a log, and where it came from. */
export interface LogRecord {
  text: string;
  cluster: Cluster;
  /** Where the log group is; absent where that is the account and Region of the cluster. */
  home?: Pick<Finding['source'], 'account' | 'region'>;
  logGroup?: string;
  logStream?: string;
  /** CloudWatch Logs' id of the log event: the same at each delivery. */
  eventId?: string;
}

/** What a log line says about namespaces being created. */
export type Judgement =
  /** With what has to be looked up where it may be the namespace of a drill. */
  | { kind: 'finding'; finding: Finding; drill?: DrillSighting }
  /** A namespace was deleted: no finding, but a part of the history of one. */
  | { kind: 'deletion'; deletion: Deletion }
  /** An audit event of something else, with why it is not a creation. */
  | { kind: 'nothing'; reason: string }
  /** What may be a canary of *watch*; where it is not, an event like any other, with why it is not a creation. */
  | { kind: 'canary'; sighting: CanarySighting; reason: string }
  /** Not an audit event, and why. */
  | { kind: 'rejected'; reason: string };
