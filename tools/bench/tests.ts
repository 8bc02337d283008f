import { existsSync, readFileSync } from 'node:fs';
import type { Bench, Row } from './row.ts';

/** The suites, by the name of what their last whole run wrote down (test/slowest.mjs), and the most seconds that they may take. */
const SUITES: readonly { name: string; work: string; most?: number }[] = [
  { name: 'unit', work: 'the unit suite, without the checks before it', most: 120 },
  { name: 'system', work: 'the system suite' },
];

function secondsOf(name: string): number | undefined {
  const file = `reports/${name}-time.json`;
  return existsSync(file) ? Number(JSON.parse(readFileSync(file, 'utf8')).seconds) : undefined;
}

export const tests: Bench = {
  name: 'tests',
  about: 'how long the suites took when they were last run',
  run: () =>
    SUITES.map(({ name, work, most }): Row => {
      const ours = secondsOf(name);
      return { bench: 'tests', work, unit: 's', ...(ours !== undefined && { ours }), ...(most && { most }) };
    }),
};
