import { readFileSync } from 'node:fs';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type * as z from 'zod';
import { defined } from '../../functions/kit/defined.ts';
import { mistake } from '../../functions/kit/mistake.ts';
import { configSchema, optionsSchema, type SentinelConfig, type SentinelOptions } from './config-schema.ts';
import { lineOf, type Mistake, messageOf, pathText, unknownKey } from './mistakes.ts';

/** Holds every mistake of a configuration. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly Mistake[];

  constructor(source: string, mistakes: readonly Mistake[]) {
    const lines = mistakes.map((each) => `  ${lineOf(each)}`);
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
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = isMissing ? 'there is no such file' : `it cannot be read (${(error as Error).message})`;
    throw new ConfigError(file, [{ path: '', message: mistake(why, `name the file with ${option}`) }]);
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
      document.errors.map(({ pos, message }) => ({
        path: '',
        line: lines.linePos(pos[0]).line,
        message: mistake(`it is not YAML (${message})`, 'correct this line, or the one before'),
      })),
    );
  const numberOf = (path: PropertyKey[], key?: string): number | undefined => {
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
    const why = `it cannot be read (${(error as Error).message})`;
    throw new ConfigError(source, [{ path: '', message: mistake(why, 'write out what the alias stands for') }]);
  }
  return validate(configSchema, value ?? {}, source, numberOf);
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
  numberOf?: (path: PropertyKey[], key?: string) => number | undefined,
): z.output<T> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const mistakes = result.error.issues.flatMap((issue): Mistake[] => {
    const at = (path: PropertyKey[], message: string, key?: string): Mistake => {
      const line = numberOf?.(path, key);
      return {
        path: pathText(key === undefined ? path : [...path, key]),
        ...defined({ line: line || undefined }),
        message,
      };
    };
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => at(issue.path, unknownKey(issue.path, key), key))
      : [at(issue.path, messageOf(issue))];
  });
  throw new ConfigError(
    source,
    mistakes.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  );
}
