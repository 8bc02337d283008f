/** What the parts of a drill share: what it is held in, what it is told, and what it comes to. */
import type { WritableKubernetes } from '../../../functions/clients/kubernetes/kubernetes-writer.ts';
import type { Drills } from '../../../functions/clients/table/drills.ts';
import type { Cluster } from '../../../functions/contract/finding.ts';
import type { ChainLimits, DrillChain } from './chain.ts';
import type { DrillClock, DrillLink, Wait } from './link.ts';
import type { DrillPlaybooks } from './playbooks.ts';
import type { Staged } from './stage.ts';
import type { SubscriberRow, TopicView } from './subscribers.ts';

/** How long each part is waited for, in milliseconds. */
export interface DrillLimits extends ChainLimits {
  requestMs: number;
  subscribersMs: number;
  playbookMs: number;
  cleanUpMs: number;
  /** Between two looks. */
  pollMs: number;
}

/** What is asked of a deployment. */
export interface Deployed {
  drills: Drills;
  chain: DrillChain;
  /** The destinations that the stack has. */
  destinations: readonly { id: string; topic?: TopicView }[];
}

/** What stands for a deployment where there is none. */
export interface Recorded {
  /** Files with the audit log: what *detect* and *investigate* make of them. */
  links(staged: Staged): readonly Wait[];
}

export interface DrillWorld {
  cluster: Cluster & { name: string };
  kubernetes: WritableKubernetes;
  clock: DrillClock;
  deployed?: Deployed;
  recorded?: Recorded;
  /** Absent where containment is not deployed. */
  playbooks?: DrillPlaybooks;
}

export interface DrillOptions {
  name: string;
  nonce: string;
  image: string;
  /** Has on-call asked, and answers with "refuse". */
  askOnCall: boolean;
  limits: DrillLimits;
}

export interface DrillReport {
  namespace: string;
  uid?: string;
  cluster: Cluster;
  /** RFC 3339. */
  startedAt: string;
  findingId?: string;
  links: DrillLink[];
  subscribers: SubscriberRow[];
  /** It was stopped before its end. */
  stopped: boolean;
  /** What is still there, each with what to do about it. */
  remains: string[];
}

/** Is told of what happens, as it happens. */
export interface Audience {
  waiting(what: string): void;
  seen(link: DrillLink): void;
}

/** What is under way, for the parts of a drill. */
export interface DrillCourse {
  world: DrillWorld;
  options: DrillOptions;
  report: DrillReport;
  staged: Staged;
  /** Aborts when a person stops the drill. */
  signal: AbortSignal;
  /** Waits for a link, tells it, and puts it into the report. */
  take(wait: Wait): Promise<DrillLink>;
  /** Puts a link into the report. */
  add(link: DrillLink): DrillLink;
  waiting: Audience['waiting'];
}
