/** What the state machines hand to the functions, and what a person types into the Step Functions console. */

import * as z from 'zod/mini';
import { type Failure, MODES, SCOPES } from '../../contract/containment.ts';
import { PlaybookInputError } from '../../contract/errors.ts';
import type { Cluster } from '../../contract/finding.ts';
import { ID } from '../../contract/ids.ts';
import { AUDIT_LOG_MINUTES } from '../../contract/playbook-input.ts';
import { defined } from '../../kit/defined.ts';
import { record } from '../../kit/json.ts';
import { parseArn } from '../../kubernetes/names/arn.ts';
import { ACCOUNT, EKS_CLUSTER, REGION } from '../../kubernetes/names/aws.ts';
import { LABEL, UID } from '../../kubernetes/names/kubernetes.ts';
import { failureOf, type Results } from './results.ts';
import type { PlaybookRun } from './step.ts';

const words = z.string().check(z.maxLength(1_000));
export const matching = (pattern: RegExp, hint: string) => z.string(hint).check(z.regex(pattern, hint));

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

export const findingIdInput = matching(ID, 'must be the id of the finding, as in the alert');

const MINUTES = 'must be a whole number of minutes from 0 to 60';
const minutes = z.number(MINUTES).check(z.int(MINUTES), z.gte(0, MINUTES), z.lte(60, MINUTES));

/** The whole input of *contain* and of *release*. */
const schema = z.strictObject({
  cluster: clusterInput,
  namespace: matching(LABEL, 'must be the name of the namespace'),
  uid: matching(
    UID,
    'must be the UID of the namespace: the alert has it, and "kubectl get namespace NAME -o jsonpath={.metadata.uid}"',
  ),
  mode: z._default(z.enum(MODES, 'must be "plan", "isolate" or "remove"; of release "plan" or "release"'), 'plan'),
  scope: z.optional(z.enum(SCOPES, 'must be "workloads" or "pods"')),
  findingId: z.optional(findingIdInput),
  reason: z.optional(words),
  accept: z._default(z.array(words), []),
  overwrite: z._default(z.boolean('must be true or false'), false),
  auditLogMinutes: z._default(minutes, AUDIT_LOG_MINUTES),
});

/** What each Task state sends beside the person's input. */
const envelope = z.object({
  step: z.string(),
  execution: z.string(),
  name: z.string().check(z.minLength(1)),
  startedAt: z.string(),
  input: z.unknown(),
  state: z.optional(z.unknown()),
  taskToken: z.optional(z.string()),
});

export interface StepPayload {
  /** A {@link StepKey}, where it is from our state machines. */
  step: string;
  execution: string;
  name: string;
  startedAt: string;
  input: unknown;
  results: Results;
  /** What the first step failed at: then there are no results. */
  failure?: Failure;
  taskToken?: string;
}

/** @throws TypeError when it comes from something else than our state machines */
export function readPayload(event: unknown): StepPayload {
  const { data, error } = envelope.safeParse(event);
  if (error) throw new TypeError(`not from the state machine (wrong or missing: ${places(error).join(', ')})`);
  const { step, state, taskToken, ...rest } = data;
  return {
    ...rest,
    input: data.input,
    step,
    results: record(record(state)['steps']),
    ...defined({ failure: failureOf(state), taskToken: taskToken || undefined }),
  };
}

/** @throws {PlaybookInputError} with every mistake in the person's input */
export function runOf({ execution, name, startedAt, input }: StepPayload): PlaybookRun {
  const { data, error } = schema.safeParse(input);
  if (error) throw new PlaybookInputError(`The input is wrong: ${error.issues.map(mistake).join('; ')}.`);
  const { cluster, namespace, uid, findingId, reason, scope, ...rest } = data;
  if (scope !== undefined && rest.mode !== 'remove' && rest.mode !== 'plan')
    throw new PlaybookInputError(
      `The input is wrong: scope is what the mode "remove" stops, and a plan tells of; with "${rest.mode}" leave it out.`,
    );
  return {
    execution,
    name,
    startedAt,
    target: { cluster: { ...placeOf(execution), ...knownParts(cluster) }, namespace, uid },
    scope: scope ?? 'workloads',
    ...defined({ findingId, reason }),
    ...rest,
  };
}

/**
 * Where a state machine runs is where its clusters are: who names a cluster without its account and Region means the same
 * one, and its evidence lies in the same folder.
 */
function placeOf(execution: string): Pick<Cluster, 'region' | 'account'> {
  const { region, account } = parseArn(execution) ?? {};
  return region && account ? { region, account } : {};
}

/** Without the parts that were not given. */
export const knownParts = (cluster: z.output<typeof clusterInput>): Cluster =>
  Object.fromEntries(Object.entries(cluster).filter(([, value]) => value !== undefined));

const places = (error: z.core.$ZodError): string[] => error.issues.map(({ path }) => path.join('.') || 'the whole');

/** A mistake, with its place. */
export function mistake(issue: z.core.$ZodIssue): string {
  const place = issue.path.join('.') || 'the whole';
  if (issue.code === 'unrecognized_keys') return `${place} has unknown fields: ${issue.keys.join(', ')}`;
  return `${place} ${issue.message}`;
}
