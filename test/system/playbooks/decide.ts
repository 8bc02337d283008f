/** What becomes of a namespace that turns out to be meant. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { QUARANTINE_LABEL } from '../../../functions/kubernetes/quarantine.ts';
import type { Ended } from './account.ts';
import { RUNNER } from './intruder.ts';

import {
  account,
  approver,
  bindings,
  findingOf,
  MEANT,
  names,
  ns,
  read,
  SUCCEEDED,
  stack,
  starter,
  toldOf,
} from './scene.ts';

/** Registers the tests, which release the second namespace. */
export function takesAsLegitimate(): void {
  describe('legitimate', () => {
    let ended: Ended;
    beforeAll(async () => {
      // The twin has let the developers in a moment ago: that weighs, and is named with what is accepted.
      const indicators = ['wide-binding'];
      const decision = {
        decision: 'legitimate',
        findingId: findingOf(MEANT),
        reason: 'planned work',
        by: 'bob',
        indicators,
      };
      ended = await account.run(approver, 'Decide', decision);
    }, 60_000);

    test('closes the finding, and says what the baseline learns of it', async () => {
      expect(ended).toMatchObject({ ...SUCCEEDED, output: { outcome: 'decided' } });
      const item = (await account.items()).get(findingOf(MEANT));
      expect(JSON.stringify(item)).toContain('planned work');
      const told = await toldOf(ended);
      expect(told).toMatchObject({
        id: findingOf(MEANT),
        playbook: 'decide',
        decision: { decision: 'legitimate', reason: 'planned work', decidedBy: 'bob' },
      });
      const known = `${stack.identities.arn('role', 'Dev')} is known to create namespaces named ${MEANT} in this cluster`;
      expect(told.summary).toContain(known);
      const lessons = [...(await account.items()).keys()].filter((id) => id.startsWith('baseline#'));
      expect(lessons).toHaveLength(1);
    });

    test('offers release, by a line that works', async () => {
      const { proposals = [] } = await toldOf(ended);
      const line =
        proposals.flatMap(({ commands = [] }) => commands).find((argv) => argv.join().includes('"release"')) ?? [];
      const argument = (flag: string) => line[line.indexOf(flag) + 1] ?? '';
      expect(argument('--state-machine-arn')).toBe(account.output('ReleasePlaybookArn'));
      const released = await account.run(starter, 'Release', JSON.parse(argument('--input')));
      expect(released).toMatchObject({ ...SUCCEEDED, output: { outcome: 'released' } });
      expect((await read(ns(MEANT)))?.metadata.labels).not.toHaveProperty([QUARANTINE_LABEL]);
      expect(await names(bindings(MEANT))).toEqual([RUNNER]);
      expect(await toldOf(released)).toMatchObject({ id: findingOf(MEANT), playbook: 'release', outcome: 'released' });
    }, 60_000);
  });
}
