/** The queries of docs/hunting.md ask for what the shipped filter asks for, and replay reads what they answer. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { NAMESPACE_WRITES } from '../../functions/kubernetes/filter-pattern.ts';
import { findingsIn, run } from '../commands/run.ts';
import { creation, line } from '../detect/events.ts';

const PAGE = readFileSync('docs/hunting.md', 'utf8');
const [TABLE = '', ATHENA = '', INSIGHTS = ''] = [...PAGE.matchAll(/^```(?:sql|text)\n([\s\S]*?)^```$/gm)].map(
  ([, body]) => body,
);

type Terms = Record<string, string[]>;

function termsIn(text: string, term: RegExp): Terms {
  const terms: Terms = {};
  for (const [, field = '', values = ''] of text.matchAll(term))
    terms[field] = [
      ...(terms[field] ?? []),
      ...[...values.matchAll(/["']([^"']+)["']/g)].map(([, value = '']) => value),
    ];
  return terms;
}

const SHIPPED = termsIn(NAMESPACE_WRITES, /\$\.([\w.]+) = ("[^"]+")/g);

test('the shipped filter is of equality alone, and all of its terms are seen', () => {
  expect(Object.keys(SHIPPED)).toEqual(['objectRef.resource', 'verb', 'stage']);
  expect(NAMESPACE_WRITES.replaceAll(/\(?\$\.[\w.]+ = "[^"]+"\)?/g, '').replaceAll(/\|\||&&|[{}()\s]/g, '')).toBe('');
});

test('Athena', () => {
  expect(termsIn(ATHENA, /json_extract_scalar\(message, '\$\.([\w.]+)'\) (?:= |IN \()('[^)\n]+')/g)).toEqual(SHIPPED);
});

test('Logs Insights', () => {
  expect(termsIn(INSIGHTS, /(?<![@\w.])([\w.]+) = ("[^"]+")/g)).toEqual(SHIPPED);
});

test('the table takes a line of an export apart, and replay reads the answers', async () => {
  const [, regex = ''] = /'input\.regex' = '([^']+)'/.exec(TABLE) ?? [];
  // In the string of a statement a backslash is written twice.
  const columns = new RegExp(regex.replaceAll('\\\\', '\\')).exec(`2026-11-23T07:02:51.305Z ${line(creation())}`);
  expect(columns?.slice(1)).toEqual(['2026-11-23T07:02:51.305Z', line(creation())]);
  const unloaded = `${JSON.stringify({ message: columns?.[2] })}\n`;
  const row = [
    { field: '@timestamp', value: '2026-11-23 07:02:51.305' },
    { field: '@message', value: columns?.[2] },
    { field: '@log', value: '111122223333:/aws/eks/prod/cluster' },
  ];
  for (const answer of [unloaded, JSON.stringify({ results: [row], status: 'Complete' }, null, 2)]) {
    const result = await run(['replay', '--json', '-'], answer);
    expect(result.code).toBe(0);
    expect(findingsIn(result).map(({ namespace }) => namespace.name)).toEqual(['team-a']);
  }
});
