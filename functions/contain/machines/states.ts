/** Amazon States Language in JSONPath, as far as the playbooks need it. https://states-language.net/spec.html */
import type { ContainmentOutcome } from '../../contract/containment.ts';
import type { StepKey } from '../../contract/playbook-steps.ts';

export type State = Record<string, unknown> & { Type: string };

/** A state machine's definition. */
export interface Definition {
  Comment: string;
  StartAt: string;
  TimeoutSeconds: number;
  States: Record<string, State>;
}

/** What a Lambda function could not help: tried again, because every step may be repeated. */
const TRANSIENT = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'States.Timeout',
];

export const retries = (attempts: number): object[] => [
  // A mistake of a person, or of ours: the same again would end the same.
  { ErrorEquals: ['InputError', 'TypeError'], MaxAttempts: 0 },
  { ErrorEquals: TRANSIENT, IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 4, MaxDelaySeconds: 20 },
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: attempts },
];

/** What every step is given: the person's input as it was typed, and what the steps before it have answered. */
export const payload = (step: StepKey): Record<string, unknown> => ({
  step,
  'execution.$': '$$.Execution.Id',
  'name.$': '$$.Execution.Name',
  'startedAt.$': '$$.Execution.StartTime',
  'input.$': '$$.Execution.Input',
  'state.$': '$',
});

/** Longer than a function may run. */
const STEP_SECONDS = 330;

export interface TaskStateOptions {
  comment: string;
  /** ARN of the function. */
  functionArn: string;
  next: string;
  /** Where a failure leads: its result is noted, and the playbook goes on. @default `next` */
  onFailure?: string;
  /** How often it is tried again at most, beside transient errors of Lambda. */
  attempts?: number;
}

/**
 * A step as a state: its answer or failure is noted under its key, and the playbook goes on. The function is the
 * resource itself, so that its answer is the result.
 */
export function task(
  step: StepKey,
  { comment, functionArn, next, onFailure = next, attempts = 2 }: TaskStateOptions,
): State {
  return {
    Type: 'Task',
    Comment: comment,
    Resource: functionArn,
    Parameters: payload(step),
    ResultPath: `$.steps.${step}`,
    TimeoutSeconds: STEP_SECONDS,
    Retry: retries(attempts),
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: `$.steps.${step}`, Next: onFailure }],
    Next: next,
  };
}

/**
 * The first step: it reads the person's input, and what it answers takes its place. Input that it cannot read ends the
 * execution at once, with its mistakes as the cause; any other failure is reported.
 */
export function firstTask(step: StepKey, { comment, functionArn, next, onFailure = next }: TaskStateOptions): State {
  return {
    Type: 'Task',
    Comment: comment,
    Resource: functionArn,
    Parameters: payload(step),
    // Both replace the whole state, which may be anything that somebody typed.
    ResultSelector: { steps: { [`${step}.$`]: '$' } },
    TimeoutSeconds: STEP_SECONDS,
    Retry: retries(2),
    Catch: [
      { ErrorEquals: ['InputError'], Next: WRONG_INPUT },
      { ErrorEquals: ['States.ALL'], Next: onFailure },
    ],
    Next: next,
  };
}

/** Where wrong input leads. */
export const WRONG_INPUT = 'Wrong input';
export const wrongInput: State = {
  Type: 'Fail',
  Comment: 'The input could not be read; the cause says what to correct. Nothing was touched.',
  Error: 'refused',
  CausePath: '$.Cause',
};

/** The last step, and the end that it chooses. @param ends each outcome and its state */
export function ending(
  report: State,
  ends: Readonly<Record<string, [outcome: ContainmentOutcome, State]>>,
): Record<string, State> {
  const names = Object.keys(ends);
  const choices = names.map((name) => ({
    ...isPresentAnd('$.report.outcome', { StringEquals: ends[name]?.[0] }),
    Next: name,
  }));
  return {
    Report: {
      ...report,
      ResultPath: '$.report',
      Catch: [
        // What the first step could not read for another reason may be wrong as well.
        { ErrorEquals: ['InputError'], Next: WRONG_INPUT },
        { ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Report failed' },
      ],
      Next: 'How it ended',
    },
    'How it ended': {
      Type: 'Choice',
      Comment: 'The outcome is what Report has said.',
      Choices: choices,
      Default: 'Report failed',
    },
    ...Object.fromEntries(names.map((name) => [name, ends[name]?.[1] as State])),
    'Report failed': {
      Type: 'Fail',
      Comment: 'What was done stands, but it may be that nobody was told. Start it again: every step may be repeated.',
      Error: 'report-failed',
      Cause:
        'The last step failed, so it may be that nobody was told what was done. Its logs say why. Start the playbook again.',
    },
  };
}

export const succeed = (comment: string): State => ({ Type: 'Succeed', Comment: comment, OutputPath: '$.report' });
export const fail = (error: ContainmentOutcome, comment: string): State => ({
  Type: 'Fail',
  Comment: comment,
  Error: error,
  CausePath: '$.report.summary',
});

export const choice = (comment: string, otherwise: string, choices: object[]): State => ({
  Type: 'Choice',
  Comment: comment,
  Choices: choices,
  Default: otherwise,
});

/** The condition that a value is there, and as the comparison says: a missing one would fail the execution. */
export const isPresentAnd = (variable: string, comparison: object): { And: object[] } => ({
  And: [
    { Variable: variable, IsPresent: true },
    { Variable: variable, ...comparison },
  ],
});

/** The condition that a step has done all or some of its work. */
export function hasWorked(step: StepKey): { And: object[] } {
  const variable = `$.steps.${step}.status`;
  const either = ['done', 'partly'].map((value) => ({ Variable: variable, StringEquals: value }));
  return { And: [{ Variable: variable, IsPresent: true }, { Or: either }] };
}
