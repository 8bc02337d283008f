import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { records } from '../../kit/json.ts';
import { messageOf } from '../../kit/words.ts';
import type { Danger, DangerKind, Surroundings } from './danger.ts';
import { removalCommand, showCommand, WEBHOOK_RIGHTS } from './webhook-commands.ts';

/**
 * How the API server says that a webhook did not answer. By how the message begins: what a webhook says that does answer
 * comes later in it, and may say that another one is dead.
 */
const FAILED = /^Internal error occurred: failed calling webhook "([^"]{1,300})"/;

/**
 * A webhook without a backend that refuses requests already: ours would be refused, too. An access review shows it, as it
 * stores nothing and passes through the same webhooks.
 */
export const deadWebhooks: DangerKind = {
  about: 'webhooks that are dead already',
  needs: {
    kubernetes: ['create subjectaccessreviews.authorization.k8s.io', ...WEBHOOK_RIGHTS],
  },
  async find(surroundings) {
    const { target, kubernetes, signal } = surroundings;
    try {
      const question = {
        user: 'namespace-sentinel',
        groups: [],
        verb: 'get',
        resource: 'pods',
        namespace: target.namespace,
      };
      await kubernetes.may(question, signal);
      return { dangers: [] };
    } catch (error) {
      signal.throwIfAborted();
      const message = messageOf(error);
      const webhook = FAILED.exec(message)?.[1];
      if (!webhook) throw error;
      return { dangers: [await dangerOf(webhook, surroundings)] };
    }
  },
};

async function dangerOf(webhook: string, surroundings: Surroundings): Promise<Danger> {
  const found: { resource: string; configuration: KubernetesObject; positions: number[] }[] = [];
  for (const resource of ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'])
    for (const configuration of await surroundings.all('admissionregistration.k8s.io/v1', resource)) {
      const positions = records(configuration['webhooks']).flatMap(({ name }, position) =>
        name === webhook ? [position] : [],
      );
      if (positions.length > 0) found.push({ resource, configuration, positions });
    }
  const [only, ...others] = found;
  return {
    id: `webhook/dead/${webhook}`,
    what: `The webhook ${webhook} does not answer, and refuses requests to this cluster already.`,
    consequence:
      'Our own requests may be refused like all others. ' +
      (others.length > 0
        ? 'Several configurations have a webhook of that name: find the one whose backend is gone, and delete that one.'
        : 'Removing it from its configuration always works.'),
    blocking: false,
    open: true,
    commands:
      only && others.length === 0
        ? [removalCommand(only.resource, only.configuration, only.positions)]
        : found.map(({ resource, configuration }) => showCommand(resource, configuration.metadata.name ?? '')),
  };
}
