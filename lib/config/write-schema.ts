/** Writes `sentinel.config.schema.json` and `docs/configuration.md`: `npm run schema`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema } from './config-schema.ts';
import { configReference } from './reference.ts';

const root = join(import.meta.dirname, '..', '..');
writeFileSync(join(root, 'sentinel.config.schema.json'), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
writeFileSync(join(root, 'docs', 'configuration.md'), configReference(configJsonSchema()));
