/**
 * The vocabulary of containment: what the three playbooks take, what their steps answer, what is told of them. Types and
 * the few pure rules about them; no input or output. A value that is not known is absent, never guessed.
 */
import type { Cluster } from './finding.ts';

/** Raised when a reader of what containment writes would break. */
export const CONTAINMENT_SCHEMA_VERSION = 1;

/**
 * - `plan`: every write is sent as a server-side dry run; says what `isolate` would do and what `remove` would do after it.
 * - `isolate`: everything but removal.
 * - `remove`: isolates, then asks, then stops what runs.
 * - `release`: of *release* alone, which takes `plan` or this.
 */
export const CONTAIN_MODES = ['plan', 'isolate', 'remove'] as const;
export const MODES = [...CONTAIN_MODES, 'release'] as const;
export type Mode = (typeof MODES)[number];

/** What is contained: the UID, because a namespace deleted and made again is another one. */
export interface Target {
  cluster: Cluster;
  namespace: string;
  uid: string;
}

/** The steps of the playbook *contain*, in their order, and the states in which a person sees them. */
export const CONTAIN_STEPS = {
  checkTarget: 'Check target',
  snapshot: 'Snapshot',
  disableNamespace: 'Disable namespace',
  isolateNetwork: 'Isolate network',
  cutIdentity: 'Cut identity',
  collectEvidence: 'Collect evidence',
  verifyIsolation: 'Verify isolation',
  askOnCall: 'Ask on-call',
  removeWorkloads: 'Remove workloads',
  verifyRemoval: 'Verify removal',
  findRootCause: 'Find root cause',
  writeRemediation: 'Write remediation',
  report: 'Report',
} as const;
export type ContainStep = keyof typeof CONTAIN_STEPS;

/** The steps of *release*. What was done last is not undone first: a pod needs its account and its network to start. */
export const RELEASE_STEPS = {
  checkSnapshot: 'Check snapshot',
  liftQuarantine: 'Lift quarantine',
  restoreIdentity: 'Restore identity',
  restoreNetwork: 'Restore network',
  restoreWorkloads: 'Restore workloads',
  verifyRelease: 'Verify release',
  report: 'Report',
} as const;
export type ReleaseStep = keyof typeof RELEASE_STEPS;

/** The steps of *decide*. */
export const DECIDE_STEPS = {
  checkDecision: 'Check decision',
  answerQuestion: 'Answer question',
  closeFinding: 'Close finding',
  report: 'Report',
} as const;
export type DecideStep = keyof typeof DECIDE_STEPS;

export type StepKey = ContainStep | ReleaseStep | DecideStep;

/** One write to the cluster or to EKS, as a person would say it. Names may hold attacker-chosen text. */
export interface Action {
  verb: 'create' | 'patch' | 'replace' | 'delete';
  kind: string;
  /** Absent for cluster-scoped objects. */
  namespace?: string;
  name: string;
  /** To what end, in a few words: `selects nothing any more`. */
  what: string;
}

/**
 * - `done`: written, or sent as a dry run where the mode is `plan`.
 * - `already`: it was so before.
 * - `failed`: refused or not possible; {@link reason} says why.
 */
export interface DoneAction extends Action {
  outcome: 'done' | 'already' | 'failed';
  reason?: string;
}

/** What a person should do, ready to copy. Nothing that we do by ourselves. */
export interface Proposal {
  /** One sentence. */
  text: string;
  /** Argument vectors; may hold attacker-chosen text. */
  commands?: string[][];
  /** A manifest to review, as an object of the Kubernetes API. */
  manifest?: Record<string, unknown>;
}

/**
 * - `done`: everything that it was to do, or there was nothing to do.
 * - `partly`: some of it; `open` says what not.
 * - `failed`: nothing of it, or it cannot be told.
 * - `skipped`: not part of this run.
 * - `refused`: the target must not be touched; `open` says why. Of the first step only.
 */
export type StepStatus = 'done' | 'partly' | 'failed' | 'skipped' | 'refused';

/** What a step answers to the state machine: small, because it travels through the execution. */
export interface StepResult {
  step: StepKey;
  status: StepStatus;
  mode: Mode;
  /** One sentence for a person; may hold attacker-chosen text. */
  summary: string;
  /** How many writes it made, or would make. */
  actions: number;
  /** What is left to a person or did not work, at most {@link MAX_OPEN} sentences. */
  open: string[];
  /** Where the whole of it is kept; absent where it could not be stored. */
  details?: string;
  /** Of a step that waits for the cluster: run it again after a pause. */
  again?: boolean;
  /** How often it was run so far, where it repeats. */
  round?: number;
  /** Of the last step of a playbook: how it ends. */
  outcome?: ContainmentOutcome;
  /** Of `Verify isolation` and `Verify removal`. */
  proofs?: Pick<Proof, 'id' | 'verdict'>[];
}

/** A longer list is cut; {@link StepRecord} has all. */
export const MAX_OPEN = 12;

/** The whole of what a step did, as kept with the evidence. */
export interface StepRecord extends Omit<StepResult, 'mode' | 'details' | 'actions' | 'proofs'> {
  schemaVersion: typeof CONTAINMENT_SCHEMA_VERSION;
  /** RFC 3339. */
  startedAt: string;
  finishedAt: string;
  actions: DoneAction[];
  /** Everything that is open, uncut. */
  open: string[];
  proposals: Proposal[];
  proofs: Proof[];
  /** Files that the step has stored. */
  files: StoredFile[];
  /** What else a reader may want: facts of the step. */
  details?: Record<string, unknown>;
}

/** A file among the evidence. */
export interface StoredFile {
  /** Within the folder of the namespace's UID. */
  path: string;
  sha256: string;
  bytes: number;
}

/**
 * - `proven`: tested, and it is so.
 * - `not-proven`: tested and not so, or it could not be tested.
 * - `not-applicable`: there is nothing that it could be about.
 */
export type Verdict = 'proven' | 'not-proven' | 'not-applicable';

/** A verification's answer. */
export interface Proof {
  /** Unique: `pods-refused`. */
  id: string;
  /** What is claimed, as a sentence: `No pod can be created.` */
  claim: string;
  verdict: Verdict;
  /** How it was tested, and what was seen. May hold attacker-chosen text. */
  how: string;
  /** Whether the namespace counts as contained without it: false for what cannot be tested from outside. */
  decisive: boolean;
}

/** How a playbook ended. */
export const OUTCOMES = [
  'contained',
  'partly-contained',
  'planned',
  'released',
  'partly-released',
  'decided',
  'refused',
] as const;
export type ContainmentOutcome = (typeof OUTCOMES)[number];
