import type { StepResult } from '../../../functions/contract/containment.ts';
import { CONTAIN_STEPS, RELEASE_STEPS } from '../../../functions/contract/playbook-steps.ts';
import { counted } from '../../../functions/kit/words.ts';
import type { PlaybookProgress } from '../../local/playbook.ts';
import { shortInTerminal } from '../harmless.ts';
import type { Task } from '../task.ts';

const KEYS = new Map<string, string>(
  Object.entries({ ...CONTAIN_STEPS, ...RELEASE_STEPS }).map(([key, state]) => [state, key]),
);

/** Longest text of a line. */
const MAX_TEXT = 240;

/** Tells what each state did, in a line; on a terminal also which one is at work. */
export class ProgressLines {
  readonly #task: Task;
  /** The state that is at work. */
  state = '';

  constructor(task: Task) {
    this.#task = task;
  }

  readonly tell = (progress: PlaybookProgress): void => {
    if (progress.kind === 'entered') {
      this.state = progress.state;
      if (progress.type === 'Task' || progress.type === 'Wait') this.#task.waitFor(progress.state);
      return;
    }
    const line = lineOf(progress);
    if (line !== undefined) this.#task.note(line);
  };
}

function lineOf(progress: Exclude<PlaybookProgress, { kind: 'entered' }>): string | undefined {
  const { state } = progress;
  if (progress.kind === 'tried-again') return row(state, 'again', `${progress.error}: ${progress.cause}`);
  if (progress.kind === 'caught') return row(state, 'failed', progress.cause || progress.error);
  if (progress.type === 'Wait') return row(state, 'waited', '');
  if (progress.type !== 'Task') return undefined;
  const output = Object(progress.output) as { steps?: Record<string, unknown>; report?: unknown };
  const key = KEYS.get(state) ?? '';
  const result = Object(key === 'report' ? output.report : output.steps?.[key]) as Partial<
    StepResult & { decision: string; decidedBy: string }
  >;
  if (result.decision !== undefined) return row(state, result.decision, `by ${result.decidedBy}`);
  // What has failed is reported as such already.
  if (result.status === undefined) return undefined;
  const writes = result.actions ? ` (${counted(result.actions, 'write')})` : '';
  return row(state, result.status, `${result.summary}${writes}`);
}

const row = (state: string, status: string, text: string): string =>
  `${state.padEnd(18)}  ${shortInTerminal(status, 20).padEnd(8)}  ${shortInTerminal(text, MAX_TEXT)}`.trimEnd();
