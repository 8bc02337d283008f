/**
 * Keeps compiled code in the user's own cache: it takes more than half of the time of a start away. Where that fails, all is
 * compiled again. Plain JavaScript, and loaded before anything else: what is TypeScript needs a compiler where it is not in
 * the cache, which alone takes as long as all the rest. A thread has to do this for itself.
 */
import module from 'node:module';
import { join } from 'node:path';

const { HOME: home, XDG_CACHE_HOME: caches = home && join(home, '.cache') } = process.env;
// An older Node.js, which is told that it is, does not know it.
if (caches) module.enableCompileCache?.(join(caches, 'namespace-sentinel', 'node'));
