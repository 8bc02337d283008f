/** What a script really did, in the terms in which an alert tells it. */
import type { Fact, GroundTruth, Step } from '../../../tools/record/incidents/incident.ts';

export const factsOf = (kind: Fact['kind'], facts: readonly Fact[]): Fact[] =>
  facts.filter((fact) => fact.kind === kind);

/**
 * `RoleBinding kube-system/metrics-reader`, taken apart.
 *
 * @throws when the fact names no object of Kubernetes
 */
export function objectOf({ object }: Fact): { kind: string; namespace?: string; name: string } {
  const [, kind, namespace, name] = /^([A-Z]\w+) (?:([^/ ]+)\/)?([^/ ]+)$/.exec(object) ?? [];
  if (!kind || !name) throw new Error(`no object: ${object}`);
  return { kind, name, ...(namespace && { namespace }) };
}

/** `access entry of PRINCIPAL` or `access policy POLICY of PRINCIPAL`, taken apart; undefined for anything else. */
export function entranceOf({ object }: Fact): { policy?: string; principal: string } | undefined {
  const [, policy, principal] = /^access (?:entry|policy (\S+)) of (\S+)$/.exec(object) ?? [];
  return principal === undefined ? undefined : { principal, ...(policy && { policy }) };
}

/** `NodePort 31337`, taken apart. @throws when the fact does not tell */
export function portOf({ signs = [] }: Fact): { type: string; port: string } {
  const [type, port] = signs[0]?.split(' ') ?? [];
  if (!type || !port) throw new Error('the script does not say which port it opened');
  return { type, port };
}

/** The request that made a namespace. @throws when the script does not tell */
export function requestOf({ steps, creations }: GroundTruth, index: number): Step {
  const step = steps.find(({ auditID }) => auditID === creations[index]?.auditID);
  if (!step) throw new Error('the script does not tell about the creation');
  return step;
}

/** Who did it: an IAM principal, or a user name. @throws when no step did it */
export function doerOf({ steps }: GroundTruth, { object }: Fact): string {
  const by = steps.find(({ fact }) => fact?.object === object)?.by;
  const name = by?.principalArn ?? by?.username;
  if (!name) throw new Error(`nobody did ${object}`);
  return name;
}

/** How many requests the creator was refused before. */
export const refusedBefore = ({ steps, creations }: GroundTruth): number =>
  steps.filter(
    ({ code, phase, by }) => code === 403 && phase === 'before' && by.username === creations[0]?.actor.username,
  ).length;
