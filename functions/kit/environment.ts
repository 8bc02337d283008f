import { isRecord, parseJson } from './json.ts';

/** Reads settings from environment variables; every mistake names the variable. Set by the CDK stack. */
export class Environment {
  readonly #variables: NodeJS.ProcessEnv;

  constructor(variables: NodeJS.ProcessEnv) {
    this.#variables = variables;
  }

  optional(name: string): string | undefined {
    return this.#variables[name] || undefined;
  }

  /** @throws when the variable is not set */
  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined)
      throw new Error(`environment variable ${name} is not set; deploy the function with its stack`);
    return value;
  }

  /** @throws when the variable is set to anything but a positive integer */
  positiveInteger(name: string, fallback: number): number {
    const value = this.optional(name) ?? String(fallback);
    if (!/^[1-9]\d{0,14}$/.test(value))
      throw new Error(`environment variable ${name} is not a positive integer: ${JSON.stringify(value)}`);
    return Number(value);
  }

  /** @throws when the variable is set to anything but a JSON object of numbers */
  numbers(name: string): Record<string, number> {
    const values = parseJson(this.optional(name) ?? '{}');
    if (!isRecord(values) || !Object.values(values).every(isNumber))
      throw new Error(`environment variable ${name} is not a JSON object of numbers`);
    return values as Record<string, number>;
  }

  /** @throws when the variable is set to anything but a JSON object of strings */
  strings(name: string): Record<string, string> {
    const values = parseJson(this.optional(name) ?? '{}');
    if (!isRecord(values) || !Object.values(values).every((value) => typeof value === 'string'))
      throw new Error(`environment variable ${name} is not a JSON object of strings`);
    return values as Record<string, string>;
  }

  /** @throws when the variable is set to anything but a JSON array of strings */
  stringList(name: string, fallback: readonly string[] = []): string[] {
    const list = parseJson(this.optional(name) ?? JSON.stringify(fallback));
    if (!isStringList(list)) throw new Error(`environment variable ${name} is not a JSON array of strings`);
    return list;
  }

  /** @throws when the variable is set to anything but a JSON object of arrays of strings */
  stringLists(name: string): Record<string, string[]> {
    const lists = parseJson(this.optional(name) ?? '{}');
    if (!isRecord(lists) || !Object.values(lists).every(isStringList))
      throw new Error(`environment variable ${name} is not a JSON object of arrays of strings`);
    return lists as Record<string, string[]>;
  }
}

const isNumber = (value: unknown): boolean => typeof value === 'number';
const isStringList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
