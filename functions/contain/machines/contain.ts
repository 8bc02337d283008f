/** The playbook *contain*: its states and the way through them. One definition is deployed and run by the command line. */
import { CONTAIN_TABLE, CONTAIN_STEPS as STATES } from '../../contract/playbook-steps.ts';
import { sequence, stateAfter } from './sequence.ts';
import { choice, type Definition, fail, hasWorked, isPresentAnd, payload, retries, succeed } from './states.ts';

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

/** When the tokens of the accounts are forgotten. */
const SETTLES = '$.steps.cutIdentity.settlesAt';
/** Between two looks at what the nodes have taken over. */
const NODES_SECONDS = 5;
/** Between two looks at what is being stopped: longer than a controller takes to replace a pod. */
const REMOVAL_SECONDS = 3;
/** Between two looks at whether the audit log has arrived: each is a query that costs. */
const AUDIT_LOG_SECONDS = 30;

/** Where it goes on when nothing is removed. */
const AFTER_REMOVAL = stateAfter(CONTAIN_TABLE, 'verifyRemoval');

const inMode = (mode: string, next: string) => ({
  Variable: '$.steps.checkTarget.mode',
  StringEquals: mode,
  Next: next,
});

/** @returns the definition in Amazon States Language */
export function containMachine(
  { contain, probe }: ContainFunctions,
  { questionSeconds }: ContainMachineOptions,
): Definition {
  return {
    Comment: 'Isolates a namespace, proves it, and on approval stops what runs in it. Every step may be repeated.',
    StartAt: STATES.checkTarget,
    TimeoutSeconds: questionSeconds + 4 * 3600,
    States: sequence(CONTAIN_TABLE, {
      functionOf: (key) => (CONTAIN_TABLE[key].by === 'probe' ? probe : contain),
      between: {
        checkTarget: (next) => ({
          'May it be touched?': choice(
            'Protected, another UID, or a danger that nobody has accepted: nothing is done.',
            STATES.report,
            [{ ...hasWorked('checkTarget'), Next: next }],
          ),
        }),
        snapshot: (next) => ({
          'Is it kept?': choice('Without a snapshot nothing could be restored, so nothing is changed.', STATES.report, [
            { ...hasWorked('snapshot'), Next: next },
          ]),
        }),
        collectEvidence: (next) => ({
          'Changed anything?': choice(
            'A plan has changed nothing, so there is nothing to verify.',
            'Were there accounts?',
            [inMode('plan', STATES.removeWorkloads)],
          ),
          'Were there accounts?': choice('Without an account there was no token that may be cached.', next, [
            { ...isPresentAnd(SETTLES, { IsTimestamp: true }), Next: 'Wait for caches' },
          ]),
          'Wait for caches': {
            Type: 'Wait',
            Comment:
              'The API server takes a deleted account for valid for some seconds, counted from when its identity was cut.',
            TimestampPath: SETTLES,
            Next: next,
          },
        }),
        verifyIsolation: (next) => ({
          'In force on the nodes?': choice(
            'Network plugins need some seconds to take a policy over: looked at again.',
            'Remove as well?',
            [{ ...isPresentAnd('$.steps.verifyIsolation.again', { BooleanEquals: true }), Next: 'Wait for the nodes' }],
          ),
          'Wait for the nodes': {
            Type: 'Wait',
            Comment:
              'The controller of the network plugin resolves the policy to addresses, and the nodes take them over.',
            Seconds: NODES_SECONDS,
            Next: STATES.verifyIsolation,
          },
          'Remove as well?': choice('Only the mode "remove" stops what runs, and it asks first.', AFTER_REMOVAL, [
            inMode('remove', next),
          ]),
        }),
        askOnCall: (next) => ({
          'Approved?': choice('Only an approval of this very plan removes anything.', AFTER_REMOVAL, [
            { ...isPresentAnd('$.steps.askOnCall.decision', { StringEquals: 'approve' }), Next: next },
          ]),
        }),
        removeWorkloads: (next) => ({
          'All gone?': choice('Stopping takes a while: looked at again until nothing is left.', 'Removed anything?', [
            { ...isPresentAnd('$.steps.removeWorkloads.again', { BooleanEquals: true }), Next: 'Wait for removal' },
          ]),
          'Wait for removal': {
            Type: 'Wait',
            Comment: 'Pods take their time to end.',
            Seconds: REMOVAL_SECONDS,
            Next: STATES.removeWorkloads,
          },
          'Removed anything?': choice('A plan has removed nothing: it ends with its report.', next, [
            inMode('plan', STATES.report),
          ]),
        }),
        verifySessions: (next) => ({
          'Has the audit log arrived?': choice(
            'EKS delivers it some minutes later: looked at again, for as long as the input says.',
            next,
            [
              {
                ...isPresentAnd('$.steps.verifySessions.again', { BooleanEquals: true }),
                Next: 'Wait for the audit log',
              },
            ],
          ),
          'Wait for the audit log': {
            Type: 'Wait',
            Comment: 'Whether a session is open shows only in a log that is later than the quarantine.',
            Seconds: AUDIT_LOG_SECONDS,
            Next: STATES.verifySessions,
          },
        }),
      },
      special: {
        askOnCall: (next) => ({
          Type: 'Task',
          Comment: CONTAIN_TABLE.askOnCall.does,
          Resource: `arn:${contain.split(':')[1]}:states:::lambda:invoke.waitForTaskToken`,
          Parameters: { FunctionName: contain, Payload: { ...payload('askOnCall'), 'taskToken.$': '$$.Task.Token' } },
          ResultPath: '$.steps.askOnCall',
          TimeoutSeconds: questionSeconds,
          // A time-out is an answer, too: nobody is asked twice.
          Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 0 }, ...retries(2)],
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.steps.askOnCall', Next: AFTER_REMOVAL }],
          Next: next,
        }),
      },
      ends: {
        Contained: ['contained', succeed('Isolated, and every decisive proof holds.')],
        Planned: ['planned', succeed('Nothing was changed; the plan is in the report.')],
        'Partly contained': [
          'partly-contained',
          fail('partly-contained', 'Something is open: the cause and the report say what. Start it again.'),
        ],
        Refused: ['refused', fail('refused', 'Nothing was touched: the cause says why.')],
      },
    }),
  };
}
