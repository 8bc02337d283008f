import { readFileSync } from 'node:fs';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import { defined } from '../../functions/kit/defined.ts';
import { editDistance } from '../../functions/kit/edit-distance.ts';
import {
  configJsonSchema,
  configSchema,
  optionsSchema,
  type SentinelConfig,
  type SentinelOptions,
} from './config-schema.ts';

/** What is wrong with a configuration, and how to fix it. */
export interface Mistake {
  /** Such as `clusters[0].name`; empty for the whole. */
  path: string;
  /** Line in the file, from 1. */
  line?: number;
  message: string;
}

/** Holds every mistake of a configuration. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly Mistake[];

  constructor(source: string, mistakes: readonly Mistake[]) {
    const lines = mistakes.map(
      ({ path, line, message }) => `  ${line ? `line ${line}: ` : ''}${path ? `${path} ` : ''}${message}`,
    );
    super(`${source} has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${lines.join('\n')}`);
    this.mistakes = mistakes;
  }
}

/**
 * Reads a configuration file.
 *
 * @param option by which another is named
 * @throws {ConfigError} with all mistakes at once
 */
export function loadConfig(file: string, option = '-c config=FILE'): SentinelConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : `cannot be read: ${error}`;
    throw new ConfigError(file, [{ path: '', message: `${why}; choose another with ${option}` }]);
  }
  return parseConfig(text, file);
}

/**
 * Reads a configuration.
 *
 * @param source what to call it in messages
 * @throws {ConfigError} with all mistakes at once
 */
export function parseConfig(text: string, source: string): SentinelConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0)
    throw new ConfigError(
      source,
      document.errors.map(({ pos, message }) => ({ path: '', line: lines.linePos(pos[0]).line, message })),
    );
  const lineOf = (path: PropertyKey[], key?: string): number | undefined => {
    for (let depth = path.length; depth >= 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true);
      const named = isMap(node) ? node.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.key : node;
      const range = (isScalar(named) ? named : (node as { range?: number[] } | undefined))?.range;
      if (range?.[0] !== undefined) return lines.linePos(range[0]).line;
    }
    return undefined;
  };
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    // An alias that leads nowhere, or to ever more of itself.
    throw new ConfigError(source, [{ path: '', message: `cannot be read: ${(error as Error).message}` }]);
  }
  return validate(configSchema, value ?? {}, source, lineOf);
}

/**
 * Checks options given in code, and fills in the defaults.
 *
 * @throws {ConfigError} with all mistakes at once
 */
export const validateOptions = (options: unknown, source: string): SentinelOptions =>
  validate(optionsSchema, options, source);

function validate<T extends z.ZodType>(
  schema: T,
  value: unknown,
  source: string,
  lineOf?: (path: PropertyKey[], key?: string) => number | undefined,
): z.output<T> {
  const result = schema.safeParse(value, { error: messageOf, reportInput: true });
  if (result.success) return result.data;
  const mistakes = result.error.issues.flatMap((issue): Mistake[] => {
    const at = (path: PropertyKey[], message: string, key?: string): Mistake => {
      const line = lineOf?.(path, key);
      return {
        path: pathText(key === undefined ? path : [...path, key]),
        ...defined({ line: line || undefined }),
        message,
      };
    };
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => at(issue.path, unknownKey(key, keysAt(issue.path)), key))
      : [at(issue.path, issue.message)];
  });
  throw new ConfigError(
    source,
    mistakes.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  );
}

/** The text of a mistake for which the schema has none of its own. */
function messageOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return `must be ${NAMES[issue.expected] ?? issue.expected}, not ${JSON.stringify(issue.input)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}, not ${JSON.stringify(issue.input)}`;
    case 'too_small':
      return issue.origin === 'array' || issue.origin === 'string'
        ? 'must not be empty'
        : `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    default:
      return undefined;
  }
}

const NAMES: Record<string, string> = {
  string: 'text',
  int: 'a whole number',
  number: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
};

/** `['clusters', 0, 'name']` as `clusters[0].name`. */
const pathText = (path: PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text ? `${text}.${String(part)}` : String(part);
  }, '');

const unknownKey = (key: string, known: string[]): string => {
  const [nearest] = known
    .map((name) => ({ name, distance: editDistance(key.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= name.length / 2)
    .sort((a, b) => a.distance - b.distance);
  return nearest ? `is not known; did you mean "${nearest.name}"?` : `is not known; known here: ${known.join(', ')}`;
};

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
}

const keysAt = (path: PropertyKey[]): string[] => {
  const place = path.reduce<JsonSchema | undefined>(
    (schema, part) => (typeof part === 'number' ? schema?.items : schema?.properties?.[String(part)]),
    configJsonSchema(),
  );
  return Object.keys(place?.properties ?? {});
};
