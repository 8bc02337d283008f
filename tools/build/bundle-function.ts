/** `bundle-function.ts NAME FOLDER`: writes the bundle of a function, for a synthesis, which can only wait for a process. */
import { join } from 'node:path';
import { build } from 'esbuild';
import type { FunctionName } from '../../lib/base/bundling.ts';
import { optionsOf } from './function-bundle.ts';

const [name = '', folder = ''] = process.argv.slice(2);
await build(optionsOf(name as FunctionName, join(folder, 'index.js')));
