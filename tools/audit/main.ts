/** Asks the registry for known vulnerabilities and signatures of what is installed; fails on what it answers, not on silence. */
import { spawnSync } from 'node:child_process';
import { advisories, signatures, type Verdict } from './verdict.ts';

const QUESTIONS: readonly [name: string, args: string[], read: (output: string) => Verdict][] = [
  ['advisories', [], advisories],
  ['signatures', ['signatures'], signatures],
];
/** The registry may take so long, in milliseconds. */
const PATIENCE_MS = 60_000;

for (const [name, args, read] of QUESTIONS) {
  const npm = ['audit', ...args, '--json', '--fetch-retries=0', '--fetch-timeout=20000'];
  const { stdout } = spawnSync('npm', npm, { encoding: 'utf8', timeout: PATIENCE_MS, maxBuffer: 1 << 28 });
  const { kind, says } = read(stdout ?? '');
  console.log(
    kind === 'unknown' ? `${name}: not checked, as the registry does not answer (${says})` : `${name}: ${says}`,
  );
  if (kind === 'bad') process.exitCode = 1;
}
