/** Takes away what a drill made: released first, because nobody may change a quarantined namespace. */
import { printProposed } from '../../../functions/contract/commands/print.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { messageOf } from '../../../functions/kit/words.ts';
import { knownFinding } from './contain.ts';
import type { DrillCourse, DrillOptions, DrillReport, DrillWorld } from './course.ts';
import { type LinkAnswer, linkOf, whatFailed } from './link.ts';
import { answerOf } from './playbooks.ts';
import { findNamespace, removeNamespace, type Staged } from './stage.ts';

interface Left {
  world: DrillWorld;
  options: DrillOptions;
  report: DrillReport;
  staged?: Staged;
}

/** Never throws: what could not be taken away is in the report, with what to do about it. */
export async function cleanUp(
  courseOf: (staged: Pick<Staged, 'name' | 'uid'>, signal: AbortSignal) => DrillCourse,
  { world, options, report, staged }: Left,
): Promise<void> {
  const { playbooks, kubernetes } = world;
  const { name, nonce, limits } = options;
  const signal = AbortSignal.timeout(limits.cleanUpMs);
  try {
    const found = staged ?? (await findNamespace(kubernetes, { name, nonce, signal }));
    if (!found) return;
    report.uid = found.uid;
    const course = courseOf(found, signal);
    if (playbooks) await release(course, playbooks);
    await remove(course);
  } catch (error) {
    report.remains.push(`The namespace ${name} may still be there: ${whatFailed(error)}. ${deletionOf(name)}`);
  } finally {
    const kept = await playbooks?.forget(report.remains.length > 0).catch(messageOf);
    if (kept !== undefined && report.remains.length > 0)
      report.remains.push(`What was kept to restore it is in ${kept}.`);
  }
}

/** What deletes it, for a person. */
export function deletionOf(name: string): string {
  const [command] = printProposed([['kubectl', 'delete', 'namespace', name]]);
  return command && 'line' in command ? `To delete it: ${command.line}` : 'Delete it by hand.';
}

async function release(course: DrillCourse, playbooks: NonNullable<DrillWorld['playbooks']>): Promise<void> {
  const { world, staged, report, signal, options } = course;
  const { limits } = options;
  await playbooks.settled(AbortSignal.any([signal, AbortSignal.timeout(limits.playbookMs)])).catch(() => undefined);
  // A plan has changed nothing.
  if (!playbooks.hasIsolated) return;
  let answer: LinkAnswer;
  try {
    const end = await playbooks.run(
      {
        playbook: 'release',
        mode: 'release',
        target: { namespace: staged.name, uid: staged.uid },
        ...defined({ findingId: knownFinding(report) }),
      },
      signal,
    );
    answer = answerOf(end, 'released');
  } catch (error) {
    answer = {
      state: signal.aborted ? 'silent' : 'failed',
      says: signal.aborted ? 'It has not ended in its time.' : `It could not be run: ${whatFailed(error)}`,
      fix: 'start release by hand, with the namespace and its UID (docs/release.md)',
    };
  }
  course.add(linkOf({ id: 'release', name: 'release' }, answer, world.clock.now(), staged.at));
  if (answer.state !== undefined)
    report.remains.push(
      `The namespace ${staged.name} (UID ${staged.uid}) may still be quarantined: start release for it, or as an administrator act as break-glass (docs/playbooks.md).`,
    );
}

async function remove(course: DrillCourse): Promise<void> {
  const { world, staged, report, signal, options } = course;
  const { clock, kubernetes } = world;
  const why = await removeNamespace(kubernetes, staged, { clock, signal, limitMs: options.limits.cleanUpMs / 2 });
  const answer: LinkAnswer =
    why === undefined
      ? { says: 'The namespace is gone, with all that was in it.' }
      : { state: 'failed', says: `The namespace is still there: ${why}`, fix: deletionOf(staged.name) };
  course.add(linkOf({ id: 'clean-up', name: 'clean-up' }, answer, clock.now(), staged.at));
  if (why !== undefined) report.remains.push(`The namespace ${staged.name}: ${why}. ${deletionOf(staged.name)}`);
}
