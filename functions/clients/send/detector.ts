import type { Unexplained } from '../../contract/unexplained.ts';

/** A log event, as CloudWatch Logs delivers it to a subscription. */
export interface DeliveredEvent {
  id: string;
  /** Epoch milliseconds. */
  timestamp: number;
  message: string;
}

/** Log events of one stream of a log group. */
export interface LogDelivery {
  /** The account of the log group. */
  owner: string;
  logGroup: string;
  logStream: string;
  logEvents: readonly DeliveredEvent[];
}

/** Hands to *detect* what its subscription has not brought. What it had already, it knows by its id. */
export interface Detector {
  /** As the subscription would have. Split where it is too large for one invocation. @throws when it was not taken */
  deliver(delivery: LogDelivery): Promise<void>;
  /** @throws when it was not taken */
  explain(unexplained: Unexplained): Promise<void>;
}
