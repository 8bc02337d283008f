/** The framework's contract: what a step is, what it is given, and what it may answer. */

import type { Capabilities } from '../../clients/aws/capabilities.ts';
import type { PodIdentity } from '../../clients/aws/pod-identity.ts';
import type { RoleTrust } from '../../clients/aws/role-trust.ts';
import type { EvidenceStore } from '../../clients/bucket/evidence-store.ts';
import type { FindingRecords } from '../../clients/bucket/finding-records.ts';
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { WritableAccess } from '../../clients/kubernetes/kubernetes-writer.ts';
import type { LogSearch, LogStreams } from '../../clients/logs/log-search.ts';
import type { FollowUps } from '../../clients/send/follow-ups.ts';
import type { Playbooks } from '../../clients/send/playbooks.ts';
import type { ContainmentRegister } from '../../clients/table/containment-register.ts';
import type { FindingLookup } from '../../clients/table/finding-lookup.ts';
import type {
  ContainmentOutcome,
  Failure,
  Mode,
  Override,
  Proof,
  Proposal,
  Scope,
  StepStatus,
  StoredFile,
  Target,
} from '../../contract/containment.ts';
import type { StepKey } from '../../contract/playbook-steps.ts';
import { DEFAULT_PROTECTED_NAMESPACES } from '../../kubernetes/quarantine.ts';
import type { Actuator } from './actuator.ts';
import type { Folder } from './folder.ts';
import type { Needs } from './needs.ts';
import type { Results } from './results.ts';

/** What steps may ask. One that is absent cannot be asked where this runs: the step says so. */
export interface ContainClients {
  kubernetes: WritableAccess;
  store: EvidenceStore;
  register: ContainmentRegister;
  followUps: FollowUps;
  /** Absent outside AWS. */
  playbooks?: Pick<Playbooks, 'ended'>;
  podIdentity?: PodIdentity;
  roleTrust?: RoleTrust;
  capabilities?: Capabilities;
  findings?: FindingRecords;
  /** Of the steps that begin and end a playbook. */
  lookup?: FindingLookup;
  /** The cluster's; of *probe* alone. */
  auditLog?: LogSearch & LogStreams;
}

/** What of the configuration concerns the steps. */
export interface ContainSettings {
  /** Namespaces that are never contained, beside those of Kubernetes itself; `*` stands for any text. */
  protectedNamespaces: readonly string[];
  /** How long a question waits for its answer, in hours. */
  questionHours: number;
  /** How long one call of a step may take, in milliseconds; shorter than the function's time-out. */
  budgetMs: number;
  /** How long the network plugin on the nodes is waited for, where the order of two denials matters; in milliseconds. */
  agentsMs: number;
}

export const DEFAULT_SETTINGS: ContainSettings = {
  protectedNamespaces: DEFAULT_PROTECTED_NAMESPACES,
  questionHours: 4,
  budgetMs: 240_000,
  agentsMs: 10_000,
};

/** One execution of *contain* or *release*, validated. */
export interface PlaybookRun {
  /** ARN of the execution, or an id of its own where it runs locally. */
  execution: string;
  /** Its name: unique for the state machine. */
  name: string;
  /** RFC 3339. */
  startedAt: string;
  target: Target;
  mode: Mode;
  /** What is stopped, where the mode is `remove` or a plan tells about it. */
  scope: Scope;
  findingId?: string;
  /** Why it was started, by a person. */
  reason?: string;
  /** Ids of dangers that a person has accepted, as `webhook/validating/NAME`. */
  accept: readonly string[];
  /** Of *release*: write over what was changed since. */
  overwrite: boolean;
  /** How long after the quarantine the audit log is waited for. */
  auditLogMinutes: number;
}

/** What a step is given. */
export interface StepContext {
  run: PlaybookRun;
  /** What the earlier steps answered. */
  results: Results;
  /** What the first step failed at: then there are no results. */
  failure?: Failure;
  /** The target's cluster: reads, and writes that are noted as actions; dry runs where the mode is `plan`. */
  cluster: Actuator;
  /** Where this namespace's snapshot and evidence are kept. */
  folder: Folder;
  clients: ContainClients;
  settings: ContainSettings;
  /** Aborts when the step's time is over: hand it to every call. */
  signal: AbortSignal;
  /** Epoch milliseconds. */
  now(): number;
  /** The token of a state that waits for an answer. */
  taskToken?: string;
}

/** What a step found and did; the framework adds the actions and writes it down. */
export interface StepOutcome {
  status: StepStatus;
  /** One sentence for a person; may hold attacker-chosen text. */
  summary: string;
  /** What is left to a person, each a sentence. Failed actions need not be here: the framework adds them. */
  open?: string[];
  proposals?: Proposal[];
  proofs?: Proof[];
  files?: StoredFile[];
  /** Facts for machines, and for later steps: {@link Folder.record} reads them back. */
  details?: Record<string, unknown>;
  /** Run this step again after a pause. */
  again?: boolean;
  round?: number;
  /** From when on what it did holds everywhere, as RFC 3339; absent where it did at once. */
  settlesAt?: string;
  /** Of a refusal: what the input must say as well for it to go on. */
  override?: Override;
  /** Of the last step: how the playbook ends; the summary becomes the cause of a failed execution. */
  outcome?: ContainmentOutcome;
}

/** One step of a playbook: a file in `steps/` or `release/`, and a row in a table. */
export type PlaybookStep = AnyStep | TargetStep | ApartStep;

interface StepFacts {
  key: StepKey;
  /** What its identity must be granted for it, beside what the framework needs for every step. */
  needs: Needs;
  /**
   * Which refusals of dry runs count as done in a plan: what an earlier step would lift still refuses writes, because a
   * plan has lifted nothing.
   */
  liftedBefore?: RegExp;
}

/** A step that looks for itself whether there is a namespace to work on. */
export interface AnyStep extends StepFacts {
  target?: undefined;
  run(context: StepContext): Promise<StepOutcome>;
}

/** The namespace that was meant must be there as the step begins: where it is not, nothing of the step is done. */
export interface TargetStep extends StepFacts {
  target: 'must-live';
  /** @param namespace as it is, by its UID the one that was meant */
  run(context: StepContext, namespace: KubernetesObject): Promise<StepOutcome>;
}

/** A step that asks the cluster nothing, and is run where that cannot be reached. */
export interface ApartStep extends StepFacts {
  target: 'none';
  run(context: Omit<StepContext, 'cluster'>): Promise<StepOutcome>;
}
