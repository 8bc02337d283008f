import { InputError } from '../input/input.ts';
import { harmless } from './harmless.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';

/** Runs a command; what is wrong with its input, or cannot be reached, is told in a line. */
export async function telling(name: string, io: Io, run: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof InputError) && !isUnreachable(error)) throw error;
    io.stderr.write(`sentinel ${name}: ${harmless((error as Error).message)}\n`);
    return EXIT.wrong;
  }
}

/** Wrong file, no such server, refused: the user's to mend; anything else is a fault of ours. */
const isUnreachable = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'KubernetesError' ||
    error.name === 'TimeoutError' ||
    /kubeconfig|ENOENT|EACCES|EISDIR|ENOTDIR|EROFS|ENOSPC/.test(error.message));
