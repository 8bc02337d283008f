import { relative } from 'node:path';
import { counted } from '../../../functions/kit/words.ts';
import { nameOf } from '../../input/read.ts';
import { Clock } from '../../local/clock.ts';
import { readRecording } from '../../local/recorded-cluster.ts';
import { onInterrupt } from '../contain/interrupt.ts';
import { claimFolder } from '../files.ts';
import { harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import type { Task } from '../task.ts';
import type { Mail, Mails } from './mails.ts';
import { play } from './play.ts';
import { Story } from './story.ts';
import { introduction, whereToLook } from './words.ts';

export interface DemoOptions {
  /** Where to write. */
  out: string;
  /** Print what happened as one line of JSON, and nothing else. */
  json?: boolean;
}

/** The alert gets about as long after the request, in milliseconds. */
const DELIVERY_MS = 2_000;

/**
 * Plays a recorded log through the whole product: detection, investigation, mails, second look, containment and release.
 *
 * @throws {InputError} when the log cannot be read or holds no audit event, or the folder may not be written
 */
export async function demo(file: string, { out, json = false }: DemoOptions, task: Task): Promise<ExitCode> {
  const begun = performance.now();
  task.waitFor(`Reading ${nameOf(file)}`);
  const recording = await readRecording(file, task.stdin, { note: (line) => task.note(line), staged: true });
  await claimFolder(out, '--out');
  const clock = new Clock(recording.endedAt === undefined ? undefined : recording.endedAt + DELIVERY_MS);
  const story = new Story(task, clock.now, json);
  const goOn = onInterrupt(async () => {
    task.waitFor(undefined);
    task.note(`Stopped at "${story.at}". The files so far are in ${out}; nothing else was touched.`);
  });
  try {
    for (const line of introduction(file, recording)) await story.say(line);
    const { mails, gravest, contained } = await play(recording, { clock, story, folder: out });
    const seconds = Math.round((performance.now() - begun) / 1_000);
    if (json) {
      const { cluster, problems } = recording;
      const told = mails.all().map(({ number, subject }) => ({ number, subject }));
      const steps = story.moments;
      await task.print(
        `${harmlessJson({ cluster, problems, seconds, steps, mails: told, folder: relative('.', out) })}\n`,
      );
    } else {
      await tellEnd(gravest, contained, { story, mails, out, seconds });
    }
    return recording.problems > 0 || contained === false ? EXIT.attention : EXIT.done;
  } finally {
    task.waitFor(undefined);
    goOn();
  }
}

/** The mail, and where to look. */
async function tellEnd(
  mail: Mail | undefined,
  contained: boolean | undefined,
  { story, mails, out, seconds }: { story: Story; mails: Mails; out: string; seconds: number },
): Promise<void> {
  if (!mail) {
    await story.say('\nNo namespace was created in this recording, and nobody tried: there is nothing to alert about.');
    return;
  }
  await story.say(`\n──── Mail ${mail.number}, as it arrives ${'─'.repeat(40)}\n`);
  await story.say(`Subject: ${mail.subject}\n\n${mail.text.trimEnd()}`);
  await story.say(`\n──── Where to look ${'─'.repeat(44)}\n`);
  for (const line of whereToLook(mails.all(), out, mail)) await story.say(line);
  const rest =
    contained === undefined ? ' Containment is not shown: this recording does not have the objects for it.' : '';
  await story.say(`\nThe demo took ${counted(seconds, 'second')}.${rest}`);
}
