/** The words of mistakes in a configuration: each says what is wrong, then the fix. */
import type * as z from 'zod';
import { mistake, nearest } from '../../functions/kit/mistake.ts';
import { configJsonSchema } from './config-schema.ts';

/** What is wrong with a configuration, and how to fix it. */
export interface Mistake {
  /** Such as `clusters[0].name`; empty for the whole. */
  path: string;
  /** Line in the file, from 1. */
  line?: number;
  /** As `mistake` of `functions/kit/mistake.ts` words it: what is wrong, then the fix. */
  message: string;
}

/** One line of text for a mistake: where it is, what is wrong, and the fix. */
export const lineOf = ({ path, line, message }: Mistake): string =>
  `${line ? `line ${line}: ` : ''}${path || 'the configuration'}: ${message}`;

/** `['clusters', 0, 'name']` as `clusters[0].name`; what is not a plain word is in quotation marks. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const key = String(part);
    if (!/^[\w-]+$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text ? `${text}.${key}` : key;
  }, '');

const SEE = 'docs/configuration.md says what it takes';
/** How a schema of ours words what it wants, such as "must be the id of a VPC", "must name each bus once". */
const WANTED = /^must (.*)$/s;

/** What an issue of the schema says, with the fix. */
export function messageOf(issue: z.core.$ZodIssue): string {
  const { message, input } = issue;
  if (/\. Fix: /.test(message)) return message;
  const [, wanted] = WANTED.exec(message) ?? [];
  if (wanted !== undefined) return mistake(`${shown(input)} is not accepted`, wanted.replace(/^be /, 'use '));
  return plain(issue) ?? mistake(message, SEE);
}

/** What is wrong where the schema has no words of its own. */
function plain(issue: z.core.$ZodIssue): string | undefined {
  const { input, path } = issue;
  switch (issue.code) {
    case 'invalid_type':
      return input === undefined
        ? mistake('this key is missing', `add it${describedAt(path)}`)
        : mistake(`${shown(input)} is not accepted`, `use ${TYPES[issue.expected] ?? issue.expected}`);
    case 'invalid_value':
      return mistake(`${shown(input)} is not accepted`, `use one of ${issue.values.join(', ')}`);
    case 'too_small':
      if (issue.origin === 'array') return mistake('it is empty', `add an item${describedAt(path)}`);
      if (issue.origin === 'string') return mistake('it is empty', 'give it a value');
      return mistake(`${shown(input)} is too small`, `use at least ${issue.minimum}`);
    case 'too_big':
      return issue.origin === 'array'
        ? mistake(`it has ${(input as unknown[]).length} items`, `keep at most ${issue.maximum}`)
        : mistake(`${shown(input)} is too large`, `use at most ${issue.maximum}`);
    default:
      return undefined;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of keys',
};

const MOST_SHOWN = 60;

/** A value as JSON, cut where it is long. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

/** About a key that the schema does not know. */
export function unknownKey(path: readonly PropertyKey[], key: string): string {
  const known = Object.keys(schemaAt(path)?.properties ?? {});
  return mistake('there is no such key', nearest(key, known) ?? `use one of ${known.join(', ')}`);
}

interface JsonSchema {
  description?: string;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
}

const schemaAt = (path: readonly PropertyKey[]): JsonSchema | undefined =>
  path.reduce<JsonSchema | undefined>(
    (schema, part) => (typeof part === 'number' ? schema?.items : schema?.properties?.[String(part)]),
    configJsonSchema(),
  );

/** The first sentence about a key, in brackets; empty where there is none. */
function describedAt(path: readonly PropertyKey[]): string {
  const first = schemaAt(path)?.description?.split(/\.(?:\s|$)/)[0];
  return first ? ` (${first.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase())})` : '';
}
