/** The playbook *release*: gives a contained namespace back what it had. */
import { RELEASE_STEPS, type ReleaseStepKey } from '../../contract/containment.ts';
import {
  choice,
  type Definition,
  ending,
  fail,
  firstTask,
  hasWorked,
  succeed,
  task,
  WRONG_INPUT,
  wrongInput,
} from './states.ts';

const T = RELEASE_STEPS;

/** @param release ARN of the function @returns the definition in Amazon States Language */
export function releaseMachine(release: string): Definition {
  const step = (key: ReleaseStepKey, comment: string, next: string, attempts = 2) =>
    task(key, { comment, functionArn: release, next, attempts });
  return {
    Comment:
      'Gives a contained namespace back what the snapshot holds, verifies it, and says what is left to a person.',
    StartAt: T.checkSnapshot,
    TimeoutSeconds: 2 * 3600,
    States: {
      [T.checkSnapshot]: firstTask('checkSnapshot', {
        comment: 'Reads the input; is there a snapshot of this namespace, and was anything changed since?',
        functionArn: release,
        next: 'May it be released?',
        onFailure: T.report,
      }),
      [WRONG_INPUT]: wrongInput,
      'May it be released?': choice('No snapshot, another UID, or changes that nobody said to write over.', T.report, [
        { ...hasWorked('checkSnapshot'), Next: T.liftQuarantine },
      ]),
      [T.liftQuarantine]: step(
        'liftQuarantine',
        'The label first: under it not even release may write.',
        T.restoreIdentity,
      ),
      [T.restoreIdentity]: step(
        'restoreIdentity',
        'Service accounts, and bindings that grant nothing wide.',
        T.restoreNetwork,
      ),
      [T.restoreNetwork]: step(
        'restoreNetwork',
        'Network policies, Services, and what was taken from them.',
        T.restoreWorkloads,
      ),
      [T.restoreWorkloads]: step('restoreWorkloads', 'What was stopped runs again, as far as it can.', T.verifyRelease),
      [T.verifyRelease]: step('verifyRelease', 'Compares every object with the snapshot.', T.report),
      ...ending(step('report', 'Tells on-call what came back and what did not; gives the lease back.', T.report, 4), {
        Released: ['released', succeed('Everything that can be restored is as it was.')],
        Planned: ['planned', succeed('Nothing was changed; the plan is in the report.')],
        'Partly released': [
          'partly-released',
          fail('partly-released', 'Something did not come back: the cause and the report say what.'),
        ],
        Refused: ['refused', fail('refused', 'Nothing was touched: the cause says why.')],
      }),
    },
  };
}
