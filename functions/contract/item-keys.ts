import type { Cluster } from './finding.ts';

/**
 * The kinds of items in the findings table, by how their keys (`id`) begin. A finding's own key is its id, which holds no
 * `#`. Clients make their keys from this table, and the stack lets each function's role write its own kinds alone.
 */
export const ITEM_KEYS = {
  /** Which findings of an actor, and of a cluster, are reported on their own in an hour: `speaks#<hash>`. */
  speaker: 'speaks#',
  /** The delivery of an update about a finding: `look#<finding id>#<number of the look>`. */
  look: 'look#',
  /** The digest of a cluster and an hour, its rows, and its delivery. */
  digest: 'digest#',
  digestRow: 'digest-row#',
  digestMessage: 'digest-message#',
  /** The delivery of a follow-up: `followup#<message id>`. */
  followUp: 'followup#',
  /** How many playbooks were started in an hour: `starts#2026-11-23T07`. */
  starts: 'starts#',
  /** Who works on a namespace: `lease#<uid>`. */
  lease: 'lease#',
  /** What a removal asks, with the token that answers it: `question#<id>`. */
  question: 'question#',
  /** The question about a finding, and about a namespace: `asked-about#<finding id>`, `asked-in#<uid>`. */
  askedAbout: 'asked-about#',
  askedIn: 'asked-in#',
  /** Who is known to make which namespaces: `baseline#<account>#<region>#<cluster>#<principal>#<name pattern>`. */
  baseline: 'baseline#',
  /** The hashes that *contain* noted before it stored a snapshot: `snapshot#<key in the bucket>`. */
  snapshot: 'snapshot#',
  /** The hash of the list of hashes of a run: `hash-list#<key in the bucket>`. */
  hashList: 'hash-list#',
  /** How many bytes of a log group were scanned in a day, in all and for an actor: `log-budget#2026-11-23#<log group>`. */
  logBudget: 'log-budget#',
  /** What was read of a log or of CloudTrail, so that only what is new is read again: `answer#<hash>`. */
  answer: 'answer#',
  /** The namespaces of a cluster that are accounted for: `stock#<account>#<region>#<cluster>`, and a part of them behind another `#`. */
  stock: 'stock#',
  /** What of the log of a cluster has to be read again: `replay#<account>#<region>#<cluster>`. */
  replay: 'replay#',
  /** When a job of *watch* ran last: `job-run#<network>#<job>`. */
  jobRun: 'job-run#',
  /** A canary that was sent, and the state of a cluster's canaries: `canary#<nonce>`, `canary-state#<account>#<region>#<cluster>`. */
  canary: 'canary#',
  canaryState: 'canary-state#',
  /** A drill that is registered: `drill#<nonce>`. */
  drill: 'drill#',
  /**
   * What is broken between a cluster and *detect*: `chain#<account>#<region>#<cluster>`; of subscriptions, without a cluster; of what else
   * *watch* compares, with `#roles` and the like behind it.
   */
  chain: 'chain#',
} as const;

/** A cluster in a key: `<account>#<region>#<name>`; of the account and Region, without a name. */
export const clusterKey = ({ account = '', region = '', name = '' }: Cluster): string => `${account}#${region}#${name}`;

/**
 * What `sentinel findings` reads of an item in the findings table. The policy of readers allows a scan of these alone: tokens of questions,
 * and what the baseline knows, are in others.
 */
export const STORED_ATTRIBUTES = [
  'id',
  'finding',
  'state',
  'told',
  'latest',
  'closed',
  'playbookEnd',
  'deleted',
  'objects',
  'made',
] as const;
