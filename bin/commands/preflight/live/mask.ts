/** What a report leaves out of what was seen: whatever says whose account it is. */
import type { SentinelConfig } from '../../../../lib/config/config-schema.ts';
import type { LiveAnswer } from './ask.ts';

/** Identities of IAM and their sessions; the rest of an ARN says which kind of thing it is. */
const IDENTITY = /\barn:aws[a-z-]*:(?:iam|sts)::\d{12}:[\w+=,.@/-]{1,600}/g;
const ACCOUNT = /(?<![\w-])\d{12}(?!\d)/g;
const EMAIL = /[\w.+%-]{1,64}@[\w.-]{1,255}/g;
const ADDRESS = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/g;
/** Ids that EC2 gives. */
const EC2_ID = /\b(vpc|subnet|sg|eni|rtb|nat|vpce)-[0-9a-f]{8,17}\b/g;
const KEY_ID = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/g;

/**
 * Replaces the ids of accounts and keys, identities, addresses, and the names of stack and clusters. The same thing has the same
 * stand-in throughout.
 */
export class Mask {
  readonly #names: readonly (readonly [name: string, standIn: string])[];
  readonly #known = new Map<string, string>();

  constructor({ clusters, stackName }: Pick<SentinelConfig, 'clusters' | 'stackName'>) {
    this.#names = [
      ...clusters.map(({ name }, index) => [name, `CLUSTER-${index + 1}`] as const),
      [stackName, 'STACK'] as const,
    ].toSorted(([a], [b]) => b.length - a.length);
  }

  /** The text without what says whose it is. */
  text(given: string): string {
    const withoutNames = this.#names.reduce((text, [name, standIn]) => replaced(text, name, standIn), given);
    return withoutNames
      .replace(IDENTITY, (found) => this.#standIn('IDENTITY', found))
      .replace(ACCOUNT, (found) => this.#standIn('ACCOUNT', found))
      .replace(EMAIL, (found) => this.#standIn('ADDRESS', found))
      .replace(ADDRESS, (found) => this.#standIn('IP', found))
      .replace(EC2_ID, (found, kind: string) => this.#standIn(kind, found))
      .replace(KEY_ID, (found) => this.#standIn('ID', found));
  }

  /** Every text of an answer. */
  answer({ account, region, partition, rows }: LiveAnswer): LiveAnswer {
    return {
      account: this.text(account),
      region,
      partition,
      rows: rows.map((row) => ({
        ...row,
        says: this.text(row.says),
        ...(row.todo === undefined ? {} : { todo: this.text(row.todo) }),
      })),
    };
  }

  #standIn(kind: string, found: string): string {
    const known = this.#known.get(found);
    if (known !== undefined) return known;
    const count = [...this.#known.values()].filter((each) => each.startsWith(`${kind}-`)).length;
    const made = `${kind}-${count + 1}`;
    this.#known.set(found, made);
    return made;
  }
}

/** Each place in which the name stands by itself, and is not a part of a word. */
function replaced(text: string, name: string, standIn: string): string {
  const [first = '', ...others] = text.split(name);
  let made = first;
  let before = first.at(-1);
  for (const part of others) {
    made += (isOfWord(before) || isOfWord(part.at(0)) ? name : standIn) + part;
    before = part.at(-1) ?? name.at(-1);
  }
  return made;
}

const isOfWord = (character: string | undefined): boolean => character !== undefined && /[A-Za-z0-9]/.test(character);
