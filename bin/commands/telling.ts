import { InputError } from '../input/input.ts';
import { harmless } from './harmless.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';
import { isUnreachable } from './unreachable.ts';

/** Runs a command; what is wrong with its input, or cannot be reached, is told in a line. */
export async function telling(name: string, io: Io, run: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof InputError) && !isUnreachable(error) && !isSystem(error)) throw error;
    io.stderr.write(`sentinel ${name}: ${harmless((error as Error).message)}\n`);
    return EXIT.wrong;
  }
}

/** The time is over, or the file system refuses. */
const isSystem = (error: unknown): boolean => {
  const { name, code } = Object(error) as { name?: unknown; code?: unknown };
  return name === 'TimeoutError' || (typeof code === 'string' && /^E[A-Z]{3,}$/.test(code));
};
