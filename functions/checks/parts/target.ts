/** Which namespace a finding means, and whether the cluster still has it, to those who ask the cluster about it. */

import type { Kubernetes, KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import type { Finding } from '../../contract/finding.ts';
import { ALERTING_OUTCOMES } from '../../contract/vocabulary.ts';
import { defined } from '../../kit/defined.ts';
import { record, text } from '../../kit/json.ts';
import { LABEL } from '../../kubernetes/names/kubernetes.ts';
import type { CheckContext } from '../check.ts';
import { NotAnswered } from './failure.ts';
import { answerPart } from './part.ts';

/** @returns its name, or why there is none to ask about */
export function namespaceOf({ namespace: { name }, cut }: Finding): { name: string } | { reason: string } {
  if (!name) return { reason: 'the record does not give the name of the namespace' };
  if (name.endsWith('*')) return { reason: 'the record tells only how the name of the namespace begins' };
  if (cut?.some(({ path }) => path === 'namespace.name') || !LABEL.test(name))
    return { reason: 'what the record holds as the name is not a valid namespace name' };
  return { name };
}

/** The finding's namespace as the live API server has it. */
export interface LiveNamespace {
  name: string;
  /**
   * Whether it confirms the finding: the same UID, another one, no such namespace, or one of the same name while the
   * finding or the object holds no UID to compare. Names can be used again; only the UID tells the same namespace.
   */
  live: 'confirmed' | 'other-uid' | 'absent' | 'present';
  /** The object; absent where there is none. */
  object?: KubernetesObject;
}

/**
 * Reads the namespace when first asked, once for all checks of an investigation.
 *
 * @param signal of the investigation: a check that gives up does not take the answer from the others
 */
export function namespaceReader(
  finding: Finding,
  kubernetes: () => Promise<Kubernetes>,
  signal: AbortSignal,
): () => Promise<LiveNamespace> {
  let reading: Promise<LiveNamespace> | undefined;
  return () => {
    reading ??= readNamespace(finding, kubernetes, signal);
    return reading;
  };
}

async function readNamespace(
  finding: Finding,
  kubernetes: () => Promise<Kubernetes>,
  signal: AbortSignal,
): Promise<LiveNamespace> {
  const target = namespaceOf(finding);
  if ('reason' in target) throw new NotAnswered(target.reason);
  const { name } = target;
  const object = await (await kubernetes()).read(`/api/v1/namespaces/${name}`, signal);
  return object ? { name, live: liveOf(finding, object), object } : { name, live: 'absent' };
}

function liveOf({ namespace: { uid } }: Finding, { metadata }: KubernetesObject): LiveNamespace['live'] {
  const live = text(record(metadata)['uid']);
  if (!uid || !live) return 'present';
  return live === uid ? 'confirmed' : 'other-uid';
}

/** Whether the API server is deleting it, and what is in it. */
const isTerminating = ({ object }: LiveNamespace): boolean =>
  text(record(object?.metadata)['deletionTimestamp']) !== undefined ||
  text(record(object?.['status'])['phase']) === 'Terminating';

/** For the namespace alone, in milliseconds: below the deadline of every check. */
const READ_MS = 4_000;

/**
 * Where to look for the live objects of the finding's namespace.
 *
 * @returns its name, with what of them may be missing; or why they are not there to be looked at: an empty list tells
 *   nothing about a namespace that is gone, and a list of another namespace by its name nothing either
 */
export async function contentsOf(
  context: CheckContext,
): Promise<{ name: string; missing?: string } | { reason: string; brief?: string }> {
  const target = namespaceOf(context.finding);
  if ('reason' in target) return target;
  const read = await answerPart('whether it is the namespace of the record', READ_MS, context.signal, () =>
    context.liveNamespace(),
  );
  if (read.missing !== undefined) return { ...target, missing: read.missing };
  const reason = ALERTING_OUTCOMES.includes(context.finding.outcome) ? GONE[read.value.live] : undefined;
  if (reason !== undefined) return reason;
  return {
    ...target,
    ...defined({
      missing: isTerminating(read.value) ? 'what is deleted already (the namespace is being deleted)' : undefined,
    }),
  };
}

const SEE = 'the audit log tells what was made in it (check "namespace-activity")';
const GONE: Partial<Record<LiveNamespace['live'], { reason: string; brief: string }>> = {
  absent: {
    reason: `the namespace is gone, and what was in it with it; ${SEE}`,
    brief: 'the namespace is gone, and what was in it with it',
  },
  'other-uid': {
    reason: `the namespace of the record is gone, and the one that now has its name is another one; ${SEE}`,
    brief: 'the namespace of the record is gone, and another one has its name',
  },
};
