/** Where commands write. What cannot be written is said before anything is asked or done. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '../input/input.ts';
import { fileProblem } from './failure/system.ts';

/**
 * Whether a file can be written. It is not changed.
 *
 * @param option that names it, as `--report`
 * @throws {InputError}
 */
export async function checkFile(file: string, option: string): Promise<void> {
  const isNew = !existsSync(file);
  try {
    await (await open(file, 'a')).close();
    if (isNew) await rm(file);
  } catch (error) {
    throw new InputError(`${file} cannot be written: ${problemOf(error)}; name another file with ${option}`);
  }
}

/**
 * Whether files can be written into a folder, which need not be there yet. Nothing of the test is left.
 *
 * @param option that names it, as `--out`
 * @throws {InputError}
 */
export async function checkFolder(folder: string, option: string): Promise<void> {
  const made: string[] = [];
  try {
    for (const level of missingLevels(resolve(folder))) {
      await mkdir(level, { mode: 0o700 });
      made.unshift(level);
    }
    if (!(await stat(folder)).isDirectory()) throw new Error('it is not a folder');
    const probe = join(folder, `.${randomUUID()}`);
    await (await open(probe, 'wx')).close();
    await rm(probe);
  } catch (error) {
    throw new InputError(`${folder} cannot be written: ${problemOf(error)}; name another folder with ${option}`);
  } finally {
    for (const level of made) await rmdir(level);
  }
}

/** Stands in a folder whose content may be replaced, because a command of ours has made all of it. */
const MARKER = '.namespace-sentinel-output';
const MARKER_TEXT =
  'Made by Namespace Sentinel, which deletes everything in this folder when it writes into it again.\n';

/**
 * Gives an empty folder: one that is new, that is empty, or that was claimed before and is emptied now.
 *
 * @param option that names it, as `--out`
 * @throws {InputError} when it holds anything that is not known to be ours, or cannot be written
 */
export async function claimFolder(folder: string, option: string): Promise<void> {
  const content = await readdir(folder).catch((error): string[] => {
    if (error.code === 'ENOENT') return [];
    throw new InputError(`${folder} cannot be used: ${problemOf(error)}; name another folder with ${option}`);
  });
  if (content.length > 0 && !content.includes(MARKER))
    throw new InputError(
      `${folder} is not empty, and was not made by this command: nothing was touched. Name a new or empty folder with ${option}`,
    );
  await checkFolder(folder, option);
  for (const name of content) await rm(join(folder, name), { recursive: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, MARKER), MARKER_TEXT);
}

/**
 * The folder and those above it that are not there, from the top. Each is made by itself: where the file system is
 * `/proc`, Node.js does not come to an end when it is to make several at once.
 */
function missingLevels(folder: string): string[] {
  if (existsSync(folder) || dirname(folder) === folder) return [];
  return [...missingLevels(dirname(folder)), folder];
}

const problemOf = (error: unknown): string =>
  Object(error).code === 'ENOENT' ? 'nothing can be made there' : (fileProblem(error) ?? (error as Error).message);
