/** Changes that make of an honest text or object what an attacker, a broken disk or another producer would write. */
import type { Random } from './random.ts';

type Json = Record<string, unknown>;

const TEXTS = [
  '',
  'null',
  '[Truncated...]',
  '"',
  '\\',
  '\\u0000',
  '\u202e',
  '\ud800',
  '\r\n',
  ' AUDIT: id="',
  '","verb":"create',
  '{"a":',
  ']}',
  '%zz',
  'dryRun=All',
  '/api/v1/namespaces',
  '__proto__',
  'constructor',
  '-1',
  '1e999',
  'A'.repeat(300),
];
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  '',
  'x',
  [],
  {},
  ['create'],
  { kind: 'Event' },
  '201',
  1e308,
];

/** Changes the text: cut, repeated, overwritten, swapped; characters anywhere. */
export function mutateText(text: string, random: Random): string {
  let changed = text;
  for (let times = 1 + random.below(3); times > 0; times--) {
    const [at, to] = [random.below(changed.length + 1), random.below(changed.length + 1)].sort((a, b) => a - b) as [
      number,
      number,
    ];
    changed = random.of<() => string>([
      () => changed.slice(0, at),
      () => `${changed.slice(0, at)}[Truncated...]`,
      () => changed.slice(0, at) + random.of(TEXTS) + changed.slice(at),
      () => changed.slice(0, at) + changed.slice(to),
      () => changed.slice(0, to) + changed.slice(at),
      () => changed.slice(0, at) + String.fromCharCode(random.below(0x10000)) + changed.slice(at + 1),
      () => changed.replace(random.of(['"', ':', ',', '{', '}', '[', '\\']), random.of(TEXTS)),
    ])();
    if (changed.length > 65_536) changed = changed.slice(0, 65_536);
  }
  return changed;
}

/** Changes the object at any depth: a value replaced, dropped, renamed, doubled, nested or lengthened. */
export function mutateObject(value: unknown, random: Random): unknown {
  const copy: unknown = structuredClone(value);
  for (let times = 1 + random.below(4); times > 0; times--) change(copy, random);
  return copy;
}

function change(root: unknown, random: Random): void {
  let at = root;
  for (let depth = random.below(5); depth > 0; depth--) {
    const inner = isContainer(at) ? random.of(Object.values(at)) : undefined;
    if (!isContainer(inner)) break;
    at = inner;
  }
  if (!isContainer(at)) return;
  const holder = at as Json;
  const key = random.of(Object.keys(holder)) ?? 'a';
  random.of<() => void>([
    () => {
      holder[key] = structuredClone(random.of(VALUES));
    },
    () => {
      delete holder[key];
    },
    () => {
      holder[random.of(TEXTS)] = structuredClone(holder[key]);
    },
    () => {
      holder[key] = { [key]: structuredClone(holder[key]) };
    },
    () => {
      holder[key] = [holder[key], structuredClone(holder[key])];
    },
    () => {
      if (typeof holder[key] === 'string') holder[key] = mutateText(holder[key], random);
      else holder[key] = JSON.stringify(holder[key]);
    },
    () => {
      holder[key] = nested(random.below(400));
    },
    () => {
      holder[key] = random.of(TEXTS).repeat(1 + random.below(50));
    },
  ])();
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? { a: value } : [value];
  return value;
}
