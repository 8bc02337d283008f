import type { KnownCreatorDetails } from '../contract/evidence.ts';
import { creatorOf } from '../contract/known-creator.ts';
import { type Answer, type Check, type Context, notChecked } from './check.ts';

/** Whether a person has said that this creator makes such namespaces in this cluster. */
export const knownCreator: Check = {
  name: 'known-creator',
  question: 'Has anybody said that the creator makes such namespaces here?',
  deadlineMs: 3_000,
  run,
};

async function run({ finding, clients: { baseline }, signal, now }: Context): Promise<Answer> {
  const { name: cluster, region, account } = finding.cluster;
  const { name } = finding.namespace;
  const principal = creatorOf(finding.actor);
  if (!baseline) return notChecked('there is no baseline here');
  if (!cluster || !region || !account) return notChecked('the record does not tell which cluster it is from');
  if (!principal) return notChecked('the record holds no identity that could be known');
  if (!name) return notChecked('the record does not tell the name of the namespace');

  const known = await baseline.lookUp({ cluster: { name: cluster, region, account }, principal, name }, now(), signal);
  const completeUntil = new Date(now()).toISOString();
  if (!known) {
    const details: KnownCreatorDetails = { principal };
    return {
      status: 'found',
      summary:
        'Nobody has said so: a creator is known only once a person has called such a finding legitimate, or accepted it.',
      details: { ...details },
      completeUntil,
    };
  }
  const { namePattern, decidedBy, decidedAt, expiresAt, origin } = known;
  const details: KnownCreatorDetails = {
    principal,
    known: { namePattern, decidedBy, decidedAt, expiresAt, origin },
  };
  return {
    status: 'clear',
    summary: `${decidedBy} said so at ${decidedAt}, for names like ${namePattern}; it holds until ${expiresAt}.`,
    details: { ...details },
    completeUntil,
  };
}
