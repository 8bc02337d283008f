/** The AWS side of a namespace's identity: what EKS gives its accounts, and what only a person may take away. */

import type { PodIdentityAssociation } from '../../clients/aws/pod-identity.ts';
import type { Proposal } from '../../contract/containment.ts';
import { messageOf } from '../../kit/words.ts';
import { assertTarget } from '../framework/live-target.ts';
import type { StepContext } from '../framework/step.ts';
import { lookAt, revocation, trustOf } from './roles.ts';
import { trustsRole } from './trust-policy.ts';

export interface CloudCut {
  proposals: Proposal[];
  open: string[];
}

/** Deletes the Pod Identity associations of the namespace. Sessions that pods have already go on until they expire. */
export async function cutAssociations(context: StepContext): Promise<CloudCut> {
  const { run, cluster, clients, signal } = context;
  const { cluster: where, namespace } = run.target;
  const { podIdentity } = clients;
  if (!podIdentity)
    return {
      proposals: [{ text: 'Pod Identity associations were not looked at: EKS cannot be asked here.' }],
      open: [],
    };
  let associations: PodIdentityAssociation[];
  try {
    associations = await podIdentity.associations(where, namespace, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { proposals: [], open: [`Whether there are Pod Identity associations is not known: ${messageOf(error)}`] };
  }
  await assertTarget(context);
  for (const { associationId, serviceAccount, roleArn = 'a role' } of associations) {
    const what = `gives ${serviceAccount} no more sessions of ${roleArn}`;
    const aim = { kind: 'PodIdentityAssociation', namespace, name: associationId, what };
    try {
      const existed = cluster.dryRun || (await podIdentity.dissociate(where, associationId, signal));
      cluster.note('delete', aim, existed ? 'done' : 'already');
    } catch (error) {
      signal.throwIfAborted();
      cluster.note('delete', aim, 'failed', messageOf(error));
    }
  }
  return { proposals: await proposalsFor(associations, context), open: [] };
}

/** EKS gives out the role of an association; a target role is only named in it, and may not trust that role. */
async function proposalsFor(
  associations: readonly PodIdentityAssociation[],
  context: StepContext,
): Promise<Proposal[]> {
  const given = [...new Set(associations.flatMap(({ roleArn }) => roleArn ?? []))];
  const proposals = given.map((arn) => revocation(arn, 'was given to pods by Pod Identity', context.now()));
  const chained = associations.filter(({ targetRoleArn }) => targetRoleArn !== undefined);
  for (const { roleArn = '', targetRoleArn = '' } of chained) {
    const trust = await trustOf(targetRoleArn, context);
    if ('unknown' in trust || trust.status !== 'read')
      proposals.push(
        lookAt(targetRoleArn, `A Pod Identity association of the namespace names it as the role to go on to`, trust),
      );
    else if (trustsRole(trust.policy, roleArn))
      proposals.push(
        revocation(targetRoleArn, 'was open to pods, through the role that Pod Identity gave them', context.now()),
      );
  }
  return proposals;
}
