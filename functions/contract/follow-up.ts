/** What the playbooks tell and ask after the alert, and what a person answers. */
import type {
  CONTAINMENT_SCHEMA_VERSION,
  ContainmentOutcome,
  Mode,
  Proof,
  Proposal,
  StepStatus,
  Target,
} from './containment.ts';
import type { Severity } from './vocabulary.ts';

/** A question to a person that an execution waits for. The task token is not part of it: it is nowhere but in the table. */
export interface Question {
  /** Names it; `decide` takes it. */
  id: string;
  findingId?: string;
  target: Target;
  /** ARN or id of the execution that waits. */
  execution: string;
  /** RFC 3339. */
  askedAt: string;
  /** After that the namespace stays isolated and nothing is removed. */
  expiresAt: string;
  /** SHA-256 (hex) of the removal plan: an approval names it. */
  planHash: string;
  /** What would be stopped or deleted, for a person. */
  plan: { kind: string; name: string; what: string }[];
  planTotal: number;
}

export const DECISIONS = ['approve', 'refuse', 'legitimate'] as const;
export type DecisionKind = (typeof DECISIONS)[number];

/** A person's answer, as the waiting execution gets it. */
export interface Answer {
  decision: Exclude<DecisionKind, 'legitimate'>;
  /** Of the plan that was approved. */
  planHash?: string;
  reason: string;
  /** Who said so, as they call themselves: CloudTrail knows who started the execution of *decide*. */
  decidedBy: string;
  /** RFC 3339. */
  decidedAt: string;
}

/** What is told under the finding's id after its alert: the end of a playbook, or a question. */
export interface FollowUp {
  schemaVersion: typeof CONTAINMENT_SCHEMA_VERSION;
  /** The finding's id; `containment-<uid>` where the playbook was started without one. */
  id: string;
  /** Names this message: a second delivery of it is not published again. */
  messageId: string;
  playbook: 'contain' | 'release' | 'decide';
  target: Target;
  /** What on-call was told of the finding, where that is known. */
  severity?: Severity;
  mode?: Mode;
  /** ARN or id. */
  execution: string;
  /** RFC 3339. */
  startedAt: string;
  at: string;
  /** Absent while a question is open. */
  outcome?: ContainmentOutcome;
  /** One sentence. */
  summary: string;
  steps: { step: string; status: StepStatus; summary: string }[];
  proofs: Proof[];
  /** What a person has to do or to know. */
  open: string[];
  proposals: Proposal[];
  question?: Question;
  /** Of *decide*. */
  decision?: { decision: DecisionKind; reason: string; decidedBy: string };
  /** Where everything is kept (`s3://bucket/prefix/`, or a folder). */
  folder?: string;
  /** What had to be left out for its size. */
  cut?: string[];
}

/** A follow-up is at most so long as JSON: it travels as an asynchronous invocation and through SNS. */
export const MAX_FOLLOW_UP_BYTES = 180 * 1024;

/** The id under which messages about a namespace go out. */
export const followUpId = (target: Target, findingId?: string): string => findingId ?? `containment-${target.uid}`;
