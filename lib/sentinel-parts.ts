import type { ClusterSubscription } from './cluster-subscription.ts';
import type { FindingsTable } from './findings-table.ts';
import { inNetwork, type NonEmpty } from './networks.ts';
import type { Queues } from './queues.ts';
import type { SentinelFunction } from './sentinel-function.ts';
import type { Topics } from './topics.ts';

type Room = 'detect' | 'investigate' | 'alert' | 'watch';

/** What the alarms and the dashboard look at. */
export interface SentinelParts {
  readonly functions: Readonly<Record<Room, SentinelFunction>>;
  /** *investigate*, once for each network; the first one is that of {@link functions}. */
  readonly investigations: NonEmpty<SentinelFunction>;
  readonly table: FindingsTable;
  readonly queues: Queues;
  readonly topics: Topics;
  readonly subscriptions: readonly { readonly clusterName: string; readonly subscription: ClusterSubscription }[];
}

/** Every function, with the name that tells those of a room apart. */
export const allFunctions = ({ functions, investigations }: Pick<SentinelParts, 'functions' | 'investigations'>) =>
  (Object.keys(functions) as Room[]).flatMap((room) =>
    (room === 'investigate' ? investigations : [functions[room]]).map((part) => ({
      room,
      name: inNetwork(room, part.network),
      part,
    })),
  );
