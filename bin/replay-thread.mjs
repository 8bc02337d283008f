/** A thread of `sentinel replay`. */
import './compile-cache.mjs';

await import('./commands/replay/thread.ts');
