import type { AccessChange } from '../../checks/parts/access-change.ts';
import { firstOf, listed } from '../../kit/words.ts';
import { defineRule, requestedAt } from '../rule.ts';

const NEAR_MS = 30 * 60_000;

/** What gives IAM roles to what runs in the cluster. */
const KINDS = ['EKS Pod Identity association', 'EKS capability', 'ServiceAccount'];

/** KubeHound: a pod's identity leads to AWS. An IAM role was given to the namespace's pods, or by the creator to others. */
export const awsRights = defineRule({
  id: 'aws-rights',
  kind: 'commonplace',
  weight: 15,
  why: 'Applications need AWS; with a threat, it is a way from the cluster into the account.',
  technique: 'T1078.004',
  shownBy: ['access-changes'],
  judge(facts, { 'access-changes': { changes = [] } = {} }) {
    const given = changes.filter(
      (change) =>
        isGiven(change) &&
        change.concerns.length > 0 &&
        Math.abs(Date.parse(change.at) - requestedAt(facts)) <= NEAR_MS,
    );
    if (given.length === 0) return undefined;
    return {
      reason: `Workloads of the cluster were given IAM roles: ${listed(given.map(({ what, gives }) => `${what} (${gives})`))}.`,
      brief: `Workloads of the cluster were given IAM roles by ${firstOf(given.map(({ what }) => what))}.`,
      check: 'access-changes',
    };
  },
});

/** A ServiceAccount gives something only where it names a role. */
const isGiven = ({ what, gives, verb }: AccessChange): boolean =>
  KINDS.includes(what) && gives !== undefined && !/^delete/i.test(verb);
