/** What a twin left whose guardian was killed with it: its processes, its cgroups and its folder. */
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hierarchies, removeCgroups } from './cgroups.ts';
import type { Report } from './report.ts';

/** Each process of a twin has the twin's folder under this name in its environment. */
export const MARK = 'NAMESPACE_SENTINEL_TWIN';
/** Of the folder's name. */
export const FOLDER_PREFIX = 'namespace-sentinel-twin-';
/** In the folder: the process that the twin is for. */
export const OWNER_FILE = 'owner';
/** A folder without an owner is of a twin that begins, or of one that ended long ago. */
const UNOWNED_MS = 60 * 60_000;

/** Which processes the numbers of processes mean: those of a container have numbers of their own. */
const numberSpace = (): string => readlinkSync('/proc/self/ns/pid');

/** A process as no later one of the same number is: with the clock tick it began at. */
export function ownerOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const started = stat.slice(stat.lastIndexOf(')')).split(' ')[20]; // after the name, which may have anything
    return `${pid} ${started} ${numberSpace()}`;
  } catch {
    return `${pid} unknown`;
  }
}

const numbers = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** A file of a process, split at its zero bytes; nothing when it is gone or not ours to read. */
function parts(pid: number, file: 'environ' | 'cmdline'): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Numbers of the processes of the twin with this folder. */
const processesOf = (folder: string): number[] =>
  numbers().filter((pid) => parts(pid, 'environ').includes(`${MARK}=${folder}`));

/** Whether somebody will still clean up: the process that the twin is for, or its guardian. */
function isKept(folder: string): boolean {
  const guarded = numbers().some((pid) => {
    const command = parts(pid, 'cmdline');
    return command.some((part) => part.endsWith('guardian.ts')) && command.includes(folder);
  });
  if (guarded) return true;
  let owner: string;
  try {
    owner = readFileSync(join(folder, OWNER_FILE), 'utf8');
  } catch {
    return Date.now() - statSync(folder).mtimeMs < UNOWNED_MS;
  }
  // of another container nothing can be told
  return !owner.endsWith(` ${numberSpace()}`) || ownerOf(Number.parseInt(owner, 10)) === owner;
}

const isOurs = (folder: string): boolean => statSync(folder, { throwIfNoEntry: false })?.uid === process.getuid?.();

const twinsIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith(FOLDER_PREFIX))
    .map(({ name }) => name);

/** Cgroups whose folder is gone; one with a process in it stays, as that is a twin with another temporary folder. */
function removeEmptyCgroups(): void {
  for (const name of new Set(hierarchies().flatMap(twinsIn)))
    if (!existsSync(join(tmpdir(), name))) removeCgroups(name);
}

/**
 * Ends and removes what is left of twins that nobody takes care of any more. Only on Linux, where processes can be told
 * apart.
 *
 * @returns the folders of those twins
 * @throws Error when something does not go within 20 seconds
 */
export async function removeLeftovers(report: Report): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  removeEmptyCgroups();
  const folders = twinsIn(tmpdir())
    .map((name) => join(tmpdir(), name))
    .filter((folder) => isOurs(folder) && !isKept(folder));
  for (const folder of folders) {
    const end = Date.now() + 20_000;
    for (;;) {
      const running = processesOf(folder);
      for (const pid of running) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // gone already
        }
      }
      if (running.length === 0 && removeCgroups(basename(folder))) break;
      if (Date.now() > end) throw new Error(`What is left of ${folder} does not end: processes ${running.join(', ')}`);
      await sleep(50);
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    report(`removed what an earlier twin had left: ${basename(folder)}`);
  }
  return folders;
}
