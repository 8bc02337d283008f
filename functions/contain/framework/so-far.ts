import { CONTAIN_STEPS, type ContainStep, type StepRecord } from '../../contract/containment.ts';
import type { FollowUp } from '../../contract/follow-up.ts';
import { text } from '../../kit/json.ts';
import { type Context, resultOf } from './step.ts';

type Told = Pick<FollowUp, 'steps' | 'proofs' | 'open' | 'proposals'>;

/** What the steps of this run have come to, for a message: from their results, and the whole of it from their records. */
export async function soFar({ results, folder }: Pick<Context, 'results' | 'folder'>): Promise<Told> {
  const keys = Object.keys(CONTAIN_STEPS) as ContainStep[];
  const ran = keys.filter((key) => results[key] !== undefined);
  const records = await Promise.all(ran.map((key) => folder.record(key)));
  const told = records.filter((each): each is StepRecord => each !== undefined);
  return {
    steps: ran.map((key) => {
      const result = resultOf(results, key);
      const { Cause } = Object(results[key]) as { Cause?: unknown };
      const step = CONTAIN_STEPS[key];
      if (!result) return { step, status: 'failed', summary: text(Cause) ?? 'It failed in all tries.' };
      return { step, status: result.status, summary: result.summary };
    }),
    proofs: told.flatMap(({ proofs }) => proofs),
    open: told.flatMap(({ open }) => open),
    proposals: told.flatMap(({ proposals }) => proposals),
  };
}
