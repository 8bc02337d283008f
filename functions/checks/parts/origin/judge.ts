/** What a mark of a GitOps tool is worth. */
import type { Finding } from '../../../contract/finding.ts';
import type { Written } from '../../../contract/read.ts';
import * as field from '../../../contract/read.ts';
import { short } from '../../../kit/words.ts';
import { ORIGINS } from './index.ts';
import type { Mark } from './marks.ts';
import { isByController, type OriginFound } from './object-chain.ts';
import type { ServedObjects } from './served-objects.ts';

export const markVerdict = field.object({
  key: field.text,
  value: field.text,
  /** `forged`: what it names is not there, or does not deploy what the mark stands on. Then it was copied, or made up. */
  verdict: field.word<'confirmed' | 'not-confirmed' | 'forged'>(),
  why: field.text,
});
export type MarkVerdict = Written<typeof markVerdict>;

/** What a mark is worth: the object that it names, and whether that deploys what the mark stands on. */
export async function judge(
  mark: Mark,
  on: { kind: string; name: string },
  finding: Finding,
  served: ServedObjects,
): Promise<{ verdict: MarkVerdict; object?: OriginFound }> {
  const { key, value, kind, name, namespace } = mark;
  const verdict = (verdict: MarkVerdict['verdict'], why: string): MarkVerdict => ({
    key,
    value: short(value, 300),
    verdict,
    why,
  });
  const origin = ORIGINS[kind];
  if (mark.copied) return { verdict: verdict('forged', 'the mark says itself that it belongs to another object') };
  const { items, complete, isServed } = await served.find({ group: origin.group, kind, name, namespace });
  const what = `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
  if (!isServed)
    return {
      verdict: verdict('not-confirmed', `this cluster knows no ${kind}; ${origin.tool} may run in another one`),
    };
  const deploying = items.find((object) => origin.deploys(object, on) === 'yes');
  if (deploying) return { verdict: verdict('confirmed', `${what} deploys it`), object: { origin, object: deploying } };
  const [object] = items;
  // The controller itself has set the mark: what it has deployed, it lists afterwards.
  if (object && isByController(finding, origin))
    return {
      verdict: verdict('confirmed', `${origin.tool} itself set the mark; ${what} does not list it yet`),
      object: { origin, object },
    };
  if (!complete && !object) return { verdict: verdict('not-confirmed', `not all ${kind}s could be read`) };
  if (!object) return { verdict: verdict('forged', `there is no ${what}`) };
  if (items.some((each) => origin.deploys(each, on) === 'unknown'))
    return {
      verdict: verdict('not-confirmed', `${what} does not say whether it deploys it`),
      object: { origin, object },
    };
  return { verdict: verdict('forged', `${what} does not deploy it`) };
}
