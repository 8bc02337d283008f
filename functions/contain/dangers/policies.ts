import { FREEZE_NEEDS } from '../framework/needs.ts';
import { FREEZE, freezeOf, INSTALL } from '../isolation/freeze.ts';
import type { DangerKind } from './danger.ts';

/** Whether the cluster's side is installed: without it, a quota alone keeps new objects out. */
export const policies: DangerKind = {
  about: 'the admission policies',
  needs: FREEZE_NEEDS,
  async find({ kubernetes, signal }) {
    const { installed, unknown } = await freezeOf(kubernetes, signal);
    if (unknown) throw new Error(unknown);
    const danger = {
      id: 'policies/freeze',
      what: `The admission policy ${FREEZE} is not installed.`,
      consequence:
        'Only a quota keeps new objects out: exec, token requests and changes to existing objects remain possible. Run the line in the folder of Namespace Sentinel.',
      blocking: false,
      commands: [INSTALL],
    };
    return { dangers: installed ? [] : [danger], facts: { freeze: installed === true } };
  },
};
