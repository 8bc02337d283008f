/** Evidence drawn: as its check shows it, and plainly where nothing is known of how to. */
import { blocksOf, type Details } from '../../checks/index.ts';
import type { Evidence } from '../../contract/investigation.ts';
import { amount, type Block, table, value, yesNo } from '../../kit/blocks.ts';

/** @param all details of the alert, as far as they could be read */
export function evidenceBlocks({ check, status, details }: Evidence, all: Details): Block[] {
  if (status === 'not-checked' || details === undefined) return [];
  const blocks = blocksOf(check, all);
  return blocks.length > 0 ? blocks : plainBlocks(details);
}

/** How deep and how far the details are shown that no check has words for. */
const MAX_DEPTH = 6;
const MAX_VALUES = 200;

/** Every value with its path. */
function plainBlocks(details: Record<string, unknown>): Block[] {
  const rows: { path: string; leaf: unknown }[] = [];
  const walk = (leaf: unknown, path: string, depth: number): void => {
    if (rows.length > MAX_VALUES) return;
    if (typeof leaf !== 'object' || leaf === null) rows.push({ path, leaf });
    else if (depth === MAX_DEPTH) rows.push({ path, leaf: '…' });
    else
      for (const [key, below] of Object.entries(leaf))
        walk(below, Array.isArray(leaf) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`, depth + 1);
  };
  walk(details, '', 0);
  return table('Details', rows, {
    Field: ({ path }) => value(path),
    Value: ({ leaf }) =>
      typeof leaf === 'number' ? amount(leaf) : typeof leaf === 'boolean' ? yesNo(leaf) : value(String(leaf ?? 'null')),
  });
}
