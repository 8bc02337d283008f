import { isRecord, parseJson } from '../../../functions/kit/json.ts';
import type { ExampleAccount, ExamplePlaybook } from '../../local/example-account.ts';
import type { PlaybookOffer } from '../../local/playbook-runs.ts';

/** Who answers in the demo, where a mail leaves that to its reader. */
const ANSWERS = { reason: 'Nobody vouches for it, and it mines.', by: 'demo' };

const PLAYBOOKS: readonly ExamplePlaybook[] = ['contain', 'release', 'decide'];

/**
 * The playbook starts that mails offer, in the order of the mails.
 *
 * @param texts the mails
 */
export function offeredStarts(texts: readonly string[], account: ExampleAccount): PlaybookOffer[] {
  return texts
    .flatMap((text) => text.split('\n'))
    .flatMap((line) => {
      const machine = /stepfunctions start-execution.* --state-machine-arn (\S+)/.exec(line)?.[1];
      const playbook = PLAYBOOKS.find((each) => account.machine(each) === machine);
      const input = parseJson(/ --input '(\{[^']*\})'/.exec(line)?.[1] ?? '');
      if (!playbook || !isRecord(input)) return [];
      return [{ playbook, input: filledIn(input) }];
    });
}

/** What a person types in place of `WHY` and `WHO`. */
const filledIn = (input: Record<string, unknown>): Record<string, unknown> => ({
  ...input,
  ...('reason' in input && { reason: ANSWERS.reason }),
  ...('by' in input && { by: ANSWERS.by }),
});
