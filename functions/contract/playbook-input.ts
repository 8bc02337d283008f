/** What a person types to start *contain* or *release*. */

import * as z from 'zod/mini';
import { defined } from '../kit/defined.ts';
import { isRecord } from '../kit/json.ts';
import { ACCOUNT, EKS_CLUSTER, REGION } from '../kubernetes/names/aws.ts';
import { LABEL, UID } from '../kubernetes/names/kubernetes.ts';
import type { Mode, Scope, Target } from './containment.ts';
import { PlaybookInputError } from './errors.ts';
import { isUnfilled, UNFILLED } from './fill-in.ts';
import type { Cluster } from './finding.ts';
import { asTyped, ID } from './ids.ts';
import { AUDIT_LOG_MINUTES, MODES, SCOPES } from './vocabulary.ts';

/** The input of *contain* or *release*, validated. */
export interface PlaybookInput {
  /** The namespace, where it is named by itself. Absent where the finding tells it. */
  target?: Target;
  /** Whole, or its first digits. Absent only where the target is there. */
  findingId?: string;
  mode: Mode;
  /** What `remove` stops, and a plan tells of. */
  scope: Scope;
  /** Why it is started. */
  reason?: string;
  /** Ids of dangers that a person accepts, as `webhook/validating/NAME`. */
  accept: string[];
  /** Of *release*: write over what was changed since. */
  overwrite: boolean;
  /** How long after the quarantine the audit log is waited for, in minutes. */
  auditLogMinutes: number;
}

const words = z.string().check(z.maxLength(1_000));
export const matching = (pattern: RegExp, hint: string) => z.string(hint).check(z.regex(pattern, hint));

/** A text that a person fills in: not the word that holds its place. */
export const filledIn = (hint: string, unfilled: string) =>
  matching(/\S/, hint).check(
    z.maxLength(1_000, 'must be at most 1,000 characters'),
    z.refine((text) => !isUnfilled(text), unfilled),
  );

const cluster = z.strictObject({
  name: matching(EKS_CLUSTER, 'must be the name of an EKS cluster'),
  region: z.optional(matching(REGION, 'must be an AWS Region, such as eu-west-1')),
  account: z.optional(matching(ACCOUNT, 'must be the 12 digits of an AWS account, in quotes')),
});

export const clusterInput = z.union(
  [
    z.pipe(
      matching(/./, 'must be a name'),
      z.transform((name) => ({ name })),
    ),
    cluster,
  ],
  {
    error: 'must be the name of the cluster, or {"name": …, "region": …, "account": …}',
  },
);

export const findingIdInput = z.pipe(
  matching(ID, 'must be the id of the finding, as in the subject of its mail: "nsf-" and 12 digits or more'),
  z.transform(asTyped),
);

const MINUTES = 'must be a whole number of minutes from 0 to 60';
const minutes = z.number(MINUTES).check(z.int(MINUTES), z.gte(0, MINUTES), z.lte(60, MINUTES));

/** What names the namespace itself: all of it, or nothing. */
const target = {
  cluster: clusterInput,
  namespace: matching(LABEL, 'must be the name of the namespace'),
  uid: matching(
    UID,
    'must be the UID of the namespace: the alert has it, and "kubectl get namespace NAME -o jsonpath={.metadata.uid}"',
  ),
};
const TARGET_FIELDS = Object.keys(target);

const others = {
  mode: z._default(z.enum(MODES, 'must be "plan", "isolate" or "remove"; of release "plan" or "release"'), 'plan'),
  scope: z.optional(z.enum(SCOPES, 'must be "workloads" or "pods"')),
  findingId: z.optional(findingIdInput),
  reason: z.optional(words.check(z.refine((text) => !isUnfilled(text), UNFILLED.reason))),
  accept: z._default(z.array(words), []),
  overwrite: z._default(z.boolean('must be true or false'), false),
  auditLogMinutes: z._default(minutes, AUDIT_LOG_MINUTES),
};
const byFinding = z.strictObject(others);
const byName = z.strictObject({ ...target, ...others });

/** @throws {PlaybookInputError} with every mistake */
export function playbookInputOf(input: unknown): PlaybookInput {
  const named = isRecord(input) ? TARGET_FIELDS.filter((field) => Object.hasOwn(input, field)) : TARGET_FIELDS;
  if (named.length > 0) {
    const { cluster, namespace, uid, ...typed } = parsed(byName, input, named.length < TARGET_FIELDS.length);
    return whole({ ...typed, target: { cluster: knownParts(cluster), namespace, uid } });
  }
  const typed = parsed(byFinding, input, false);
  if (typed.findingId === undefined) throw wrong(`it names no namespace. ${EITHER}`);
  return whole(typed);
}

const EITHER =
  'Give the finding alone, as {"findingId": "nsf-…", "mode": "plan"}, or name cluster, namespace and uid, all three';

function parsed<S extends z.ZodMiniType>(schema: S, input: unknown, inPart: boolean): z.output<S> {
  const { data, error } = schema.safeParse(input);
  if (error) throw wrong(`${error.issues.map(mistake).join('; ')}${inPart ? `. ${EITHER}` : ''}`);
  return data;
}

function whole({ target, ...typed }: z.output<typeof byFinding> & { target?: Target }): PlaybookInput {
  const { mode, scope, findingId, reason, accept, overwrite, auditLogMinutes } = typed;
  if (scope !== undefined && mode !== 'remove' && mode !== 'plan')
    throw wrong(`scope is what the mode "remove" stops, and a plan tells of; with "${mode}" leave it out`);
  return {
    mode,
    accept,
    overwrite,
    auditLogMinutes,
    scope: scope ?? 'workloads',
    ...defined({ target, findingId, reason }),
  };
}

/** @param mistakes without a full stop */
export const wrong = (mistakes: string): PlaybookInputError =>
  new PlaybookInputError(`The input is wrong: ${mistakes}.`);

/** Without the parts that were not given. */
export const knownParts = (cluster: z.output<typeof clusterInput>): Cluster =>
  Object.fromEntries(Object.entries(cluster).filter(([, value]) => value !== undefined));

/** A mistake, with its place. */
export function mistake(issue: z.core.$ZodIssue): string {
  const place = issue.path.join('.') || 'the whole';
  if (issue.code === 'unrecognized_keys') return `${place} has unknown fields: ${issue.keys.join(', ')}`;
  return `${place} ${issue.message}`;
}

/** Whether a part of a target that somebody else wrote down has the form that an input must have. */
export const matchesPart = (part: keyof Target, value: unknown): boolean => target[part].safeParse(value).success;

/** Whether all of its parts have. */
export const isTarget = (value: Target): boolean =>
  (['cluster', 'namespace', 'uid'] as const).every((part) => matchesPart(part, value[part]));
