import type { DetailsByCheck } from '../../checks/index.ts';
import { detailsOf, type Rule } from './rule.ts';

/**
 * Things that the creator did in the window and that intruders do. Operators and people at work do them as well, so they
 * tell something beside a threat only.
 */
const did = (
  rule: Pick<Rule, 'id' | 'weight'> & {
    technique?: string;
    reason(activity: Partial<DetailsByCheck['actor-activity']>): string | undefined;
  },
): Rule => ({
  id: rule.id,
  kind: 'commonplace',
  weight: rule.weight,
  checks: ['actor-activity'],
  judge(facts) {
    const activity = detailsOf(facts, 'actor-activity');
    const reason = activity && rule.reason(activity);
    return reason === undefined
      ? undefined
      : { reason, check: 'actor-activity', ...(rule.technique && { technique: rule.technique }) };
  },
});

/** Single reads of Secrets that count as many. */
const MANY_READS = 10;

/** Elastic: Kubernetes Secrets read. One list hands out all Secrets of a namespace, or of the cluster. */
export const secretsRead = did({
  id: 'secrets-read',
  weight: 20,
  technique: 'T1552.007',
  reason({ secretsRead: reads = 0, byVerb = [] }) {
    const lists = byVerb
      .filter(({ verb, resource }) => resource === 'secrets' && (verb === 'list' || verb === 'watch'))
      .reduce((sum, { count, refused }) => sum + Math.max(0, count - refused), 0);
    if (reads < MANY_READS && lists === 0) return undefined;
    return `The creator read Secrets ${reads} time${reads === 1 ? '' : 's'}${lists > 0 ? ', whole lists among them' : ''}.`;
  },
});

/** Falco: attach or exec to a pod. */
export const exec = did({
  id: 'exec',
  weight: 10,
  technique: 'T1609',
  reason: ({ exec: count = 0 }) => (count > 0 ? `The creator went into running pods ${times(count)}.` : undefined),
});

/** Elastic: token created by TokenRequest. */
export const tokenRequest = did({
  id: 'token-request',
  weight: 15,
  technique: 'T1528',
  reason: ({ tokenRequests = 0 }) =>
    tokenRequests > 0 ? `The creator had tokens of ServiceAccounts issued ${times(tokenRequests)}.` : undefined,
});

/** Elastic: webhook configuration created or modified. Sees and changes what others send to the API server. */
export const webhookChange = did({
  id: 'webhook-change',
  weight: 15,
  reason: ({ webhooksChanged = 0 }) =>
    webhooksChanged > 0 ? `The creator changed admission configuration ${times(webhooksChanged)}.` : undefined,
});

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
