/** What *watch* hands to *detect*: namespaces of a cluster that no record explains. */
import * as z from 'zod/mini';
import { ID } from './ids.ts';
import { object, open, pairs, type Read, text, tolerant } from './read.ts';

const namespaceSchema = object({
  name: z.string(),
  uid: z.string(),
  /** RFC 3339. */
  createdAt: text,
  labels: pairs,
  annotations: pairs,
  /** The id of a finding that says otherwise of this namespace than the cluster does. */
  contradicts: tolerant(z.string().check(z.regex(ID))),
});

export const unexplainedSchema = open({
  cluster: object({ name: z.string(), region: text, account: text }),
  namespaces: z.array(namespaceSchema),
});
export interface Unexplained extends Read<typeof unexplainedSchema> {}
export type UnexplainedNamespace = Unexplained['namespaces'][number];
