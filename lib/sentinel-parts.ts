import type { ClusterSubscription } from './cluster-subscription.ts';
import type { FindingsTable } from './findings-table.ts';
import type { Queues } from './queues.ts';
import type { SentinelFunction } from './sentinel-function.ts';
import type { Topics } from './topics.ts';

/** What the alarms and the dashboard look at. */
export interface SentinelParts {
  readonly functions: Readonly<Record<'detect' | 'investigate' | 'alert' | 'watch', SentinelFunction>>;
  readonly table: FindingsTable;
  readonly queues: Queues;
  readonly topics: Topics;
  readonly subscriptions: readonly { readonly clusterName: string; readonly subscription: ClusterSubscription }[];
}
