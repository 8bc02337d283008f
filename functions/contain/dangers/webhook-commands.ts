/** What a person does about a webhook configuration. */
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { command } from '../../contract/commands/command.ts';
import { records } from '../../kit/json.ts';
import { rights } from '../framework/needs.ts';

/** What is asked to read all of them. */
export const WEBHOOK_RIGHTS = rights(
  ['list'],
  ...['mutating', 'validating'].map((type) => `${type}webhookconfigurations.admissionregistration.k8s.io`),
);

/** Takes the webhooks at these positions out of a configuration; all of them with it. The others go on. */
export function removalCommand(
  resource: string,
  { metadata, webhooks }: KubernetesObject,
  positions: readonly number[],
): string[] {
  const { name = '' } = metadata;
  const all = records(webhooks);
  if (positions.length === all.length) return command('kubectl delete', [resource, name]);
  // From the last to the first, so that positions stay; each is compared before it goes.
  const patch = positions.toReversed().flatMap((position) => [
    { op: 'test', path: `/webhooks/${position}/name`, value: all[position]?.['name'] },
    { op: 'remove', path: `/webhooks/${position}` },
  ]);
  return command('kubectl patch', [resource, name], { '--type': 'json', '--patch': JSON.stringify(patch) });
}

/** Shows a configuration. */
export const showCommand = (resource: string, name: string): string[] =>
  command('kubectl get', [resource, name], { '-o': 'yaml' });
