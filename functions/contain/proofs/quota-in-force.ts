import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { record } from '../../kit/json.ts';
import { counted } from '../../kit/words.ts';
import { allowsNothing } from '../isolation/own-objects.ts';
import { notProven, proven, type Verification } from './proof.ts';

/** Decisive: it holds controllers too, and it alone where there are no admission policies. */
export const quotaInForce: Verification = {
  id: 'quota-in-force',
  claim: 'A quota of zero is in force.',
  decisive: true,
  shows: 'configuration',
  needs: { kubernetes: ['list resourcequotas'] },
  async prove(look) {
    const quotas = await look.list('v1', 'resourcequotas');
    const zero = quotas.filter((quota) => allowsNothing(quota) && 'pods' in hardOf(quota['spec']));
    if (zero.length === 0)
      return notProven(`Read: none of ${counted(quotas.length, 'quota')} holds pods and all else at zero.`);
    const active = zero.find(isActive);
    if (!active) return notProven('Read: the quota is there, but not in its status, without which it is not in force.');
    const kinds = Object.keys(hardOf(active['spec'])).length;
    return proven(`Read: the quota ${active.metadata.name} holds ${kinds} kinds at zero, in its status as well.`);
  },
};

/** The API server goes by the status; until it is set, the quota holds nothing. */
const isActive = ({ metadata, spec, status }: KubernetesObject): boolean =>
  metadata['deletionTimestamp'] === undefined &&
  Object.keys(hardOf(spec)).every((kind) => isZero(hardOf(status)[kind])) &&
  Object.keys(hardOf(status)).length === Object.keys(hardOf(spec)).length;

const hardOf = (part: unknown): Record<string, unknown> => record(record(part)['hard']);
const isZero = (limit: unknown): boolean => limit === '0' || limit === 0;
