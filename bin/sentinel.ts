#!/usr/bin/env node
/** The command line of Namespace Sentinel. */
import './compile-cache.mjs';
import { NODE_NEEDED, tooOld } from './node-version.ts';

const problem = tooOld(NODE_NEEDED, 'sentinel');
if (problem !== undefined) {
  process.stderr.write(`sentinel: ${problem}\n`);
  process.exit(2);
}
// Not before: an older Node.js does not even load it.
const [{ sentinel }, { runProcess }] = await Promise.all([
  import('./commands/main.ts'),
  import('./commands/program.ts'),
]);
await runProcess(sentinel);
