/** The part of a drill that contains its namespace, and proves it. */
import { defined } from '../../../functions/kit/defined.ts';
import type { DrillCourse, DrillReport } from './course.ts';
import { type LinkAnswer, linkOf, notReached, whatFailed } from './link.ts';
import { answerOf, type DrillPlaybooks, proofsAnswer, type RunEnd, type RunStart } from './playbooks.ts';

const NAMES = {
  plan: 'plan of the containment',
  isolate: 'isolation',
  question: 'question to on-call',
  proofs: 'proofs',
};

export async function contain(course: DrillCourse): Promise<void> {
  const { world, options } = course;
  const { playbooks } = world;
  if (!playbooks) {
    course.add({
      id: 'isolate',
      name: NAMES.isolate,
      state: 'not-seen',
      says: 'Containment is not deployed (containment.enabled), so nothing can be contained.',
    });
    return;
  }
  const plan = await run(course, playbooks, 'plan', 'plan');
  if (plan === undefined) {
    for (const id of ['isolate', 'proofs'] as const) course.add(notReached(id, NAMES[id], NAMES.plan));
    return;
  }
  const end = options.askOnCall ? await asked(course, playbooks) : await run(course, playbooks, 'isolate', 'isolate');
  if (end === undefined) {
    course.add(notReached('proofs', NAMES.proofs, NAMES.isolate));
    return;
  }
  course.add(linkFor(course, 'proofs', proofsAnswer(end, playbooks.seesSessions)));
}

const WANTED = { plan: 'planned', isolate: 'contained', remove: 'contained' } as const;

/** @returns its end; undefined where none was seen */
async function run(
  course: DrillCourse,
  playbooks: DrillPlaybooks,
  id: 'plan' | 'isolate',
  mode: 'plan' | 'isolate' | 'remove',
): Promise<RunEnd | undefined> {
  const { options, signal } = course;
  let end: RunEnd | undefined;
  await course.take({
    id,
    name: NAMES[id],
    limitMs: options.limits.playbookMs,
    fix: `look at the execution in ${playbooks.where}`,
    async ask(until) {
      try {
        end = await playbooks.run(startOf(course, mode), until);
        return answerOf(end, WANTED[mode], playbooks.seesSessions);
      } catch (error) {
        signal.throwIfAborted();
        if (until.aborted) return undefined;
        return {
          state: 'failed',
          says: `It could not be run: ${whatFailed(error)}`,
          fix: 'give whoever holds the drill the policy Starter, and look at the state machine',
        };
      }
    },
  });
  return end;
}

const startOf = ({ staged, report }: DrillCourse, mode: RunStart['mode']): RunStart => ({
  playbook: 'contain',
  mode,
  target: { namespace: staged.name, uid: staged.uid },
  // Under the finding's id only where there is one: the playbook does not find another.
  ...defined({ findingId: knownFinding(report) }),
});

export const knownFinding = ({ links, findingId }: DrillReport): string | undefined =>
  links.some(({ id, state }) => id === 'finding' && (state === 'answered' || state === 'failed'))
    ? findingId
    : undefined;

/** On-call is asked, and the answer comes from here: the run goes on only if Step Functions takes it. */
async function asked(course: DrillCourse, playbooks: DrillPlaybooks): Promise<RunEnd | undefined> {
  const running = run(course, playbooks, 'isolate', 'remove');
  // Taken when it is awaited; until then nobody looks at it.
  running.catch(() => undefined);
  const refuse = playbooks.refuse?.bind(playbooks);
  if (!refuse) return running;
  const over = new AbortController();
  const ended = running.finally(() => over.abort());
  ended.catch(() => undefined);
  try {
    await course.take({
      id: 'question',
      name: NAMES.question,
      limitMs: course.options.limits.playbookMs,
      fix: 'look at the execution: it may have ended before it asked; decide needs the policy Approver',
      ask: async (until) => (over.signal.aborted ? NOT_ASKED : refuse(until)),
    });
  } catch (error) {
    course.signal.throwIfAborted();
    if (!over.signal.aborted) throw error;
  }
  return running;
}

const NOT_ASKED: LinkAnswer = {
  state: 'failed',
  says: 'The run ended before it asked, or before the answer was seen to arrive.',
  fix: 'read what the run left open',
};

const linkFor = ({ world, staged }: DrillCourse, id: keyof typeof NAMES, answer: LinkAnswer) =>
  linkOf({ id, name: NAMES[id] }, answer, world.clock.now(), staged.at);
