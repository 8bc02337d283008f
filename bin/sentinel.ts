#!/usr/bin/env node
/** The command line of Namespace Sentinel. */
import module from 'node:module';
import { join } from 'node:path';
import { NODE_NEEDED, tooOld } from './node-version.ts';

const problem = tooOld(NODE_NEEDED, 'sentinel');
if (problem !== undefined) {
  process.stderr.write(`sentinel: ${problem}\n`);
  process.exit(2);
}
// Compiled code is kept in the user's own cache: it takes half of the time of a start away. Where that fails, all is compiled again.
const { HOME: home, XDG_CACHE_HOME: caches = home && join(home, '.cache') } = process.env;
if (caches) module.enableCompileCache(join(caches, 'namespace-sentinel', 'node'));
// Not before: an older Node.js does not even load it.
const [{ sentinel }, { runProcess }] = await Promise.all([
  import('./commands/main.ts'),
  import('./commands/program.ts'),
]);
await runProcess(sentinel);
