/** The playbook *release*: gives a contained namespace back what it had. */
import { RELEASE_TABLE, RELEASE_STEPS as STATES } from '../../contract/playbook-steps.ts';
import { sequence } from './sequence.ts';
import { choice, type Definition, fail, hasWorked, succeed } from './states.ts';

/** @param release ARN of the function @returns the definition in Amazon States Language */
export function releaseMachine(release: string): Definition {
  return {
    Comment:
      'Gives a contained namespace back what the snapshot holds, verifies it, and says what is left to a person.',
    StartAt: STATES.checkSnapshot,
    TimeoutSeconds: 2 * 3600,
    States: sequence(RELEASE_TABLE, {
      functionOf: () => release,
      between: {
        checkSnapshot: (next) => ({
          'May it be released?': choice(
            'No snapshot, another UID, or changes that nobody said to write over.',
            STATES.report,
            [{ ...hasWorked('checkSnapshot'), Next: next }],
          ),
        }),
      },
      ends: {
        Released: ['released', succeed('Everything that can be restored is as it was.')],
        Planned: ['planned', succeed('Nothing was changed; the plan is in the report.')],
        'Partly released': [
          'partly-released',
          fail('partly-released', 'Something did not come back: the cause and the report say what.'),
        ],
        Refused: ['refused', fail('refused', 'Nothing was touched: the cause says why.')],
      },
    }),
  };
}
