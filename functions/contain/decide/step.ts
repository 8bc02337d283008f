/** What a step of *decide* is: like one of the other playbooks, but about a person's word, and without a cluster. */

import type { EvidenceStore } from '../../clients/bucket/evidence-store.ts';
import type { FollowUps } from '../../clients/send/follow-ups.ts';
import type { Playbooks } from '../../clients/send/playbooks.ts';
import type { ContainmentRegister } from '../../clients/table/containment-register.ts';
import type { FindingLookup } from '../../clients/table/finding-lookup.ts';
import type { Closures } from '../../clients/table/findings-table.ts';
import type { Failure, StepResult } from '../../contract/containment.ts';
import type { DecisionInput } from '../../contract/decision-input.ts';
import type { DecisionKind } from '../../contract/follow-up.ts';
import type { Lessons } from '../../contract/lessons.ts';
import type { DecideStepKey as DecideKey } from '../../contract/playbook-steps.ts';
import type { Needs } from '../framework/needs.ts';
import type { Results } from '../framework/results.ts';
import type { StepOutcome } from '../framework/step.ts';

export interface DecideClients {
  register: Pick<ContainmentRegister, 'question' | 'answer' | 'reopen'>;
  playbooks: Pick<Playbooks, 'answer' | 'ended'>;
  table: Closures;
  lookup: FindingLookup;
  baseline: Lessons;
  store: EvidenceStore;
  followUps: FollowUps;
}

export interface DecideSettings {
  /** The state machines *release*: there is one for each network from which clusters are reached. */
  release: {
    /** ARN, for every cluster that {@link clusters} does not name. */
    byDefault: string;
    /** The names of clusters, by the ARN of their machine. */
    clusters: Readonly<Record<string, readonly string[]>>;
  };
}

export interface DecideContext {
  input: DecisionInput;
  /** ARN of the execution. */
  execution: string;
  name: string;
  /** RFC 3339. */
  startedAt: string;
  /** What the earlier steps answered. */
  results: Results;
  /** What the first step failed at: then there are no results. */
  failure?: Failure;
  clients: DecideClients;
  settings: DecideSettings;
  /** Epoch milliseconds. */
  now(): number;
}

/** The part of an outcome that a decision can have. */
export type DecideOutcome = Pick<StepOutcome, 'status' | 'summary' | 'open' | 'outcome'>;

/** @param summary why nothing is decided, and what to do */
export const refusalOutcome = (summary: string): DecideOutcome => ({ status: 'refused', summary, open: [summary] });

export interface DecideStep {
  key: DecideKey;
  /** What the function must be granted for it. */
  needs: Required<Pick<Needs, 'aws'>>;
  run(context: DecideContext): Promise<DecideOutcome>;
}

/** What a step answers to the state machine. */
export interface DecideResult extends Omit<StepResult, 'mode' | 'details' | 'proofs' | 'again' | 'round'> {
  decision: DecisionKind;
}
