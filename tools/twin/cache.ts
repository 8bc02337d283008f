/** Where built binaries and Python packages are kept, and how they come to be there in one piece. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

/** `$NAMESPACE_SENTINEL_CACHE`, else `$XDG_CACHE_HOME/namespace-sentinel`, else `~/.cache/namespace-sentinel`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.NAMESPACE_SENTINEL_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'namespace-sentinel');
}

/** Hash of files (names and bytes) and of whatever else decides what is built. */
export async function contentKey(files: string[], ...more: string[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(more));
  for (const file of files) hash.update(`\n${basename(file)}\n`).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

/** The files of a folder, by name. */
export const filesOf = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).sort().map((name) => join(folder, name));

/**
 * The folder `<name>-<key>` of the cache; built first when it is not there. A build goes into a folder of its own and
 * is renamed when it is complete, so a build that dies or runs twice at once leaves nothing half done.
 *
 * @param build fills the folder it is given
 * @throws whatever the build throws
 */
export async function cached(name: string, key: string, build: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), `${name}-${key}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  try {
    await build(draft);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // else another process was faster
  }
  return folder;
}
