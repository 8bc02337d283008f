/** Draws `docs/images/{contain,decide,release}.svg` from the definitions of the playbooks: `npm run graphs`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawMachine } from './draw.ts';
import { MACHINES } from './machines.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'images');
mkdirSync(folder, { recursive: true });
for (const [name, definition] of Object.entries(MACHINES))
  writeFileSync(join(folder, `${name}.svg`), drawMachine(name, definition));
