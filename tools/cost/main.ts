/** Writes `docs/cost.md`: `npm run cost`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { costPage } from './page.ts';
import { ROOT, templateOf } from './synthesis.ts';

writeFileSync(join(ROOT, 'docs', 'cost.md'), costPage(templateOf(1), templateOf(2)));
