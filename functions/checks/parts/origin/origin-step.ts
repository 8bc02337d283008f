import type { Written } from '../../../contract/read.ts';
import * as field from '../../../contract/read.ts';
import { defined } from '../../../kit/defined.ts';
import { text } from '../../../kit/json.ts';
import { short } from '../../../kit/words.ts';
import { contactSchema } from '../contacts.ts';

/** An object that deployed the namespace, or the object before it, and where that comes from. */
export const originStep = field.object({
  tool: field.text,
  kind: field.text,
  namespace: field.optional(field.text),
  name: field.text,
  /** Of Git, of a Helm chart, of OCI artifacts; without credentials. */
  repository: field.optional(field.text),
  /** Folder in it, or name of the chart. */
  path: field.optional(field.text),
  /** Commit, digest or chart version that was deployed. */
  revision: field.optional(field.text),
  /** The person who began it, as the tool knows people; absent where the tool began by itself, or does not say. */
  initiator: field.optional(field.text),
  automated: field.optional(field.flag),
  /** RFC 3339: when that began. */
  startedAt: field.optional(field.text),
  /** Who is named in the object to be asked. */
  contacts: field.optional(field.list(contactSchema)),
});
export type OriginStep = Written<typeof originStep>;

/** No longer than a person reads. */
const LONG = 300;

type Loose = { [Key in keyof OriginStep]: OriginStep[Key] | undefined };

/** The step, with every text as long as is read. */
export function stepOf({ tool, kind, name, contacts, ...rest }: Loose & { tool: string; kind: string }): OriginStep {
  const told = Object.entries(rest).map(([key, value]) => [
    key,
    typeof value === 'string' ? short(value, LONG) : value,
  ]);
  return { tool, kind, name: short(name ?? '', LONG), ...defined({ contacts }), ...defined(Object.fromEntries(told)) };
}

/** Without user and password, which some people write into the address of a repository. */
export function repositoryOf(value: unknown): string | undefined {
  const address = text(value);
  return address?.replace(/^([a-z][a-z0-9+.-]{0,20}:\/\/)[^/]{0,2000}@/i, '$1');
}
