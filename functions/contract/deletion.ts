/** That a namespace was deleted, as the audit log tells it: kept with its finding. */
import * as z from 'zod/mini';
import { actorSchema } from './finding.ts';
import { ID } from './ids.ts';
import { open, otherwise, type Read, text, texts } from './read.ts';

export const deletionSchema = open({
  /** Of the finding of the namespace. */
  findingId: z.string().check(z.regex(ID)),
  /** Who asked for it. All text in it may be chosen by an attacker. */
  actor: otherwise(actorSchema, { kind: 'unknown' }),
  /** RFC 3339: when the API server received the request. What is in the namespace ends after that. */
  at: text,
  /** Chosen by the client: a reference, not an identity. */
  auditId: text,
  userAgent: text,
  /** The last one is the peer's; the client can set all others. */
  sourceIps: texts,
});
/** A request, which succeeded, to delete a namespace. At most `MAX_DELETION_BYTES` as JSON. */
export interface Deletion extends Read<typeof deletionSchema> {}
