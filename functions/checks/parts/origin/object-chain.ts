/** The objects that deployed something, from the nearest to the first. */
import type { KubernetesObject } from '../../../clients/kubernetes/kubernetes.ts';
import type { Finding } from '../../../contract/finding.ts';
import { serviceAccountOf } from '../../../kubernetes/names/kubernetes.ts';
import { ORIGINS } from './index.ts';
import { marksOf } from './marks.ts';
import type { OriginObjects } from './origin-object.ts';
import type { OriginStep } from './origin-step.ts';
import type { ServedObjects } from './served-objects.ts';

/** An Application that another one made, and that one by a third: more is not looked up. */
const MAX_STEPS = 3;

/** Whether the authenticated creator is the tool's controller. */
export function isByController({ actor }: Finding, { isController }: OriginObjects): boolean {
  const account = serviceAccountOf(actor.username);
  return account !== undefined && isController(account.name);
}

/** The same, or its client calls itself so, which anybody's can: that decides only what is looked for. */
export const isFrom = (finding: Finding, origin: OriginObjects): boolean =>
  isByController(finding, origin) || origin.userAgent.test(finding.request.userAgent ?? '');

/** An object that deploys others, of a kind that is known here. */
export interface OriginFound {
  origin: OriginObjects;
  object: KubernetesObject;
}

/** The object that says that it deploys the namespace, where no mark names one. */
export async function search(
  tools: readonly OriginObjects[],
  on: { kind: string; name: string },
  served: ServedObjects,
): Promise<OriginFound | undefined> {
  for (const origin of tools) {
    const { items } = await served.find({ group: origin.group, kind: origin.kind });
    const object = items.find((each) => origin.deploys(each, on) === 'yes');
    if (object) return { origin, object };
  }
  return undefined;
}

/** An object with what it tells. */
export type ChainLink = OriginFound & { step: OriginStep };

/** The object, and those that deployed it, as far as their marks are confirmed. */
export async function chainOf(first: OriginFound, served: ServedObjects): Promise<ChainLink[]> {
  const chain: ChainLink[] = [];
  const seen = new Set<string>();
  for (let next: OriginFound | undefined = first; next && chain.length < MAX_STEPS; ) {
    const { origin, object }: OriginFound = next;
    const { name = '', namespace = '' } = object.metadata;
    const key = `${origin.kind} ${namespace}/${name}`;
    if (seen.has(key)) break;
    seen.add(key);
    chain.push({ origin, object, step: await origin.step(object, served) });
    next = await parentOf(object, { kind: origin.kind, name }, served);
  }
  return chain;
}

async function parentOf(
  { metadata }: KubernetesObject,
  on: { kind: string; name: string },
  served: ServedObjects,
): Promise<OriginFound | undefined> {
  for (const { kind, name, namespace, copied } of marksOf(metadata, on)) {
    if (copied) continue;
    const origin = ORIGINS[kind];
    const { items } = await served.find({ group: origin.group, kind, name, namespace });
    const object = items.find((each) => origin.deploys(each, on) === 'yes');
    if (object) return { origin, object };
  }
  return undefined;
}
