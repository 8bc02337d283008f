/** Writes `sentinel.config.schema.json`: `npm run schema`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema } from './config-schema.ts';

writeFileSync(
  join(import.meta.dirname, '..', '..', 'sentinel.config.schema.json'),
  `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
);
