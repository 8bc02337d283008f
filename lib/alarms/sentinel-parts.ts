import type { SentinelFunction } from '../base/sentinel-function.ts';
import { inNetwork, type NonEmpty } from '../config/networks.ts';
import type { ClusterSubscription } from '../pipeline/cluster-subscription.ts';
import type { Containment } from '../playbooks/containment.ts';
import type { Playbook } from '../playbooks/playbook.ts';
import type { PlaybookName } from '../playbooks/playbook-arns.ts';
import type { EncryptionKey } from '../storage/encryption-key.ts';
import type { FindingsStorage } from '../storage/findings-storage.ts';
import type { Queues } from '../storage/queues.ts';
import type { Topics } from '../storage/topics.ts';

type Room = 'detect' | 'investigate' | 'alert' | 'watch';

/** What the alarms and the dashboard look at. */
export interface SentinelParts {
  readonly functions: Readonly<Record<Room, SentinelFunction>>;
  /** *investigate*, once for each network; the first one is that of {@link functions}. */
  readonly investigations: NonEmpty<SentinelFunction>;
  /** *watch*, in the same way. */
  readonly watches: NonEmpty<SentinelFunction>;
  /** Absent where it is switched off. */
  readonly containment: Containment | undefined;
  /** Absent where findings do not go to AWS Security Hub. */
  readonly securityHub: SentinelFunction | undefined;
  readonly key: EncryptionKey;
  readonly table: FindingsStorage;
  readonly queues: Queues;
  readonly topics: Topics;
  readonly subscriptions: readonly { readonly clusterName: string; readonly subscription: ClusterSubscription }[];
  /** Log groups into which logs of other accounts or Regions are copied, each with whose, as `account/Region`. */
  readonly centralLogs: readonly { readonly sources: readonly string[]; readonly subscription: ClusterSubscription }[];
}

type Functions = Pick<SentinelParts, 'functions' | 'investigations' | 'watches'>;

/** One of those that are deployed for each network, or the only one. */
interface Part<Kind extends string, P> {
  readonly kind: Kind;
  /** Tells those of a kind apart. */
  readonly name: string;
  /** Whether it is the one for every cluster that no other is for. */
  readonly first: boolean;
  readonly part: P;
}

/** The functions through which a finding goes. */
function pipelineFunctions({ functions, investigations, watches }: Functions): Part<Room, SentinelFunction>[] {
  const ofNetworks: Partial<Record<Room, readonly SentinelFunction[]>> = {
    investigate: investigations,
    watch: watches,
  };
  return (Object.keys(functions) as Room[]).flatMap((room) => named(room, ofNetworks[room] ?? [functions[room]]));
}

/** The functions that are the steps of the playbooks. */
const stepFunctions = ({ containment }: Pick<SentinelParts, 'containment'>) =>
  containment
    ? [
        ...(['contain', 'probe', 'release'] as const).flatMap((kind) =>
          named(
            kind,
            containment.responders.map((responders) => responders[kind]),
          ),
        ),
        ...named('decide', [containment.decide]),
      ]
    : [];

/** Every function. */
export const allFunctions = (parts: Functions & Pick<SentinelParts, 'containment' | 'securityHub'>) => [
  ...pipelineFunctions(parts),
  ...named('securityHub', parts.securityHub ? [parts.securityHub] : []),
  ...stepFunctions(parts),
];

/** Every state machine. */
export const allPlaybooks = ({ containment }: Pick<SentinelParts, 'containment'>): Part<PlaybookName, Playbook>[] =>
  containment
    ? [
        ...(['contain', 'release'] as const).flatMap((kind) =>
          containment.responders.map(({ network, playbooks }, index) => ({
            kind,
            name: inNetwork(kind, network),
            first: index === 0,
            part: playbooks[kind],
          })),
        ),
        { kind: 'decide', name: 'decide', first: true, part: containment.decidePlaybook },
      ]
    : [];

const named = <Kind extends string>(kind: Kind, parts: readonly SentinelFunction[]): Part<Kind, SentinelFunction>[] =>
  parts.map((part, index) => ({ kind, name: inNetwork(kind, part.network), first: index === 0, part }));
