/** Asks the authorizer what somebody may do now. */

import type { AccessAnswer, Kubernetes } from '../../clients/kubernetes/kubernetes.ts';
import { defined } from '../../kit/defined.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { short } from '../../kit/words.ts';
import { allowedByPolicy } from './access-policies.ts';
import type { Identity } from './identities.ts';
import { answerPart } from './part.ts';
import { RIGHTS, type Right, type RightQuestion } from './rights.ts';

const AT_ONCE = 8;
const PART_MS = 4_000;

type Verdict = { allowed: true; by?: string } | { allowed: false } | { unknown: string };

/** A right of the fixed list. */
export interface AllowedRight {
  right: string;
  allowed: boolean;
  /** The authorizer's reason. */
  by?: string;
  as?: 'impersonated';
}

/** What of the fixed list the identity may do, and what of it is not known. */
export async function allowedRights(
  identity: Identity,
  cluster: Kubernetes,
  signal: AbortSignal,
): Promise<{ may: AllowedRight[]; unknown: string[] }> {
  const verdicts = await inParallel(RIGHTS, AT_ONCE, (right) => ask(right, identity, cluster, signal));
  const as = identity.as ? { as: identity.as } : {};
  return {
    may: verdicts.flatMap((verdict, index) => {
      const right = RIGHTS[index]?.right ?? '';
      if ('unknown' in verdict) return [];
      return [
        {
          right,
          allowed: verdict.allowed,
          ...defined({ by: 'by' in verdict ? short(verdict.by, 300) : undefined }),
          ...as,
        },
      ];
    }),
    unknown: verdicts.flatMap((verdict, index) =>
      'unknown' in verdict
        ? [`${RIGHTS[index]?.right ?? ''}${identity.as ? ', as whom it claimed to be' : ''} (${verdict.unknown})`]
        : [],
    ),
  };
}

/** One yes is enough; without it, one that is not known leaves the whole unknown. */
async function ask({ any }: Right, identity: Identity, cluster: Kubernetes, signal: AbortSignal): Promise<Verdict> {
  let answer: Verdict = { allowed: false };
  for (const question of any) {
    const verdict = await askOne(question, identity, cluster, signal);
    if ('allowed' in verdict && verdict.allowed) return verdict;
    if ('unknown' in verdict) answer = verdict;
  }
  return answer;
}

async function askOne(
  question: RightQuestion,
  identity: Identity,
  cluster: Kubernetes,
  signal: AbortSignal,
): Promise<Verdict> {
  const { as: _, policies, ...who } = identity;
  const asked = await answerPart('the authorizer', PART_MS, signal, async (limit) => {
    const answer = await cluster.may({ ...who, ...question }, limit);
    if (typeof answer.allowed !== 'boolean') throw new TypeError('the answer is not a review');
    return answer;
  });
  if (asked.value?.allowed) return { allowed: true, ...defined({ by: asked.value.reason || undefined }) };
  // EKS may not see, by what is known of the identity, which access policies it has.
  if ('unknown' in policies) return { unknown: policies.unknown };
  const policy = allowedByPolicy(policies, question);
  if (policy && 'policy' in policy) return { allowed: true, by: `EKS access policy ${policy.policy}` };
  if (policy) return { unknown: `what the access policy ${policy.unknown} gives is not known` };
  return asked.value ? certainty(asked.value) : { unknown: `could not ask ${asked.missing}` };
}

/** Where an authorizer could not decide, the others' no is not the last word. */
const certainty = ({ evaluationError }: AccessAnswer): Verdict =>
  evaluationError ? { unknown: short(evaluationError) } : { allowed: false };
