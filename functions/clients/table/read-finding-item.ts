/** What a finding's item holds as JSON text. Apart from its writers, so that the detector does not load what reads it. */

import { type Made, madeSchema, type Objects, objectsSchema } from '../../contract/contents.ts';
import { type Deletion, deletionSchema } from '../../contract/deletion.ts';
import type { Finding } from '../../contract/finding.ts';
import { findingSchema } from '../../contract/finding.ts';
import { type Closure, closureSchema, type LastingEnd, lastingEndSchema } from '../../contract/follow-up.ts';
import { type AssessmentSnapshot, verdictSchema } from '../../contract/investigation.ts';
import { readJson, type Schema } from '../../contract/read.ts';
import type { TableItem } from './conditional-writes.ts';

const parsed = <T>(item: TableItem, attribute: string, schema: Schema<T>): T | undefined =>
  item[attribute] === undefined ? undefined : readJson(schema, item[attribute], `${attribute} in the findings table`);

export const findingOf = (item: TableItem): Finding | undefined => parsed(item, 'finding', findingSchema);
export const toldOf = (item: TableItem): AssessmentSnapshot | undefined => parsed(item, 'told', verdictSchema);
export const latestOf = (item: TableItem): AssessmentSnapshot | undefined => parsed(item, 'latest', verdictSchema);
export const closureOf = (item: TableItem): Closure | undefined => parsed(item, 'closed', closureSchema);
export const deletionOf = (item: TableItem): Deletion | undefined => parsed(item, 'deleted', deletionSchema);
export const objectsOf = (item: TableItem): Objects | undefined => parsed(item, 'objects', objectsSchema);
export const madeOf = (item: TableItem): Made | undefined => parsed(item, 'made', madeSchema);
export const playbookEndOf = (item: TableItem): LastingEnd | undefined => parsed(item, 'playbookEnd', lastingEndSchema);
