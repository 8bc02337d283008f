/**
 * The vocabulary of containment: what the three playbooks take, what their steps answer, what is told about them. Types and
 * the few pure rules about them; no input or output. A value that is not known is absent, never guessed.
 */
import * as z from 'zod/mini';
import { clusterSchema } from './finding.ts';
import { CONTAIN_STEPS, DECIDE_STEPS, RELEASE_STEPS, type StepKey } from './playbook-steps.ts';
import { facts, flag, list, number, object, open, otherwise, type Read, text, texts, tolerant } from './read.ts';
import { MODES, type SCOPES } from './vocabulary.ts';

/** Raised when a reader of what containment writes would break. */
export const CONTAINMENT_SCHEMA_VERSION = 1;

export type Mode = (typeof MODES)[number];
export type Scope = (typeof SCOPES)[number];

export const targetSchema = object({ cluster: clusterSchema, namespace: z.string(), uid: z.string() });
/** What is contained: the UID, because a namespace deleted and made again is another one. */
export interface Target extends Read<typeof targetSchema> {}

const subjectSchema = object({ target: targetSchema, findingId: text });
/** What a run is about: the namespace, and the finding that it was started with. */
export interface RunSubject extends Read<typeof subjectSchema> {}

export const stepKeySchema = z.enum(
  Object.keys({ ...CONTAIN_STEPS, ...RELEASE_STEPS, ...DECIDE_STEPS }) as [StepKey, ...StepKey[]],
);

/** One write to the cluster or to EKS, as a person would say it. Names may hold attacker-chosen text. */
const action = {
  verb: z.enum(['create', 'patch', 'replace', 'delete']),
  kind: z.string(),
  /** Absent for cluster-scoped objects. */
  namespace: text,
  name: z.string(),
  /** To what end, in a few words: `selects nothing any more`. */
  what: otherwise(text, ''),
};
const actionSchema = object(action);
export interface Action extends Read<typeof actionSchema> {}

export const doneActionSchema = object({
  ...action,
  /**
   * - `done`: written, or sent as a dry run where the mode is `plan`.
   * - `already`: it was so before.
   * - `failed`: refused or not possible; {@link reason} says why.
   */
  outcome: z.enum(['done', 'already', 'failed']),
  reason: text,
});
export interface DoneAction extends Read<typeof doneActionSchema> {}
export const doneActionsSchema = otherwise(list(doneActionSchema), []);

/**
 * What a proposal is for, the most urgent first:
 * - `creator-access`: whoever created the namespace can still act in the cluster.
 * - `access`: rights, sessions or tokens that still work.
 * - `isolation`: what still reaches the namespace, or stands in the way of its isolation.
 * - `restoration`: what *release* has left to a person.
 * - `evidence`: what is lost with time.
 * - `hardening`: what would have kept it from happening.
 * - `deletion`: the end of the namespace.
 */
export const PROPOSAL_AIMS = [
  'creator-access',
  'access',
  'isolation',
  'restoration',
  'evidence',
  'hardening',
  'deletion',
] as const;
export type ProposalAim = (typeof PROPOSAL_AIMS)[number];

export const proposalSchema = object({
  /** Absent where it is not known: such a proposal comes last. */
  aim: tolerant(z.enum(PROPOSAL_AIMS)),
  /** One sentence. */
  text: z.string(),
  /** Argument vectors; may hold attacker-chosen text. A command with a part that cannot be read would be another command. */
  commands: tolerant(z.array(z.array(z.string()))),
  /** A manifest to review, as an object of the Kubernetes API. */
  manifest: facts,
});
/** What a person should do, ready to copy. Nothing that we do by ourselves. */
export interface Proposal extends Read<typeof proposalSchema> {}

/**
 * - `done`: everything that it was to do, or there was nothing to do.
 * - `partly`: some of it; `open` says what not.
 * - `failed`: nothing of it, or that is not known.
 * - `skipped`: not part of this run.
 * - `refused`: the target must not be touched; `open` says why. Of the first step only.
 */
export const STEP_STATUSES = ['done', 'partly', 'failed', 'skipped', 'refused'] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

/**
 * - `proven`: tested, and it is so.
 * - `not-proven`: tested and not so, or it could not be tested.
 * - `not-applicable`: there is nothing that it could be about.
 */
const VERDICTS = ['proven', 'not-proven', 'not-applicable'] as const;
export type ProofVerdict = (typeof VERDICTS)[number];

/**
 * - `effect`: what is claimed was itself seen: an attempt and its answer, or the thing that the claim is about.
 * - `configuration`: what should bring it about was read. Packets could contradict that, so that alone it shows no
 *   isolation: it can only take away from it.
 */
const PROOF_GROUNDS = ['effect', 'configuration'] as const;
export type ProofGround = (typeof PROOF_GROUNDS)[number];

export const proofSchema = object({
  /** Unique: `pods-refused`. */
  id: z.string(),
  /** What is claimed, as a sentence: `No pod can be created.` */
  claim: z.string(),
  verdict: z.enum(VERDICTS),
  /** How it was tested, and what was seen. May hold attacker-chosen text. */
  how: otherwise(text, ''),
  /** Whether the namespace counts as contained without it: false for what cannot be tested from outside. */
  decisive: otherwise(flag, true),
  /** What the answer rests on; absent in what was written before this was said. */
  shows: tolerant(z.enum(PROOF_GROUNDS)),
});
/** A verification's answer. */
export interface Proof extends Read<typeof proofSchema> {}

const storedFileSchema = object({
  /** Its key in the evidence store. */
  path: z.string(),
  sha256: z.string(),
  bytes: z.number(),
});
/** A file among the evidence. */
export interface StoredFile extends Read<typeof storedFileSchema> {}

/** How a playbook ended. */
export const CONTAINMENT_OUTCOMES = [
  'contained',
  'partly-contained',
  'planned',
  'released',
  'partly-released',
  'decided',
  'refused',
] as const;
export type ContainmentOutcome = (typeof CONTAINMENT_OUTCOMES)[number];

/** A longer list is cut; {@link StepRecord} has all. */
export const MAX_OPEN = 12;

const overrideSchema = object({
  /** Ids of the dangers that stand in the way, beside those that were accepted before. */
  accept: texts,
  overwrite: flag,
});
/** What the input must say as well for a playbook to go on in spite of what it has refused. */
export interface Override extends Read<typeof overrideSchema> {}
export const overridePart = tolerant(overrideSchema);

/** More dangers than this are not accepted by a line that somebody pastes. */
export const MAX_ACCEPTED = 20;

/** What both a step's result and its record say. */
const stepEnd = {
  step: stepKeySchema,
  status: z.enum(STEP_STATUSES),
  /** One sentence for a person; may hold attacker-chosen text. */
  summary: otherwise(text, ''),
  /** What is left to a person or did not work; in a result at most {@link MAX_OPEN} sentences. */
  open: otherwise(texts, []),
  /** Of a step that waits for the cluster: run it again after a pause. */
  again: flag,
  /** How often it was run so far, where it repeats. */
  round: number,
  /** From when on what it did holds everywhere, as RFC 3339; absent where it did at once. */
  settlesAt: text,
  /** Of the last step of a playbook: how it ends. */
  outcome: z.optional(z.enum(CONTAINMENT_OUTCOMES)),
};

export const stepResultSchema = open({
  ...stepEnd,
  /** Always there but in *decide*, whose steps know none. */
  mode: z.optional(z.enum(MODES)),
  /** How many writes it made, or would make. */
  actions: otherwise(number, 0),
  /** Where the whole of it is kept; absent where it could not be stored. */
  details: text,
  /** Of the first step, where it has looked up what the input names by a finding. */
  subject: z.optional(subjectSchema),
  /** Of `Verify isolation` and `Verify removal`. */
  proofs: z.optional(z.array(object({ id: z.string(), verdict: z.enum(VERDICTS) }))),
});
/** What a step answers to the state machine: small, because it travels through the execution. */
export interface StepResult extends Read<typeof stepResultSchema> {}

export const stepRecordSchema = open({
  schemaVersion: otherwise(z.literal(CONTAINMENT_SCHEMA_VERSION), CONTAINMENT_SCHEMA_VERSION),
  ...stepEnd,
  /** RFC 3339. */
  startedAt: z.string(),
  finishedAt: z.string(),
  actions: z.array(doneActionSchema),
  proposals: otherwise(list(proposalSchema), []),
  proofs: z.array(proofSchema),
  /** Of a step that has refused. */
  override: overridePart,
  /** Files that the step has stored. */
  files: z.array(storedFileSchema),
  /** What else a reader may want: facts of the step. */
  details: facts,
});
/** The whole of what a step did, as kept with the evidence. */
export interface StepRecord extends Read<typeof stepRecordSchema> {}

const approvedSchema = object({
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  what: otherwise(text, ''),
  /** Of a pod that something makes that we know nothing of: what that makes later is stopped with it. */
  maker: z.optional(object({ kind: z.string(), name: z.string(), uid: z.string() })),
});
/** What removal stops, as a person approves it. The hash of the approved ones holds step and answer together. */
export interface ApprovedStop extends Read<typeof approvedSchema> {}
export const approvedPlanSchema = z.array(approvedSchema);

/** A step whose every attempt failed, as Step Functions notes it. */
export const failureSchema = object({ Error: z.string(), Cause: otherwise(text, '') });
export interface Failure extends Read<typeof failureSchema> {}
