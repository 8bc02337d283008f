import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { text } from 'node:stream/consumers';
import { EVIDENCE } from '../../../functions/contract/evidence-keys.ts';
import { counted } from '../../../functions/kit/words.ts';
import { InputError } from '../../input/input.ts';
import { fileProblem } from '../failure/system.ts';
import { harmlessInTerminal, harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import type { Task } from '../task.ts';

const LIST = 'hashes.txt';
/** Written after the list: nothing vouches for it, and it holds nothing that the report does not. */
const AFTER_LIST = new Set([LIST, 'steps/report.json']);

/** A file that is not as it was. */
interface Difference {
  file: string;
  what: 'changed' | 'missing' | 'added';
}

/**
 * Compares the files of the run whose list has this hash, and the snapshots that it lists, with what is listed; and says
 * which files stand in the folder of the run that are not.
 *
 * @param directory the root of the store
 * @throws {InputError} where it holds no list at all, or cannot be read
 */
export async function verifyEvidence(
  directory: string,
  { hash, json = false }: { hash: string; json?: boolean },
  task: Task,
): Promise<ExitCode> {
  task.about = `folder ${directory}`;
  const files = await filesBelow(directory, directory);
  const lists = files.filter((file) => file.startsWith(`${EVIDENCE.runs}/`) && file.endsWith(`/${LIST}`));
  if (lists.length === 0)
    throw new InputError(
      `${directory} holds no ${LIST} of a run: name the folder in which "${EVIDENCE.runs}" stands, as it does in the bucket`,
    );
  const hashes = await Promise.all(lists.map((list) => sha256Of(join(directory, list))));
  const list = lists[hashes.indexOf(hash)];
  const differences =
    list === undefined
      ? lists.map((file): Difference => ({ file, what: 'changed' }))
      : await differencesOf(directory, list, files);
  const summary = list === undefined ? noList(lists, hash) : summaryOf(list, differences);
  if (json) await task.print(`${harmlessJson({ list, summary, differences })}\n`);
  else {
    for (const { what, file } of differences) await task.print(`${what.padEnd(8)} ${harmlessInTerminal(file)}\n`);
    await task.print(`${harmlessInTerminal(summary)}\n`);
  }
  return differences.length === 0 ? EXIT.done : EXIT.attention;
}

const noList = (lists: string[], hash: string): string =>
  `No list of hashes has the hash ${hash}: ${lists.length === 1 ? 'the one that is there was' : `each of the ${lists.length} was`} changed, or is of another run.`;

const summaryOf = (list: string, differences: Difference[]): string =>
  differences.length === 0
    ? `Every file of ${list} is as it was stored.`
    : `${counted(differences.length, 'file')} of ${list} ${differences.length === 1 ? 'is' : 'are'} not as stored.`;

async function differencesOf(directory: string, list: string, files: string[]): Promise<Difference[]> {
  const listed = entriesOf(await text(createReadStream(join(directory, list))));
  const there = new Set(files);
  const differences: Difference[] = [];
  for (const [file, sha256] of listed)
    if (!there.has(file)) differences.push({ file, what: 'missing' });
    else if ((await sha256Of(join(directory, file))) !== sha256) differences.push({ file, what: 'changed' });
  const run = list.slice(0, -LIST.length);
  const added = files.filter(
    (file) => file.startsWith(run) && !listed.has(file) && !AFTER_LIST.has(file.slice(run.length)),
  );
  return [...differences, ...added.map((file): Difference => ({ file, what: 'added' }))];
}

/** The lines of `sha256sum`: a name with a line break or a backslash is escaped, and the line marked so. */
function entriesOf(list: string): Map<string, string> {
  const lines = list.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line): [string, string] => {
      const [, mark, sha256 = '', name = ''] = /^(\\?)([0-9a-f]{64}) {2}(.*)$/.exec(line) ?? [];
      return [mark ? name.replace(/\\(.)/g, (_, character) => ESCAPED[character] ?? character) : name, sha256];
    }),
  );
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', '\\': '\\' };

/** Nothing where it is not a plain file: a link leads to what was not stored here. */
async function sha256Of(file: string): Promise<string> {
  if (!(await lstat(file)).isFile()) return '';
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part);
  return hash.digest('hex');
}

/** The keys of everything that is not a folder. What is hidden does not belong to the store. */
async function filesBelow(root: string, directory: string): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(directory, { withFileTypes: true });
  } catch (error) {
    throw new InputError(`${directory} cannot be read: ${fileProblem(error) ?? (error as Error).message}`);
  }
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(directory, entry.name);
      if (entry.name.startsWith('.')) return [];
      if (entry.isDirectory()) return filesBelow(root, path);
      return [relative(root, path).split(sep).join('/')];
    }),
  );
  return found.flat().sort();
}
