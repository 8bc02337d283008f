import { defineRule, inBrief } from '../rule.ts';
import { times } from './parts/times.ts';

/** Single reads of Secrets that count as many. */
const MANY_READS = 10;

/**
 * Elastic: Kubernetes Secrets read. One list hands out all Secrets of a namespace, or of the cluster. Operators and people
 * at work read some as well.
 */
export const secretsRead = defineRule({
  id: 'secrets-read',
  kind: 'commonplace',
  weight: 20,
  why: 'One list request returns all Secrets, but operators and Helm read some as well.',
  technique: 'T1552.007',
  shownBy: ['actor-activity'],
  judge(_, details) {
    const { secretsRead: reads = 0, byVerb = [] } = details['actor-activity'] ?? {};
    const lists = byVerb
      .filter(({ verb, resource }) => resource === 'secrets' && (verb === 'list' || verb === 'watch'))
      .reduce((sum, { count, refused }) => sum + Math.max(0, count - refused), 0);
    if (reads < MANY_READS && lists === 0) return undefined;
    return {
      ...inBrief(`The creator read Secrets ${times(reads)}${lists > 0 ? ', including whole lists' : ''}.`),
      check: 'actor-activity',
    };
  },
});
