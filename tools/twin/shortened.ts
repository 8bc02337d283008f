/**
 * The sources with a shorter minute: what *watch* does every five minutes, it does in seconds. A copy, in which one line is another
 * one; what is shipped knows nothing of it.
 */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the minute is written. */
const SCHEDULE = join('functions', 'contract', 'schedule.ts');
const MINUTE = /^export const MINUTE_MS = 60_000;$/m;
/** What the app of the CDK needs, and the bundling of the functions. */
const NEEDED = [
  'bin',
  'lib',
  'functions',
  join('tools', 'build'),
  'cdk.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/**
 * @param folder where the copy is made
 * @returns the copy's root
 * @throws where the sources do not say how long a minute is
 */
export function shortened(repository: string, folder: string, minuteMs: number): string {
  const copy = join(folder, 'shortened');
  mkdirSync(copy);
  for (const path of NEEDED) cpSync(join(repository, path), join(copy, path), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  const text = readFileSync(join(copy, SCHEDULE), 'utf8');
  if (!MINUTE.test(text)) throw new Error(`${SCHEDULE} does not say how long a minute is`);
  writeFileSync(join(copy, SCHEDULE), text.replace(MINUTE, `export const MINUTE_MS = ${minuteMs};`));
  return copy;
}
