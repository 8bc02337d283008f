/** Writes `docs/coverage.md`: `npm run coverage`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../bin/package-root.ts';
import { LISTS } from './lists/index.ts';
import { coveragePage } from './page.ts';

writeFileSync(join(PACKAGE_ROOT, 'docs', 'coverage.md'), coveragePage(LISTS));
for (const { title, items } of LISTS) {
  const declined = items.filter(({ answer }) => 'declined' in answer).length;
  console.log(`${title}: ${items.length} items, ${items.length - declined} answered, ${declined} declined`);
}
