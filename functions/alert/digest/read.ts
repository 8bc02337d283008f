/** Reads a digest, as *watch* sends it by an asynchronous invocation when its time has ended. */
import { type Digest, digestSchema } from '../../contract/digest-message.ts';
import { read } from '../../contract/read.ts';

/**
 * @returns undefined where the event is something else
 * @throws {Unreadable} where it is one without what it is about
 */
export function digestFrom(event: unknown): Digest | undefined {
  if (typeof event !== 'object' || event === null || !Object.hasOwn(event, 'digest')) return undefined;
  const { rows = [], ...digest } = read(digestSchema, (event as { digest: unknown }).digest, 'digest');
  return { ...digest, rows };
}
