import { EXIT } from '../io.ts';
import type { Task } from '../task.ts';
import { deletionOf } from './clean-up.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** A person has stopped the drill. */
class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/**
 * The first signal stops the drill, which then takes away what it has made; the second one ends the process, and says what may be
 * left.
 */
export function stoppable(task: Task): { signal: AbortSignal; about(namespace: string): void; end(): void } {
  const controller = new AbortController();
  let namespace: string | undefined;
  const stop = (): void => {
    if (!controller.signal.aborted) {
      controller.abort(new StoppedError('the drill was stopped'));
      task.note('Stopped: what was made is taken away. Press Ctrl-C again to leave it as it is.');
      return;
    }
    if (namespace !== undefined)
      task.note(
        `Left as it is. The namespace ${namespace} may be there, and quarantined: start release for it first. ${deletionOf(namespace)}`,
      );
    process.exit(EXIT.attention);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return {
    signal: controller.signal,
    about: (name) => {
      namespace = name;
    },
    end: () => {
      for (const signal of SIGNALS) process.off(signal, stop);
    },
  };
}
