import { records } from '../../kit/json.ts';
import type { Danger, DangerKind, Surroundings } from './danger.ts';

/** How the API server says that a webhook did not answer. */
const FAILED = /failed calling webhook "([^"]{1,300})"/;

/**
 * A webhook without a backend that refuses requests already: ours would be refused, too. An access review shows it, as it
 * stores nothing and passes through the same webhooks.
 */
export const deadWebhooks: DangerKind = {
  about: 'webhooks that are dead already',
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
      const message = error instanceof Error ? error.message : String(error);
      const webhook = FAILED.exec(message)?.[1];
      if (!webhook) throw error;
      return { dangers: [await dangerOf(webhook, surroundings)] };
    }
  },
};

async function dangerOf(webhook: string, surroundings: Surroundings): Promise<Danger> {
  const commands: string[][] = [];
  for (const resource of ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations']) {
    const configurations = await surroundings.all('admissionregistration.k8s.io/v1', resource);
    for (const { metadata, webhooks } of configurations)
      if (metadata.name && records(webhooks).some(({ name }) => name === webhook))
        commands.push(['kubectl', 'delete', resource, metadata.name]);
  }
  return {
    id: `webhook/dead/${webhook}`,
    what: `The webhook ${webhook} does not answer, and refuses requests to this cluster already.`,
    consequence: 'Our own requests may be refused like all others. Deleting its configuration always works.',
    blocking: false,
    open: true,
    commands,
  };
}
