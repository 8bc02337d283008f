import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { drawMachine } from '../../tools/graphs/draw.ts';
import { MACHINES } from '../../tools/graphs/machines.ts';

/** Every `Next` and `Default` in a definition, wherever it stands. */
function leads(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(leads);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    (key === 'Next' || key === 'Default') && typeof inner === 'string' ? [inner] : leads(inner),
  );
}

const plain = (svg: string): string => svg.replaceAll('&quot;', '"').replaceAll('&gt;', '>').replaceAll('&lt;', '<');

describe.each(Object.entries(MACHINES))('the graph of %s', (name, definition) => {
  const drawn = plain(drawMachine(name, definition));

  test('in docs/images is that of the definition (if not: npm run graphs)', () => {
    expect(readFileSync(`docs/images/${name}.svg`, 'utf8')).toBe(drawMachine(name, definition));
  });

  test('has every state, and every transition once', () => {
    for (const state of Object.keys(definition.States)) expect(drawn).toContain(`>${state}</text>`);
    const expected = Object.entries(definition.States).flatMap(([from, state]) =>
      [...new Set(leads(state))].map((to) => `${from} → ${to}`),
    );
    const found = [...drawn.matchAll(/<title>([^<]* → [^<(]*?)(?: \((?:otherwise|error)\))?<\/title>/g)];
    expect(found.map(([, transition]) => transition).sort()).toEqual(expected.sort());
  });

  test('is light', () => {
    expect(drawn.length).toBeLessThan(20_000);
  });
});
