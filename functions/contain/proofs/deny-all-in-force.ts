import { counted } from '../../kit/words.ts';
import { allowsTraffic, deniesAll, hasOurLabels } from '../isolation/own-objects.ts';
import { fewNames, notProven, proven, type Verification } from './proof.ts';

/** Decisive: policies add up, so one that grants undoes the one that denies. */
export const denyAllInForce: Verification = {
  id: 'deny-all-in-force',
  claim: 'A NetworkPolicy denies all traffic, and none allows any.',
  decisive: true,
  shows: 'configuration',
  needs: { kubernetes: ['list networkpolicies.networking.k8s.io'] },
  async prove(look) {
    const policies = await look.list('networking.k8s.io/v1', 'networkpolicies');
    const granting = policies.filter(allowsTraffic).map(({ metadata }) => metadata.name ?? '');
    if (granting.length > 0) return notProven(`Read: allowed by ${fewNames(granting)}.`);
    const denying = policies.filter((policy) => deniesAll(policy) && hasOurLabels(policy));
    const lasting = denying.find(({ metadata }) => metadata['deletionTimestamp'] === undefined);
    if (!lasting)
      return notProven(
        `Read: none of ${counted(policies.length, 'policy', 'policies')} denies everything, and is there to last.`,
      );
    const { name, uid } = lasting.metadata;
    return proven(
      `Read: ${name} (UID ${uid}) selects every pod in both directions, and none of ${counted(policies.length, 'policy', 'policies')} has a rule. ` +
        'That a policy is there does not show that it is enforced.',
    );
  },
};
