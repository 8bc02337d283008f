import type { CommandFailure } from './failure.ts';

/** By the codes of the operating system. */
const CODES: Readonly<Record<string, string>> = {
  EACCES: 'you may not read or write it',
  EDQUOT: 'your quota of disk space is used up',
  EEXIST: 'something is there already',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links go round in a circle',
  EMFILE: 'this process has too many files open',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'it does not exist',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'part of the path is not a folder',
  EPERM: 'the system does not permit it',
  EROFS: 'the file system is read-only',
};

/** Whether the operating system has refused something about a file. */
export const fileProblem = (error: unknown): string | undefined => {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? CODES[code] : undefined;
};

/** A file that cannot be used, a port that is not there, or time that is over. */
export function systemFailure(error: unknown): CommandFailure | undefined {
  const { name, code, path, syscall, message } = Object(error) as NodeJS.ErrnoException;
  if (name === 'TimeoutError')
    return {
      what: 'it has taken too long and was given up',
      todo: 'repeat the command; if it stays so, the cluster answers slowly: look at the state of its control plane',
    };
  if (typeof code !== 'string' || !/^E[A-Z0-9]{2,}$/.test(code) || syscall === undefined) return undefined;
  const problem = fileProblem(error);
  return { what: path !== undefined && problem ? `${path}: ${problem} (${code})` : message };
}
