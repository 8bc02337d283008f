import { andMore, capitalized } from '../../kit/words.ts';
import type { ContainmentFacts } from '../framework/containment-facts.ts';
import type { Cause, CauseQuestion } from './cause.ts';

/** How many names stand in a sentence. */
const NAMED = 8;

export const weaknesses: CauseQuestion = {
  question: 'What did the configuration of the cluster leave open, as the investigation saw it?',
  find,
};

function find(facts: ContainmentFacts): Cause[] {
  const { 'cluster-weaknesses': found, 'cluster-posture': posture } = facts.details;
  const causes: Cause[] = [];
  const weak = (from: string, text: string) => causes.push({ kind: 'weakness', text, from });
  for (const text of posture?.weak ?? []) weak('cluster-posture', `${capitalized(text)}.`);
  if (found) {
    const {
      anonymousBindings = [],
      wideBindings = [],
      defaultServiceAccountBindings: defaults = [],
      namespacesWithoutNetworkPolicy: open = [],
      namespacesWithoutPodSecurity: unprotected = [],
    } = found;
    const from = 'cluster-weaknesses';
    for (const { binding = 'unknown', role = 'a role' } of anonymousBindings)
      weak(from, `The binding ${binding} gives ${role} to everybody, authenticated or not.`);
    for (const { binding = 'unknown', role = 'a role', subject = 'many' } of wideBindings)
      weak(from, `The binding ${binding} gives ${role} to ${subject}.`);
    const bindings = defaults.flatMap(({ binding }) => binding ?? []);
    if (defaults.length > 0) weak(from, `Default service accounts have rights by ${andMore(bindings, NAMED)}.`);
    if (open.length > 0) weak(from, `Namespaces without a network policy: ${andMore(open, NAMED)}.`);
    if (unprotected.length > 0) weak(from, `Namespaces without a Pod Security level: ${andMore(unprotected, NAMED)}.`);
  }
  const missing = [
    ...(found ? [] : ['roles, network policies and Pod Security']),
    ...(posture ? [] : ['what EKS configures']),
  ];
  if (missing.length > 0)
    causes.push({
      kind: 'weakness',
      text: `Not looked at: ${missing.join('; ')}. ${facts.noAlert ?? ''}`.trim(),
      from: 'finding',
      unknown: true,
    });
  return causes;
}
