import * as z from 'zod/mini';
import type { InvestigationRequest } from '../contract/investigation.ts';
import { SCHEMA_VERSION } from '../contract/vocabulary.ts';

const text = z.optional(z.string());
const list = z.optional(z.array(z.string()));
const map = z.optional(z.record(z.string(), z.string()));

/** What the investigation rests on; what else a finding holds is not looked at. */
const schema = z.object({
  finding: z.looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    id: z.string().check(z.minLength(1)),
    outcome: z.enum(['created', 'attempt-denied', 'rejected', 'already-exists', 'outcome-unknown']),
    cluster: z.looseObject({ name: text, region: text, account: text }),
    namespace: z.looseObject({ name: text, createdAt: text, labels: map }),
    actor: z.looseObject({
      kind: z.enum(['iam-role', 'iam-user', 'service-account', 'node', 'system', 'anonymous', 'user', 'unknown']),
      username: text,
      groups: list,
      principalArn: text,
      sessionName: text,
      accessKeyId: text,
      impersonated: z.optional(z.looseObject({ username: text, groups: list })),
    }),
    request: z.looseObject({ at: text, sourceIps: list }),
    source: z.looseObject({ kind: z.enum(['audit-log', 'coverage']) }),
  }),
});

/** @throws when the event is no request to investigate; the message names what is wrong, not its values */
export function readRequest(event: unknown): InvestigationRequest {
  const { data, error } = schema.safeParse(event);
  if (error) {
    const places = error.issues.map(({ path }) => path.join('.') || 'the whole event').join(', ');
    throw new TypeError(`the event is no request to investigate (wrong or missing: ${places})`);
  }
  return data as InvestigationRequest;
}
