/** What a decision is about, as the register and the findings table know it. */

import type { StoredQuestion } from '../../clients/table/containment-register.ts';
import type { FindingRecord } from '../../clients/table/findings-table.ts';
import type { Target } from '../../contract/containment.ts';
import { defined } from '../../kit/defined.ts';
import type { Needs } from '../framework/needs.ts';
import type { DecideContext } from './step.ts';

export interface DecisionSubject {
  /** The question that is named, or the last one about the finding. */
  kept?: StoredQuestion;
  findingId?: string;
  recorded?: FindingRecord;
  /** Absent where nothing is known of it. */
  target?: Target;
}

/** For {@link subjectOf}. */
export const SUBJECT_NEEDS = { aws: ['dynamodb:GetItem', 'dynamodb:Query'] } as const satisfies Needs;

export async function subjectOf({ input, clients }: DecideContext): Promise<DecisionSubject> {
  const kept = await clients.register.question(input.question ?? input.findingId ?? '');
  const findingId = input.findingId ?? kept?.question.findingId;
  const recorded =
    input.decision === 'legitimate' && findingId !== undefined ? await clients.table.read(findingId) : undefined;
  const target = kept?.question.target ?? (recorded && targetOf(recorded, input.cluster));
  return defined({
    kept,
    findingId,
    recorded,
    target,
  });
}

/** `unknown` is neither a name nor a UID: nothing is found under it. */
function targetOf({ finding }: FindingRecord, named: Target['cluster'] | undefined): Target {
  const { name = 'unknown', uid = 'unknown' } = finding?.namespace ?? {};
  return { cluster: finding?.cluster ?? named ?? {}, namespace: name, uid };
}
