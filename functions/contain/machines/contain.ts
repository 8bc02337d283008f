/** The playbook *contain*: its states and the way through them. One definition is deployed and run by the command line. */

import { CONTAIN_STEPS, type ContainStepKey } from '../../contract/containment.ts';
import { defined } from '../../kit/defined.ts';
import {
  choice,
  type Definition,
  ending,
  fail,
  firstTask,
  hasWorked,
  isPresentAnd,
  payload,
  retries,
  type State,
  succeed,
  task,
  WRONG_INPUT,
  wrongInput,
} from './states.ts';

export interface ContainFunctions {
  /** ARN of the function that changes the cluster. */
  contain: string;
  /** ARN of the function that verifies, by another identity. */
  probe: string;
}

export interface ContainMachineOptions {
  /** How long the question waits for its answer. */
  questionSeconds: number;
}

/** Longer than the cache of the API server's authenticator, by which a token outlives its account (10 s). */
const CACHE_SECONDS = 12;
/** Between two looks at what is being stopped. */
const REMOVAL_SECONDS = 5;

const T = CONTAIN_STEPS;

/** @returns the definition in Amazon States Language */
export function containMachine(
  { contain, probe }: ContainFunctions,
  { questionSeconds }: ContainMachineOptions,
): Definition {
  const step = (key: ContainStepKey, comment: string, next: string, functionArn = contain, attempts?: number): State =>
    task(key, { comment, functionArn, next, ...defined({ attempts }) });
  return {
    Comment: 'Isolates a namespace, proves it, and on approval stops what runs in it. Every step may be repeated.',
    StartAt: T.checkTarget,
    TimeoutSeconds: questionSeconds + 4 * 3600,
    States: {
      [T.checkTarget]: firstTask('checkTarget', {
        comment:
          'Reads the input; UID, protection, lease; what hangs on the namespace: webhooks, APIServices, conversions, network plugin, Fargate, finalizers, GitOps.',
        functionArn: contain,
        next: 'May it be touched?',
        onFailure: T.report,
      }),
      [WRONG_INPUT]: wrongInput,
      'May it be touched?': choice(
        'Protected, another UID, or a danger that nobody has accepted: nothing is done.',
        T.report,
        [{ ...hasWorked('checkTarget'), Next: T.snapshot }],
      ),
      [T.snapshot]: step(
        'snapshot',
        'Keeps all that release needs, by discovery; Secrets by name only. Without it nothing is changed.',
        'Is it kept?',
      ),
      'Is it kept?': choice('Without a snapshot nothing could be restored, so nothing is changed.', T.report, [
        { ...hasWorked('snapshot'), Next: T.disableNamespace },
      ]),
      [T.disableNamespace]: step(
        'disableNamespace',
        'The quarantine label with the UID first; then Pod Security "restricted" and a quota of zero: nothing new can start.',
        T.isolateNetwork,
      ),
      [T.isolateNetwork]: step(
        'isolateNetwork',
        'Denies all traffic, makes other policies allow nothing, empties Services.',
        T.cutIdentity,
      ),
      [T.cutIdentity]: step(
        'cutIdentity',
        'Deletes bindings that are wholly its own, service accounts, Pod Identity associations; proposes the rest.',
        T.collectEvidence,
      ),
      [T.collectEvidence]: step(
        'collectEvidence',
        'Logs, events, digests, nodes and volumes of the muted pods.',
        'Changed anything?',
      ),
      'Changed anything?': choice('A plan has changed nothing, so there is nothing to verify.', 'Wait for caches', [
        { Variable: '$.steps.checkTarget.mode', StringEquals: 'plan', Next: T.removeWorkloads },
      ]),
      'Wait for caches': {
        Type: 'Wait',
        Comment: 'The API server takes a deleted account for valid for some seconds.',
        Seconds: CACHE_SECONDS,
        Next: T.verifyIsolation,
      },
      [T.verifyIsolation]: step(
        'verifyIsolation',
        'Proves it, by another identity than the one that acted.',
        'Remove as well?',
        probe,
      ),
      'Remove as well?': choice('Only the mode "remove" stops what runs, and it asks first.', T.findRootCause, [
        { Variable: '$.steps.checkTarget.mode', StringEquals: 'remove', Next: T.askOnCall },
      ]),
      [T.askOnCall]: {
        Type: 'Task',
        Comment: 'Asks a person, who answers through decide. Without an answer the namespace stays isolated.',
        Resource: `arn:${contain.split(':')[1]}:states:::lambda:invoke.waitForTaskToken`,
        Parameters: { FunctionName: contain, Payload: { ...payload('askOnCall'), 'taskToken.$': '$$.Task.Token' } },
        ResultPath: '$.steps.askOnCall',
        TimeoutSeconds: questionSeconds,
        // A time-out is an answer, too: nobody is asked twice.
        Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 0 }, ...retries(2)],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.steps.askOnCall', Next: T.findRootCause }],
        Next: 'Approved?',
      },
      'Approved?': choice('Only an approval of this very plan removes anything.', T.findRootCause, [
        { ...isPresentAnd('$.steps.askOnCall.decision', { StringEquals: 'approve' }), Next: T.removeWorkloads },
      ]),
      [T.removeWorkloads]: step(
        'removeWorkloads',
        'Stops what runs, owners first, as approved; volumes are kept.',
        'All gone?',
      ),
      'All gone?': choice('Stopping takes a while: looked at again until nothing is left.', 'Removed anything?', [
        { ...isPresentAnd('$.steps.removeWorkloads.again', { BooleanEquals: true }), Next: 'Wait for removal' },
      ]),
      'Wait for removal': {
        Type: 'Wait',
        Comment: 'Pods take their time to end.',
        Seconds: REMOVAL_SECONDS,
        Next: T.removeWorkloads,
      },
      'Removed anything?': choice('A plan has removed nothing: it ends with its report.', T.verifyRemoval, [
        { Variable: '$.steps.checkTarget.mode', StringEquals: 'plan', Next: T.report },
      ]),
      [T.verifyRemoval]: step(
        'verifyRemoval',
        'Proves that nothing runs and nothing can start.',
        T.findRootCause,
        probe,
      ),
      [T.findRootCause]: step(
        'findRootCause',
        'How the actor got in and got the right, and what in the cluster let it.',
        T.writeRemediation,
      ),
      [T.writeRemediation]: step(
        'writeRemediation',
        'Manifests and commands to review, made from what was found.',
        T.report,
      ),
      ...ending(step('report', 'Tells on-call, keeps the hash list, gives the lease back.', T.report, contain, 4), {
        Contained: ['contained', succeed('Isolated, and every decisive proof holds.')],
        Planned: ['planned', succeed('Nothing was changed; the plan is in the report.')],
        'Partly contained': [
          'partly-contained',
          fail('partly-contained', 'Something is open: the cause and the report say what. Start it again.'),
        ],
        Refused: ['refused', fail('refused', 'Nothing was touched: the cause says why.')],
      }),
    },
  };
}
