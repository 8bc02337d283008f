/**
 * Who gets which digest. An audience is a destination, by its id, or an e-mail address, by a name that is made from it. A finding is
 * counted once for each audience, in the digest that the audience gets at that time. So a change of the configuration neither
 * repeats anything nor leaves anything out: what was counted before it still arrives as it was to arrive.
 */
import { createHash } from 'node:crypto';
import { DIGEST_FREQUENCIES, type DigestFrequency } from './vocabulary.ts';

/** The names of the audiences by how often they get a digest. */
export type Audiences = Readonly<Partial<Record<DigestFrequency, readonly string[]>>>;

const ADDRESS_MARK = '@';

/** The name of an e-mail address: `@` and 10 hex digits. The filter policy of its subscription has it. */
export const addressName = (address: string): string =>
  ADDRESS_MARK + createHash('sha256').update(address).digest('hex').slice(0, 10);

export const isAddressName = (name: string): boolean => name.startsWith(ADDRESS_MARK);

/**
 * @param lists as the stack sets them in the environment
 * @returns undefined where everybody gets the digest of the hour
 * @throws when a name in it is not a frequency
 */
export function audiencesFrom(lists: Readonly<Record<string, string[]>>): Audiences | undefined {
  const known: readonly string[] = DIGEST_FREQUENCIES;
  const unknown = Object.keys(lists).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`a digest is ${DIGEST_FREQUENCIES.join(', ')}, and not ${JSON.stringify(unknown)}`);
  return Object.keys(lists).length === 0 ? undefined : lists;
}
