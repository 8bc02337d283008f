import type { Proposal } from '../../containment.ts';
import type { Facts } from '../facts.ts';
import type { Remedy } from './remedy.ts';

/**
 * The last step, which the playbook never takes. With the UID as a precondition, which `kubectl delete namespace` cannot
 * send: a namespace that was made again under the name stays.
 */
export const deleteNamespace: Remedy = { name: 'delete-namespace', propose };

function propose({ context }: Facts): Proposal[] {
  const { namespace, uid } = context.run.target;
  return [
    {
      text:
        `When the evidence is secured and nobody needs ${namespace} any more: delete it as system:masters or with the label ` +
        'policy removed, by sending this to the API (kubectl delete --raw with the manifest on standard input). It takes ' +
        'its volume claims and Secrets with it.',
      commands: [['kubectl', 'delete', '--raw', `/api/v1/namespaces/${namespace}`, '-f', 'delete-namespace.json']],
      manifest: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } },
    },
  ];
}
