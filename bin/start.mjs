/** The command line from a checkout. */
import './compile-cache.mjs';

await import('./sentinel.ts');
